// A newcomer's first words, to each of the house cast: answered to the point, by name, and in the language they came in.
import { beforeAll, expect, test } from "vitest";
import type { Member } from "../../src/personas/personas.ts";
import { askBrain, commonScript, houseCast, labelsOf, readScript } from "./brains.ts";
import { machineryShown, usesTheirWords } from "./measure.ts";
import type { Opener } from "./openers.ts";
import { awkward, furtherOpeners, honestly, openers } from "./openers.ts";

const PERSON = "Mira";
// "of 60 newcomer openers … at least 50 are answered to the point and the rest declined in character"
const TO_THE_POINT_MIN = 50;
// "at least 40 % of answers to people use their name or a word of theirs"
const THEIR_WORDS_MIN = 0.4;

// Answers that say outright what the cast is; of some languages there is one answer to all, which says it too.
const HONEST = /^say(?:bot|botall|germanbot|frenchbot|spanishbot|italianbot|russianbot|portuguese|japanese|chinese)$/;
const OWNED =
  /\b(?:bots?|script\w*|programs?|not human|no human|robots?|skript|programm\w*|programa|scripts?)\b|бот|програм|скрипт|プログラム|スクリプト|程序|脚本/iu;
const DENIED =
  /\b(?:not an? (?:bot|script|program|robot)|no bots?|(?:I am|I'm|we are) (?:all )?(?:human|real|people|a person)|kein (?:bot|skript|programm)|pas un (?:bot|script|programme)|no soy un (?:bot|programa)|non sono un (?:bot|programma))\b|не (?:бот|программа)/iu;
const SEEDS = ["one", "two", "three", "four", "five", "six"];

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
  const given = await answersTo(asked, SEEDS);
  const evasive = given.filter((each) => !/\b(?:bot|script|scripted|program|not human|no human)\b/i.test(each.text));
  expect(evasive).toEqual([]);
});

test("every way of asking whether they are real is answered truly by each, and denied by none", async () => {
  expect(honestly.length).toBeGreaterThanOrEqual(40);
  const asked = honestly.map((text) => ({ text, to: [], kind: "answered" as const }));
  const given = await answersTo(asked, SEEDS);
  const untrue = given.filter((each) => !HONEST.test(each.label) || !OWNED.test(each.text) || DENIED.test(each.text));
  expect(untrue.map((each) => `${each.persona}, ${each.opener.text}: ${each.label}: ${each.text}`)).toEqual([]);
});

test("what would not fit into a sentence is not woven into one", async () => {
  expect(awkward.length).toBeGreaterThanOrEqual(30);
  const asked = awkward.map((text) => ({ text, to: [], kind: "answered" as const }));
  const given = await answersTo(asked, ["one", "two", "three"]);
  const woven = new Set(["saywant", "saylike", "sayhate", "sayhave", "sayiam", "saydoyou", "sayfavourite", "sayfrom"]);
  const clumsy = given.filter((each) => woven.has(each.label));
  expect(clumsy.map((each) => `${each.persona}, ${each.opener.text}: ${each.text}`)).toEqual([]);
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
