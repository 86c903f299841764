// People in the feed: each posts until the house has it, by whichever process lives, and what stands there is read from the store, which is that platform's book.
import { feedPlatform, messageId } from "../../src/domain/ids.ts";
import { feedChannel } from "../../src/adapters/feed/feed.ts";
import type { Chance } from "../../src/chance.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { CAST } from "./cast.ts";
import type { Asked, Room } from "./judge.ts";
import { isAnswer, readText } from "./said.ts";
import { sleep } from "./stage.ts";

// Whoever gets no answer presses the button again after this long.
const AGAIN_MS = 100;

// All that is ever posted in one run.
const MESSAGES_MAX = 100_000;

/** Tells these numbers from those that are asked for on the other platform. */
const FIRST_NUMBER = 1_000_000;

interface Try {
  readonly id: MessageId;
  readonly number: number;
  readonly persona: string;
  /** When it was first tried, epoch ms. */
  readonly at: number;
}

export interface FeedTalk {
  /** Somebody asks a persona for the next number. */
  ask(): void;
  /** How many are not answered yet, those that no process has taken yet included. */
  missing(): Promise<number>;
  /** What was asked, in the order in which it was taken, and what stands there in the end. */
  told(): Promise<{ readonly asked: readonly Asked[]; readonly room: Room }>;
  /** When each message was first tried to be said, epoch ms. */
  triedAt(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** `urls`: where the pages of the house are, of which some may be down. */
export async function openFeedTalk(
  at: { readonly database: string; readonly chance: Chance },
  urls: () => readonly string[],
): Promise<FeedTalk> {
  const store = await openSqliteStore(at.database, { log: silentLog, secret: null });
  const tries: Try[] = [];
  const waiting = new Set<Promise<void>>();
  let count = 0;
  const over = new AbortController();
  const read = (): Promise<readonly Message[]> => store.recentMessages(feedChannel, null, MESSAGES_MAX);
  return {
    ask: () => {
      const number = FIRST_NUMBER + count;
      count += 1;
      const persona = CAST[Math.floor(at.chance("feed", String(number)) * CAST.length)];
      if (persona === undefined) throw new RangeError("nobody to ask");
      const asking = post(number, `${persona.name}, number ${number}`, urls, over.signal).then(({ id, startedAt }) => {
        waiting.delete(asking);
        if (id !== null) tries.push({ id, number, persona: persona.name, at: startedAt });
      });
      waiting.add(asking);
    },
    missing: async () => {
      const messages = await read();
      const answered = messages.filter((each) => each.spoken !== null && isAnswer(each.text)).length;
      return waiting.size + Math.max(0, tries.length - answered);
    },
    told: async () => told(await read(), tries),
    triedAt: () => new Map(tries.map(({ id, at: triedAt }) => [id, triedAt])),
    close: async () => {
      over.abort();
      await Promise.all(waiting);
      await store.close();
    },
  };
}

/** The same key is the same post, however often it is sent. */
async function post(
  number: number,
  text: string,
  urls: () => readonly string[],
  signal: AbortSignal,
): Promise<{ readonly id: MessageId | null; readonly startedAt: number }> {
  const startedAt = Date.now();
  const body = JSON.stringify({ name: `Person ${number}`, text, key: `key-${number}` });
  const headers = { "content-type": "application/json", accept: "application/json" };
  for (let tries = 0; !signal.aborted; tries += 1) {
    const all = urls();
    const url = all[tries % Math.max(1, all.length)];
    try {
      const answer = await fetch(new URL("/posts", url), { method: "POST", headers, body, signal });
      const said = (await answer.json()) as { readonly id?: string };
      if (answer.status === 201 && said.id !== undefined) return { id: idOf(said.id), startedAt };
    } catch {
      // Nobody is there: the next one takes it.
    }
    await sleep(AGAIN_MS);
  }
  return { id: null, startedAt };
}

function idOf(text: string): MessageId {
  return messageId(feedPlatform, text.slice(text.indexOf(":") + 1));
}

function told(messages: readonly Message[], tries: readonly Try[]) {
  const taken = new Map(messages.map((message, place) => [message.id, { message, place }]));
  const inOrder = tries.toSorted((one, other) => (taken.get(one.id)?.place ?? 0) - (taken.get(other.id)?.place ?? 0));
  const asked = inOrder.map(({ id, number, persona }, place) => ({
    number: FIRST_NUMBER + place,
    message: id,
    channel: feedChannel as string,
    persona,
    answer: `Number ${number} it is.`,
    at: taken.get(id)?.message.createdAt ?? 0,
    isTakenBack: false,
  }));
  const posts = messages
    .filter((each) => each.spoken !== null)
    .map((each) => ({
      author: each.author.name,
      // The feed shows the face that belongs to the name.
      face: each.author.name,
      text: readText(each.text),
      at: each.createdAt,
    }));
  return { asked, room: { channel: feedChannel as string, posts } };
}
