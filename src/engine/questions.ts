// Questions: what was asked by a command stands nowhere but above its answer, and goes with it.
import type { MessageId } from "../domain/ids.ts";
import { isTick } from "../domain/ids.ts";
import type { Store } from "../store/store.ts";

/** These messages, and of each that answers what was asked by a command the question too: whoever takes the answer away means both. */
export async function withQuestions(
  store: Pick<Store, "message" | "turn">,
  messages: readonly MessageId[],
): Promise<readonly MessageId[]> {
  const questions = await Promise.all(messages.map((message) => questionOf(store, message)));
  return [...new Set([...messages, ...questions.filter((question) => question !== null)])];
}

async function questionOf(store: Pick<Store, "message" | "turn">, answer: MessageId): Promise<MessageId | null> {
  const spoken = (await store.message(answer))?.spoken ?? null;
  const trigger = spoken === null ? null : ((await store.turn(spoken.turn))?.turn.trigger ?? null);
  if (trigger === null || isTick(trigger)) return null;
  const question = await store.message(trigger);
  const isAsked = question !== null && question.asks !== null;
  return isAsked ? question.id : null;
}
