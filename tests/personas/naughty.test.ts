// 515 strings that break programs, in every field of every format.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { personaShape } from "../../src/personas/persona-shape.ts";
import { needsCorpora } from "../needs.ts";
import { newFolder, openHouse } from "./fixtures.ts";

const strings = needsCorpora("text/naughty-strings.json");

test.skipIf(strings.skip)(
  "a naughty string in any field gives a persona or one clear sentence",
  async () => {
    const naughty = JSON.parse(await readFile(strings.path(), "utf8")) as readonly string[];
    const fields = Object.keys(personaShape.shape).filter((field) => field !== "version");
    const quoted = naughty.map((text) => JSON.stringify(text));
    const folders: readonly (readonly [ending: string, texts: readonly string[], readMin: number])[] = [
      // As texts, which they are: nobody is refused but for a name that is too long or cannot be seen.
      [
        "yaml",
        quoted.map(
          (text) =>
            `version: 1\nname: ${text}\ndescription: ${text}\ngoals: [${text}]\nexamples: [{user: ${text}, char: ${text}}]\nsystem: ${text}`,
        ),
        480,
      ],
      ["yaml", quoted.map((text) => `version: 1\n${fields.map((field) => `${field}: ${text}`).join("\n")}`), 0],
      [
        "yaml",
        quoted.map(
          (text) => `version: 1\n${text}: ${text}\nmodel: {${text}: ${text}}\nextensions: {${text}: [${text}]}`,
        ),
        480,
      ],
      ["yaml", naughty.map((text, i) => `version: 1\n${fields[i % fields.length] ?? "name"}: ${text}`), 100],
      [
        "json",
        quoted.map(
          (text) => `{"name": ${text}, "solvers": ["failure", ${text}], "failure": {"x": ${text}}, ${text}: ${text}}`,
        ),
        480,
      ],
    ];
    for (const [ending, texts, readMin] of folders) {
      const house = await openHouse([
        await newFolder(Object.fromEntries(texts.map((text, i) => [`n${i}.${ending}`, text]))),
      ]);
      const told = new Set(house.personas.complaints().map((complaint) => complaint.where));
      const read = new Set(house.personas.all().map((member) => member.persona.source));
      expect(told.size + read.size).toBe(naughty.length);
      expect(read.size).toBeGreaterThanOrEqual(readMin);
      for (const sentence of [...house.sentences(), ...house.personas.warnings()]) {
        expect(sentence).not.toMatch(/\p{Cc}/u);
        expect(sentence.length).toBeLessThan(600);
      }
      for (const { persona } of house.personas.all()) expect(persona.name.trim()).not.toBe("");
    }
  },
  60_000,
);

test.skipIf(strings.skip)("a naughty string in a world folder or a scene is text, or one clear sentence", async () => {
  const naughty = JSON.parse(await readFile(strings.path(), "utf8")) as readonly string[];
  const users = Object.fromEntries(naughty.map((text, i) => [`mars/users/u${i}.txt`, text]));
  const everything = naughty.join("\n");
  const quotes = JSON.stringify(everything.slice(0, 10_000));
  const folder = await newFolder({
    ...users,
    "mars/setting.txt": everything,
    "mars/tone.txt": everything,
    "scene.yaml": `version: 1\nname: pier\nsetting: ${quotes}\nrules: ${quotes}`,
  });
  const house = await openHouse([folder]);
  expect(house.sentences()).toEqual([]);
  expect(house.handles()).toHaveLength(naughty.length);
  expect(house.persona("u0").world?.setting).toBe(everything.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
});
