// Pieces of a streamed answer: quick words together, slow ones as they come.
import { expect, test } from "vitest";
import { Pieces } from "../../src/solvers/openai/pieces.ts";

test("words that come slowly are handed on one by one", () => {
  const pieces = new Pieces();
  expect(["The ", "tide ", "is ", "out."].map((word, index) => pieces.add(word, index * 60))).toEqual([
    "The ",
    "tide ",
    "is ",
    "out.",
  ]);
  expect(pieces.drop()).toBe("");
});

test("words that come at once are handed on when they are worth a glance, the first at once, and none is lost", () => {
  const pieces = new Pieces();
  const words = Array.from({ length: 40 }, (_, index) => `word${index} `);
  const given = words.map((word) => pieces.add(word, 5)).filter((piece) => piece !== "");
  expect(given[0]).toBe("word0 ");
  expect(given.length).toBeLessThan(6);
  expect(given.join("") + pieces.drop()).toBe(words.join(""));
});
