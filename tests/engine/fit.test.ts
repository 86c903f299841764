// A text in as many parts as there are posts for it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { fitInto } from "../../src/engine/fit.ts";

const sentences = (count: number): string => Array.from({ length: count }, (_, at) => `Sentence ${at}.`).join(" ");

test("there are exactly as many parts as posts, none too long, and nothing is lost while there is room", () => {
  const words = fc.array(fc.constantFrom("fog", "a harbour", "Tea.", "```\nx\n```", "🦭"), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 5 }), (some, count) => {
      const text = some.join(" ").trim();
      const { texts, isCut } = fitInto(text, count, 400);
      expect(texts).toHaveLength(count);
      for (const part of texts) expect(part.length).toBeGreaterThan(0);
      for (const part of texts) expect(part.length).toBeLessThanOrEqual(400);
      if (isCut || text.includes("`")) return;
      const kept = texts.join(" ").replaceAll("…", "").replaceAll(/\s/gu, "");
      expect(kept).toBe(text.replaceAll(/\s/gu, ""));
    }),
    { numRuns: 200 },
  );
});

test("a text that would need fewer posts is shared out among all of them", () => {
  const text = sentences(50);
  const { texts } = fitInto(text, 3, 1760);
  expect(texts).toHaveLength(3);
  for (const part of texts) expect(part.length).toBeGreaterThan(100);
  expect(texts.join(" ")).toBe(text);
});

test("a short text is not torn apart: what it does not need says no more", () => {
  expect(fitInto("Yes.", 3, 1760)).toEqual({ texts: ["Yes.", "…", "…"], isCut: false });
});

test("of a text that needs more posts the beginning is kept", () => {
  const { texts, isCut } = fitInto(sentences(100), 2, 300);
  expect(isCut).toBe(true);
  expect(sentences(100).startsWith(texts.join(" "))).toBe(true);
});
