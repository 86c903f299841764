// When two texts say the same thing in nearly the same words.
import { expect, test } from "vitest";
import { areNearlyIdentical, fingerprintOf, likenessOf } from "../../src/domain/likeness.ts";

function likeness(one: string, other: string): number {
  return likenessOf(fingerprintOf(one), fingerprintOf(other));
}

function alike(one: string, other: string): boolean {
  const [first, second] = [fingerprintOf(one), fingerprintOf(other)];
  expect(areNearlyIdentical(second, first)).toBe(areNearlyIdentical(first, second));
  return areNearlyIdentical(first, second);
}

test.each([
  ["The ferry is late again, Ada.", "The ferry is late again, Bruno."],
  ["The ferry is late again!", "the ferry  is late again"],
  ["Ｔｈｅ ferry", "The ferry"],
  [
    "I counted 17 boats this morning and none of them was ours.",
    "I counted 18 boats this morning and none of them was ours.",
  ],
  ["Aye.", "aye!"],
  ["👋", "👋"],
  ["!!!", "!!!"],
  ["今日は船が遅れています", "今日は船が遅れています。"],
  ["x".repeat(50_000), `${"x".repeat(50_000)}y`],
])("%j and %j are nearly identical", (one, other) => {
  expect(alike(one, other)).toBe(true);
});

test.each([
  ["The ferry is late again.", "Soup is a slow sea."],
  ["Good morning, Ada.", "Good morning, Bruno."],
  ["The lamp flashed 13 times in one minute.", "The tide was early by 13 minutes, and the lamp saw it."],
  ["Aye.", "Nay."],
  ["👋", "🙂"],
  ["", "a"],
  ["no", "on"],
  ["今日は船が遅れています", "明日は雨が降るでしょう"],
])("%j and %j are not", (one, other) => {
  expect(alike(one, other)).toBe(false);
});

test("likeness goes from 0 to 1 and is the same both ways", () => {
  expect(likeness("abc", "xyz")).toBe(0);
  expect(likeness("Same!", "same")).toBe(1);
  expect(likeness("abcd", "abce")).toBeCloseTo(1 / 3);
  expect(likeness("abce", "abcd")).toBeCloseTo(1 / 3);
});

test("long texts cost no more than short ones", () => {
  expect(fingerprintOf("lorem ipsum ".repeat(100_000)).plain.length).toBeLessThanOrEqual(1_000);
});
