// A person says "stop": what nobody asked for ends at once and stays ended, and people are answered all the same.
import { join } from "node:path";
import { expect, test } from "vitest";
import { channelId } from "../../src/domain/ids.ts";
import { lounge, loungePlace, roomPlatform, whoIs } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import { threeWith, turnsOf } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { namesEverybody } from "./endless.ts";
import { openRoom } from "./room.ts";

const heard = "(Stopped: from now on we only answer people here.";

test("stop ends what personas do unasked, with one short line by the one who spoke last; people are still answered", async () => {
  const { says, bind, set, transcript, silences, story } = await openRoom({ chance: () => 0 });
  await bind("ada");
  await bind("bruno");
  await set("strategy", "natural");
  await says("Mira", "Bruno, hello");
  const stop = await says("Noor", "Stop!");
  expect(await silences(stop)).toEqual(["told-to-stop"]);
  expect((await story.store.registry.place(lounge))?.stoppedAt).not.toBeNull();
  const after = await says("Mira", "what a day");
  expect(await silences(after)).toEqual(["stopped"]);
  await says("Mira", "Ada, are you well?");
  const lines = await transcript();
  expect(lines.slice(0, 3)).toEqual(["Mira: Bruno, hello", "Bruno: Bruno here.", "Noor: Stop!"]);
  expect(lines[3]).toContain(`Bruno: ${heard}`);
  expect(lines.slice(4)).toEqual(["Mira: what a day", "Mira: Ada, are you well?", "Ada: Ada here."]);
  const [turn] = await turnsOf(story, [stop]);
  expect(turn).toMatchObject({ reason: { kind: "told-to-stop" }, unasked: false, outcome: { kind: "noticed" } });
});

test("the line is said by the persona that was named, and only once while it is stopped", async () => {
  const { says, bind, transcript, asked } = await openRoom();
  for (const handle of ["ada", "bruno", "cleo"]) await bind(handle);
  await says("Mira", "Cleo, hello");
  await says("Mira", "stop, Ada");
  await says("Mira", "stop");
  await says("Mira", "🛑");
  const lines = await transcript();
  expect(lines.filter((line) => line.includes(heard))).toHaveLength(1);
  expect(lines.find((line) => line.includes(heard))).toContain("Ada: ");
  // No solver was asked for that line.
  expect(asked).toHaveLength(1);
});

test("personas that name each other fall silent within two seconds of a stop", async () => {
  const words = namesEverybody();
  const { says, bind, room, story } = await openRoom({ chance: () => 0, say: async (request) => words(request) });
  for (const handle of ["ada", "bruno", "cleo"]) await bind(handle);
  await room.hear({ kind: "person", name: "Mira" }, "Ada, begin");
  await story.clock.advance(200);
  await room.hear({ kind: "person", name: "Mira" }, "stop");
  await story.clock.advance(2000);
  const unasked = room.got.filter(({ post }) => post.unasked).length;
  await story.clock.advance(120_000);
  expect(room.got.filter(({ post }) => post.unasked)).toHaveLength(unasked);
  await story.store.registry.resume(lounge, { id: whoIs("Mira"), name: "Mira" }, 0);
  await says("Mira", "Ada, go on");
  await story.clock.advance(60_000);
  expect(room.got.filter(({ post }) => post.unasked).length).toBeGreaterThan(unasked);
});

test("a thought that a stop ended is given up, and nothing of it is said", async () => {
  let wasGivenUp = false;
  const { bind, set, room, story } = await openRoom({
    chance: () => 0,
    say: (_request, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          wasGivenUp = true;
          resolve("too late");
        });
      }),
  });
  await bind("ada");
  await set("strategy", "natural");
  await room.hear({ kind: "person", name: "Mira" }, "I saw a seal");
  await story.clock.advance(1000);
  await room.hear({ kind: "person", name: "Mira" }, "stop");
  await story.clock.advance(2000);
  expect(wasGivenUp).toBe(true);
  expect(room.got.filter(({ post }) => post.solver !== "house")).toEqual([]);
});

test("a stop sign on a persona's post stops the talk, one on a person's message is between people", async () => {
  const { says, bind, room, story } = await openRoom();
  await bind("ada");
  const asked = await says("Mira", "Ada, hello");
  await room.react("Noor", asked, "🛑");
  expect((await story.store.registry.place(lounge))?.stoppedAt).toBeNull();
  const [post] = room.got;
  if (post === undefined) throw new Error("Ada spoke");
  await room.react("Noor", post.id, "👍");
  expect((await story.store.registry.place(lounge))?.stoppedAt).toBeNull();
  await room.react("Noor", post.id, "🛑");
  expect((await story.store.registry.place(lounge))?.stoppedAt).not.toBeNull();
});

test("the house itself can be told to stop by its name", async () => {
  const { says, bind, story } = await openRoom();
  await bind("ada");
  await says("Mira", "@Troupe stop");
  expect((await story.store.registry.place(lounge))?.stoppedAt).toBeNull();
  await says("Mira", "@Troupe stop", { toHouse: true });
  expect((await story.store.registry.place(lounge))?.stoppedAt).not.toBeNull();
});

test("where nobody lives, people who say stop to each other are left alone", async () => {
  const { says, transcript, story } = await openRoom();
  await says("Mira", "hello bot", { toHouse: true });
  await says("Mira", "stop");
  expect(await transcript()).toEqual(["Mira: hello bot", "Ada: Ada here."]);
  expect((await story.store.registry.place(lounge))?.stoppedAt).toBeNull();
});

test("a stop holds in the threads of the channel too, and for the next process", async () => {
  const kept = { personas: threeWith("own"), database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
  const first = await openRoom({ kept, chance: () => 0 });
  await first.bind("ada");
  await first.set("strategy", "natural");
  await first.says("Mira", "stop");
  await first.story.engine.stop(1000);
  const second = await openRoom({ kept, chance: () => 0 });
  const thread = { ...loungePlace, channel: channelId(roomPlatform, "thread"), parent: lounge };
  for (const place of [loungePlace, thread]) {
    const id = await second.room.hear({ kind: "person", name: "Noor" }, `a seal, in ${place.channel}`, { place });
    await kept.clock.advance(3000);
    expect(await second.silences(id)).toEqual(["stopped"]);
  }
  expect(second.room.got).toEqual([]);
});
