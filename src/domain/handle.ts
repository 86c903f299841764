// Handles made from names: for personas whose files come from elsewhere and were not named with handles in mind.
import anyAscii from "any-ascii";
import { isHandle } from "./ids.ts";

// The longest that `isHandle` lets pass.
const HANDLE_CHARS_MAX = 32;

/** A handle like `name` that is not `taken`: in Latin letters, with a number where needed. The same for the same names in the same order. */
export function handleFrom(name: string, taken: ReadonlySet<string>): string {
  const latin = anyAscii(name.normalize("NFKC")).toLowerCase();
  const clean = latin.replaceAll(/[^a-z0-9_-]+/gu, "-").replaceAll(/^[-_]+|[-_]+$/gu, "");
  const base = clean.slice(0, HANDLE_CHARS_MAX).replaceAll(/[-_]+$/gu, "");
  const first = isHandle(base) ? base : "persona";
  if (!taken.has(first)) return first;
  for (let number = 2; ; number += 1) {
    const tail = `-${number}`;
    const handle = first.slice(0, HANDLE_CHARS_MAX - tail.length) + tail;
    if (!taken.has(handle)) return handle;
  }
}
