// The parts of one answer: a long one stands in several posts.
import type { Message } from "../domain/message.ts";
import type { Store } from "../store/store.ts";

// The parts of one answer stand close together, whoever spoke between them.
const WITHIN_MAX = 50;

/** All posts of the answer that this one belongs to, as they stand, itself included. */
export async function partsOf(store: Pick<Store, "recentMessages">, message: Message): Promise<readonly Message[]> {
  const { channel, seq, spoken } = message;
  if (spoken === null) return [message];
  const around = await store.recentMessages(channel, seq + WITHIN_MAX, 2 * WITHIN_MAX);
  return around.filter((each) => each.spoken?.turn === spoken.turn);
}
