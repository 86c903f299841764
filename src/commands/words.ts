// The words of the commands, in the language of whoever gives them: whatever a language lacks is said in English.
import type { Language } from "./command.ts";
import { german } from "./words-de.ts";
import type { Translation, Words } from "./words-en.ts";
import { english } from "./words-en.ts";

/** By the part of a platform's language tag that names the language. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = { de: german };

function filledUp(given: Translation): Words {
  return {
    summaries: { ...english.summaries, ...given.summaries },
    options: { ...english.options, ...given.options },
    choices: { ...english.choices, ...given.choices },
    fields: { ...english.fields, ...given.fields },
    names: { ...english.names, ...given.names },
    meanings: { ...english.meanings, ...given.meanings },
    expected: { ...english.expected, ...given.expected },
    places: { ...english.places, ...given.places },
    say: { ...english.say, ...given.say },
  };
}

const SPOKEN: ReadonlyMap<string, Words> = new Map(
  Object.entries(TRANSLATIONS).map(([tag, given]) => [tag, filledUp(given)]),
);

/** The words for a platform's language tag, such as `de` or `de-AT`; English where the language is unknown. */
export function wordsFor(locale: string | null): Words {
  const language = locale?.split("-", 1)[0]?.toLowerCase() ?? "";
  return SPOKEN.get(language) ?? english;
}

/** The texts of the catalogue in the language, by their English ones. */
function catalogueIn(words: Words): ReadonlyMap<string, string> {
  const pairs = (["summaries", "options", "choices"] as const).flatMap((section) => {
    const translated: Readonly<Record<string, string>> = words[section];
    return Object.entries(english[section]).map(([key, text]) => [text, translated[key] ?? text] as const);
  });
  return new Map(pairs);
}

const CATALOGUES = new Map([english, ...SPOKEN.values()].map((words) => [words, catalogueIn(words)]));

/** A text of the catalogue, which is written in English, in the language; as it is where the language lacks it. */
export function textIn(words: Words, text: string): string {
  return CATALOGUES.get(words)?.get(text) ?? text;
}

/** The languages beside English, as platforms take them. */
export const languages: readonly Language[] = [...SPOKEN].map(([tag, words]) => {
  const names: Readonly<Record<string, string>> = words.names;
  return {
    tag,
    nameOf: (word) => (Object.hasOwn(names, word) ? (names[word] ?? null) : null),
    textOf: (text) => CATALOGUES.get(words)?.get(text) ?? null,
  };
});
