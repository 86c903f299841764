// The word "stop": in which messages it is said, and to whom.
import { expect, test } from "vitest";
import { nameMatcher } from "../../src/domain/names.ts";
import { stopIn } from "../../src/domain/stop-word.ts";
import { makePersona } from "../people.ts";

const names = nameMatcher([makePersona("ada", { aliases: ["エイダ"] }), makePersona("bruno")]);

test.each([
  ["stop", null],
  ["STOP!!!", null],
  ["*stop*", null],
  ["🛑", null],
  ["🛑🛑 ", null],
  ["stop, Ada", "ada"],
  ["Ada stop!", "ada"],
  ["@ada 🛑", "ada"],
  ["Bruno, Ada: stop", "bruno"],
  ["Stopp", null],
  ["Hör auf, Ada!", "ada"],
  ["arrête !", null],
  ["arrete Bruno", "bruno"],
  ["¡Basta!", null],
  ["pare, Ada", "ada"],
  ["smettila", null],
  ["Ада, хватит", "ada"],
  ["стоп", null],
  ["Досить!", null],
  ["エイダさん、ストップ", "ada"],
  ["やめて", null],
  ["停", null],
  ["停下来！", null],
] as const)("%j is a stop", (text, persona) => {
  expect(stopIn(text, names)).toEqual({ persona });
});

test.each([
  "",
  "Ada",
  "!",
  "stop it with the puns, will you",
  "the bus stop",
  "Ada, never stop",
  "don't stop",
  "stop 5",
  "stop, Cleo",
  "para Ada",
  "nonstop",
  "Ada, what does 🛑 mean?",
  `stop${" ".repeat(500)}`,
])("%j is none", (text) => {
  expect(stopIn(text, names)).toBeNull();
});
