// Loops: personas and bots that would go on for ever, and each time the talk ends by itself, within the caps.
import { expect, test } from "vitest";
import { feedChannel } from "../../src/adapters/feed/feed.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { ROOM_STRATEGIES } from "../../src/domain/strategy.ts";
import { lounge } from "../fakes/room-adapter.ts";
import { endlessCast, expectWithinCaps, HOUR_MS, mostWithin, namesEverybody } from "./endless.ts";
import type { Story } from "./house.ts";
import type { RoomOptions, RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

// A loop that has gone so far would go on.
const ECHOED_MAX = 200;

const QUIET_MS = 30 * 60_000;

/** So many personas in the lounge, each of whom takes `thinkMs` to answer by naming everybody. Nothing that chance could stop is stopped. */
async function openEndless(size: number, thinkMs = 0, more: Partial<RoomOptions> = {}): Promise<RoomStory> {
  const { folder, handles } = endlessCast(size);
  const words = namesEverybody();
  const opened = await openRoom({
    personas: folder,
    chance: () => 0,
    say: async (request, signal) => {
      await opened.story.clock.sleep(thinkMs, signal);
      return words(request);
    },
    ...more,
  });
  for (const handle of handles) await opened.bind(handle);
  await opened.set("strategy", "natural");
  return opened;
}

const saidIn = ({ store }: Story, channel: ChannelId = lounge): Promise<readonly Message[]> =>
  store.recentMessages(channel, null, 100_000);

const unaskedOf = (messages: readonly Message[]): number =>
  messages.filter((message) => message.spoken?.unasked === true).length;

// A brake may say that it holds, now and then, not for each thing that it holds back.
const LINES_MAX = 1;
const LINES_WITHIN_MS = 10 * 60_000;

/** Expects that brakes said little of themselves, that nothing more is said, and that a person is answered all the same. */
async function expectOver({ story, room }: RoomStory): Promise<void> {
  const before = await saidIn(story);
  const lines = before.filter((message) => message.spoken?.solver === "house");
  expect(mostWithin(lines, LINES_WITHIN_MS)).toBeLessThanOrEqual(LINES_MAX);
  await story.clock.advance(QUIET_MS);
  expect(await saidIn(story)).toHaveLength(before.length);
  room.onPost = async () => {};
  const question = await room.hear({ kind: "person", name: "Noor" }, "Bruno, still there?");
  await story.clock.advance(5 * 60_000);
  const after = await saidIn(story);
  expect(after.some((message) => message.replyTo === question && message.spoken?.unasked === false)).toBe(true);
}

test.each([2, 5, 10])("%d personas told to always answer and to name each other stop by themselves", async (size) => {
  const opened = await openEndless(size, 2_000);
  await opened.room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
  await opened.story.clock.advance(HOUR_MS / 2);
  const said = await saidIn(opened.story);
  expect(unaskedOf(said)).toBeGreaterThan(4);
  expectWithinCaps(said);
  await expectOver(opened);
});

test.each([
  [2, 61_000],
  [5, 61_000],
  [10, 61_000],
  [5, 150_000],
])(
  "a slow loop of %d personas, slower than any cap counts (%d ms a post), is over within three hours",
  async (size, ms) => {
    const opened = await openEndless(size, ms);
    await opened.room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
    await opened.story.clock.advance(3 * HOUR_MS);
    const said = await saidIn(opened.story);
    expect(unaskedOf(said)).toBeGreaterThan(4);
    expectWithinCaps(said);
    await expectOver(opened);
  },
);

test.each(ROOM_STRATEGIES)(
  "a bot that echoes everything is answered for a while, then no more: %s",
  async (strategy) => {
    const opened = await openEndless(3);
    const { room, story, set } = opened;
    await set("strategy", strategy);
    await set("bots", "all");
    room.onPost = async ({ post }) => {
      if (room.got.length < ECHOED_MAX) await room.hear({ kind: "bot", name: "Echo" }, post.text);
    };
    await room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
    await story.clock.advance(HOUR_MS / 2);
    expect(room.got.length).toBeLessThan(ECHOED_MAX);
    const said = await saidIn(story);
    expectWithinCaps(said);
    if (strategy === "manual") expect(said).toHaveLength(1);
    else {
      expect(unaskedOf(said)).toBeGreaterThan(2);
      await expectOver(opened);
    }
  },
);

test("a bot that comes back to everything after five minutes, for three hours, is too deep in its chain before long", async () => {
  // No other brake is to end it.
  const brakes = { ...usualBrakes, pairMax: 1_000, alikeMax: 1_000 };
  const opened = await openEndless(2, 0, {
    limits: { brakes },
    say: async ({ heard }) => `I heard ${heard?.text.length ?? 0}.`,
  });
  const { room, story, set } = opened;
  await set("bots", "all");
  await room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
  for (let echoed = 0; echoed < 36; echoed += 1) {
    await story.clock.advance(5 * 60_000);
    await room.hear({ kind: "bot", name: "Echo" }, `Once more: ${echoed}`);
  }
  await story.clock.advance(1_000);
  const said = await saidIn(story);
  expect(unaskedOf(said)).toBeGreaterThan(1);
  expect(unaskedOf(said)).toBeLessThanOrEqual(usualBrakes.depthMax);
  expectWithinCaps(said);
  await expectOver(opened);
});

test("a loop across two platforms, by a bot that carries every post of one to the other", async () => {
  const opened = await openEndless(3, 1_000);
  const { room, story, set } = opened;
  await set("bots", "all");
  room.onPost = async ({ post }) => {
    // The feed has no bots: there the carrier passes for a person, and is answered each time.
    if (room.got.length < ECHOED_MAX) await story.post("Carrier", post.text);
  };
  await room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
  const carried = new Set<string>();
  for (let minute = 0; minute < 120; minute += 1) {
    await story.clock.advance(60_000);
    for (const message of await saidIn(story, feedChannel)) {
      if (message.spoken === null || carried.has(message.id)) continue;
      carried.add(message.id);
      await room.hear({ kind: "bot", name: "Carrier" }, message.text);
    }
  }
  expect(carried.size).toBeGreaterThan(4);
  expect(room.got.length).toBeLessThan(ECHOED_MAX);
  const [here, there] = await Promise.all([saidIn(story), saidIn(story, feedChannel)]);
  expectWithinCaps(here);
  expectWithinCaps(there);
  await story.clock.advance(QUIET_MS);
  expect(await saidIn(story, feedChannel)).toHaveLength(there.length);
  await expectOver(opened);
});
