// What stands before a message that is answered outside of a turn, as a turn would have it before it.
import type { ChannelId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Store } from "../store/store.ts";
import type { RoomFacts } from "./rooms.ts";
import { openingOf, withBefore } from "./thread-opening.ts";

/** The newest messages of the channel with a place up to `throughSeq` (null: all), with what the thread was opened with and what `trigger` replies to where those are older. */
export async function readBefore(
  store: Pick<Store, "message" | "recentMessages">,
  at: {
    readonly channel: ChannelId;
    readonly throughSeq: number | null;
    readonly window: number;
    readonly room: RoomFacts;
    readonly trigger: Pick<Message, "replyTo"> | null;
  },
): Promise<readonly Message[]> {
  const newest = await store.recentMessages(at.channel, at.throughSeq, at.window);
  const wanted = [openingOf(newest, at.room), at.trigger?.replyTo ?? null].filter((id) => id !== null);
  const known = new Set(newest.map((each) => each.id));
  const older = await Promise.all(wanted.filter((id) => !known.has(id)).map((id) => store.message(id)));
  return withBefore(newest, older);
}
