// An answer that is still being written, as it may be shown. Pure.
import { replyText } from "./reply-text.ts";
import { splitText } from "./split.ts";

// Tells that more is to come.
const SIGN = "…";

// The sign, a space before it, and a fence that is closed after it.
const ROOM_CHARS = 12;

// The end of a sentence or a line, in most scripts.
const SENTENCE = /[.!?…][\p{Pe}\p{Pf}"']*\s|[。！？।؟]|\n/u;

const FENCE = /^ {0,3}```/gmu;

/** Whether there is enough of it to be worth showing: a sentence. */
export function isWorthShowing(text: string): boolean {
  return SENTENCE.test(text);
}

/** What there is of an answer, within one post and with a sign that more is to come. `names`: those of the speaker, which models put before their words. */
export function partialText(
  text: string,
  { names, charsMax }: { readonly names: readonly string[]; readonly charsMax: number },
): string {
  // What comes after the first post is said when it is whole.
  const [part = ""] = splitText(replyText(text, names), charsMax - ROOM_CHARS);
  const shown = part.toWellFormed().trimEnd();
  if (shown === "") return SIGN;
  const isInFence = (shown.match(FENCE)?.length ?? 0) % 2 === 1;
  return isInFence ? `${shown}\n\`\`\`\n${SIGN}` : `${shown} ${SIGN}`;
}
