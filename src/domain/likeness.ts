// Likeness: when two texts say the same thing in nearly the same words.

/** A text made ready to be compared; make it once and compare it often. */
export interface Fingerprint {
  /** Lower case, letters, marks and digits only, single spaces. */
  readonly plain: string;
  /** Every three neighbouring characters of `plain`. */
  readonly grams: ReadonlySet<string>;
}

// Two texts that share seven tenths of their letter triples differ in a name or a word ("The ferry is late again, Ada" and "…, Bruno": 0.73); lines that merely share an opening stay below ("Good morning, Ada" and "…, Bruno": 0.5).
const NEARLY_IDENTICAL = 0.7;

// Beyond this nobody compares by eye either, and a long text stays as cheap as a short one.
const COMPARED_CHARS_MAX = 1_000;

const GRAM_CHARS = 3;
const OTHER = /[^\p{L}\p{M}\p{N}]+/gu;

/** What of `text` counts when it is compared: case, punctuation, emoji and runs of spaces do not, unless there is nothing else. */
export function fingerprintOf(text: string): Fingerprint {
  const cut = text.slice(0, COMPARED_CHARS_MAX).toLowerCase().normalize("NFKC");
  const words = cut.replaceAll(OTHER, " ").trim();
  const plain = words === "" ? cut.trim() : words;
  const grams = new Set<string>();
  for (let at = 0; at + GRAM_CHARS <= plain.length; at += 1) grams.add(plain.slice(at, at + GRAM_CHARS));
  return { plain, grams };
}

/** How alike two texts are, from 0 to 1 (identical): the share of letter triples that both have (Jaccard index). */
export function likenessOf(one: Fingerprint, other: Fingerprint): number {
  if (one.plain === other.plain) return 1;
  const [small, large] = one.grams.size <= other.grams.size ? [one.grams, other.grams] : [other.grams, one.grams];
  if (small.size === 0) return 0;
  let shared = 0;
  for (const gram of small) if (large.has(gram)) shared += 1;
  return shared / (small.size + large.size - shared);
}

/** Whether a reader would say "you said that already". */
export function areNearlyIdentical(one: Fingerprint, other: Fingerprint): boolean {
  // The index cannot exceed the ratio of sizes, so most pairs need no counting.
  const ratio = Math.min(one.grams.size, other.grams.size) / Math.max(one.grams.size, other.grams.size, 1);
  if (ratio < NEARLY_IDENTICAL && one.plain !== other.plain) return false;
  return likenessOf(one, other) >= NEARLY_IDENTICAL;
}
