// Scenes in the whole house, by each strategy of who speaks next.
import { hash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { personaId } from "../../src/domain/ids.ts";
import type { SceneDraft } from "../../src/domain/scene-options.ts";
import { blankScene } from "../../src/domain/scene-options.ts";
import { SCENE_STRATEGIES } from "../../src/domain/strategy.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { SceneDesk } from "../../src/engine/scene-desk.ts";
import type { SolverRequest } from "../../src/solvers/solver.ts";
import { lounge, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { expectWithinCaps } from "./endless.ts";
import type { RoomOptions, RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

/** A sentence like no other, and perhaps a name. */
function talker(names: readonly string[] = []): (request: SolverRequest) => Promise<string> {
  let count = 0;
  return async () =>
    `${hash("sha1", `${(count += 1)}`).replaceAll(/(.{5})/gu, "$1 ")} ${names[count % names.length] ?? ""}`;
}

/** Ada, Bruno and Cleo in the lounge, with a scene of a post every ten seconds. */
async function play(draft: Partial<SceneDraft>, options: RoomOptions = {}): Promise<RoomStory> {
  const opened = await openRoom({ say: talker(), ...options });
  const { story, room } = opened;
  const { store, personas, clock, engine } = story;
  for (const handle of ["ada", "bruno", "cleo"]) await opened.bind(handle);
  const adapters = new Map([[room.platform, room]]);
  const rooms = new Rooms({ registry: store.registry, personas, adapters, everyone: () => personas.all() });
  const wake = (): Promise<void> => engine.wake(lounge);
  const desk = new SceneDesk({ store, rooms, clock, wake, forecast: async () => "It costs nothing." });
  const by = { id: whoIs("Mira"), name: "Mira", locale: null };
  const whole = { ...blankScene, name: "Tea", seconds: 10, ...draft };
  await desk.start({ place: loungePlace, draft: whole, by, key: "first", meanwhile: "stays" });
  return opened;
}

const ticksIn = ({ room }: RoomStory): readonly string[] =>
  room.got.flatMap(({ as, post }) => (post.scene === null || post.solver === "house" ? [] : [as.name]));

const idsOf = (...handles: readonly string[]): SceneDraft["cast"] => handles.map((handle) => personaId(handle));

test("a list goes round in the scene's order, an answer to a person leaves it alone, and so does a restart", async () => {
  const kept = { personas: threeWith("own"), database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
  const first = await play({ strategy: "list", cast: idsOf("cleo", "ada", "bruno") }, { kept });
  await first.story.clock.advance(15_000);
  await first.says("Mira", "Bruno, do you take sugar?");
  await first.story.clock.advance(20_000);
  const before = ticksIn(first);
  expect(before.slice(0, 4)).toEqual(["Cleo", "Ada", "Bruno", "Cleo"].slice(0, before.length));
  await first.story.engine.stop(1000);
  const second = await openRoom({ kept, say: talker() });
  await kept.clock.advance(35_000);
  const all = [...before, ...ticksIn(second)];
  expect(all.length).toBeGreaterThanOrEqual(6);
  expect(all).toEqual(all.map((_, at) => ["Cleo", "Ada", "Bruno"][at % 3]));
});

test("whom the newest post names speaks next", async () => {
  const opened = await play({ strategy: "natural" }, { say: talker(["Cleo", "Bruno", "Ada"]) });
  await opened.story.clock.advance(80_000);
  const posts = opened.room.got.filter(({ post }) => post.scene !== null);
  const called = posts.slice(1).filter(({ as }, at) => {
    return posts[at]?.post.text.includes(as.name) === true;
  });
  const answerable = posts.slice(0, -1).filter(({ as, post }) => !post.text.includes(as.name));
  expect(answerable.length).toBeGreaterThan(2);
  expect(called.length).toBeGreaterThanOrEqual(answerable.length - 1);
});

test("out of a pool everyone speaks once a round", async () => {
  const opened = await play({ strategy: "pooled" });
  await opened.story.clock.advance(95_000);
  const names = ticksIn(opened);
  expect(names.length).toBeGreaterThanOrEqual(9);
  for (const from of [0, 3, 6]) expect(new Set(names.slice(from, from + 3)).size).toBe(3);
});

test("whoever speaks only when asked is in a scene that names it, and in no other", async () => {
  const without = await play({ strategy: "list" });
  await without.set("strategy", "manual", personaId("bruno"));
  await without.story.clock.advance(45_000);
  expect(ticksIn(without).length).toBeGreaterThan(3);
  expect(ticksIn(without)).not.toContain("Bruno");
  const named = await play({ strategy: "list", cast: idsOf("bruno", "ada") });
  await named.set("strategy", "manual", personaId("bruno"));
  await named.story.clock.advance(25_000);
  expect(ticksIn(named)).toContain("Bruno");
});

test.each(SCENE_STRATEGIES)(
  "%s: a bot that echoes every post of a scene keeps it within the caps, and ends with it",
  async (strategy) => {
    const opened = await play({ strategy, postLimit: 12 }, { chance: () => 0, say: talker(["Ada", "Bruno", "Cleo"]) });
    const { room, story, set } = opened;
    await set("bots", "all");
    await set("strategy", "natural");
    room.onPost = async ({ post }) => {
      if (room.got.length < 500) await room.hear({ kind: "bot", name: "Echo" }, post.text);
    };
    await story.clock.advance(30 * 60_000);
    const said = await story.store.recentMessages(lounge, null, 10_000);
    expect(ticksIn(opened).length).toBeGreaterThan(2);
    expectWithinCaps(said, usualBrakes);
    await story.clock.advance(30 * 60_000);
    expect((await story.store.scenes(lounge)).map((scene) => scene.state.kind)).toEqual(["finished"]);
    expect(await story.store.recentMessages(lounge, null, 10_000)).toHaveLength(said.length);
  },
);
