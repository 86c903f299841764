// Scenes on the feed, where those of files play: beside them people start their own, and what they stopped stays so.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { feedChannel } from "../../src/adapters/feed/feed.ts";
import type { Adapter } from "../../src/adapters/adapter.ts";
import type { PlatformName } from "../../src/domain/ids.ts";
import { authorId, feedPlatform, sceneId } from "../../src/domain/ids.ts";
import { blankScene } from "../../src/domain/scene-options.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { SceneDesk } from "../../src/engine/scene-desk.ts";
import { houseOf, threeWith } from "../rules/cast.ts";
import type { Story } from "./house.ts";
import { solverKind } from "./house.ts";

const place = {
  platform: feedPlatform,
  channel: feedChannel,
  parent: null,
  workspace: null,
  unnamed: "answered",
  nsfw: false,
} as const;
const operator = { id: authorId(feedPlatform, "operator"), name: "the operator", locale: null };
const harbour = sceneId("harbour");

async function feedHouse(): Promise<Story & { readonly desk: SceneDesk }> {
  const personas = threeWith("own");
  writeFileSync(join(personas, "scene.yaml"), "version: 1\nid: harbour\nname: Harbour\nseconds: 10\npost_limit: 500\n");
  let number = 0;
  const words = ["fog", "lamp", "whale", "bread", "comet", "goat", "choir", "ferry", "bell", "key", "ham"];
  const say = async (): Promise<string> => {
    number += 1;
    return [3, 5, 7, 11, 13].map((step) => words[(number * step + step) % words.length]).join(` ${number} `);
  };
  const house = await houseOf({ personas, kinds: () => [solverKind("own", { say })], scene: "plays" });
  const adapters = new Map<PlatformName, Adapter>([[feedPlatform, house.feed]]);
  const everyone = () => house.personas.all();
  const rooms = new Rooms({ registry: house.store.registry, personas: house.personas, adapters, everyone });
  const { store, clock } = house;
  const wake = (channel: typeof feedChannel) => house.engine.wake(channel);
  return { ...house, desk: new SceneDesk({ store, rooms, clock, wake, forecast: async () => "Nothing." }) };
}

const kinds = async ({ store }: Story): Promise<ReadonlyMap<string, string>> =>
  new Map((await store.scenes(feedChannel)).map(({ plan, state }) => [plan.name, state.kind]));

test("a scene of a file that a person stopped stays so through a new start, until a person resumes it", async () => {
  const house = await feedHouse();
  await house.clock.advance(30_000);
  await house.desk.halt(harbour, "stop", operator);
  const said = (await house.told()).length;
  expect(said).toBeGreaterThan(1);
  await house.player.begin(house.personas.scenes());
  await house.clock.advance(120_000);
  expect(await house.told()).toHaveLength(said);
  const [entry] = await house.desk.list({ kind: "channel", channel: feedChannel });
  if (entry === undefined) throw new Error("there is a scene");
  expect((await house.desk.resume(entry, "stays", operator)).kind).toBe("plays");
  await house.clock.advance(30_000);
  expect((await house.told()).length).toBeGreaterThan(said);
});

test("a scene that people start on the feed takes the place of the file's own, and neither is sent away or started beside it", async () => {
  const house = await feedHouse();
  await house.clock.advance(15_000);
  const draft = { ...blankScene, name: "Regatta", seconds: 10, postLimit: 4 };
  const wish = { place, draft, by: operator, key: "k" };
  expect(await house.desk.start({ ...wish, meanwhile: "stays" })).toMatchObject({
    kind: "busy",
    other: { plan: { name: "Harbour" } },
  });
  expect((await house.desk.start({ ...wish, meanwhile: "pauses" })).kind).toBe("plays");
  const both = (one: string, other: string) =>
    new Map([
      ["Harbour", one],
      ["Regatta", other],
    ]);
  expect(await kinds(house)).toEqual(both("paused", "running"));
  // The files are read again, and the house starts anew.
  await house.player.update(house.personas.scenes());
  await house.player.begin(house.personas.scenes());
  expect(await kinds(house)).toEqual(both("paused", "running"));
  await house.clock.advance(120_000);
  expect(await kinds(house)).toEqual(both("paused", "finished"));
  // Pages show how a scene stands: no persona says it there.
  expect((await house.told()).filter(({ text }) => text.includes("Regatta"))).toEqual([]);
  await house.player.begin(house.personas.scenes());
  expect(await kinds(house)).toEqual(both("paused", "finished"));
});
