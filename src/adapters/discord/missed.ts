// What was said while nobody listened: read back, as far as it is still worth an answer.
import type { Arrival } from "../../domain/message.ts";
import type { ChannelId, MessageId } from "../../domain/ids.ts";
import { nativeOf } from "../../domain/ids.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, listOf, snowflakeAt, textOf } from "./shapes.ts";

// What was missed and is older is not answered any more: the talk has gone on.
const MISSED_MS_MAX = 10 * 60_000;
// "Get Channel Messages", and as many pages as ten busy minutes have.
const PAGE_MAX = 100;
const PAGES_MAX = 5;

export interface MissedHouse {
  readonly api: Api;
  readonly log: Log;
  /** The newest message known of each channel that is read. */
  readonly known: readonly { readonly channel: ChannelId; readonly message: MessageId }[];
  readonly now: number;
  /** Null: it is nobody's message, or one of the house's own. */
  readonly arrivalOf: (raw: Readonly<Record<string, unknown>>) => Promise<Arrival | null>;
  readonly store: (arrival: Arrival) => Promise<unknown>;
}

/** Reads each channel on from its newest known message. A channel that cannot be read is a line in the log; throws what storing throws. */
export async function readMissed(house: MissedHouse): Promise<void> {
  const since = BigInt(snowflakeAt(house.now - MISSED_MS_MAX));
  for (const { channel, message } of house.known) {
    const newest = nativeOf(message);
    const after = /^\d+$/u.test(newest) && BigInt(newest) > since ? newest : String(since);
    await readAfter(house, channel, after);
  }
}

async function readAfter(house: MissedHouse, channel: ChannelId, from: string): Promise<void> {
  const native = nativeOf(channel);
  let after = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const messages = await pageAfter(house, channel, after);
    if (messages === null) return;
    for (const raw of messages) {
      const arrival = await house.arrivalOf({ ...raw, channel_id: native });
      if (arrival !== null) await house.store(arrival);
    }
    const newest = textOf(messages.at(-1)?.["id"]);
    if (messages.length < PAGE_MAX || newest === null) return;
    after = newest;
  }
}

/** Oldest first; null: it could not be had. */
async function pageAfter(
  { api, log }: MissedHouse,
  channel: ChannelId,
  after: string,
): Promise<readonly Readonly<Record<string, unknown>>[] | null> {
  const query = new URLSearchParams({ after, limit: String(PAGE_MAX) });
  try {
    const found = await api.ask({ method: "GET", route: `/channels/${nativeOf(channel)}/messages`, query });
    return listOf(found)
      .map((each) => fieldsOf(each))
      .toReversed();
  } catch (error) {
    log.warn("what was missed in a channel could not be read", { channel, why: messageOf(error) });
    return null;
  }
}
