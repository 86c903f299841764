// What is asked by a command survives the house: answered by the next one, once.
import { join } from "node:path";
import { expect, test } from "vitest";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { openTalk } from "../commands/talk.ts";
import { VirtualClock } from "../virtual-clock.ts";

const never = (): Promise<string> => new Promise(() => {});

function keptHouse() {
  return { personas: threeWith("own"), database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
}

test("a question that the house died over is answered by the next house, once, also when it is delivered again", async () => {
  const kept = keptHouse();
  const first = await openTalk({ kept, say: never });
  await first.bind("ada");
  const question = { options: { persona: "ada", text: "Who are you?" }, id: "1001" };
  await first.give("Tom", ["ask"], question);
  await kept.clock.advance(500);
  expect(first.asked).toHaveLength(1);
  await first.story.engine.stop(1000);
  const second = await openTalk({ kept });
  await kept.clock.advance(10_000);
  await second.give("Tom", ["ask"], question);
  await kept.clock.advance(10_000);
  expect(await second.transcript()).toEqual(["Tom: Who are you?", "Ada: Ada here."]);
  expect(second.room.got.map(({ manner }) => manner.asked)).toEqual([{ by: "Tom", text: "Who are you?" }]);
});

test("what was to be gone on from when the house died is gone on from once by the next", async () => {
  const kept = keptHouse();
  let isFirst = true;
  const first = await openTalk({ kept, say: () => (isFirst ? Promise.resolve("It was a long winter.") : never()) });
  await first.bind("ada");
  await first.says("Tom", "Ada, tell me");
  isFirst = false;
  const target = first.room.got[0]?.id ?? null;
  await first.give("Tom", ["post", "continue"], { target });
  await kept.clock.advance(500);
  await first.story.engine.stop(1000);
  const second = await openTalk({ kept, say: async () => "And then it was spring." });
  await second.give("Zoe", ["post", "continue"], { target });
  await kept.clock.advance(10_000);
  await second.give("Zoe", ["post", "continue"], { target });
  await kept.clock.advance(10_000);
  expect(await second.transcript()).toEqual([
    "Tom: Ada, tell me",
    "Ada: It was a long winter.",
    "Tom: Go on.",
    "Ada: And then it was spring.",
  ]);
});

test("a private question that the house died over leaves nothing but what it may have cost", async () => {
  const kept = keptHouse();
  const estimate = { model: "stub", tokensIn: 100, tokensOutMax: 50, costUsd: 0.25 };
  const first = await openTalk({ kept, model: "stub", readiness: () => ({ kind: "paid", estimate }), say: never });
  await first.bind("ada");
  const options = { persona: "ada", text: "Who am I?", privately: "on" };
  const told = first.ask("Tom", "ask", { options });
  await kept.clock.advance(500);
  first.closing.abort();
  await told;
  await first.story.engine.stop(1000);
  const second = await openTalk({ kept });
  await kept.clock.advance(10_000);
  expect(await second.transcript()).toEqual([]);
  expect(second.room.got).toEqual([]);
  expect((await second.story.store.spent(kept.clock.now())).usd).toBe(0.25);
});
