// What people are told in German: nothing of it is English, whatever they do and whatever goes wrong.
import { expect, test } from "vitest";
import type { Answer } from "../../src/commands/command.ts";
import { Limited, Refused } from "../../src/adapters/adapter.ts";
import { openCounter } from "./counter.ts";
import { openTalk, textIn } from "./talk.ts";

const german = { locale: "de" };
const question = { persona: "ada", text: "Ist es sicher?" };

// What stands in quotation marks is what somebody else said, and a persona is described in the language of its file.
const QUOTED = /„[^“]*“|"[^"]*"|`[^`]*`/gu;
const ENGLISH = /\b(?:the|is|are|of|this|that|with|you|your|and|what|which|have|has|for|says|who|here|there)\b/iu;

/** Fails where something of an answer is English. */
function expectGerman(answer: Answer): void {
  const shown = [
    textIn(answer),
    ...(answer.kind === "form" ? answer.fields.flatMap(({ label, hint }) => [label, hint]) : []),
    ...(answer.kind === "text" ? answer.buttons.map(({ label }) => label) : []),
    ...(answer.kind === "text" ? answer.menus.map(({ placeholder }) => placeholder) : []),
  ];
  for (const text of shown) expect(text.replaceAll(QUOTED, "").match(ENGLISH), text).toBeNull();
}

test("whatever Greta and Otto, who are German, ask for is answered in German", async () => {
  const { answer, personas } = await openCounter({ admins: [] });
  const descriptions = personas.all().map(({ persona }) => persona.description);
  const given: readonly (readonly [string, Readonly<Record<string, string>>?])[] = [
    ["/setup"],
    ["/setup", { channel: "cellar" }],
    ["/persona list"],
    ["/persona add", { persona: "ada" }],
    ["/persona add", { persona: "bruno", where: "thread" }],
    ["/persona add", { persona: "bruno", where: "server" }],
    ["/persona part", { persona: "ada", how: "lively" }],
    ["/persona show", { persona: "ada" }],
    ["/persona list"],
    ["/persona create"],
    ["/persona edit", { persona: "ada", part: "talk" }],
    ["/settings set", { setting: "window", value: "10", persona: "ada" }],
    ["/settings set", { setting: "colour", value: "10" }],
    ["/settings set", { setting: "nsfw", value: "on", persona: "ada" }],
    ["/settings show"],
    ["/settings history"],
    ["/settings undo"],
    ["/settings reset", { setting: "window" }],
    ["/stop"],
    ["/stop"],
    ["/resume"],
    ["/resume"],
    ["/help"],
    ["/privacy export"],
    ["/privacy forget-me"],
    ["/privacy forget-me", { sure: "on" }],
    ["/privacy opt-out"],
    ["/privacy opt-out"],
    ["/privacy opt-in"],
    ["/persona remove", { persona: "ada" }],
    ["/persona remove", { persona: "ada" }],
    ["/persona remove"],
    ["/nothing"],
  ];
  for (const who of ["Greta", "Otto"]) {
    for (const [command, options] of given) {
      const said = await answer(who, command, options);
      const text = descriptions.reduce((left, each) => left.replaceAll(each, ""), textIn(said));
      expectGerman(said.kind === "form" ? said : { ...said, text });
    }
  }
});

test("whatever Otto does with characters is answered in German, slips in forms too", async () => {
  const { answer } = await openCounter();
  const given: readonly (readonly [string, Readonly<Record<string, string>>?])[] = [
    ["/persona create"],
    ["/persona created", { name: "Nell", description: "Wirtin", avatar: "ftp://x" }],
    ["/persona created", { name: "\u200B" }],
    ["/persona created", { name: "Nell", description: "Wirtin" }],
    ["/persona edit", { persona: "nell", part: "knowledge" }],
    ["/persona edited", { persona: "nell", part: "who", description: "Köchin", of: "long ago" }],
    ["/persona copy", { persona: "ada", name: "Ada Zwei" }],
    ["/persona export", { persona: "ada" }],
    ["/persona export", { persona: "ada", format: "ovos" }],
    ["/persona import"],
    ["/persona restore"],
    ["/persona delete", { persona: "ada" }],
    ["/persona delete", { persona: "nell" }],
    ["/persona delete", { persona: "nell", sure: "on" }],
    ["/persona restore"],
    ["/persona restore", { which: "niemand" }],
    ["/persona restore", { which: "nell" }],
  ];
  for (const [command, options] of given) expectGerman(await answer("Otto", command, options));
});

test("a private answer that could not be had is told in German, with the reason as the house has it", async () => {
  const estimate = { model: "stub", tokensIn: 100, tokensOutMax: 50, costUsd: 0.25 };
  const paid = { model: "stub", readiness: () => ({ kind: "paid", estimate }) as const };
  const poor = await openTalk({ ...paid, usdPerDay: 0.1 });
  await poor.bind("ada");
  const given = { ...german, options: { ...question, privately: "on" } };
  expect(await poor.ask("Tom", "ask", given)).toMatch(
    /^\*\*Ada\*\*, nur zu dir:\n\(Ich habe gerade keine Antwort, denn mein Modell gibt keine\. Im Haus heißt der Grund „the budget .*“; wer es betreibt, sieht mit dem Doctor mehr\.\)$/u,
  );
  const broken = await openTalk({
    say: async () => {
      throw new Error("the line is dead");
    },
  });
  await broken.bind("ada");
  const told = await broken.give("Tom", ["ask"], given);
  expectGerman(told);
  expect(textIn(told)).toContain("(Ich habe gerade keine Antwort: Nichts, was ich fragen kann, weiß eine.");
});

test("a post that cannot be made anew, or changed, is told so in German", async () => {
  let fails = false;
  const talk = await openTalk({
    say: async () => {
      if (fails) throw new Error("the line is dead");
      return "Ruhig.";
    },
  });
  await talk.bind("ada");
  await talk.says("Tom", "Ada, wie ist die See?");
  const target = talk.room.got[0]?.id ?? null;
  const about = (name: string, options = {}) => talk.give("Tom", ["post", name], { ...german, target, options });
  fails = true;
  const none = await about("regenerate");
  expectGerman(none);
  expect(textIn(none)).toContain("Nichts wurde geändert. (Ich habe gerade keine Antwort");
  for (const error of [new Refused("the bot may not do that"), new Limited("too fast", 1)]) {
    talk.room.troubles.push({ on: "edit", error, when: "before" });
    expectGerman(await about("edited", { text: "Neu." }));
  }
  for (const text of ["x".repeat(3_000), "\u0000 ", "Ruhig.", "Neu."]) expectGerman(await about("edited", { text }));
  for (const name of ["edit", "change", "why", "about", "continue", "delete", "why"]) expectGerman(await about(name));
});
