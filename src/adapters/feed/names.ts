// Names of people on the feed: what one may be called, and when a name would pass for one of the cast's.
import type { Persona } from "../../domain/persona.ts";

// Long enough for full names in any script, short enough for one line on a phone.
export const NAME_CHARS_MAX = 50;

// Letters that look like Latin ones in most typefaces (Unicode's confusables.txt, the Cyrillic, Greek and digit look-alikes of single letters).
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ["а", "a"],
  ["в", "b"],
  ["с", "c"],
  ["ԁ", "d"],
  ["е", "e"],
  ["ё", "e"],
  ["һ", "h"],
  ["н", "h"],
  ["і", "i"],
  ["ї", "i"],
  ["ј", "j"],
  ["к", "k"],
  ["ӏ", "l"],
  ["м", "m"],
  ["о", "o"],
  ["р", "p"],
  ["ԛ", "q"],
  ["ѕ", "s"],
  ["т", "t"],
  ["у", "y"],
  ["ѵ", "v"],
  ["ԝ", "w"],
  ["х", "x"],
  ["α", "a"],
  ["β", "b"],
  ["ε", "e"],
  ["η", "n"],
  ["ι", "i"],
  ["κ", "k"],
  ["μ", "u"],
  ["ν", "v"],
  ["ο", "o"],
  ["ρ", "p"],
  ["τ", "t"],
  ["υ", "u"],
  ["χ", "x"],
  ["ζ", "z"],
  ["ı", "i"],
  ["ɑ", "a"],
  ["ɡ", "g"],
  ["0", "o"],
  ["1", "l"],
  ["|", "l"],
  ["3", "e"],
  ["5", "s"],
] as const);

/** `name` as it is shown: one line, no invisible characters at its edges, runs of spaces made one. */
export function tidyName(name: string): string {
  return name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\s\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}

/** Whether anything of `name` can be seen. */
export function isVisible(name: string): boolean {
  return /[^\p{C}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u.test(name);
}

/** The same for names that differ only in case, width or spaces: who is the same writer. */
export function foldName(name: string): string {
  return tidyName(name).normalize("NFKC").toLowerCase();
}

/** The same for names that a reader could take for one another: case, width, accents, invisible characters, punctuation, emoji and look-alike letters do not count. */
export function skeletonOf(name: string): string {
  const folded = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}|]/gu, "");
  return Array.from(folded, (letter) => LOOKALIKES.get(letter) ?? letter).join("");
}

interface Looks {
  readonly folded: string;
  readonly skeleton: string;
}

// How names look, worked out once: the same people write again and again. Emptied when it is full.
const looks = new Map<string, Looks>();
const LOOKS_MAX = 1_000;

function looksOf(name: string): Looks {
  const known = looks.get(name);
  if (known !== undefined) return known;
  if (looks.size >= LOOKS_MAX) looks.clear();
  const made = { folded: foldName(name), skeleton: skeletonOf(name) };
  looks.set(name, made);
  return made;
}

/** The persona that `name` would pass for; null when there is none. */
export function passesFor(name: string, cast: readonly Persona[]): Persona | null {
  const { folded, skeleton } = looksOf(name);
  return (
    cast.find((persona) => {
      const own = likesOf(persona);
      return own.folded.has(folded) || (skeleton !== "" && own.skeletons.has(skeleton));
    }) ?? null
  );
}

interface Likes {
  readonly folded: ReadonlySet<string>;
  readonly skeletons: ReadonlySet<string>;
}

// Worked out once for each version of a persona: every post asks for them.
const likes = new WeakMap<Persona, Likes>();

function likesOf(persona: Persona): Likes {
  const known = likes.get(persona);
  if (known !== undefined) return known;
  const names = [persona.name, persona.id, ...persona.aliases];
  const made = { folded: new Set(names.map(foldName)), skeletons: new Set(names.map(skeletonOf)) };
  likes.set(persona, made);
  return made;
}
