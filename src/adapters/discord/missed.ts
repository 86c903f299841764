// What happened while nobody listened: what was said is read back, as far as it is still worth an answer, and what was changed or deleted is so in memory too.
import type { Arrival } from "../../domain/message.ts";
import type { ChannelId, MessageId } from "../../domain/ids.ts";
import { discordPlatform, messageId, nativeOf } from "../../domain/ids.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { HeardUntil } from "./house.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, listOf, snowflakeAt, textOf } from "./shapes.ts";

// What was missed and is older is not answered any more: the talk has gone on.
const MISSED_MS_MAX = 10 * 60_000;
// "Get Channel Messages", and as many pages as ten busy minutes have.
const PAGE_MAX = 100;
const PAGES_MAX = 5;

// So many channels at once keep well within the 50 requests a second that Discord takes ("Rate Limits").
const AT_ONCE = 4;

type Raw = Readonly<Record<string, unknown>>;

export interface MissedHouse {
  readonly api: Api;
  readonly log: Log;
  /** The channels that are read. */
  readonly known: readonly HeardUntil[];
}

/** What is done with what was said. */
export interface MissedWords {
  readonly now: number;
  /** Null: it is nobody's message, or one of the house's own. */
  readonly arrivalOf: (raw: Raw) => Promise<Arrival | null>;
  readonly store: (arrival: Arrival) => Promise<unknown>;
}

/** What is done with what was changed. */
export interface MissedChanges {
  /** The newest messages known of a channel that stand on Discord, as many as one page has. */
  readonly newestIn: (channel: ChannelId, limit: number) => Promise<readonly MessageId[]>;
  readonly edited: (message: MessageId, raw: Raw) => Promise<void>;
  readonly deleted: (messages: readonly MessageId[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Reads each channel on from where it was heard last. A channel that cannot be read is a line in the log; throws what storing throws. */
export async function readMissed(house: MissedHouse, words: MissedWords): Promise<void> {
  const since = BigInt(snowflakeAt(words.now - MISSED_MS_MAX));
  await each(house.known, async (known) => {
    const { channel } = known;
    const newest = "message" in known ? nativeOf(known.message) : snowflakeAt(known.since);
    const after = /^\d+$/u.test(newest) && BigInt(newest) > since ? newest : String(since);
    await readAfter(house, words, channel, after);
  });
}

/** Looks whether the messages known of each channel still stand there and say what they said. Never rejects. */
export async function readChanges(house: MissedHouse, changes: MissedChanges): Promise<void> {
  await each(house.known, async ({ channel }) => {
    try {
      if (!changes.signal.aborted) await readChangesIn(house, changes, channel);
    } catch (error) {
      house.log.warn("what was changed in a channel could not be read", { channel, why: messageOf(error) });
    }
  });
}

async function readChangesIn(house: MissedHouse, changes: MissedChanges, channel: ChannelId): Promise<void> {
  // Known before Discord is asked: what comes in meanwhile is not taken for deleted.
  const known = (await changes.newestIn(channel, PAGE_MAX)).map((id) => nativeOf(id)).filter((id) => /^\d+$/u.test(id));
  const newest = known.reduce((most, id) => (BigInt(id) > most ? BigInt(id) : most), 0n);
  if (newest === 0n) return;
  const page = await pageOf(house, channel, { before: String(newest + 1n) });
  // "Get Channel Messages": whoever may not read the history is shown none, and that says nothing of what stands there.
  if (page.length === 0) return;
  const there = new Set(page.map((raw) => textOf(raw["id"])));
  // A full page reaches no further back than its oldest message.
  const reach = page.length < PAGE_MAX ? 0n : BigInt(textOf(page[0]?.["id"]) ?? 0);
  const gone = known.filter((id) => BigInt(id) >= reach && !there.has(id));
  if (gone.length > 0) await changes.deleted(gone.map((id) => messageId(discordPlatform, id)));
  for (const raw of page) {
    const id = textOf(raw["id"]);
    if (id === null || !known.includes(id) || textOf(raw["edited_timestamp"]) === null) continue;
    await changes.edited(messageId(discordPlatform, id), raw);
  }
}

async function readAfter(house: MissedHouse, words: MissedWords, channel: ChannelId, from: string): Promise<void> {
  let after = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    let messages: readonly Raw[];
    try {
      messages = await pageOf(house, channel, { after });
    } catch (error) {
      house.log.warn("what was missed in a channel could not be read", { channel, why: messageOf(error) });
      return;
    }
    for (const raw of messages) {
      const arrival = await words.arrivalOf({ ...raw, channel_id: nativeOf(channel) });
      if (arrival !== null) await words.store(arrival);
    }
    const newest = textOf(messages.at(-1)?.["id"]);
    if (messages.length < PAGE_MAX || newest === null) return;
    after = newest;
  }
}

/** Oldest first. */
async function pageOf(
  { api }: MissedHouse,
  channel: ChannelId,
  bound: Record<string, string>,
): Promise<readonly Raw[]> {
  const query = new URLSearchParams({ ...bound, limit: String(PAGE_MAX) });
  const found = await api.ask({ method: "GET", route: `/channels/${nativeOf(channel)}/messages`, query });
  return listOf(found)
    .map((raw) => fieldsOf(raw))
    .toReversed();
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const hand = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}
