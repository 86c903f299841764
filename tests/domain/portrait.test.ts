// Portraits: a persona's file as text for a model, in our form and in the simulator's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Character, Persona } from "../../src/domain/persona.ts";
import { microbloggerPrompt, portraitOf } from "../../src/domain/portrait.ts";
import { needsCorpora } from "../needs.ts";
import { makePersona } from "../people.ts";

const nobody = makePersona("nobody");

function withCharacter(character: Partial<Character>, persona: Partial<Persona> = {}): Persona {
  return { ...nobody, ...persona, character: { ...nobody.character, ...character } };
}

test("a persona of whom nothing is said is a sensible one", () => {
  expect(portraitOf(nobody)).toBe("{{char}} is friendly and curious, and talks the way people do in a chat.");
});

test("everything that is said of a persona stands in its portrait", () => {
  const ada = withCharacter(
    {
      gender: "woman",
      age: "36",
      education: "self-taught",
      occupation: "keeper of the lighthouse",
      hobbies: ["kites", "knots"],
      voice: { traits: ["dry"], behaviours: ["counts waves"], replies: ["Mind the steps, {{user}}."] },
      goals: ["keep the lamp lit"],
      skills: ["signals"],
      knowledge: { knows: ["the tides"], outside: ["the stock market"], declines: ["Ask the gulls."] },
      scenario: "A storm is coming.",
    },
    { description: "keeps the lamp.", languages: ["en", "cy"] },
  );
  expect(portraitOf(ada)).toBe(
    [
      "{{char}}: keeps the lamp.",
      "- Age: 36",
      "- Gender: woman",
      "- Occupation: keeper of the lighthouse",
      "- Education: self-taught",
      "- Hobbies: kites, knots",
      "- Languages: en, cy",
      "",
      "What {{char}} is like:",
      "- dry",
      "",
      "What {{char}} does:",
      "- counts waves",
      "",
      "Lines that are typical of {{char}}, for the tone, not to be repeated:",
      "- Mind the steps, {{user}}.",
      "",
      "What {{char}} wants:",
      "- keep the lamp lit",
      "",
      "What {{char}} can do:",
      "- signals",
      "",
      "What {{char}} knows:",
      "- the tides",
      "",
      "What lies outside {{char}}'s knowledge, and is never made up:",
      "- the stock market",
      "",
      "How {{char}} declines what lies outside:",
      "- Ask the gulls.",
      "",
      "The scenario:",
      "A storm is coming.",
    ].join("\n"),
  );
});

test("an empty field leaves no dangling phrase, whichever fields are set", () => {
  const one: readonly Persona[] = [
    withCharacter({ age: "9" }),
    withCharacter({ hobbies: ["kites"] }),
    withCharacter({ goals: ["rest"] }),
    withCharacter({ scenario: "Night." }),
    withCharacter({}, { description: "a baker" }),
  ];
  for (const persona of one) {
    const portrait = portraitOf(persona);
    expect(portrait).not.toMatch(/:\s*$|undefined|null|\n\n\n|^\s|\s$/u);
    expect(portrait.split("\n").length).toBeLessThanOrEqual(2);
  }
});

test("the microblogger's prompt has the simulator's form", () => {
  const world = { rules: "Be terse;  short,  please: now\n\n\nAlways", setting: "Mars", tone: "tense" };
  const prompt = microbloggerPrompt(world, "Kai", "Kai is; a miner,\n\n\nand:  tall", {
    user: "Ada",
    message: "Hi,   Kai: you;\n\nok",
  });
  expect(prompt.system).toBe(
    "Follow these rules:|Be terse;short,please:now\nAlways| Follow this setting:|Mars| Follow this overall tone:|tense| ",
  );
  expect(prompt.user).toBe(
    '{"current_user":"Kai","current_user_background":"Kai is;a miner,\\nand:tall","reply_to_user":"Ada","reply_to_message":"Hi,Kai:you;\\nok"}',
  );
});

test("where nobody is replied to, the simulator's keys are there and empty", () => {
  const prompt = microbloggerPrompt({ rules: "", setting: "", tone: "" }, "Kai", "", null);
  expect(prompt.system).toBe("Follow these rules:|| Follow this setting:|| Follow this overall tone:|| ");
  expect(JSON.parse(prompt.user)).toEqual({
    current_user: "Kai",
    current_user_background: "",
    reply_to_user: "",
    reply_to_message: "",
  });
});

const example = needsCorpora("microblog-world");
test.skipIf(example.skip)("the simulator's own example comes out tightened, and nothing else is lost", () => {
  const read = (name: string): string => readFileSync(join(example.path(), name), "utf8");
  const world = { rules: read("rules.txt"), setting: read("setting.txt"), tone: read("tone.txt") };
  const background = read("users/Karl2002.txt");
  const prompt = microbloggerPrompt(world, "Karl2002", background, null);
  expect(prompt.system).toMatch(/^Follow these rules:\|Input fields:user_name,user_background,recent_message in a /u);
  expect(prompt.system).toMatch(
    /\| Follow this setting:\|In 2050,Mars houses[^|]*\| Follow this overall tone:\|The tone is [^|]*\| $/u,
  );
  for (const text of [prompt.system, prompt.user]) expect(text).not.toMatch(/ {2}|\n\n|[;,:] /u);
  const bare = (text: string): string => text.replaceAll(/\s/gu, "");
  expect(bare(prompt.system)).toContain(bare(world.rules));
  const user = JSON.parse(prompt.user) as Record<string, string>;
  expect(bare(user["current_user_background"] ?? "")).toBe(bare(background));
});
