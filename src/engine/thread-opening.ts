// What a thread was opened with: a question that stands in the channel around it, at the top of the thread.
import type { MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { RoomFacts } from "./rooms.ts";

/** The message that a thread was made of, where a persona answered it there; null: none is known, or it lies too far back. Whoever set that answers are given in threads linked the two. */
export function openingOf(newest: readonly Message[], { place }: RoomFacts): MessageId | null {
  const isThread = place !== null && place.parent !== null;
  if (!isThread || newest[0]?.seq !== FIRST) return null;
  // All else that was answered in the thread stands there.
  const here = new Set(newest.map((message) => message.id));
  const answer = newest.find(({ spoken, replyTo }) => spoken !== null && replyTo !== null && !here.has(replyTo));
  return answer?.replyTo ?? null;
}

// Places in a channel count from 1.
const FIRST = 1;

/** The newest messages with those before them that they refer to. */
export function withBefore(newest: readonly Message[], before: readonly (Message | null)[]): readonly Message[] {
  const missing = before.filter((message) => message !== null).filter((message) => !newest.includes(message));
  return [...new Map(missing.map((message) => [message.id, message])).values(), ...newest];
}
