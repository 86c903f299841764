// A person's name as it may stand in a sentence that is made by a script.

// As long as names get on Discord (32) and in most languages; longer ones would fill the sentence.
const NAME_CHARS_MAX = 40;
// Enough of a name to find forty good characters in it.
const READ_CHARS_MAX = 500;

/** What a nameless person is called. */
export const NAMELESS = "friend";

/** `name` with letters, digits, spaces, apostrophes, hyphens and underscores only, at most 40 characters; `friend` when no letter or digit is left. */
export function spokenName(name: string): string {
  const plain = name
    .slice(0, READ_CHARS_MAX)
    .toWellFormed()
    .normalize("NFKC")
    // No script sets more than three marks on a letter.
    .replaceAll(/(\p{M}{3})\p{M}+/gu, "$1")
    .replaceAll(/[’‘ʼ]/g, "'")
    .replaceAll(/[^\p{L}\p{M}\p{N} '_-]+/gu, " ")
    .replaceAll(/\s+/g, " ");
  const cut = plain.slice(0, NAME_CHARS_MAX).toWellFormed();
  const trimmed = cut.replaceAll(/^[\s\p{M}'_-]+|[\s'_\uFFFD-]+$/gu, "");
  // "undefined" is what scripts write for what they do not know: said as a name it would look like a fault.
  return /[\p{L}\p{N}]/u.test(trimmed) && !/undefined/i.test(trimmed) ? trimmed : NAMELESS;
}
