// Scenes that people started in their channels: played on the virtual clock, joined, held, ended, and after a crash.
import { hash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SceneId } from "../../src/domain/ids.ts";
import { personaId } from "../../src/domain/ids.ts";
import type { Scene } from "../../src/domain/scene.ts";
import type { SceneDraft } from "../../src/domain/scene-options.ts";
import { blankScene } from "../../src/domain/scene-options.ts";
import type { SceneDesk } from "../../src/engine/scene-desk.ts";
import type { SolverRequest } from "../../src/solvers/solver.ts";
import { lounge, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { RoomOptions, RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

const mira = { id: whoIs("Mira"), name: "Mira", locale: null };

interface Stage extends RoomStory {
  readonly desk: SceneDesk;
  readonly start: (draft?: Partial<SceneDraft>, key?: string) => Promise<SceneId>;
  readonly scene: () => Promise<Scene>;
}

/** A sentence like no other: what is said again in nearly the same words is held back. */
function newThing(number: number): string {
  return `${hash("sha1", String(number)).replaceAll(/(.{5})/gu, "$1 ")}is new.`;
}

function talker(): (request: SolverRequest) => Promise<string> {
  let number = 0;
  return async ({ act, persona }) => (act === "answer" ? `${persona.name} hears you.` : newThing((number += 1)));
}

type Kept = NonNullable<RoomOptions["kept"]>;

const newFiles = (): Kept => ({
  personas: threeWith("own"),
  database: join(newFolder(), "troupe.db"),
  clock: new VirtualClock(),
});

/** The files for the next house, long enough after the one before was killed that it counts as dead. As kill -9 does: what is under way goes no further. */
async function killed({ story }: Stage, kept: Kept, downMs = 20_000): Promise<Kept> {
  const { store } = story;
  const close = store.close.bind(store);
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(store))) {
    Object.defineProperty(store, name, { value: () => new Promise(() => {}) });
  }
  await close();
  Object.assign(story, { close: async () => {} });
  return { ...kept, clock: new VirtualClock(kept.clock.now() + downMs) };
}

async function stage(options: RoomOptions = {}): Promise<Stage> {
  const opened = await openRoom({ say: talker(), ...options });
  const { store, desk } = opened.story;
  return {
    ...opened,
    desk,
    start: async (draft = {}, key = "first") => {
      const whole = { ...blankScene, name: "Tea", seconds: 10, ...draft };
      const played = await desk.start({ place: loungePlace, draft: whole, by: mira, key, meanwhile: "stays" });
      if (played.kind !== "plays") throw new Error(`it does not play: ${played.kind}`);
      return played.scene.plan.id;
    },
    scene: async () => {
      const [scene] = await store.scenes(lounge);
      if (scene === undefined) throw new Error("there is no scene");
      return scene;
    },
  };
}

const halted = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.includes("“Tea”"));

test("a person joins a scene without naming anybody, and is answered before the scene goes on", async () => {
  const { bind, start, room, story, says } = await stage();
  for (const handle of ["ada", "bruno"]) await bind(handle);
  await start({ seconds: 5 });
  await story.clock.advance(12_000);
  const before = room.got.length;
  expect(before).toBeGreaterThan(1);
  // Said in the very second in which the next tick is due.
  await story.clock.advance(2_900);
  await room.hear({ kind: "person", name: "Noor" }, "What a view!");
  await story.clock.advance(10_000);
  const after = room.got.slice(before).map(({ post }) => ({ isAnswer: !post.unasked, text: post.text }));
  const answered = after.findIndex(({ isAnswer }) => isAnswer);
  expect(answered).toBeGreaterThanOrEqual(0);
  expect(answered).toBeLessThanOrEqual(1);
  expect(after.filter(({ isAnswer }) => isAnswer)).toHaveLength(1);
  expect(after.length).toBeGreaterThan(2);
  await says("Noor", "Ada, and you?");
  expect(room.got.some(({ post }) => post.text.endsWith("Ada hears you."))).toBe(true);
});

test("no tick comes while a person waits for an answer, and it comes when the answer is there", async () => {
  const answer = Promise.withResolvers<string>();
  const talk = talker();
  const { bind, start, room, story } = await stage({
    say: async (request) => (request.act === "answer" ? answer.promise : talk(request)),
  });
  await bind("ada");
  await bind("bruno");
  await start({ seconds: 5 });
  await story.clock.advance(6_000);
  await room.hear({ kind: "person", name: "Noor" }, "Ada, how deep is it?");
  const { ticks } = (await story.store.scenes(lounge))[0] ?? { ticks: -1 };
  await story.clock.advance(9_000);
  expect((await story.store.scenes(lounge))[0]?.ticks).toBe(ticks);
  answer.resolve("Very.");
  await story.clock.advance(6_000);
  expect((await story.store.scenes(lounge))[0]?.ticks).toBeGreaterThan(ticks);
  expect(room.got.findIndex(({ post }) => post.text.endsWith("Very."))).toBeLessThan(room.got.length - 1);
});

test.each(["at rest", "under way"] as const)(
  "a scene whose time passed while the house was down, its last turn %s, takes one turn to catch up",
  async (how) => {
    const kept = newFiles();
    const never = Promise.withResolvers<string>();
    let isStuck = false;
    const talk = talker();
    const first = await stage({ kept, say: async (request) => (isStuck ? never.promise : talk(request)) });
    await first.bind("ada");
    await first.bind("bruno");
    await first.start({ seconds: 60 });
    await kept.clock.advance(125_000);
    isStuck = how === "under way";
    if (isStuck) await kept.clock.advance(60_000);
    const next = await killed(first, kept, 5 * 3_600_000);
    const second = await stage({ kept: next });
    await next.clock.advance(50_000);
    expect(second.room.got).toHaveLength(1);
    await next.clock.advance(5 * 60_000);
    expect(second.room.got.length).toBeGreaterThanOrEqual(5);
    expect(second.room.got.length).toBeLessThanOrEqual(7);
  },
);

test("what a person stopped says at most one post more, and stays stopped after a crash", async () => {
  const kept = newFiles();
  const first = await stage({ kept });
  await first.bind("ada");
  await first.bind("bruno");
  const id = await first.start({ seconds: 5 });
  await kept.clock.advance(22_000);
  await first.desk.halt(id, "stop", mira);
  const before = first.room.got.length;
  expect(before).toBeGreaterThan(2);
  const next = await killed(first, kept);
  const second = await stage({ kept: next });
  await next.clock.advance(600_000);
  expect(second.room.got.length).toBeLessThanOrEqual(1);
  expect((await second.scene()).state).toEqual({ kind: "finished", why: "Mira stopped it" });
});

test("a stop while a post is being thought about gives the thought up at once, and nothing of it is said", async () => {
  let wasGivenUp = false;
  const { bind, start, desk, room, story } = await stage({
    say: (_request, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          wasGivenUp = true;
          resolve("too late");
        });
      }),
  });
  await bind("ada");
  const id = await start();
  await story.clock.advance(3000);
  await desk.halt(id, "stop", mira);
  await story.clock.advance(100);
  expect(wasGivenUp).toBe(true);
  await story.clock.advance(10_000);
  expect(room.got).toEqual([]);
});

test("a paused scene stays paused through a restart, and a running one goes on by itself", async () => {
  const kept = newFiles();
  const first = await stage({ kept });
  await first.bind("ada");
  await first.bind("bruno");
  const id = await first.start({ seconds: 10, postLimit: 40 });
  await kept.clock.advance(60_000);
  const said = (await first.scene()).posts;
  const next = await killed(first, kept);
  const second = await stage({ kept: next });
  await next.clock.advance(60_000);
  expect((await second.scene()).posts).toBeGreaterThan(said + 3);
  await second.desk.halt(id, "pause", mira);
  const last = await killed(second, next);
  const third = await stage({ kept: last });
  await last.clock.advance(600_000);
  expect(third.room.got.length).toBeLessThanOrEqual(1);
  expect((await third.scene()).state).toEqual({ kind: "paused", why: "Mira paused it" });
});

test("at its limit, and at its end, one line says so once, and how to go on, in the language of the room", async () => {
  const { bind, set, start, desk, story, transcript, scene } = await stage();
  await bind("ada");
  await bind("bruno");
  await start({ seconds: 5, postLimit: 4 });
  await story.clock.advance(600_000);
  const [line, ...others] = halted(await transcript());
  expect(others).toEqual([]);
  expect(line).toMatch(/^(?:Ada|Bruno): \(“Tea” is over after 4 posts\. .*\/scene resume.*\)$/u);
  expect(await scene()).toMatchObject({ posts: 4, state: { kind: "finished", why: "paused after 4 posts" } });
  await set("language", "de-AT");
  const [entry] = await desk.list({ kind: "channel", channel: lounge });
  if (entry === undefined) throw new Error("there is a scene");
  await desk.set(entry, { ...blankScene, name: "Tea", seconds: 60, end: { kind: "after", ms: 150_000 } }, mira);
  await desk.resume(entry, "stays", mira);
  await story.clock.advance(149_000);
  expect((await scene()).state.kind).toBe("running");
  await story.clock.advance(3_000);
  expect((await scene()).state).toEqual({ kind: "finished", why: "its time is up" });
  await story.clock.advance(600_000);
  const german = (await transcript()).filter((each) => each.includes("„Tea“"));
  expect(german).toHaveLength(1);
  expect(german[0]).toContain("Die Zeit ist um.");
});

test("a scene that ends is told of once although the house is killed at any instant of it", async () => {
  for (let killedAt = 10_000; killedAt < 13_000; killedAt += 300) {
    const kept = newFiles();
    const first = await stage({ kept });
    await first.bind("ada");
    await first.bind("bruno");
    await first.start({ seconds: 5, postLimit: 3 });
    await kept.clock.advance(killedAt);
    const next = await killed(first, kept);
    const second = await stage({ kept: next });
    await next.clock.advance(60_000);
    const said = [...first.room.got, ...second.room.got].map(({ post }) => post);
    const lines = new Set(said.filter(({ text }) => text.includes("“Tea”")).map(({ id }) => id));
    expect([killedAt, lines.size]).toEqual([killedAt, 1]);
    expect((await second.scene()).state.kind).toBe("finished");
  }
}, 60_000);

test("outside its hours a scene rests, and it plays from the minute in which they begin to that in which they end", async () => {
  // The clock begins at nine in UTC, when it is ten in Berlin.
  const { bind, start, room, story, scene } = await stage();
  await bind("ada");
  await bind("bruno");
  await start({ seconds: 60, postLimit: 500, hours: { from: 11, to: 12, timeZone: "Europe/Berlin" } });
  await story.clock.advance(59 * 60_000);
  expect(room.got).toEqual([]);
  expect((await scene()).state).toMatchObject({
    kind: "resting",
    why: "it plays from 11 to 12 o'clock (Europe/Berlin)",
  });
  await story.clock.advance(2 * 60_000);
  expect(room.got.length).toBeGreaterThan(0);
  await story.clock.advance(60 * 60_000);
  const atTwelve = room.got.length;
  expect(atTwelve).toBeGreaterThan(50);
  expect(atTwelve).toBeLessThanOrEqual(62);
  expect((await scene()).state.kind).toBe("resting");
  await story.clock.advance(30 * 60_000);
  expect(room.got).toHaveLength(atTwelve);
});

test("a brake that counts the posts of a minute is asked again after ten seconds, not at every beat of the scene", async () => {
  const { bind, start, room, story, scene } = await stage();
  await bind("ada");
  await bind("bruno");
  await bind("cleo");
  const id = await start({ seconds: 5, postLimit: 1000 });
  const plan = (await scene()).plan;
  const by = { id: mira.id, name: mira.name };
  // Faster than anybody may ask for.
  await story.store.sceneBook.replan({ ...plan, id, seconds: 1 }, { before: "", after: "" }, by, story.clock.now());
  await story.clock.advance(600_000);
  const { ticks, state } = await scene();
  expect(state.kind).toBe("running");
  expect(room.got.length).toBeGreaterThan(150);
  // Twenty a minute, and at most six tries that come to nothing.
  expect(ticks - room.got.length).toBeLessThanOrEqual(70);
});

test("two who play alone go on: a scene is no talk that runs in circles by itself", async () => {
  const { bind, start, story, scene } = await stage();
  await bind("ada");
  await bind("bruno");
  await start({ seconds: 30, postLimit: 40 });
  await story.clock.advance(40 * 60_000);
  expect((await scene()).posts).toBe(40);
});

test("where the model may not be asked any more, a scene rests and says why, once", async () => {
  const estimate = { model: "stub", tokensIn: 100, tokensOutMax: 50, costUsd: 50 };
  let isSpent = false;
  const { bind, start, story, scene, transcript } = await stage({
    model: "stub",
    readiness: () => (isSpent ? { kind: "paid", estimate } : { kind: "free" }),
  });
  await bind("ada");
  await bind("bruno");
  await start({ seconds: 10 });
  await story.clock.advance(25_000);
  isSpent = true;
  await story.clock.advance(3_600_000);
  expect((await scene()).state).toMatchObject({ kind: "resting", why: expect.stringContaining("budget") });
  const lines = halted(await transcript());
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/“Tea” rests: .*budget.*\/scene stop ends it/u);
});

test("what a scene is about stands in the prompt of all who play and of whoever answers a person, with nothing of it replaced", async () => {
  const { bind, start, story, says, asked } = await stage();
  await bind("ada");
  await bind("bruno");
  const world = { setting: "A pier named {{char}} and {{user}}.", tone: "dry", rules: "Never name {{char}}." };
  await start({ world, seconds: 30, strategy: "natural" });
  await story.clock.advance(65_000);
  await says("Noor", "Ada, where are we?");
  expect(asked.map(({ act }) => act)).toContain("answer");
  for (const { messages } of asked) {
    expect(messages[0]?.content).toContain("The setting:\nA pier named {{char}} and {{user}}.");
    expect(messages[0]?.content).toContain("The tone:\ndry");
    expect(messages[0]?.content).toContain("The rules:\nNever name {{char}}.");
  }
});

test("a list plays in the order of its cast, and a microblog's replies begin with a name and end at a word", async () => {
  const long = "word ".repeat(100);
  const inOrder = await stage();
  for (const handle of ["ada", "bruno", "cleo"]) await inOrder.bind(handle);
  await inOrder.start({ strategy: "list", cast: [personaId("cleo"), personaId("ada")], seconds: 5 });
  await inOrder.story.clock.advance(26_000);
  const order = inOrder.room.got.map(({ post }) => post.persona);
  expect(order.slice(0, 4)).toEqual(["cleo", "ada", "cleo", "ada"]);
  let number = 0;
  const blog = await stage({
    say: async ({ persona, act }) => `${act === "reply" ? `@${persona.name} ` : ""}${newThing((number += 1))} ${long}`,
  });
  for (const handle of ["ada", "bruno", "cleo"]) await blog.bind(handle);
  await blog.start({ strategy: "microblog", seconds: 5 });
  await blog.story.clock.advance(120_000);
  const posts = blog.room.got;
  expect(posts.some(({ post }) => post.replyTo !== null)).toBe(true);
  for (const { post, as } of posts) {
    expect(post.text.length).toBeLessThanOrEqual(280);
    expect(post.text).toMatch(/ word…$/u);
    expect(post.text).not.toContain(`@${as.name}`);
    expect(/^@(?:Ada|Bruno|Cleo) /u.test(post.text)).toBe(post.replyTo !== null);
  }
});

test("a person's stop halts the scene too, and nobody starts another before the talk is let go on", async () => {
  const { bind, start, desk, story, says, room, scene } = await stage();
  await bind("ada");
  await start({ seconds: 5 });
  await story.clock.advance(12_000);
  await says("Noor", "stop");
  const said = room.got.length;
  await story.clock.advance(600_000);
  expect(room.got).toHaveLength(said);
  expect((await scene()).state).toEqual({ kind: "paused", why: "Noor stopped it" });
  const draft = { ...blankScene, name: "Coffee" };
  const played = await desk.start({ place: loungePlace, draft, by: mira, key: "second", meanwhile: "stays" });
  expect(played.kind).toBe("stopped");
});
