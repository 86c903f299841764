// Hearing: what nobody is there to hear is not kept.
import { scopesOf } from "../domain/binding.ts";
import type { Arrival } from "../domain/message.ts";
import type { Repositories } from "./repositories.ts";

/** Whether a message is said where somebody lives, or to the house itself. A server is not recorded for a persona that lives in one of its channels. */
export function isHeard({ bindings }: Pick<Repositories, "bindings">, arrival: Arrival): boolean {
  const { asks, place, toHouse } = arrival;
  if (toHouse || asks !== null || place.unnamed === "answered") return true;
  return bindings.of(scopesOf(place)).length > 0;
}
