// The names of a cast, kept for as long as nobody in it changes.
import type { NameMatcher } from "../domain/names.ts";
import { nameMatcher } from "../domain/names.ts";
import type { Persona } from "../domain/persona.ts";

interface KnownCast {
  readonly cast: readonly Persona[];
  readonly names: NameMatcher;
}

const matchers = new WeakMap<Persona, readonly KnownCast[]>();

// Casts that begin with the same persona: where there are more, those that spoke longest ago are made again.
const CASTS_MAX = 50;

/** Finds who of this cast is named in a text; made once for as long as nobody in it changes. */
export function namesOf(cast: readonly Persona[]): NameMatcher {
  const [first] = cast;
  if (first === undefined) return () => [];
  const known = matchers.get(first) ?? [];
  const found = known.find((each) => each.cast.length === cast.length && each.cast.every((one, i) => one === cast[i]));
  if (found !== undefined) return found.names;
  const names = nameMatcher(cast);
  matchers.set(first, [{ cast, names }, ...known].slice(0, CASTS_MAX));
  return names;
}
