// A gateway: it wakes those who work, works on nothing itself, and says so when nobody does.
import { expect, onTestFinished, test } from "vitest";
import type { ChannelId } from "../../src/domain/ids.ts";
import { Gateway } from "../../src/engine/gateway.ts";
import { houseProcess, workerProcess } from "../../src/engine/neighbours.ts";
import { silentLog } from "../../src/log.ts";
import type { WakeQueue } from "../../src/queue/queue.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { feedChannel } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

interface Rig {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly gateway: Gateway;
  readonly said: string[];
  readonly done: string[];
}

const own = houseProcess("own");
const worker = workerProcess("other");

async function rig(): Promise<Rig> {
  const clock = new VirtualClock();
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
  const said: string[] = [];
  const done: string[] = [];
  const keep = (phrase: string): void => void said.push(phrase);
  const queue: WakeQueue = {
    wake: async (channel: ChannelId) => void done.push(`wake ${channel}`),
    sweep: async (channel: ChannelId) => void done.push(`sweep ${channel}`),
    work: () => void done.push("work"),
    close: async () => void done.push("close"),
  };
  const log = { ...silentLog, info: keep, warn: keep, error: keep };
  const gateway = new Gateway({ process: own, store, clock, log }, queue);
  await gateway.start();
  onTestFinished(() => store.close());
  return { clock, store, gateway, said, done };
}

/** So many seconds with a worker that lives. */
async function workFor({ clock, store }: Rig, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await store.beat(worker, clock.now());
    await clock.advance(1_000);
  }
}

test("a gateway passes wakes on and works on nothing, and is among the living until it stops", async () => {
  const { clock, store, gateway, done } = await rig();
  await gateway.wake(feedChannel);
  await clock.advance(10_000);
  expect(await store.processes(clock.now())).toEqual([own]);
  await gateway.stop(1_000);
  expect(await store.processes(clock.now())).toEqual([]);
  expect(done).toEqual([`wake ${feedChannel}`, "close"]);
});

test("with no worker it says so once, and again only when one has come and gone", async () => {
  const house = await rig();
  const { clock, said, gateway } = house;
  await clock.advance(4_000);
  expect(said).toEqual([]);
  await clock.advance(60_000);
  expect(said).toEqual([expect.stringMatching(/^no worker runs: .*TROUPE_ROLE=worker$/u)]);
  await workFor(house, 5);
  expect(said.slice(1)).toEqual(["a worker is there"]);
  await clock.advance(60_000);
  expect(said.slice(2)).toEqual([expect.stringMatching(/^no worker runs/u)]);
  await gateway.stop(1_000);
});

test("a worker that comes with its gateway, or is restarted, is no reason to warn", async () => {
  const house = await rig();
  await house.clock.advance(3_000);
  await workFor(house, 20);
  await house.clock.advance(5_000);
  await workFor(house, 20);
  expect(house.said).toEqual([]);
  await house.gateway.stop(1_000);
});
