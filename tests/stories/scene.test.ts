// A scene's life: its opening, its pace, its rests, its limit, and a person's hand on it.
import { hash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { feedChannel } from "../../src/adapters/feed/feed.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { authorId, feedPlatform } from "../../src/domain/ids.ts";
import type { Scene } from "../../src/domain/scene.ts";
import { houseOf, threeWith } from "../rules/cast.ts";
import type { Story, StoryOptions } from "./house.ts";
import { solverKind } from "./house.ts";

const plan = (more = ""): string =>
  `version: 1\nid: harbour\nname: Harbour\nseconds: 60\nwatched_seconds: [8, 15]\nopening: {posts: 8, seconds: 30}\nreply_chance: 0.7\npost_limit: 50\n${more}`;

/** A sentence like no other: what is said again in nearly the same words is held back. */
function newThing(number: number): string {
  return `${hash("sha1", String(number)).replaceAll(/(.{5})/gu, "$1 ")}is new.`;
}

async function sceneHouse(options: StoryOptions & { readonly plan?: string } = {}): Promise<Story> {
  const personas = threeWith("own");
  writeFileSync(join(personas, "scene.yaml"), options.plan ?? plan());
  let number = 0;
  const talker = solverKind("own", { say: async () => newThing((number += 1)) });
  return houseOf({ personas, kinds: () => [talker], scene: "plays", ...options });
}

async function sceneOf(house: Story): Promise<Scene> {
  const [scene] = await house.store.scenes(feedChannel);
  if (scene === undefined) throw new Error("there is no scene");
  return scene;
}

const mira = { id: authorId(feedPlatform, "mira"), name: "Mira" };

async function pause({ desk }: Story): Promise<void> {
  for (const { scene } of await desk.list({ kind: "house" })) await desk.halt(scene.plan.id, "pause", mira);
}

async function goOn({ desk }: Story): Promise<void> {
  for (const entry of await desk.list({ kind: "house" })) {
    expect((await desk.resume(entry, "stays", mira)).kind).toBe("plays");
  }
}

const postsOf = async (house: Story): Promise<number> => (await house.told()).length;

test("a first post within 2 s, 8 within 30 s, then at the slow pace while nobody watches", async () => {
  const house = await sceneHouse();
  await house.clock.advance(2000);
  expect(await postsOf(house)).toBeGreaterThanOrEqual(1);
  await house.clock.advance(28_000);
  const opening = await postsOf(house);
  expect(opening).toBeGreaterThanOrEqual(8);
  await house.clock.advance(600_000);
  expect((await postsOf(house)) - opening).toBeLessThanOrEqual(12);
  expect((await postsOf(house)) - opening).toBeGreaterThanOrEqual(9);
});

test("while a page is open a post comes every 8 to 15 s", async () => {
  const house = await sceneHouse();
  await house.clock.advance(40_000);
  const before = await house.told();
  for (let i = 0; i < 30; i += 1) {
    await house.intake.watched(feedChannel);
    await house.clock.advance(10_000);
  }
  const times = (await house.told()).slice(before.length + 1).map((message) => message.createdAt);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(gaps.length).toBeGreaterThan(15);
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(8000);
  for (const gap of gaps) expect(gap).toBeLessThanOrEqual(15_000);
});

test("at its limit it pauses and says so, goes on by hand with a new run, and a new start goes on too", async () => {
  const house = await sceneHouse({ plan: plan().replace("post_limit: 50", "post_limit: 10") });
  await house.clock.advance(600_000);
  expect(await postsOf(house)).toBe(10);
  expect((await sceneOf(house)).state).toEqual({ kind: "finished", why: "paused after 10 posts" });
  await goOn(house);
  await house.clock.advance(5000);
  expect(await postsOf(house)).toBeGreaterThan(10);
  await house.clock.advance(600_000);
  expect(await postsOf(house)).toBe(20);
  await house.player.begin(house.personas.scenes());
  await house.clock.advance(5000);
  expect(await postsOf(house)).toBeGreaterThan(20);
});

test("a person's pause stands, also through a new start, until a person lifts it", async () => {
  const house = await sceneHouse();
  await house.clock.advance(10_000);
  await pause(house);
  await house.clock.advance(2000);
  const paused = await postsOf(house);
  await house.player.begin(house.personas.scenes());
  await house.intake.watched(feedChannel);
  await house.clock.advance(300_000);
  expect(await postsOf(house)).toBe(paused);
  await house.post("Mira", "Ada, are you there?");
  await house.clock.advance(3000);
  expect(await postsOf(house)).toBe(paused + 2);
  await goOn(house);
  await house.clock.advance(10_000);
  expect(await postsOf(house)).toBeGreaterThan(paused + 2);
});

test("with a paid model it rests when no page has been open for 5 minutes, and wakes when one opens", async () => {
  const house = await sceneHouse({ speaking: () => ({ kind: "model", model: "m", server: "s" }) });
  await house.clock.advance(20 * 60_000);
  const rested = await postsOf(house);
  expect(rested).toBeLessThan(16);
  expect((await sceneOf(house)).state).toEqual({
    kind: "resting",
    why: "no page has been open for 5 minutes",
    until: null,
  });
  await house.intake.watched(feedChannel);
  await house.clock.advance(16_000);
  expect(await postsOf(house)).toBeGreaterThan(rested);
  expect((await sceneOf(house)).state.kind).toBe("running");
});

test("when nobody has anything to say it rests and says so, and tries again later", async () => {
  let words = "";
  const shy = solverKind("own", { say: async () => words });
  const house = await sceneHouse({ kinds: () => [shy] });
  await house.clock.advance(60_000);
  expect(await postsOf(house)).toBe(0);
  const { state } = await sceneOf(house);
  expect(state).toMatchObject({ kind: "resting" });
  words = "Now I have something to say.";
  await house.clock.advance(11 * 60_000);
  expect(await postsOf(house)).toBeGreaterThan(0);
});

test("clearing the feed in the middle of it leaves nothing behind, and the scene can go on", async () => {
  const house = await sceneHouse();
  await house.clock.advance(20_000);
  await house.store.clearChannel(feedChannel, house.clock.now());
  expect(await house.told()).toEqual([]);
  await goOn(house);
  await house.clock.advance(30_000);
  expect(await postsOf(house)).toBeGreaterThanOrEqual(5);
});

test("a model that refuses the key is told of once in 10 minutes, and a script answers meanwhile", async () => {
  const personas = threeWith("own, script");
  let calls = 0;
  const refused = solverKind("own", {
    model: "some-model",
    readiness: () => ({ kind: "unable", why: "the server refuses the key (401)", untilMended: true }),
    say: async () => {
      calls += 1;
      return "never";
    },
  });
  const script = solverKind("script", { say: async () => "From my script." });
  const house = await houseOf({ personas, kinds: () => [refused, script] });
  for (let i = 0; i < 5; i += 1) {
    await house.post(`Person ${i}`, "Ada, hello");
    await house.clock.advance(60_000);
  }
  const said = (await house.told()).filter((message) => message.spoken !== null);
  expect(said.filter((message) => message.text === "From my script.")).toHaveLength(5);
  const notices = said.filter((message) => message.spoken?.solver === "house");
  expect(notices.map((message) => message.text)).toEqual([expect.stringContaining("refuses the key (401)")]);
  await house.clock.advance(10 * 60_000);
  await house.post("Person 6", "Ada, hello");
  await house.clock.advance(5000);
  expect((await house.told()).filter((message) => message.spoken?.solver === "house")).toHaveLength(2);
  expect(calls).toBe(0);
});

test("a pause is heeded while a post is being thought about, and people are still answered", async () => {
  const { promise: never } = Promise.withResolvers<string>();
  const slow = solverKind("own", {
    say: async (request, signal) => {
      if (request.act === "answer") return "Yes, I am.";
      return Promise.race([
        never,
        new Promise<string>((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("given up")), { once: true });
        }),
      ]);
    },
  });
  const house = await sceneHouse({ kinds: () => [slow] });
  await house.clock.advance(3000);
  await pause(house);
  await house.clock.advance(2000);
  await house.post("Mira", "Ada, are you there?");
  await house.clock.advance(3000);
  expect((await house.told()).map((message) => message.text)).toEqual(["Ada, are you there?", "Yes, I am."]);
  expect((await house.store.scenes(feedChannel))[0]?.state.kind).toBe("paused");
});

test("one slow answer to a person does not silence the scene", async () => {
  const gate = Promise.withResolvers<string>();
  let number = 0;
  const slowAnswer = solverKind("own", {
    say: async (request) => (request.act === "answer" ? gate.promise : newThing((number += 1))),
  });
  const house = await sceneHouse({ kinds: () => [slowAnswer] });
  await house.clock.advance(5000);
  await house.post("Mira", "Ada, how long is forever?");
  await house.clock.advance(11_000);
  const before = await postsOf(house);
  await house.clock.advance(60_000);
  expect(await postsOf(house)).toBeGreaterThan(before);
  gate.resolve("Long.");
  await house.clock.advance(3000);
  expect((await house.told()).some((message) => message.text === "Long.")).toBe(true);
});

test("a brake holds a fast scene back without putting it to rest", async () => {
  const house = await sceneHouse({
    plan: plan().replace("seconds: 60\nwatched", "seconds: 1\nwatched").replace("post_limit: 50", "post_limit: 500"),
    limits: { brakes: { ...usualBrakes, channelPerMinute: 5 } },
  });
  await house.clock.advance(600_000);
  expect((await sceneOf(house)).state.kind).toBe("running");
  expect(await postsOf(house)).toBeGreaterThanOrEqual(40);
  expect(await postsOf(house)).toBeLessThanOrEqual(55);
});

test("a scene that always replies goes on when its threads are full", async () => {
  const house = await sceneHouse({ plan: plan().replace("reply_chance: 0.7", "reply_chance: 1") });
  await house.clock.advance(3_600_000);
  expect(await postsOf(house)).toBe(50);
});

test("a scene whose file goes away leaves the stage, and goes on when it is back", async () => {
  const house = await sceneHouse();
  await house.clock.advance(10_000);
  await house.player.update([]);
  await house.clock.advance(5000);
  const gone = await postsOf(house);
  await house.clock.advance(60_000);
  expect(await postsOf(house)).toBe(gone);
  await house.player.update(house.personas.scenes());
  await house.clock.advance(10_000);
  expect(await postsOf(house)).toBeGreaterThan(gone);
});

test("a store that fails for a while neither loses the channel nor is asked without end", async () => {
  const house = await sceneHouse({ scene: "none" });
  let failures = 0;
  let isBroken = true;
  const failing = <Of extends "closeChannel" | "recordSending">(name: Of): void => {
    const whole = house.store[name].bind(house.store) as (...given: readonly unknown[]) => Promise<unknown>;
    Object.assign(house.store, {
      [name]: async (...given: readonly unknown[]) => {
        if (!isBroken) return whole(...given);
        failures += 1;
        throw new Error("the disk is full");
      },
    });
  };
  failing("closeChannel");
  failing("recordSending");
  await house.post("Mira", "Ada, are you there?");
  await house.clock.advance(20_000);
  expect(failures).toBeGreaterThan(0);
  expect(failures).toBeLessThan(100);
  isBroken = false;
  await house.clock.advance(10_000);
  await house.post("Noor", "Bruno, and you?");
  await house.clock.advance(10_000);
  expect((await house.told()).filter((message) => message.spoken !== null)).toHaveLength(2);
});
