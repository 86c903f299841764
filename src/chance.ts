// Chance as a parameter: a number from the house's seed and the keys alone, so that a retry decides the same again.
import { hash } from "node:crypto";

/** A number in [0, 1), the same for the same keys. */
export type Chance = (...keys: readonly string[]) => number;

// 48 bits of the digest: exact in a double.
const HEX_DIGITS = 12;
const SPAN = 2 ** (HEX_DIGITS * 4);

/** A Chance that depends on `seed` and the keys only. Keys are kept apart, so ("ab", "c") is not ("a", "bc"). */
export function seededChance(seed: string): Chance {
  return (...keys) => {
    const digest = hash("sha1", `${seed}\u0000${keys.join("\u0000")}`);
    return Number.parseInt(digest.slice(0, HEX_DIGITS), 16) / SPAN;
  };
}

/** The chance of a house: by the seed in its settings, else by its secret, which makes it the same after a restart and different in every house. */
export function houseChance(seed: string | null, secret: string): Chance {
  return seededChance(seed ?? hash("sha256", `chance ${secret}`));
}

/** One of `items` by weight; null when there is none or every weight is 0. `at` is in [0, 1). */
export function pickWeighted<T>(items: readonly T[], weight: (item: T) => number, at: number): T | null {
  const total = items.reduce((sum, item) => sum + weight(item), 0);
  if (total <= 0) return null;
  let left = at * total;
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items.findLast((item) => weight(item) > 0) ?? null;
}
