// The plain script: a persona without a brain answers people from what its file says, and never more than that.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import type { Character, Persona } from "../../src/domain/persona.ts";
import { unsaid } from "../../src/domain/persona.ts";
import { readPersonaYaml } from "../../src/personas/persona-yaml.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import { makePersonaMessage } from "../people.ts";
import type { Given } from "./brains.ts";
import { adaIn, ask, keptLog, personasFolder, request } from "./brains.ts";

const kind = rivescriptKind({ log: keptLog() });

interface Talk {
  readonly say: (text: string, seed?: string) => Promise<Given>;
  readonly persona: Persona;
}

/** Talk with a persona that has no brain. */
async function talkTo(more: Partial<Persona>): Promise<Talk> {
  const persona = adaIn(personasFolder({}), more);
  const solver = await kind.open(persona, { name: "rivescript", settings: {} });
  const say: Talk["say"] = (text, seed = "one") => ask(solver, request(text, { persona, chance: seededChance(seed) }));
  return { say, persona };
}

/** The persona of the README, read from there. */
async function readmesMira(): Promise<Persona> {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const yaml = /```yaml\n(version: 1\nname: Mira\n.*?)```/su.exec(readme)?.[1] ?? "";
  const place = { path: "/nowhere/mira.yaml", shown: "mira.yaml", handle: "mira", folder: "/nowhere", brain: null };
  const drafted = await readPersonaYaml(yaml, { ...place, solverNames: new Set(["openai", "rivescript", "failure"]) });
  if (drafted.kind !== "draft") throw new Error("the README's persona cannot be read");
  return { ...drafted.draft, world: null, version: "1" };
}

function aCharacter(more: Partial<Character>): Character {
  return { ...unsaid.character, ...more };
}

const SMALL_TALK = [
  "hello",
  "hey Ada, how are you?",
  "who are you?",
  "what are you like?",
  "tell me about yourself",
  "what do you do?",
  "how old are you?",
  "any hobbies? what are your hobbies?",
  "what do you know?",
  "what do you want?",
  "what are you up to?",
  "where are you from?",
  "where did you study?",
  "are you a bot?",
  "thanks a lot",
  "bye",
  "yes",
  "no",
  "ok",
  "why?",
  "tell me a joke",
  "tell me more",
  "tell me something",
  "help",
  "you are stupid",
  "you are funny",
  "football?",
  "the square root of the moon",
];

test("the README's persona, which has no brain, answers a newcomer sensibly", async () => {
  const mira = await readmesMira();
  expect(mira.solvers.map((spec) => spec.name)).toEqual(["openai", "rivescript", "failure"]);
  const solver = await kind.open(mira, { name: "rivescript", settings: {} });
  for (const seed of ["a", "b", "c", "d"]) {
    const say = async (text: string): Promise<string> =>
      (await ask(solver, request(text, { persona: mira, chance: seededChance(seed) }))).text ?? "";
    expect(await say("hey Mira")).toMatch(/^(?:Hello|Hi|Good to see you), Mira/u);
    expect(await say("who are you?")).toMatch(/Mira.*: an astronomer who has not slept since Tuesday\.$/u);
    expect(await say("Mira, what are you up to?")).toMatch(/stars and coffee/u);
    expect(await say("are you a bot?")).toMatch(/character.*script|script.*character/u);
    expect(await say("do you like football?")).toBe("That is a ball, I believe. I only do the glowing kind.");
    expect(await say("do you like coffee?")).toMatch(/coffee|Give or take a light year/iu);
    const rest = await say("what is the meaning of all this");
    expect(["That is a ball, I believe. I only do the glowing kind.", "Give or take a light year."]).toContain(rest);
  }
});

test.each([
  ["of whom nothing is said", {}],
  [
    "whose texts hold signs",
    {
      name: "Dr. <No>",
      description: "{{char}} knows [strange] *things* for $5 & <3",
      character: aCharacter({
        age: "older than {rivers}",
        occupation: "A\\B tester, undefined",
        hobbies: ["(brackets", "a|b", "<star>", "@hello", "^"],
        goals: ['To say "undefined" never', "Peace."],
        knowledge: { knows: ["C++", "<bot name>", "()"], outside: ["[*]"], declines: ["<set x=y>"] },
        voice: { traits: ["{random}a|b{/random}"], behaviours: [], replies: ["{{user}}, hm <call>x</call> {topic=z}"] },
      }),
    },
  ],
  ["who has a whole background", { description: `${"She sails on. ".repeat(60)}\n\nAnd then some.` }],
] as const)("a persona %s says something whole to all small talk", async (_who, more) => {
  const { say } = await talkTo(more);
  for (const text of SMALL_TALK) {
    for (const seed of ["a", "b", "c"]) {
      const { text: said } = await say(text, seed);
      expect([text, said]).toEqual([text, expect.stringMatching(/^\S.*[\p{L}\p{P}]$/su)]);
      expect(said).not.toMatch(/undefined|[<>{}]|\.\.|: ?\.|\s[.,]|:\s*$/u);
      expect(said?.length).toBeLessThan(600);
    }
  }
});

test("what a file says is told from the persona's view", async () => {
  const { say } = await talkTo({
    description: "Keeper of the lamp. Counts everything.",
    character: aCharacter({
      age: "58",
      occupation: "Lighthouse keeper.",
      hobbies: ["moths", "knots", "chess", "tea", "soup"],
      goals: ["To find the thirteenth flash."],
      education: "the lighthouse service",
      knowledge: { knows: ["tides and fog", "boats"], outside: [], declines: [] },
      voice: { traits: ["dry", "calm"], behaviours: [], replies: [] },
    }),
  });
  expect((await say("who are you")).text).toMatch(/: Keeper of the lamp\. Counts everything\.$/u);
  expect((await say("how old are you")).text).toMatch(/\b58\b/u);
  expect((await say("what do you do")).text).toMatch(/: Lighthouse keeper\.$/u);
  expect((await say("what are your hobbies")).text).toMatch(/: moths, knots, chess, tea and more\.$/u);
  expect((await say("what do you want")).text).toMatch(/: to find the thirteenth flash\.$/u);
  expect((await say("where did you study")).text).toBe("My education: the lighthouse service.");
  expect((await say("what do you know")).text).toMatch(/: tides and fog; boats\.$/u);
  expect((await say("what are you like")).text).toBe("In a few words: dry and calm.");
});

test.each([
  "are you a bot?",
  "You're a robot, right?",
  "are you human",
  "am I talking to a real person?",
  "is this an AI?",
])("the truth is told whatever else is in its file: %j", async (text) => {
  const { say } = await talkTo({
    character: aCharacter({ knowledge: { knows: ["robots"], outside: [], declines: ["No."] } }),
  });
  for (const seed of ["a", "b", "c", "d"]) expect((await say(text, seed)).text).toMatch(/[Nn]o human/u);
});

test.each([
  ["Hallo Ada", /^(?:Hallo|Guten Tag), Mira/u],
  ["Bonjour", /^Bonjour, Mira/u],
  ["¡Hola!", /^¡Hola, Mira!/u],
  ["Ciao!", /^Ciao, Mira!/u],
  ["Привет!", /^Здравствуйте, Mira!/u],
  ["こんにちは！", /^こんにちは、Miraさん/u],
  ["你好！", /^你好，Mira/u],
])("a greeting is answered in its language: %s", async (text, expected) => {
  const { say } = await talkTo({});
  expect((await say(text)).text).toMatch(expected);
});

test("what it does not understand in another language is left to the next solver, which knows it", async () => {
  const { say, persona } = await talkTo({});
  const text = "Was ist der Sinn von dem Ganzen, und wie geht das aus?";
  expect(await say(text)).toMatchObject({ text: null, state: null });
  const failure = await failureKind().open(persona, { name: "failure", settings: {} });
  expect((await ask(failure, request(text, { persona }))).text).toMatch(/Darauf|Das/u);
});

test("without a word of its own it says that a plain script speaks until a model is set", async () => {
  const { say } = await talkTo({});
  const said = await Promise.all(["a", "b", "c", "d", "e"].map((seed) => say("purple monkey dishwasher", seed)));
  for (const { text } of said) expect(text).toMatch(/plain script/u);
});

test("it never begins by itself, nor replies to its like", async () => {
  const persona = adaIn(personasFolder({}));
  const solver = await kind.open(persona, { name: "rivescript", settings: {} });
  const { author } = makePersonaMessage("b", "bruno", "hello");
  expect(await ask(solver, request("", { persona, act: "post", heard: null }))).toMatchObject({ text: null });
  const reply = request("", { persona, act: "reply", heard: { author, text: "hello" } });
  expect(await ask(solver, reply)).toMatchObject({ text: null });
});

test("the script itself holds no doubtful line, and a brain in the folder wins over it", async () => {
  const log = keptLog();
  const own = rivescriptKind({ log });
  await own.open(adaIn(personasFolder({})), { name: "rivescript", settings: {} });
  expect(log.warnings).toEqual([]);
  const persona = adaIn(personasFolder({ "ada/brain.rive": "+ hello\n- Hello yourself.\n" }));
  const solver = await own.open(persona, { name: "rivescript", settings: {} });
  expect((await ask(solver, request("hello", { persona }))).text).toBe("Hello yourself.");
  const named = { name: "rivescript", settings: { brain: "brain.rive" } };
  await expect(own.open(adaIn(personasFolder({})), named)).rejects.toThrow("expected a file that can be read");
});
