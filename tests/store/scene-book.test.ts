// Scenes that people start, in the store: one that plays in a channel, halted at once, and each change on the audit list.
import { expect, onTestFinished, test } from "vitest";
import { channelId, channelScope, feedPlatform, sceneId, tickId, turnId } from "../../src/domain/ids.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import { offStage } from "../../src/domain/scene.ts";
import { silentLog } from "../../src/log.ts";
import type { Cue } from "../../src/store/scene-book.ts";
import { SCENES_MAX } from "../../src/store/scene-book.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { ada, asked, bob, decide, finish, main, NOW, place, plan, postOf, stateOf, take } from "./samples.ts";

const by = { id: bob.id, name: bob.name };
const starter = { ...by, locale: null };
const elsewhere = channelId(feedPlatform, "elsewhere");

async function open(): Promise<Store> {
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
  onTestFinished(() => store.close());
  return store;
}

function cue(changed: Partial<Cue> & { readonly channel?: ChannelId } = {}): Cue {
  const { channel = main, ...rest } = changed;
  return { place: place(channel), now: NOW, dueAt: NOW + 300, meanwhile: "stays", ...rest };
}

const scene = (name: string) => plan({ id: sceneId(name), name, by: starter });

test("a scene that is started plays, its channel is due, and starting it again changes nothing", async () => {
  const store = await open();
  const started = await store.sceneBook.start(scene("tea"), cue(), by);
  expect(started).toMatchObject({
    kind: "plays",
    scene: { plan: { name: "tea" }, state: { kind: "running" }, posts: 0, startedAt: NOW, dueAt: NOW + 300 },
  });
  expect(await store.dueChannels([feedPlatform], NOW + 300, 10)).toEqual([main]);
  await store.sceneBook.halt(sceneId("tea"), "pause", by, NOW);
  const again = await store.sceneBook.start(scene("tea"), cue({ now: NOW + 1 }), by);
  expect(again).toMatchObject({ scene: { state: { kind: "paused" }, startedAt: NOW } });
});

test("of two that are started at once in a channel one plays, in two channels both", async () => {
  const store = await open();
  const [tea, coffee, beer] = await Promise.all([
    store.sceneBook.start(scene("tea"), cue(), by),
    store.sceneBook.start(scene("coffee"), cue(), by),
    store.sceneBook.start(scene("beer"), cue({ channel: elsewhere }), by),
  ]);
  expect(tea.kind).toBe("plays");
  expect(coffee).toMatchObject({ kind: "busy", other: { plan: { name: "tea" } } });
  expect(beer.kind).toBe("plays");
  const all = await store.sceneBook.all();
  expect(all.map((entry) => [entry.scene.plan.name, entry.place.channel])).toEqual([
    ["beer", elsewhere],
    ["tea", main],
  ]);
});

test("another one takes the place of the one that plays, which is paused, whether started or resumed", async () => {
  const store = await open();
  await store.sceneBook.start(scene("tea"), cue(), by);
  const coffee = await store.sceneBook.start(scene("coffee"), cue({ meanwhile: "pauses" }), by);
  expect(coffee.kind).toBe("plays");
  const states = async () => new Map((await store.scenes(main)).map((each) => [each.plan.name, each.state.kind]));
  expect(await states()).toEqual(
    new Map([
      ["coffee", "running"],
      ["tea", "paused"],
    ]),
  );
  expect((await store.sceneBook.resume(sceneId("tea"), cue(), by)).kind).toBe("busy");
  expect((await store.sceneBook.resume(sceneId("tea"), cue({ meanwhile: "pauses" }), by)).kind).toBe("plays");
  expect(await states()).toEqual(
    new Map([
      ["coffee", "paused"],
      ["tea", "running"],
    ]),
  );
});

test.each(["waiting", "thinking", "saying"] as const)(
  "a halt ends the scene's own turn that is %s, and no other",
  async (at) => {
    for (const how of ["pause", "stop"] as const) {
      const store = await open();
      await store.sceneBook.start(scene("tea"), cue(), by);
      const { lease } = await take(store);
      const trigger = tickId(sceneId("tea"), 1);
      const turn = {
        ...asked("1"),
        id: turnId(trigger, ada),
        trigger,
        scene: sceneId("tea"),
        unasked: true,
        replyTo: null,
      };
      const other = asked("2");
      await decide(store, lease, [turn, other]);
      const brakes = {
        depthMax: 8,
        channelPerMinute: 20,
        conversationPerHour: 60,
        pairMax: 6,
        alikeMax: 3,
        quota: null,
      };
      if (at !== "waiting") await store.beginTurn(lease, turn.id, brakes, NOW);
      if (at === "saying") await store.finishTurn(lease, finish(turn, [postOf(turn)]), NOW);
      const halted = await store.sceneBook.halt(sceneId("tea"), how, by, NOW);
      expect(halted?.state).toEqual(
        how === "pause" ? { kind: "paused", why: "Bob paused it" } : { kind: "finished", why: "Bob stopped it" },
      );
      expect(await stateOf(store, turn.id)).toBe("ended");
      expect(await stateOf(store, other.id)).toBe("waiting");
      if (at === "saying") expect(await store.recordSending(lease, postOf(turn).id, NOW)).toBe(false);
      // Thought to its end all the same, it says nothing.
      if (at === "thinking") {
        await store.finishTurn(lease, finish(turn, [postOf(turn)]), NOW);
        expect((await store.readWork(lease)).posts).toEqual([]);
      }
      // What comes too late is left out.
      const late = tickId(sceneId("tea"), 2);
      const decision = { trigger: late, turns: [{ ...turn, id: turnId(late, ada), trigger: late }], silences: [] };
      const tick = { scene: sceneId("tea"), dueAt: NOW };
      await store.recordDecisions(lease, { throughSeq: null, decisions: [decision], folds: [], tick }, NOW);
      expect(await stateOf(store, turnId(late, ada))).toBeNull();
    }
  },
);

test("what was stopped begins a new run when it is resumed, what was paused goes on with its own, and a stop is no pause", async () => {
  const store = await open();
  await store.sceneBook.start(scene("tea"), cue(), by);
  await store.sceneBook.halt(sceneId("tea"), "pause", by, NOW + 1);
  const paused = await store.sceneBook.resume(sceneId("tea"), cue({ now: NOW + 2 }), by);
  expect(paused).toMatchObject({ scene: { startedAt: NOW } });
  await store.sceneBook.halt(sceneId("tea"), "stop", by, NOW + 3);
  expect((await store.sceneBook.halt(sceneId("tea"), "pause", by, NOW + 4))?.state.kind).toBe("finished");
  const anew = await store.sceneBook.resume(sceneId("tea"), cue({ now: NOW + 5 }), by);
  expect(anew).toMatchObject({ scene: { startedAt: NOW + 5, posts: 0, state: { kind: "running" } } });
});

test("each change is on the audit list of the channel, with who made it", async () => {
  const store = await open();
  await store.sceneBook.start(scene("tea"), cue(), by);
  await store.sceneBook.replan({ ...scene("tea"), seconds: 5 }, { before: "60", after: "5" }, by, NOW + 1);
  await store.sceneBook.halt(sceneId("tea"), "pause", by, NOW + 2);
  await store.sceneBook.resume(sceneId("tea"), cue({ now: NOW + 3 }), by);
  await store.sceneBook.halt(sceneId("tea"), "stop", by, NOW + 4);
  const entries = await store.registry.audit([channelScope(main)], 10);
  expect(entries.map(({ what, subject, before, after, by: who }) => [what, subject, before, after, who.name])).toEqual([
    ["scene stop", "tea", "running", "finished", "Bob"],
    ["scene resume", "tea", "paused", "running", "Bob"],
    ["scene pause", "tea", "running", "paused", "Bob"],
    ["scene set", "tea", "60", "5", "Bob"],
    ["scene start", "tea", null, "tea", "Bob"],
  ]);
  expect((await store.scenes(main))[0]?.plan.seconds).toBe(5);
});

test("of more scenes than anybody can choose from, those that ended longest ago are forgotten", async () => {
  const store = await open();
  for (let number = 0; number < SCENES_MAX + 3; number += 1) {
    await store.sceneBook.start(scene(`scene-${number}`), cue({ now: NOW + number, meanwhile: "pauses" }), by);
  }
  const names = (await store.scenes(main)).map((each) => each.plan.name);
  expect(names).toHaveLength(SCENES_MAX);
  expect(names).not.toContain("scene-2");
  expect(names).toContain("scene-3");
});

test("a scene whose file is gone, or that never was, can neither be halted nor resumed nor changed", async () => {
  const store = await open();
  await store.putScene(plan({ id: sceneId("filed") }), main, feedPlatform, NOW);
  await store.setScene(sceneId("filed"), { state: offStage, fresh: false, dueAt: null, onlyWhile: null }, NOW);
  for (const id of ["filed", "never"]) {
    expect(await store.sceneBook.halt(sceneId(id), "stop", by, NOW)).toBeNull();
    expect((await store.sceneBook.resume(sceneId(id), cue(), by)).kind).toBe("gone");
    expect(await store.sceneBook.replan(scene(id), { before: "", after: "" }, by, NOW)).toBeNull();
  }
  expect(await store.sceneBook.all()).toEqual([]);
});

test("clearing a channel begins no scene that has ended, and a channel that is no more forgets what was started there", async () => {
  const store = await open();
  await store.putScene(plan({ id: sceneId("filed") }), main, feedPlatform, NOW);
  await store.sceneBook.halt(sceneId("filed"), "stop", by, NOW);
  await store.sceneBook.start(scene("tea"), cue(), by);
  const over = { kind: "finished", why: "its time is up" } as const;
  await store.setScene(sceneId("tea"), { state: over, fresh: false, dueAt: null, onlyWhile: null }, NOW);
  await store.sceneBook.start(scene("coffee"), cue(), by);
  await store.clearChannel(main, NOW + 1);
  const states = new Map((await store.scenes(main)).map((each) => [each.plan.id, each.state.kind]));
  expect(states).toEqual(
    new Map([
      ["coffee", "running"],
      ["filed", "finished"],
      ["tea", "finished"],
    ]),
  );
  await store.sceneBook.forget(main);
  expect((await store.scenes(main)).map((each) => each.plan.id)).toEqual(["filed"]);
});
