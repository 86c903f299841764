// What is said at a platform's pace: held back in time, shared by all processes, fair between channels.
import { join } from "node:path";
import { expect, test } from "vitest";
import { Limited, LimitReached } from "../../src/adapters/adapter.ts";
import type { Traits } from "../../src/adapters/adapter.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import { channelId, channelScope } from "../../src/domain/ids.ts";
import type { Place } from "../../src/domain/message.ts";
import { lounge, loungePlace, roomPlatform } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { begun, openLounge } from "./lounge.ts";
import type { RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

// A webhook's, as Discord has them: a channel's threads count with it.
const home: Traits["limits"] = {
  home: {
    windows: [
      { count: 5, ms: 2_000 },
      { count: 30, ms: 60_000 },
    ],
    sharedBy: "channels",
  },
};

const thread: Place = { ...loungePlace, channel: channelId(roomPlatform, "lounge-thread"), parent: lounge };

/** Files that outlive a process, and the clock of all of them. */
function newFiles() {
  return { personas: threeWith("own"), database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
}

/** One platform, seen by two processes of a house on one database. */
async function twoProcesses() {
  const kept = newFiles();
  const stories = [
    await openRoom({ kept, traits: { limits: home } }),
    await openRoom({ kept, traits: { limits: home } }),
  ];
  const [one, other] = stories;
  if (one === undefined || other === undefined) throw new RangeError("there are two");
  const said: { readonly channel: ChannelId; readonly at: number; readonly by: RoomStory }[] = [];
  for (const story of stories) {
    story.room.onPost = async ({ post }) => void said.push({ channel: post.channel, at: kept.clock.now(), by: story });
  }
  await one.bind("ada");
  await one.bind("ada", channelScope(thread.channel));
  const flood = async (from: RoomStory, count: number): Promise<void> => {
    for (let number = 1; number <= count; number += 1) {
      await from.room.hear({ kind: "person", name: `Person ${number}` }, `Ada, message ${number}?`);
    }
  };
  return { clock: kept.clock, one, other, said, flood };
}

/** The most that was said in any time as long as this. */
function most(said: readonly { readonly at: number }[], ms: number): number {
  return Math.max(0, ...said.map(({ at: from }) => said.filter(({ at }) => at >= from && at < from + ms).length));
}

test("a post held back by the platform's pace goes out at its time, not at the next look of the house", async () => {
  const { story, room, bind, says } = await openRoom();
  const { clock } = story;
  await bind("ada");
  // Looks come each second; the time is none of theirs.
  const freeAt = clock.now() + 3_450;
  room.troubles.push({ on: "say", when: "before", error: new Limited("the pace is used up", freeAt) });
  let saidAt: number | null = null;
  room.onPost = async () => {
    saidAt = clock.now();
  };
  await says("Mira", "Ada, hello?");
  expect(saidAt).toBe(freeAt);
});

test("an idle thread is answered within 2 s while its channel is flooded, whichever process has which, and no limit is exceeded", async () => {
  const { clock, one, other, said, flood } = await twoProcesses();
  await flood(one, 100);
  await clock.advance(20_000);
  for (let time = 1; time <= 4; time += 1) {
    const askedAt = clock.now();
    await other.room.hear({ kind: "person", name: `Guest ${time}` }, "Ada, are you there?", { place: thread });
    await clock.advance(30_000);
    const answered = said.find(({ channel, at }) => channel === thread.channel && at >= askedAt);
    expect((answered?.at ?? Infinity) - askedAt).toBeLessThanOrEqual(2_000);
  }
  expect(new Set(said.map(({ by }) => by)).size).toBe(2);
  expect(most(said, 2_000)).toBeLessThanOrEqual(5);
  expect(most(said, 60_000)).toBe(30);
});

test("what a platform says of its limits to one process holds for all of them", async () => {
  const { clock, one, other, said } = await twoProcesses();
  const freeAt = clock.now() + 7_450;
  one.room.troubles.push({ on: "say", when: "before", error: new LimitReached("the limit is reached", freeAt) });
  await one.room.hear({ kind: "person", name: "Mira" }, "Ada, hello?");
  await clock.advance(500);
  await other.room.hear({ kind: "person", name: "Noor" }, "Ada, hello?", { place: thread });
  await clock.advance(10_000);
  expect(said.map(({ at }) => at)).toHaveLength(2);
  expect(Math.min(...said.map(({ at }) => at))).toBe(freeAt);
});

test("a post that waits for the platform's pace is said at its time by the next process, which counts what the one before it said", async () => {
  const kept = newFiles();
  const traits = { limits: home, resend: "find", landsWithinMs: 15_000 } as const;
  const { clock } = kept;
  const before = await openRoom({ kept, traits });
  await before.bind("ada");
  for (let number = 1; number <= 40; number += 1) {
    await before.room.hear({ kind: "person", name: `Person ${number}` }, `Ada, message ${number}?`);
  }
  await clock.advance(30_000);
  // Whoever waits for its turn is not waited for: no time passes.
  await before.story.engine.stop(60_000);
  const first = before.room.got.length;
  expect(first).toBeLessThan(30);
  const next = await openRoom({ kept, traits });
  const startedAt = clock.now();
  const at: number[] = [];
  next.room.onPost = async () => void at.push(clock.now());
  await clock.advance(90_000);
  expect(first + at.length).toBe(40);
  // The first of the process before were said within the minute.
  expect(at.filter((each) => each < startedAt + 29_000).length + first).toBe(30);
});

function alone(count: number, ms: number): Traits["limits"] {
  return { alone: { windows: [{ count, ms }], sharedBy: "one channel" } };
}

test("an answer that is shown while it is written grows only where there is room that no post needs, and comes to its end all the same", async () => {
  const { room, clock, voice } = await begun({ traits: { limits: alone(4, 20_000) } });
  for (const word of ["Six ", "fathoms ", "at ", "low ", "tide. "]) {
    voice(0).says(word);
    await clock.advance(1_300);
  }
  expect(room.deeds).toEqual(["say: It is deep. …", "grow: It is deep. Six …"]);
  voice(0).ends();
  await clock.advance(1_000);
  expect(room.deeds.at(-1)).toBe("edit: It is deep. Six fathoms at low tide.");
  expect(room.deeds).toHaveLength(3);
});

test("the first words of an answer wait until there is room for them, and are not sent before", async () => {
  const { room, clock, asks, voice } = await openLounge({ traits: { limits: alone(1, 10_000) } });
  await asks("Ada, hello");
  voice(0).says("Hello.");
  voice(0).ends();
  await clock.advance(1_000);
  await asks("Ada, how deep is the harbour?");
  voice(1).says("It is deep. ");
  await clock.advance(8_000);
  expect(room.deeds).toEqual(["say: Hello."]);
  await clock.advance(2_000);
  expect(room.deeds).toEqual(["say: Hello.", "say: It is deep. …"]);
  voice(1).says("Six fathoms.");
  voice(1).ends();
  // Its end waits for room, too.
  await clock.advance(5_000);
  expect(room.deeds).toHaveLength(2);
  await clock.advance(6_000);
  expect(room.deeds.at(-1)).toBe("edit: It is deep. Six fathoms.");
});
