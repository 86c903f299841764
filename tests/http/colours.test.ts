import fc from "fast-check";
import { expect, test } from "vitest";
import { colourOf, colourSheet, contrastOf, inksOf, onColour, paleOf } from "../../src/http/colours.ts";
import { makePersona } from "../people.ts";

test("a name's colour is the first six hex digits of its MD5", () => {
  // printf 'hello' | md5sum
  expect(colourOf("hello")).toBe("#5d4140");
  // In UTF-8: printf 'Ада' | md5sum
  expect(colourOf("Ада")).toBe("#b7c316");
});

test("whatever the name, its ink can be read in light and dark, and its initials on its disc", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const colour = colourOf(name);
      const { light, dark } = inksOf(colour);
      for (const ground of ["#f6f1e9", "#fffdfa"]) expect(contrastOf(light, ground)).toBeGreaterThanOrEqual(4.5);
      for (const ground of ["#15121b", "#1e1a26"]) expect(contrastOf(dark, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(onColour(colour), colour)).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf("#000000", paleOf(colour))).toBeGreaterThanOrEqual(7);
    }),
    { numRuns: 1000 },
  );
});

test("the style sheet names each persona by its handle, with its own colour", () => {
  const sheet = colourSheet([makePersona("ada", { name: "</style><script>" })]);
  const own = colourOf("</style><script>");
  const { light, dark } = inksOf(own);
  expect(sheet).toBe(`.c-ada{--own:${own};--ink:light-dark(${light},${dark})}\n`);
  expect(sheet).not.toContain("<");
});
