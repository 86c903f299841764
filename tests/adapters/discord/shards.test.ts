// Shards: two houses on one database, each shard served by one of them, and taken over when that one dies.
import { expect, onTestFinished, test } from "vitest";
import { verdictOn } from "../../chaos/judge.ts";
import type { Stage } from "../../chaos/stage.ts";
import { WHOLE_CODE } from "../../chaos/cast.ts";
import { kill, openStage } from "../../chaos/stage.ts";

const MS_MAX = 60_000;
const UP = { timeout: 20_000, interval: 50 } as const;

async function twoShards(): Promise<Stage> {
  const stage = await openStage({
    seed: "shards",
    channels: 4,
    limits: 50,
    code: WHOLE_CODE,
    watchMs: 1_000,
    shards: 2,
  });
  onTestFinished(() => stage.close());
  return stage;
}

/** The shards that are connected, each as often as somebody serves it. */
function connected({ fake }: Stage): readonly number[] {
  const live = fake.sessions().filter(({ socket }) => socket !== null);
  return live.map(({ shard }) => shard[0]).toSorted((one, other) => one - other);
}

/** Resolves once both shards are served and what is needed to go on with their sessions is in the store: what was said has been answered. */
async function listening(stage: Stage): Promise<void> {
  await expect.poll(() => connected(stage), UP).toEqual([0, 1]);
  for (let number = 0; number < 6; number += 1) stage.ask();
  await stage.settled();
}

test(
  "each shard is served by one of two houses, and everybody is answered once",
  async () => {
    const stage = await twoShards();
    stage.start({ SHARD_COUNT: "2", SHARD_IDS: "0" });
    stage.start({ SHARD_COUNT: "2", SHARD_IDS: "0,1" });
    await expect.poll(() => connected(stage), UP).toEqual([0, 1]);
    for (let number = 0; number < 12; number += 1) stage.ask();
    await stage.settled();
    expect(connected(stage)).toEqual([0, 1]);
    expect(stage.fake.identifies().filter(({ outcome }) => outcome === "accepted")).toHaveLength(2);
    expect(verdictOn(stage.asked, stage.rooms())).toMatchObject({ isGood: true, lines: [] });
  },
  MS_MAX,
);

test(
  "the shards of a house that dies are taken over with their sessions, and what was said meanwhile is answered once",
  async () => {
    const stage = await twoShards();
    const first = stage.start();
    await listening(stage);
    stage.start();
    for (let number = 0; number < 6; number += 1) stage.ask();
    await kill(first);
    expect(connected(stage)).toEqual([]);
    for (let number = 0; number < 6; number += 1) stage.ask();
    await expect.poll(() => connected(stage), UP).toEqual([0, 1]);
    for (let number = 0; number < 6; number += 1) stage.ask();
    await stage.settled();
    expect(stage.fake.identifies()).toHaveLength(2);
    expect(verdictOn(stage.asked, stage.rooms())).toMatchObject({ isGood: true, lines: [] });
  },
  MS_MAX,
);

test(
  "a house that stood still while another took its shards leaves them to it when it wakes",
  async () => {
    const stage = await twoShards();
    const first = stage.start();
    await listening(stage);
    stage.start();
    first.kill("SIGSTOP");
    const resumed = () => stage.fake.gateway.entries.filter(({ kind }) => kind === "resume").length;
    await expect.poll(resumed, UP).toBe(2);
    first.kill("SIGCONT");
    for (let number = 0; number < 8; number += 1) stage.ask();
    await stage.settled();
    expect(connected(stage)).toEqual([0, 1]);
    expect(resumed()).toBe(2);
    expect(verdictOn(stage.asked, stage.rooms())).toMatchObject({ isGood: true, lines: [] });
  },
  MS_MAX,
);
