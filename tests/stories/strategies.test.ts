// Who speaks, in the whole house: in turn, out of a pool, people before personas, and each seeing what was said before it.
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RoomStrategy } from "../../src/domain/strategy.ts";
import { ROOM_STRATEGIES } from "../../src/domain/strategy.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { RoomOptions, RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

const mira = { kind: "person", name: "Mira" } as const;

/** Ada, Bruno and Cleo in the lounge, by one strategy. */
async function openThree(strategy: RoomStrategy, options: RoomOptions = {}): Promise<RoomStory> {
  const opened = await openRoom(options);
  for (const handle of ["ada", "bruno", "cleo"]) await opened.bind(handle);
  await opened.set("strategy", strategy);
  return opened;
}

const whoSpoke = ({ room }: RoomStory): readonly string[] => room.got.map(({ as }) => as.name);

test("list: each in turn, where a name goes first, and the next process goes on where the last one stood", async () => {
  const kept = { personas: threeWith("own"), database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
  const first = await openThree("list", { kept });
  await first.says("Mira", "what a day");
  await first.says("Noor", "it will rain");
  await first.says("Mira", "Bruno, do you have a coat?");
  expect(whoSpoke(first)).toEqual(["Ada", "Bruno", "Bruno"]);
  await first.story.engine.stop(1000);
  const second = await openRoom({ kept });
  await second.says("Mira", "there it comes");
  await second.says("Noor", "and how");
  expect(whoSpoke(second)).toEqual(["Cleo", "Ada"]);
});

test("list: what is asked while an answer is still being thought about is for the next one", async () => {
  const opened = await openThree("list", {
    say: async ({ persona }, signal) => {
      await opened.story.clock.sleep(4_000, signal);
      return `${persona.name} here.`;
    },
  });
  const { room, story } = opened;
  await room.hear(mira, "what a day");
  await story.clock.advance(1_000);
  await room.hear({ kind: "person", name: "Noor" }, "it will rain");
  await story.clock.advance(20_000);
  expect(whoSpoke(opened)).toEqual(["Ada", "Bruno"]);
});

test("pooled: nobody who has just spoken answers, and everybody does in time", async () => {
  const opened = await openThree("pooled");
  for (let i = 0; i < 12; i += 1) await opened.says("Mira", `remark ${i}`);
  const names = whoSpoke(opened);
  expect(names).toHaveLength(12);
  expect(names.some((name, at) => name === names[at - 1])).toBe(false);
  expect(new Set(names)).toEqual(new Set(["Ada", "Bruno", "Cleo"]));
});

test("manual: nothing that is said is answered", async () => {
  const opened = await openThree("manual");
  await opened.says("Mira", "Ada, are you there?");
  await opened.says("Mira", "anyone?", { toHouse: true });
  expect(opened.asked).toEqual([]);
});

test("personas are asked one at a time, and each sees the replies of the same round", async () => {
  let thinking = 0;
  let most = 0;
  const opened = await openThree("natural", {
    chance: () => 0,
    say: async ({ persona }, signal) => {
      most = Math.max(most, (thinking += 1));
      await opened.story.clock.sleep(2_000, signal);
      thinking -= 1;
      return `the word of ${persona.name}`;
    },
  });
  await opened.says("Mira", "I saw a seal");
  await opened.story.clock.advance(20_000);
  expect(whoSpoke(opened)).toEqual(["Ada", "Bruno"]);
  const [first, second] = opened.asked.map((request) => JSON.stringify(request.messages));
  expect(first).not.toContain("the word of");
  expect(second).toContain("the word of Ada");
  expect(most).toBe(1);
});

test("a person's question comes before everything that personas owe each other", async () => {
  const order: string[] = [];
  const opened = await openThree("named", {
    chance: () => 0,
    say: async ({ persona, heard }, signal) => {
      order.push(`${persona.name} to ${heard?.author.name}`);
      await opened.story.clock.sleep(3_000, signal);
      return heard?.author.name === "Noor" ? "It is deep." : "Ada, Bruno, Cleo!";
    },
  });
  const { room, story } = opened;
  await room.hear(mira, "Ada, begin");
  // Ada has answered, Bruno thinks about it, and Cleo waits.
  await story.clock.advance(4_000);
  expect(order).toEqual(["Ada to Mira", "Bruno to Ada"]);
  await room.hear({ kind: "person", name: "Noor" }, "Cleo, how deep is the harbour?");
  await story.clock.advance(1_500);
  expect(order).toEqual(["Ada to Mira", "Bruno to Ada", "Cleo to Noor"]);
  // Bruno's word, of which more follows, is there; nothing of that begins before the person is answered.
  await story.clock.advance(1_000);
  expect(whoSpoke(opened)).toEqual(["Ada", "Bruno"]);
  expect(order).toHaveLength(3);
  await story.clock.advance(1_000);
  expect(whoSpoke(opened)).toEqual(["Ada", "Bruno", "Cleo"]);
  expect(room.got.at(-1)?.post.unasked).toBe(false);
  await story.clock.advance(4_000);
  expect(order.length).toBeGreaterThan(3);
});

test.each(ROOM_STRATEGIES)(
  "%s: a burst of messages is folded into one answer, to the last of them",
  async (strategy) => {
    const opened = await openThree(strategy, { chance: (...keys) => (keys.at(-1) === "bruno" ? 0 : 0.9) });
    await opened.set("talkativeness", "0.5");
    const { room, story } = opened;
    const texts = strategy === "named" ? ["Bruno,", "Bruno, I saw", "Bruno: a seal"] : ["so", "I saw", "a seal"];
    const ids = await Promise.all(texts.map((text) => room.hear(mira, text)));
    await story.clock.advance(20_000);
    expect(room.got).toHaveLength(strategy === "manual" ? 0 : 1);
    expect(room.got.every(({ post }) => post.replyTo === ids.at(-1))).toBe(true);
  },
);
