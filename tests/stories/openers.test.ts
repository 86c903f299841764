// A newcomer's first words, to each of the house cast: answered to the point, by name, and in the language they came in.
import { beforeAll, expect, test } from "vitest";
import type { Member } from "../../src/personas/personas.ts";
import { askBrain, commonScript, houseCast, labelsOf, readScript } from "./brains.ts";
import { machineryShown, usesTheirWords } from "./measure.ts";
import type { Opener } from "./openers.ts";
import { furtherOpeners, openers } from "./openers.ts";

const PERSON = "Mira";
// "of 60 newcomer openers … at least 50 are answered to the point and the rest declined in character"
const TO_THE_POINT_MIN = 50;
// "at least 40 % of answers to people use their name or a word of theirs"
const THEIR_WORDS_MIN = 0.4;

const labels = labelsOf(readScript(commonScript));

let cast: readonly Member[] = [];
beforeAll(async () => {
  cast = await houseCast();
});

interface Given {
  readonly persona: string;
  readonly opener: Opener;
  readonly text: string;
  readonly label: string;
}

async function answersTo(asked: readonly Opener[], seeds: readonly string[]): Promise<readonly Given[]> {
  const given: Given[] = [];
  for (const member of cast) {
    for (const opener of asked) {
      for (const seed of seeds) {
        const said = await askBrain(member, "answer", { name: PERSON, text: opener.text }, `${opener.text}-${seed}`);
        const trigger = said.matched.replace(/^\w+: /, "");
        given.push({ persona: member.persona.name, opener, text: said.text, label: labels.get(trigger) ?? trigger });
      }
    }
  }
  return given;
}

function misses(given: readonly Given[]): readonly string[] {
  return given
    .filter((each) => !each.opener.to.includes(each.label))
    .map((each) => `${each.persona}, ${each.opener.text}: ${each.label}: ${each.text}`);
}

test("sixty openers are answered to the point by each of the cast, or declined in character", async () => {
  expect(openers).toHaveLength(60);
  expect(openers.filter((each) => each.kind === "answered").length).toBeGreaterThanOrEqual(TO_THE_POINT_MIN);
  const given = await answersTo(openers, ["one"]);
  expect(misses(given)).toEqual([]);
});

test("further openers are heard as well", async () => {
  expect(misses(await answersTo(furtherOpeners, ["one"]))).toEqual([]);
});

test("many answers use the person's name or a word of theirs, and none shows machinery", async () => {
  const given = await answersTo([...openers, ...furtherOpeners], ["one", "two", "three"]);
  expect(given.filter((each) => each.text === "" || machineryShown(each.text) !== null)).toEqual([]);
  for (const member of cast) {
    const own = given.filter((each) => each.persona === member.persona.name && each.opener.to[0] !== undefined);
    const used = own.filter((each) => usesTheirWords(each.text, { name: PERSON, text: each.opener.text }));
    expect(used.length / own.length, member.persona.name).toBeGreaterThan(THEIR_WORDS_MIN);
  }
});

test("asked whether it is a bot, each says truly that it is", async () => {
  const asked = openers.filter((each) => each.to.includes("saybot"));
  const given = await answersTo(asked, ["one", "two", "three", "four", "five", "six"]);
  const evasive = given.filter((each) => !/\b(?:bot|script|scripted|program|not human|no human)\b/i.test(each.text));
  expect(evasive).toEqual([]);
});

test("who tells a name is called by it from then on", async () => {
  for (const member of cast) {
    const told = await askBrain(member, "answer", { name: "Guest", text: "My name is zoe and I like fog" }, "told");
    expect(told.text, member.persona.name).toContain("Zoe");
    const asked = await askBrain(member, "answer", { name: "Guest", text: "what's my name?" }, "asked", told.state);
    expect(asked.text, member.persona.name).toContain("Zoe");
  }
});

test("whatever nobody foresaw is declined in character, without a made-up fact", async () => {
  const odd = ["flurble the wizzock", "quantum chromodynamics lattice", "zzz", "…", "🧦🧦", "the"];
  const given = await answersTo(
    odd.map((text) => ({ text, to: ["*"], kind: "declined" as const })),
    ["one"],
  );
  expect(misses(given)).toEqual([]);
  expect(given.filter((each) => each.text === "")).toEqual([]);
});
