// Words of a text in any script, with the keys under which a name is looked up.
import anyAscii from "any-ascii";

/** A run of characters that belong together. */
export interface Word {
  /** As long as it is in the text; its case and accents may be folded. */
  readonly text: string;
  /** Folded, in its own script. */
  readonly native: string;
  readonly at: number;
  readonly end: number;
  /** `spaceless`: a run in a script that does not part its words. */
  readonly kind: "plain" | "spaceless" | "katakana" | "hangul";
}

// Joiners belong to words of Indic scripts and Persian; variation selectors and the keycap sign belong to emoji.
const WORDS = new RegExp(
  [
    String.raw`([\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+)`,
    String.raw`([\p{Script=Katakana}ー\uff70]+)`,
    String.raw`(\p{Script=Hangul}+)`,
    String.raw`[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]](?:[[\p{L}\p{M}\p{N}\u200c\u200d\u00ad]--[\ufe00-\ufe0f\u20e3]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]])*`,
  ].join("|"),
  "gv",
);

const ASCII_WORDS = /[a-z0-9]+/gu;

const ASCII = /^[\u0000-\u007f]*$/u;

export function isAsciiText(text: string): boolean {
  return ASCII.test(text);
}

export function wordsOf(text: string): readonly Word[] {
  const folded = foldedInPlace(text);
  const line = folded ?? text;
  const words: Word[] = [];
  WORDS.lastIndex = 0;
  for (let match = WORDS.exec(line); match !== null; match = WORDS.exec(line)) {
    const word = match[0];
    const native = folded === null ? nativeKey(word) : word;
    words.push({ text: word, native, at: match.index, end: match.index + word.length, kind: kindOf(match) });
  }
  return words;
}

/** The native key of the whole text where every character keeps its place: once for all words is much quicker. Null otherwise. */
function foldedInPlace(text: string): string | null {
  if (text.normalize("NFKC") !== text) return null;
  const folded = nativeKey(text);
  // Nothing but accents can go now, and lost characters are missed in the length.
  return folded.length === text.length ? folded : null;
}

function kindOf(match: RegExpExecArray): Word["kind"] {
  if (match[1] !== undefined) return "spaceless";
  if (match[2] !== undefined) return "katakana";
  return match[3] === undefined ? "plain" : "hangul";
}

/** The same as `wordsOf`, for a text known to be ASCII: most of a chat is, and this is the quick way. */
export function wordsOfAscii(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.toLowerCase().matchAll(ASCII_WORDS)) {
    const word = match[0];
    words.push({ text: word, native: word, at: match.index, end: match.index + word.length, kind: "plain" });
  }
  return words;
}

// Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic: people leave them out. Vowel signs of other scripts make another word, and й is a letter of its own.
const ACCENTS =
  /(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u00ad]/gu;

/** `text` in one way of writing: compatibility forms, case and accents folded. */
export function nativeKey(text: string): string {
  return isAsciiText(text)
    ? text.toLowerCase()
    : text
        .normalize("NFKC")
        .toLowerCase()
        .normalize("NFD")
        .replaceAll(ACCENTS, "")
        .normalize("NFC")
        .replaceAll("ς", "σ");
}

const NOT_LATIN = /[^a-z0-9]/gu;

/** `text` in Latin letters, as far as they can be given; its native key where they cannot. */
export function latinKey(text: string): string {
  if (isAsciiText(text)) return text.toLowerCase();
  const native = nativeKey(text);
  const latin = anyAscii(native).toLowerCase().replaceAll(NOT_LATIN, "");
  return latin === "" ? native : latin;
}
