// What people say, made harmless before a script sees it: their text is data, never a tag, a pattern or a template.
import type { Persona } from "../../domain/persona.ts";

// A script looks for a few words; this is twice what a microblog post may hold, and each trigger is tried against it.
const HEARD_CHARS_MAX = 500;

const INVISIBLE = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}]|(?![\u200C\u200D])\p{Cf}/gu;
// Zalgo: no script sets more than three marks on a letter.
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
const TAG_CHARACTERS = /[<>{}\\^|`~]+/g;
const EMPHASIS = /(?<![\p{L}\p{N}])[*_]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])[*_]+(?![\p{L}\p{N}])/gu;
const DASHES = /[—–―]+/g;
const GLUED = /([,;:!?…])(?=\p{L})/gu;
const SUM = /(?<=\d)\s*([-+*/×÷=])\s*(?=\d)/g;

/** What a brain takes out of a message and out of its own last reply before it compares them with triggers; points and commas stay within numbers. */
export const PUNCTUATION =
  /(?<!\d)[.,]|[.,](?!\d)|[!?;:…‥·¡¿"“”„‟«»‹›()[\]{}。、！？；：「」『』（）【】《》〈〉〜～—–―؟،؛।॥]/gu;

/** `text` as a brain may hear it: at most 500 characters, one line, no control or tag characters, straight apostrophes, no Markdown emphasis, signs between numbers set apart ("2+2" is "2 + 2"). */
export function heardText(text: string): string {
  const cut = text.slice(0, HEARD_CHARS_MAX).toWellFormed().normalize("NFKC").slice(0, HEARD_CHARS_MAX);
  return cut
    .replaceAll(INVISIBLE, " ")
    .replaceAll(PILED_MARKS, "$1")
    .replaceAll(/[’‘ʼ]/g, "'")
    .replaceAll(TAG_CHARACTERS, " ")
    .replaceAll(EMPHASIS, "")
    .replaceAll(DASHES, " ")
    .replaceAll(GLUED, "$1 ")
    .replaceAll(SUM, " $1 ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

// Signs that mean something in a trigger's regular expression, in a tag or in a replacement text. While a brain works, each is a character of the private-use area; nobody's text holds those, `heardText` takes them out.
const SIGNS = /[$+*^.?()[\]{}|@#\\<>]/g;
const VEILED = /[\uE000-\uE07F]/g;
const VEIL_OFFSET = 0xe000;

/** `text` without a single sign that the library or a regular expression could act on. */
export function veil(text: string): string {
  return text.replaceAll(SIGNS, (sign) => String.fromCharCode(VEIL_OFFSET + sign.charCodeAt(0)));
}

/** What `veil` was given. */
export function unveil(text: string): string {
  return text.replaceAll(VEILED, (sign) => String.fromCharCode(sign.charCodeAt(0) - VEIL_OFFSET));
}

// These scripts write words together, so a name ends where it ends.
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]$/u;
const SIGN_CHARACTERS = /[$+*^.?()[\]{}|\\/-]/g;

/** `text` without the persona's name, another of its names or its @handle at the start or the end; as it is when nothing else would be left. `text` has been through `heardText`. */
export function withoutAddress(text: string, persona: Persona): string {
  const names = [persona.name, ...persona.aliases, persona.id]
    .map(heardText)
    .filter((name) => name !== "")
    .toSorted((a, b) => b.length - a.length)
    .map(
      (name) =>
        name.replaceAll(SIGN_CHARACTERS, "\\$&") + (UNSPACED.test(name) ? "" : "(?![\\p{L}\\p{M}\\p{N}_]|'\\p{L})"),
    );
  if (names.length === 0) return text;
  const any = `@?(?:${names.join("|")})`;
  const first = text.replace(new RegExp(`^${any}[\\s,;:.!?…-]*`, "iu"), "");
  const both = first.replace(new RegExp(`(?:^|[\\s,;:…-]+)${any}(?<ends>[\\s.!?…]*)$`, "iu"), "$<ends>").trim();
  return /[\p{L}\p{N}]/u.test(both) ? both : text;
}
