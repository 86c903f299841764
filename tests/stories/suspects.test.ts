// Houses that die again and again while they think: whoever asked is answered, or told, and what kills the house is found among what does not.
import { expect, test } from "vitest";
import { InDoubt, Refused } from "../../src/adapters/adapter.ts";
import { personaId, turnId } from "../../src/domain/ids.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import type { Room } from "./lounge.ts";
import { newFiles, openLounge } from "./lounge.ts";

const traits = { resend: "find", landsWithinMs: 15_000 } as const;

async function outcomeOf(at: Room, question: MessageId, persona = "ada") {
  return (await at.story.store.turn(turnId(question, personaId(persona))))?.turn.outcome;
}

test("however often the house is killed while first words are looked for, the answer is said", async () => {
  let at = await openLounge({ kept: newFiles(), traits });
  at.room.send = () => new Promise(() => {});
  const question = await at.asks("Ada, how deep is the harbour?");
  for (let deaths = 0; deaths < 6; deaths += 1) {
    at.voice(0).says("It is deep. ");
    await at.clock.advance(1000);
    at.voice(0).says("Six fathoms.");
    at.voice(0).ends();
    await at.clock.advance(2000);
    at = await openLounge({ after: at, traits });
    if (deaths < 5) at.room.send = () => new Promise(() => {});
    await at.clock.advance(3000);
  }
  at.voice(0).says("It is deep. ");
  at.voice(0).ends();
  await at.clock.advance(3000);
  expect(at.stands()).toEqual(["It is deep."]);
  expect(await outcomeOf(at, question)).toEqual({ kind: "replied" });
});

test("what was being thought about at three deaths is thought about one at a time, and who does no harm is answered", async () => {
  let at = await openLounge({ kept: newFiles() });
  const ada = await at.asks("Ada, how deep is the harbour?");
  const bruno = await at.asks("Bruno, how cold is it?");
  expect(at.voices).toHaveLength(2);
  for (let deaths = 1; deaths < 3; deaths += 1) {
    at = await openLounge({ after: at });
    await at.clock.advance(3000);
    expect(at.voices).toHaveLength(2);
  }
  at = await openLounge({ after: at });
  await at.clock.advance(3000);
  expect(at.voices).toHaveLength(1);
  // The first one kills the house once more, and is given up; the second never had its turn.
  at = await openLounge({ after: at });
  await at.clock.advance(3000);
  expect(at.stands()).toHaveLength(1);
  expect(await outcomeOf(at, ada)).toMatchObject({ kind: "noticed" });
  at.voice(0).says("Quite cold.");
  at.voice(0).ends();
  await at.clock.advance(3000);
  expect(await outcomeOf(at, bruno, "bruno")).toEqual({ kind: "replied" });
  expect(at.stands()[1]).toBe("Quite cold.");
});

test("each of those whose question the house gave up is told so, however little time lies between", async () => {
  let at = await openLounge({ kept: newFiles() });
  const asked = [await at.asks("Ada, how deep is the harbour?"), await at.asks("Ada, and how wide?")];
  for (let deaths = 0; deaths < 8; deaths += 1) {
    at = await openLounge({ after: at });
    await at.clock.advance(3000);
  }
  expect(await Promise.all(asked.map((each) => outcomeOf(at, each)))).toMatchObject([
    { kind: "noticed" },
    { kind: "noticed" },
  ]);
  expect(at.stands()).toHaveLength(2);
  for (const each of at.stands()) expect(each).toMatch(/^\(I have no answer now: this house stopped 4 times/u);
});

test("first words that nobody may look for are given up, and hold nobody else up", async () => {
  const at = await openLounge({ traits });
  at.room.troubles.push({ on: "say", when: "before", error: new InDoubt("the answer got lost") });
  at.room.find = () => Promise.reject(new Refused("nobody may read here"));
  const question = await at.asks("Ada, how deep is the harbour?");
  at.voice(0).says("It is deep. ");
  await at.clock.advance(30_000);
  expect(await outcomeOf(at, question)).toMatchObject({ kind: "withdrawn", why: "in-doubt" });
  const next = await at.asks("Ada, and how wide?");
  at.voice(1).says("Quite.");
  at.voice(1).ends();
  await at.clock.advance(3000);
  expect(await outcomeOf(at, next)).toEqual({ kind: "replied" });
  expect(at.stands()).toEqual(["Quite."]);
});
