// Hearing: what nobody is there to hear is not kept.
import { scopesOf } from "../domain/binding.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Arrival } from "../domain/message.ts";
import type { Repositories } from "./repositories.ts";

/** Records a message where it is heard, and how far its platform was listened to in any case. True when it is one that was not there. */
export function recordHeard(
  { bindings, keeps, messages }: Pick<Repositories, "bindings" | "keeps" | "messages">,
  { arrival, tokens, checkpoint }: Heard,
  now: number,
): boolean {
  if (checkpoint !== null) keeps.recordCheckpoint(checkpoint);
  return isHeard(bindings, arrival) && messages.recordArrival(arrival, tokens, now);
}

interface Heard {
  readonly arrival: Arrival;
  readonly tokens: number;
  readonly checkpoint: Checkpoint | null;
}

/** Whether a message is said where somebody lives, or to the house itself. A server is not recorded for a persona that lives in one of its channels. */
function isHeard(bindings: Repositories["bindings"], { asks, place, toHouse }: Arrival): boolean {
  if (toHouse || asks !== null || place.unnamed === "answered") return true;
  return bindings.of(scopesOf(place)).length > 0;
}
