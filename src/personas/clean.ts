// Cleans texts out of files: what cannot be seen has no place in a name, and empty entries say nothing.
import { cleanText } from "../domain/message.ts";

// Marks that turn the direction of text or take no room: in a name they hide who speaks. Joiners stay, many scripts and emoji need them.
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

/** On one line, without what cannot be seen. */
export function oneLine(text: string | null | undefined): string {
  return cleanText(text ?? "")
    .replaceAll(UNSEEN, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** As it is, without control characters. */
export function manyLines(text: string | null | undefined): string {
  return cleanText(text ?? "");
}

/** A list, or the one text as a list of one, without empty entries. */
export function listed(
  value: string | readonly (string | null)[] | null | undefined,
  clean: (text: string) => string,
): readonly string[] {
  if (value === null || value === undefined) return [];
  const items = typeof value === "string" ? [value] : value;
  return items.map((item) => clean(item ?? "")).filter((item) => item !== "");
}

const VISIBLE = /[^\p{Z}\p{C}\p{M}]/u;

/** Whether anything of a name can be seen. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}
