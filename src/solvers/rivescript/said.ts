// What a brain gave, as it may be said: people's words back in their own form, and no machinery.
import { unveil } from "./heard.ts";

// The library's error texts, tags and templates that nothing was filled into, and places where a word is missing.
const MACHINERY = [
  /\bERR:/,
  /[<{}]/,
  /undefined/i,
  /\[object/,
  /[\uE000-\uF8FF\uFFFD]/,
  /\s[,.](?:\s|$)/,
  /(?:^|\s)(?:""|''|“”|„“|«»|\(\)|\[\])/,
];

/** What speaks against saying `text`: its first sign of machinery; null when there is none. */
export function machineryIn(text: string): string | null {
  for (const sign of MACHINERY) {
    const found = sign.exec(text);
    if (found !== null) return found[0].trim();
  }
  return null;
}

/** `text`, a brain's answer, as it may be said. `lines` are the script's lines that it may have come from, `heard` what was answered as it was written. */
export function saidText(text: string, lines: readonly string[], heard: string): string {
  const flat = unveil(text).toWellFormed().replaceAll(/\s+/gu, " ").trim();
  const own = new Set(lines.flatMap(wordsOf));
  return withCapital(withTheirCapitals(flat, own, heard), lines);
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

function wordsOf(text: string): readonly string[] {
  // A tag's own words are none of the line's.
  return text.replaceAll(/<[^>]*>|\{[^}]*\}/g, " ").match(WORD) ?? [];
}

// The library hears everything in lower case. A word that its author wrote with a capital inside a sentence is a name, in German a noun, or "I": it gets its capital back, unless the script itself has that word in small letters.
function withTheirCapitals(text: string, own: ReadonlySet<string>, heard: string): string {
  const theirs = new Map<string, string>();
  for (const [, word] of heard.matchAll(/(?<=[\p{L}\p{N},;] +)(\p{Lu}[\p{L}\p{M}\p{N}'’-]*)/gu)) {
    const small = word?.toLowerCase() ?? "";
    if (word !== undefined && !own.has(small)) theirs.set(small, isShouted(word) ? capital(small) : word);
  }
  return theirs.size === 0 ? text : text.replaceAll(WORD, (word) => theirs.get(word) ?? word);
}

// Three capitals are an abbreviation (USA, NASA with four at most); more are shouting.
function isShouted(word: string): boolean {
  return word.length > 4 && word === word.toUpperCase();
}

// A line that begins with somebody's word begins with a capital; one that its writer began with a small letter keeps it.
function withCapital(text: string, lines: readonly string[]): string {
  const first = text.match(WORD)?.[0];
  if (first === undefined || lines.flatMap(beginningsOf).includes(first)) return text;
  return text.replace(first, () => capital(first));
}

// What stands before the words of a line: a condition, a weight, tags that say nothing.
const SILENT = /^.*?=>|\{weight=\d+\}|\{topic=[^}]*\}|<(?:set|add|sub|mult|div|bot)\s[^>]*=[^>]*>/g;

// The words that a line may begin with: none where a tag speaks first, any of them where it begins with a choice.
function beginningsOf(line: string): readonly string[] {
  const spoken = line.replaceAll(SILENT, "").trimStart();
  if (/^\{random\}|^\(@/.test(spoken)) return wordsOf(spoken);
  return spoken.startsWith("<") || spoken.startsWith("{") ? [] : wordsOf(spoken).slice(0, 1);
}

function capital(word: string): string {
  const [first = ""] = word;
  return first.toUpperCase() + word.slice(first.length);
}
