// Fits a text into posts that stand already: as many parts as there are posts.
import { splitText } from "./split.ts";

// A sentence or two: cutting finer to fill posts would tear the text apart.
const PART_CHARS_MIN = 200;

// Sizes that are tried between the smallest part and the largest.
const TRIES = 40;

// What a post says whose part of the answer is not needed any more: it cannot say nothing.
const NOTHING_MORE = "…";

/** `text` in exactly `count` parts of at most `charsMax`, cut as `splitText` cuts; `isCut`: not all of it fits. Where it is too short for so many, the last posts say that there is nothing more. */
export function fitInto(
  text: string,
  count: number,
  charsMax: number,
): { readonly texts: readonly string[]; readonly isCut: boolean } {
  const widest = splitText(text, charsMax);
  if (widest.length >= count) return { texts: widest.slice(0, count), isCut: widest.length > count };
  const parts = evenParts(text, count, charsMax) ?? widest;
  const rest = Array.from({ length: count - parts.length }, () => NOTHING_MORE);
  return { texts: [...parts, ...rest], isCut: false };
}

/** The smallest parts that are not too many, so that they are about as long as each other; null: there are none. */
function evenParts(text: string, count: number, charsMax: number): readonly string[] | null {
  const from = Math.max(PART_CHARS_MIN, Math.ceil(text.length / count));
  const step = Math.max(1, Math.ceil((charsMax - from) / TRIES));
  for (let size = from; size < charsMax; size += step) {
    const parts = splitText(text, size);
    if (parts.length <= count) return parts;
  }
  return null;
}
