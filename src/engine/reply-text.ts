// What a solver said, as a post: without the trimmings that models put around their words.

// A name is at most this long (persona files cap it), with room for stars around it.
const NAME_CHARS_MAX = 120;

/** `text` without the persona's own name as a label before it, and without the echo of a speaker label. */
export function replyText(text: string, names: readonly string[]): string {
  const trimmed = text.trim();
  const colon = trimmed.slice(0, NAME_CHARS_MAX).search(/[:：]/u);
  if (colon === -1) return trimmed;
  const label = trimmed
    .slice(0, colon)
    .replaceAll(/[*_@[\]()"]/gu, "")
    .trim()
    .toLowerCase();
  const isOwn = names.some((name) => name.toLowerCase() === label);
  return isOwn ? trimmed.slice(colon + 1).replace(/^[\s*_]+/u, "") : trimmed;
}
