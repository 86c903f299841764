// How deep in its chain each message stands, other bots' messages included; pure.
import type { MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";

/** The depth of each of these messages, oldest first. A person's is 0 and a persona's as it was stored; another bot does not say what it answers, so its message counts as a step after whatever stands before it: talk between machines grows deeper until a brake ends it, and only a person begins anew. */
export function chainDepths(messages: readonly Message[]): ReadonlyMap<MessageId, number> {
  const depths = new Map<MessageId, number>();
  let before = 0;
  for (const message of messages) {
    before = message.author.kind === "bot" ? before + 1 : message.depth;
    depths.set(message.id, before);
  }
  return depths;
}
