// The form of a microblog's posts: short, a reply beginning with the name of whoever is answered, never with one's own.
import { nativeKey } from "../domain/words.ts";

/** Posts are asked for no longer than this: the simulator's own rule. */
export const ASKED_CHARS_MAX = 250;

/** What is longer is cut at a word: a post of the old microblogs (X, "Counting Characters"). */
export const POST_CHARS_MAX = 280;

// Tells that there was more.
const SIGN = "…";

/** Whose post it is, by every name, and whom it answers; null: nobody. */
export interface PostForm {
  readonly own: readonly string[];
  readonly to: string | null;
}

/** `text` as a post: with `@` and the name of whoever is answered before it, without one's own, and no longer than a post may be. Empty where nothing else is left. */
export function microblogText(text: string, { own, to }: PostForm): string {
  const rest = withoutMentions(text, { own, to });
  if (rest === "") return "";
  return cutAtWord(to === null ? rest : `@${oneLine(to)} ${rest}`, POST_CHARS_MAX);
}

/** `text` without names at its beginning, be they one's own or those of whoever is answered. */
export function withoutMentions(text: string, { own, to }: PostForm): string {
  const names = [...own, ...(to === null ? [] : [to])];
  let rest = text.trim();
  for (;;) {
    const next = withoutMention(rest, names);
    if (next === rest) return rest;
    rest = next;
  }
}

function oneLine(name: string): string {
  return name.replaceAll(/\s+/gu, " ").trim();
}

// What may follow a name at the beginning, beside its end: `@Bruno, …`, `Bruno: …`.
const AFTER = /^[\p{Pe}*_]*(?:\s*[,:;，：、—–-])?[*_]*(?:\s+|$)/u;

/** `text` without one of the names at its beginning: after `@`, or as an address before a comma or a colon. */
function withoutMention(text: string, names: readonly string[]): string {
  const opening = /^[\p{Ps}*_]*@?/u.exec(text)?.[0] ?? "";
  const rest = text.slice(opening.length);
  const found = names
    .filter((name) => name !== "" && nativeKey(rest.slice(0, name.length)) === nativeKey(name))
    .toSorted((one, other) => other.length - one.length)[0];
  if (found === undefined) return text;
  const after = AFTER.exec(rest.slice(found.length))?.[0];
  if (after === undefined) return text;
  // A name that is part of a sentence stays: "Bruno is late".
  const isAddress = opening.includes("@") || /[,:;，：、—–-]/u.test(after);
  return isAddress ? rest.slice(found.length + after.length) : text;
}

/** `text`, or as many whole words of it as fit into `charsMax` with a sign that there was more. */
export function cutAtWord(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const room = charsMax - SIGN.length;
  const end = lastBoundary(text, room, "word") ?? lastBoundary(text, room, "grapheme") ?? room;
  const kept = text.slice(0, end).toWellFormed().trimEnd();
  return `${kept.replace(/[\s,;:，、：；—–-]+$/u, "")}${SIGN}`;
}

/** Where the last word, or sign, ends that fits; null: not even the first one does. */
function lastBoundary(text: string, room: number, granularity: "word" | "grapheme"): number | null {
  // Looking past the room tells whether the last word in it is whole.
  const shown = text.slice(0, room * 2);
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter("en", { granularity }).segment(shown)) {
    if (index + segment.length > room) break;
    end = index + segment.length;
  }
  return end === 0 ? null : end;
}
