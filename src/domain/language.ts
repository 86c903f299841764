// The language in which somebody speaks, as far as a few words tell it.

/** The languages that are told apart. */
export type Language =
  | "en"
  | "de"
  | "fr"
  | "es"
  | "it"
  | "pt"
  | "nl"
  | "ru"
  | "uk"
  | "el"
  | "ja"
  | "zh"
  | "ko"
  | "ar"
  | "he"
  | "hi";

// A script says enough; where two languages share one, the letters that only one of them has come first.
const SCRIPTS: readonly (readonly [RegExp, Language])[] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja"],
  [/\p{sc=Han}/u, "zh"],
  [/\p{sc=Hangul}/u, "ko"],
  [/[іїєґ]/iu, "uk"],
  [/\p{sc=Cyrillic}/u, "ru"],
  [/\p{sc=Greek}/u, "el"],
  [/\p{sc=Arabic}/u, "ar"],
  [/\p{sc=Hebrew}/u, "he"],
  [/\p{sc=Devanagari}/u, "hi"],
];

// Small words that a sentence hardly does without and that hardly any of the other languages has.
const SMALL_WORDS = new Map<Language, ReadonlySet<string>>([
  ["en", new Set("the and you your is are what who how why do does of to it this that my".split(" "))],
  ["de", new Set("der das und ist nicht ich du dein wie warum wer ein eine mir dir bist geht heißt".split(" "))],
  ["fr", new Set("le les et est je tu vous pourquoi qui comment une ton ça pas bonjour quoi".split(" "))],
  ["es", new Set("el los y eres qué cómo quién por una está tu hola gracias dónde porque".split(" "))],
  ["it", new Set("il gli sei che chi perché sono una come stai ciao grazie non della".split(" "))],
  ["pt", new Set("os você não quem uma está olá obrigado obrigada isso do da porquê".split(" "))],
  ["nl", new Set("het een niet ik jij je wat wie hoe waarom bent dag dank van".split(" "))],
]);

// A question begins in its language; what follows may be a quotation of any length.
const LOOKED_AT_CHARS_MAX = 300;

/** The language that `text` seems to be in: by its script, else by its small words; English when nothing speaks for another. */
export function languageOf(text: string): Language {
  const start = text.slice(0, LOOKED_AT_CHARS_MAX).toLowerCase();
  const latin = start.match(/\p{sc=Latin}/gu)?.length ?? 0;
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  // A foreign word in an English question is no change of language.
  if (letters > latin * 2) return SCRIPTS.find(([script]) => script.test(start))?.[1] ?? "en";
  const words = start.match(/[\p{L}\p{M}]+/gu) ?? [];
  let best: Language = "en";
  let most = 0;
  for (const [language, small] of SMALL_WORDS) {
    const count = words.filter((word) => small.has(word)).length;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}
