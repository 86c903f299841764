// The strategies of who speaks, each one pure function: by nature, each in turn, and out of a pool.
import { pickWeighted } from "../chance.ts";
import type { PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import { isSame } from "./rooms.ts";

/** Who spoke, oldest first, or is about to; null: a person. */
export type Speakers = readonly (PersonaId | null)[];

/** Who said these messages, oldest first; other bots are nobody. */
export function speakersOf(messages: readonly Message[]): Speakers {
  return messages.flatMap(({ author, spoken }) =>
    spoken !== null ? [spoken.persona] : author.kind === "person" ? [null] : [],
  );
}

/** A persona that may join in: with this chance, and it does when `at` lies below. */
export interface Drawn {
  readonly persona: Persona;
  readonly chance: number;
  readonly at: number;
}

/** Strategy `natural`, where nobody is named: everyone draws against its talkativeness. Keenest first; who drew below its chance is willing. */
export function drawNatural(
  cast: readonly Persona[],
  chanceOf: (persona: Persona) => number,
  draw: (persona: Persona) => number,
): readonly Drawn[] {
  return cast
    .map((persona) => ({ persona, chance: chanceOf(persona), at: draw(persona) }))
    .toSorted((a, b) => a.at - b.at);
}

/** Whether it wants to speak. */
export function isWilling({ chance, at }: Drawn): boolean {
  return at < chance;
}

/** Strategy `list`: each in turn. The list goes on after whoever of it spoke last, and begins anew after its end; one that is not able is passed over. Null when nobody is. */
export function nextInList(
  list: readonly Persona[],
  speakers: Speakers,
  isAble: (persona: Persona) => boolean = () => true,
): Persona | null {
  const last = speakers.findLast((speaker) => list.some((persona) => isThat(persona, speaker)));
  const from = last === undefined ? 0 : list.findIndex((persona) => isThat(persona, last)) + 1;
  return [...list.slice(from), ...list.slice(0, from)].find(isAble) ?? null;
}

/** Strategy `pooled`: everyone who has not spoken since a person last did. Once all have, a new round begins with all but who spoke last, so that each speaks once a round and nobody twice in a row. Only an empty cast has an empty pool. */
export function poolOf(cast: readonly Persona[], speakers: Speakers): readonly Persona[] {
  const since = speakers.slice(speakers.lastIndexOf(null) + 1);
  const spoken = new Set<Persona>();
  let last: Persona | null = null;
  for (const speaker of since) {
    const persona = cast.find((each) => isThat(each, speaker));
    if (persona === undefined) continue;
    spoken.add(persona);
    last = persona;
    if (spoken.size === cast.length) spoken.clear();
  }
  const pool = cast.filter((persona) => !spoken.has(persona) && persona !== last);
  return pool.length > 0 ? pool : cast;
}

/** One of these by talkativeness; where all are set to silence, any of them. Null when there is none. `draw` gives a number in [0, 1), where there is a choice. */
export function pickOne(
  personas: readonly Persona[],
  talkativeness: (persona: Persona) => number,
  draw: () => number,
): Persona | null {
  if (personas.length <= 1) return personas[0] ?? null;
  const at = draw();
  return pickWeighted(personas, talkativeness, at) ?? pickWeighted(personas, () => 1, at);
}

function isThat(persona: Persona, speaker: PersonaId | null): boolean {
  return speaker !== null && isSame(persona.id, speaker);
}
