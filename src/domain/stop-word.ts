// The word "stop": whether a message tells the personas of its channel to stop.
import type { PersonaId } from "./ids.ts";
import type { NameMatcher } from "./names.ts";
import { nativeKey } from "./words.ts";

// Everyone knows what it means, in any language.
export const STOP_SIGN = "🛑";

// As people say it to somebody who talks too much. Words that mean something else as well, such as the Spanish "para", are left out: a channel that falls silent by mistake is worse than a word more.
const WORDS: readonly string[] = [
  "stop",
  "stopp",
  "halt",
  "hör auf",
  "hört auf",
  "arrête",
  "arrêtez",
  "basta",
  "alto",
  "detente",
  "paren",
  "pare",
  "parem",
  "chega",
  "fermati",
  "fermatevi",
  "smettila",
  "smettetela",
  "стоп",
  "хватит",
  "остановись",
  "остановитесь",
  "прекрати",
  "прекратите",
  "досить",
  "зупинись",
  "зупиніться",
  "припини",
  "припиніть",
  "ストップ",
  "やめて",
  "止めて",
  "止まって",
  "停止",
  "停",
  "停下",
  "停下来",
];

const STOPS = new Set(WORDS.map((word) => nativeKey(word)));

// The longest of these words with the longest names fits; what is longer says more than "stop".
const CHARS_MAX = 160;

// Politeness after a name ("エイダさん、ストップ").
const ADDRESS = /^(?:さん|ちゃん|くん|様|先生)/u;

const NO_WORD = /[^\p{L}\p{M}\p{N}]+/gu;

/** Whom a "stop" is said to. */
export interface Stop {
  /** Null: to nobody by name. */
  readonly persona: PersonaId | null;
}

/** Whether `text` is "stop", in one of the languages above or as a sign, and nothing else but a persona's name. Null: it is not. */
export function stopIn(text: string, names: NameMatcher): Stop | null {
  if (text.length > CHARS_MAX) return null;
  const named = names(text);
  let rest = "";
  let end = 0;
  for (const { said, at } of named.toSorted((a, b) => a.at - b.at)) {
    rest += `${text.slice(end, at)} `;
    end = at + said.length;
    end += ADDRESS.exec(text.slice(end))?.[0].length ?? 0;
  }
  rest += text.slice(end);
  const words = nativeKey(rest).replaceAll(NO_WORD, " ").trim();
  const isStop = words === "" ? rest.includes(STOP_SIGN) : STOPS.has(words);
  return isStop ? { persona: named[0]?.id ?? null } : null;
}
