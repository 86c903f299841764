// The manner of a post: what the settings of its place make of it, beside its text.
import type { Manner } from "../adapters/adapter.ts";
import { plainManner } from "../adapters/adapter.ts";
import type { MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Post } from "../domain/turn.ts";
import type { EngineHouse } from "./house.ts";
import type { RoomFacts } from "./rooms.ts";

/** How `post` is to be said now. Asks the store only where a place has settings. */
export async function readManner(
  house: Pick<EngineHouse, "rooms" | "store">,
  post: Pick<Post, "channel" | "replyTo" | "part" | "unasked">,
): Promise<Manner> {
  const room = await house.rooms.of(post.channel);
  if (room.residents === "everyone") return plainManner;
  const heard = await readHeard(house, post.replyTo);
  const [newest] = await house.store.recentMessages(post.channel, null, 1);
  return mannerOf(post, { ...heard, room, newest: newest ?? null });
}

/** What a post answers. */
interface Heard {
  readonly answered: Message | null;
  /** The post that it is to go on from, where a person asked for that by a command. */
  readonly continued: Message | null;
}

async function readHeard({ store }: Pick<EngineHouse, "store">, id: MessageId | null): Promise<Heard> {
  const answered = id === null ? null : await store.message(id);
  const isAsked = answered !== null && answered.asks !== null;
  const from = isAsked ? answered.replyTo : null;
  return { answered, continued: from === null ? null : await store.message(from) };
}

// What comes in while one answer is being written fits many times.
const MEANWHILE_MAX = 50;

/** How a post goes on that stands already: as it began, whatever was said since, and without pinging anybody again. */
export async function readMannerOfStanding(
  house: Pick<EngineHouse, "rooms" | "store">,
  post: Pick<Post, "channel" | "replyTo" | "part" | "unasked" | "readyAt">,
): Promise<Manner> {
  const room = await house.rooms.of(post.channel);
  const heard = await readHeard(house, post.replyTo);
  const recent = await house.store.recentMessages(post.channel, null, MEANWHILE_MAX);
  const newest = recent.findLast((message) => message.createdAt <= post.readyAt) ?? heard.answered;
  return { ...mannerOf(post, { ...heard, room, newest }), ping: null };
}

// The parts of one answer stand close together, whoever spoke between them.
const PARTS_WITHIN_MAX = 50;

/** How the text of a post that was said is changed: as it was said then, and without pinging anybody again. */
export async function readMannerOfSaid(
  house: Pick<EngineHouse, "rooms" | "store">,
  { channel, seq, replyTo, spoken }: Message,
): Promise<Manner> {
  const room = await house.rooms.of(channel);
  const heard = await readHeard(house, replyTo);
  const before = await house.store.recentMessages(channel, seq - 1, PARTS_WITHIN_MAX);
  const part = 1 + before.filter((message) => message.spoken !== null && message.spoken.turn === spoken?.turn).length;
  const manner = mannerOf(
    { part, unasked: spoken?.unasked ?? true },
    { ...heard, room, newest: before.at(-1) ?? null },
  );
  // In the thread of what it answers a post refers to nothing: that stands above it.
  const isElsewhere = heard.answered !== null && heard.answered.channel !== channel;
  return { ...manner, ping: null, refersTo: isElsewhere ? null : manner.refersTo };
}

/** How a post is said that answers `answered` where `newest` stands last. Only the first part of a reply pings and refers: one of each is enough. */
export function mannerOf(
  post: Pick<Post, "part" | "unasked">,
  at: Heard & { readonly room: RoomFacts; readonly newest: Message | null },
): Manner {
  const { room, answered, continued, newest } = at;
  const { settings } = room;
  const isForPerson = answered?.author.kind === "person" && !post.unasked;
  const isAsked = answered !== null && answered.asks !== null;
  const above = isAsked ? continued : answered;
  const isFurtherUp = above !== null && above.id !== newest?.id && post.part === 1;
  return {
    ping: isForPerson && settings.ping === "on" && post.part === 1 ? answered.author.id : null,
    linkPreviews: settings.previews === "on" ? "shown" : "hidden",
    mark: settings.mark,
    // Who only said hello was asked nothing.
    asked:
      isAsked && answered.text !== "" && post.part === 1 ? { by: answered.author.name, text: answered.text } : null,
    refersTo: isFurtherUp ? { message: above.id, author: above.author.name } : null,
    thread:
      isForPerson && !isAsked && settings["answer-in"] === "thread" && canHaveThreads(room)
        ? { of: answered.id, about: answered.text }
        : null,
  };
}

/** A thread has none of its own, and direct messages have none at all. */
function canHaveThreads({ place }: RoomFacts): boolean {
  return place?.parent === null && place.workspace !== null;
}
