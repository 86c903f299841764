// The last solver of a chain: people always get a word, the cast gets silence.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import type { Persona } from "../../src/domain/persona.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import type { SolverRequest } from "../../src/solvers/solver.ts";
import { needsCorpora } from "../needs.ts";
import { makeMessage, makePersona, makePersonaMessage } from "../people.ts";
import { ask, request } from "./brains.ts";

function ada(...declines: readonly string[]): Persona {
  const plain = makePersona("ada");
  const knowledge = { knows: [], outside: [], declines };
  return { ...plain, character: { ...plain.character, knowledge } };
}

async function decline(persona: Persona, text: string, more: Partial<SolverRequest> = {}): Promise<string | null> {
  const solver = await failureKind().open(persona, { name: "failure", settings: {} });
  const asked = request(text, { persona, ...more });
  expect(solver.readiness(asked)).toEqual({ kind: "free" });
  return (await ask(solver, asked)).text;
}

test("a person is declined in the persona's own words, chosen by chance", async () => {
  const persona = ada("The log is silent on that.", "Not in my tide table.", "Ask the gull.");
  const said = new Set<string | null>();
  for (let turn = 0; turn < 30; turn += 1) {
    said.add(await decline(persona, "Why?", { chance: seededChance(String(turn)) }));
  }
  expect(said).toEqual(new Set(["Ask the gull.", "Not in my tide table.", "The log is silent on that."]));
  expect(await decline(persona, "Why?")).toBe(await decline(persona, "Why?"));
});

test("the line that was last used is not used again", async () => {
  const persona = ada("One.", "Two.");
  const recent = async () => [makePersonaMessage("1", "ada", "One."), makePersonaMessage("2", "ada", "Other.")];
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await decline(persona, "Why?", { recent, chance: seededChance(String(turn)) })).toBe("Two.");
  }
  const both = async () => [makePersonaMessage("1", "ada", "One."), makePersonaMessage("2", "ada", "Two.")];
  expect(await decline(persona, "Why?", { recent: both })).toBe("One.");
  expect(await decline(ada("One."), "Why?", { recent: both })).toBe("One.");
  const others = async () => [makePersonaMessage("1", "bruno", "One."), makeMessage("2", "One.")];
  const said = new Set<string | null>();
  for (let turn = 0; turn < 20; turn += 1) {
    said.add(await decline(persona, "Why?", { recent: others, chance: seededChance(String(turn)) }));
  }
  expect(said.size).toBe(2);
});

test("names in a persona's lines are filled in once, and carry no machinery", async () => {
  const persona = ada("{{char}} has nothing on that, {{user}}.", "  ");
  expect(await decline(persona, "Why?")).toBe("Ada has nothing on that, Mira.");
  const author = { ...makeMessage("1", "").author, name: "{{char}}<b>" };
  expect(await decline(persona, "", { heard: { author, text: "Why?" } })).toBe("Ada has nothing on that, char b.");
});

test.each([
  ["What is the answer?", /^(?:Sorry|I )/],
  ["hm", /^(?:Sorry|I )/],
  ["What does привет mean, and how do you say it?", /^(?:Sorry|I )/],
  ["Wie alt bist du und warum ist das so?", /leider/],
  ["Pourquoi est-ce que tu ne dis pas ça ?", /^Je /],
  ["¿Cómo estás y por qué?", /^No /],
  ["Perché non mi dici che cosa sei?", /^Non /],
  ["Você não sabe quem eu sou?", /^Não /],
  ["Waarom weet jij het niet?", /helaas/],
  ["Почему небо синее?", /ответ/],
  ["Чому небо синє, як її очі?", /відпов/],
  ["Γιατί;", /αυτό\.$/],
  ["なぜ空は青いのですか", /。$/],
  ["为什么天是蓝的", /个/],
  ["왜 하늘은 파란가요?", /요\.$/],
  ["لماذا السماء زرقاء؟", /ذلك\.$/],
  ["למה השמיים כחולים?", /זה\.$/],
  ["आसमान नीला क्यों है?", /।$/],
])("without lines of its own a persona declines %j in that language", async (text, fits) => {
  for (let turn = 0; turn < 5; turn += 1) {
    expect(await decline(ada(), text, { chance: seededChance(String(turn)) })).toMatch(fits);
  }
});

test("nobody who did not ask hears a failure", async () => {
  const author = makePersonaMessage("1", "bruno", "").author;
  expect(await decline(ada("No."), "", { act: "reply", heard: { author, text: "So?" } })).toBeNull();
  expect(await decline(ada("No."), "", { act: "post", heard: null })).toBeNull();
});

const naughty = needsCorpora("text/naughty-strings.json");

test.skipIf(naughty.skip)("515 naughty strings, said or as a name, get a plain answer", async () => {
  const strings: unknown = JSON.parse(readFileSync(naughty.path(), "utf8"));
  if (!Array.isArray(strings)) throw new Error("the naughty strings are no list");
  for (const string of strings.map(String)) {
    const author = { ...makeMessage("1", "").author, name: string };
    const text = await decline(ada("No, {{user}}."), "", { heard: { author, text: string } });
    expect(text).toMatch(/^No, [\p{L}\p{M}\p{N} '_-]{1,40}\.$/u);
    expect(await decline(ada(), string)).toMatch(/^[^<{}]+$/);
  }
});
