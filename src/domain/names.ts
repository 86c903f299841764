// Names in a text: which of the cast somebody speaks to or of, in any script.
import type { IsHidden } from "./hidden-parts.ts";
import { hiddenIn } from "./hidden-parts.ts";
import type { PersonaId } from "./ids.ts";
import { handleOf } from "./ids.ts";
import type { Word } from "./words.ts";
import { isAsciiText, latinKey, nativeKey, wordsOf, wordsOfAscii } from "./words.ts";

/** Who can be named. A `Persona` is one. */
export interface Nameable {
  readonly id: PersonaId;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A name in a text. */
export interface Named {
  readonly id: PersonaId;
  /** The name as it stands there, with its `@` if it has one. */
  readonly said: string;
  /** Where it begins, in UTF-16 code units. */
  readonly at: number;
}

/** Finds who is named in a text, in the order in which they are said; each once, where first said. */
export type NameMatcher = (text: string) => readonly Named[];

/** Who is named in `text`. For more than one text make a `nameMatcher`. */
export function namesIn(text: string, people: readonly Nameable[]): readonly Named[] {
  return nameMatcher(people)(text);
}

/** A matcher for this cast, made once: a name or an alias as whole words, whatever its case, accents or script, in scripts without spaces anywhere; `@` and a name or a handle. The longest name wins. Nothing inside links, addresses or code counts. Linear in the text. */
export function nameMatcher(people: readonly Nameable[]): NameMatcher {
  const index = indexOf(people);
  if (people.length === 0) return () => [];
  return (text) => {
    const found = isAsciiText(text) ? asciiCandidates(text, index) : candidates(text, index);
    return found.length === 0 ? [] : firstOfEach(withoutOverlaps(found), text);
  };
}

/** A place in the tree of names: the words read so far lead here. */
interface Branch {
  readonly next: Map<string, Branch>;
  /** Who is named by the words so far; `bare` without an `@` as well. */
  readonly bare: Set<PersonaId>;
  readonly mention: Set<PersonaId>;
}

interface Index {
  readonly tree: Branch;
  /** Matches wherever the first word of a name stands in an ASCII text, be it within another word: most texts name nobody, and are done with a look. */
  readonly mayName: RegExp;
  /** Names found anywhere in a text, by their first character, longest first. */
  readonly anywhere: ReadonlyMap<string, readonly Anywhere[]>;
}

interface Anywhere {
  readonly text: string;
  readonly ids: Set<PersonaId>;
}

interface Candidate {
  readonly at: number;
  readonly end: number;
  readonly ids: ReadonlySet<PersonaId>;
}

// A name of one letter, such as "A" or "I", is a word of every other sentence: it counts after `@` only.
const BARE_CHARS_MIN = 2;

// One ideograph is part of countless words; two and more are seldom a name by accident.
const ANYWHERE_CHARS_MIN = 2;

// What may stand between the words of a name, such as in "J. R. R.", "O'Brien" or 'The "Duke" of Ash'.
const GAP = /^[ \t\n\u00a0._'’"“”()\-·・]{0,3}$/u;

const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const PICTURE = /\p{Extended_Pictographic}/u;

function indexOf(people: readonly Nameable[]): Index {
  const tree = branch();
  const anywhere = new Map<string, Anywhere>();
  for (const person of people) {
    const names = [person.name, ...person.aliases];
    for (const name of names) {
      plant(tree, name, person.id, "bare");
      const folded = nativeKey(name.trim());
      const isPicture = wordsOf(name).length === 0 && PICTURE.test(name);
      const isSpaceless = SPACELESS.test(name) && Array.from(folded).length >= ANYWHERE_CHARS_MIN;
      if (!isPicture && !isSpaceless) continue;
      const known = anywhere.get(folded) ?? { text: folded, ids: new Set() };
      known.ids.add(person.id);
      anywhere.set(folded, known);
    }
    // Without an @ a handle is a name only where it is a word of the name: `ada` of Ada Lovelace, not `cook` of Marco.
    const handle = handleOf(person.id);
    const isWordOfName = names.some((name) => wordsOf(name).some((word) => latinKey(word.text) === handle));
    plant(tree, handle, person.id, isWordOfName ? "bare" : "mention");
  }
  return { tree, mayName: anyOf([...tree.next.keys()]), anywhere: byFirstCharacter([...anywhere.values()]) };
}

/** Any of `words`, whatever its case; of none, nothing. */
function anyOf(words: readonly string[]): RegExp {
  const escaped = words.map((word) => word.replaceAll(/[$()*+./?[\\\]^{|}]/gu, String.raw`\$&`));
  return new RegExp(escaped.length === 0 ? "(?!)" : escaped.join("|"), "iu");
}

function byFirstCharacter(names: readonly Anywhere[]): ReadonlyMap<string, readonly Anywhere[]> {
  const longestFirst = names.toSorted((a, b) => b.text.length - a.text.length);
  return Map.groupBy(longestFirst, (name) => String.fromCodePoint(name.text.codePointAt(0) ?? 0));
}

function branch(): Branch {
  return { next: new Map(), bare: new Set(), mention: new Set() };
}

/** Puts a name into the tree twice: as it is written, and in Latin letters. */
function plant(tree: Branch, name: string, id: PersonaId, how: "bare" | "mention"): void {
  const words = wordsOf(name);
  if (words.length === 0) return;
  for (const key of [nativeKey, latinKey]) {
    let at = tree;
    for (const word of words) {
      const folded = key(word.text);
      const known = at.next.get(folded);
      const next = known ?? branch();
      if (known === undefined) at.next.set(folded, next);
      at = next;
    }
    const chars = words.reduce((sum, word) => sum + key(word.text).length, 0);
    const isBare = how === "bare" && (chars >= BARE_CHARS_MIN || SPACELESS.test(name));
    if (isBare) at.bare.add(id);
    at.mention.add(id);
  }
}

function asciiCandidates(text: string, index: Index): readonly Candidate[] {
  if (!index.mayName.test(text)) return [];
  const words = wordsOfAscii(text);
  const found: Candidate[] = [];
  let isHidden: IsHidden | null = null;
  for (let i = 0; i < words.length; i += 1) {
    const candidate = longestAt(words, i, text, index.tree, "native");
    if (candidate === null) continue;
    isHidden ??= hiddenIn(text);
    if (isSeen(candidate, isHidden)) found.push(candidate);
  }
  return found;
}

function candidates(text: string, index: Index): readonly Candidate[] {
  const words = wordsOf(text);
  const found: Candidate[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const candidate = longestAt(words, i, text, index.tree, "native") ?? longestAt(words, i, text, index.tree, "latin");
    if (candidate !== null) found.push(candidate);
  }
  if (index.anywhere.size > 0) found.push(...anywhereIn(text, index.anywhere));
  if (found.length === 0) return found;
  const isHidden = hiddenIn(text);
  return found.filter((candidate) => isSeen(candidate, isHidden));
}

/** The longest name whose words begin at word `from`. */
function longestAt(
  words: readonly Word[],
  from: number,
  text: string,
  tree: Branch,
  script: "native" | "latin",
): Candidate | null {
  const first = words[from];
  if (first === undefined) return null;
  const isMention = text[first.at - 1] === "@";
  let longest: Candidate | null = null;
  let at = tree;
  for (let i = from; i < words.length; i += 1) {
    const word = words[i];
    if (word === undefined) break;
    const before = words[i - 1];
    if (i > from && before !== undefined && !GAP.test(text.slice(before.end, word.at))) break;
    const step = stepInto(at, word, script);
    if (step === null) break;
    at = step.branch;
    const ids = isMention ? at.mention : at.bare;
    const end = word.at + step.chars;
    if (ids.size > 0 && standsAlone(text, first.at, end, isMention)) {
      longest = { at: isMention ? first.at - 1 : first.at, end, ids };
    }
    if (step.chars < word.text.length) break;
  }
  return longest;
}

/** One word further down the tree; in Korean with or without the particle that is written onto a name. `chars`: how much of the word is the name. */
function stepInto(
  at: Branch,
  word: Word,
  script: "native" | "latin",
): { readonly branch: Branch; readonly chars: number } | null {
  // A run of ideographs in Latin letters is a name only as a whole, and of two or more: "安" is not An.
  if (script === "latin" && word.kind === "spaceless" && word.text.length < ANYWHERE_CHARS_MIN) return null;
  const key = script === "native" ? word.native : latinKey(word.text);
  const whole = at.next.get(key);
  if (whole !== undefined) return { branch: whole, chars: word.text.length };
  if (word.kind !== "hangul") return null;
  for (let tail = 1; tail <= PARTICLE_CHARS_MAX && tail < word.text.length; tail += 1) {
    const chars = word.text.length - tail;
    if (!PARTICLES.has(word.text.slice(chars))) continue;
    const stem = word.text.slice(0, chars);
    const stemmed = at.next.get(script === "native" ? nativeKey(stem) : latinKey(stem));
    if (stemmed !== undefined) return { branch: stemmed, chars };
  }
  return null;
}

// Korean writes particles and forms of address onto a name ("에이다는", "에이다 씨가").
const PARTICLE_CHARS_MAX = 4;
const ENDINGS = [
  "",
  "은",
  "는",
  "이",
  "가",
  "을",
  "를",
  "와",
  "과",
  "의",
  "에게",
  "한테",
  "께",
  "도",
  "만",
  "랑",
  "이랑",
];
const PARTICLES = new Set(
  ["", "씨", "님", "이"]
    .flatMap((address) => ENDINGS.map((ending) => address + ending))
    .concat(["야", "아", "이야", "예요"]),
);

/** False inside a longer word made with underscores, and after `@` with hyphens too: `@ada-bot` is not `@ada`. Bars around a name, such as `_Ada_`, are no word. */
function standsAlone(text: string, at: number, end: number, isMention: boolean): boolean {
  const binds = (char: string | undefined): boolean => char === "_" || (isMention && char === "-");
  let after = end;
  while (after - end < BARS_MAX && binds(text[after])) after += 1;
  if (after > end && isWordCharacter(text, after)) return false;
  // An @ with a letter before it is a mail address; in other scripts it may stand right after a word.
  if (isMention) return !ASCII_WORD_CHARACTER.test(text[at - 2] ?? "");
  let before = at - 1;
  while (at - before <= BARS_MAX && text[before] === "_") before -= 1;
  return before === at - 1 || !isWordCharacter(text, before);
}

// Markdown knows up to three bars of emphasis; further ones are looked at no more.
const BARS_MAX = 8;

const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const ASCII_WORD_CHARACTER = /[a-z0-9]/iu;

function isWordCharacter(text: string, at: number): boolean {
  const char = text[at];
  return char !== undefined && WORD_CHARACTER.test(char);
}

/** Names in scripts without spaces, and names that are pictures, wherever they stand. */
function anywhereIn(text: string, names: Index["anywhere"]): readonly Candidate[] {
  const found: Candidate[] = [];
  const folded = text.toLowerCase();
  // Where folding changes lengths (a few capitals do), places would be wrong: those texts are taken as they are.
  const line = folded.length === text.length ? folded : text;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.codePointAt(at) ?? 0;
    const match = names
      .get(String.fromCodePoint(code))
      ?.find((name) => line.startsWith(name.text, at) && !cutsWord(line, at, at + name.text.length));
    if (match !== undefined) {
      const isMention = line[at - 1] === "@";
      found.push({ at: isMention ? at - 1 : at, end: at + match.text.length, ids: match.ids });
      at += match.text.length - 1;
    } else if (code > 0xffff) at += 1;
  }
  return found;
}

const KATAKANA = /[\p{Script=Katakana}ー]/u;

/** True where a name would be cut out of a longer Katakana word: アダ is not in アダプター. */
function cutsWord(text: string, at: number, end: number): boolean {
  const isInside = (inner: string | undefined, outer: string | undefined): boolean =>
    inner !== undefined && outer !== undefined && KATAKANA.test(inner) && KATAKANA.test(outer);
  return isInside(text[at], text[at - 1]) || isInside(text[end - 1], text[end]);
}

function isSeen(candidate: Candidate, isHidden: IsHidden): boolean {
  return !isHidden(candidate.at) && !isHidden(candidate.end - 1);
}

/** From left to right, at each place the longest. */
function withoutOverlaps(found: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of found.toSorted((a, b) => (a.at === b.at ? b.end - a.end : a.at - b.at))) {
    const last = kept.at(-1);
    if (last === undefined || candidate.at >= last.end) kept.push(candidate);
  }
  return kept;
}

function firstOfEach(found: readonly Candidate[], text: string): readonly Named[] {
  const seen = new Set<PersonaId>();
  return found.flatMap((candidate) =>
    [...candidate.ids].flatMap((id) => {
      if (seen.has(id)) return [];
      seen.add(id);
      return [{ id, said: text.slice(candidate.at, candidate.end), at: candidate.at }];
    }),
  );
}
