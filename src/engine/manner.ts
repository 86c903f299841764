// The manner of a post: what the settings of its place make of it, beside its text.
import type { Manner } from "../adapters/adapter.ts";
import { plainManner } from "../adapters/adapter.ts";
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
  const answered = post.replyTo === null ? null : await house.store.message(post.replyTo);
  const [newest] = await house.store.recentMessages(post.channel, null, 1);
  return mannerOf(post, { room, answered, newest: newest ?? null });
}

/** How a post is said that answers `answered` where `newest` stands last. Only the first part of a reply pings and refers: one of each is enough. */
export function mannerOf(
  post: Pick<Post, "part" | "unasked">,
  at: { readonly room: RoomFacts; readonly answered: Message | null; readonly newest: Message | null },
): Manner {
  const { room, answered, newest } = at;
  const { settings } = room;
  const isForPerson = answered?.author.kind === "person" && !post.unasked;
  const isFurtherUp = answered !== null && answered.id !== newest?.id && post.part === 1;
  return {
    ping: isForPerson && settings.ping === "on" && post.part === 1 ? answered.author.id : null,
    linkPreviews: settings.previews === "on" ? "shown" : "hidden",
    mark: settings.mark,
    refersTo: isFurtherUp ? { message: answered.id, author: answered.author.name } : null,
  };
}
