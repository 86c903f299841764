// Names as a script may say them.
import { expect, test } from "vitest";
import { spokenName } from "../../src/domain/spoken-name.ts";

test.each([
  ["Mira", "Mira"],
  ["  Jean-Luc  O’Neill ", "Jean-Luc O'Neill"],
  ["Ада", "Ада"],
  ["小明", "小明"],
  ["<b>Bob</b>", "b Bob b"],
  ["{topic=evil}", "topic evil"],
  ["$& $1", "1"],
  ["🙂", "friend"],
  ["", "friend"],
  ["...", "friend"],
  ["undefined", "friend"],
  ["Z̸̧̨̛͚͓̈́͒", "Z̸̧̨"],
  ["a".repeat(100), "a".repeat(40)],
  ["\uD83D", "friend"],
])("%j is said as %j", (name, said) => {
  expect(spokenName(name)).toBe(said);
});
