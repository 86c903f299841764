// The shipped schema and the shipped example agree with what is read.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { personaJsonSchema, personaShape } from "../../src/personas/persona-shape.ts";
import { newFolder, openHouse } from "./fixtures.ts";

const root = new URL("../../", import.meta.url);

// `npm test -- -u tests/personas/schema.test.ts` writes it anew.
test("personas/schema.json is made from the shape that is checked", async () => {
  await expect(`${JSON.stringify(personaJsonSchema(), null, 2)}\n`).toMatchFileSnapshot("../../personas/schema.json");
});

test("the commented example has every field there is, and reads without a word", async () => {
  const text = await readFile(new URL("docs/persona.example.yaml", root), "utf8");
  for (const field of Object.keys(personaShape.shape)) expect(text).toMatch(new RegExp(`^(?:# )?${field}:`, "mu"));
  const house = await openHouse([await newFolder({ "mira/persona.yaml": text })]);
  expect(house.sentences()).toEqual([]);
  expect(house.personas.warnings()).toEqual([]);
  const mira = house.persona("mira");
  expect(mira).toMatchObject({
    name: "Mira Vance",
    aliases: ["Mira", "Мира", "ミラ"],
    avatar: { kind: "drawn" },
    talkativeness: 0.4,
    character: {
      age: "58",
      voice: { traits: ["unhurried", "notices what people do not say"] },
      knowledge: { declines: [expect.any(String), "My leaves do not go that far, {{user}}."] },
      scenario: expect.stringMatching(/^It is the week .* short of cups\.$/u),
      postHistory: "Keep it short. {{char}} never explains a joke.",
      examples: [expect.objectContaining({ user: "What do you recommend?" }), expect.anything()],
    },
    model: { model: null, temperature: 0.9, max_tokens: 300, stop: [], seed: null },
    extensions: { notebook: { colour: "green" } },
  });
  expect(house.member("mira").solvers.map((solver) => solver.name)).toEqual(["openai", "failure"]);
});

test("the guide names every field there is", async () => {
  const guide = await readFile(new URL("docs/personas.md", root), "utf8");
  for (const field of Object.keys(personaShape.shape)) expect(guide).toContain(`\`${field}\``);
});
