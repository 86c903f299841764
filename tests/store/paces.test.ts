// Pace in the store: taken with what is recorded of a post or not at all, by all processes together, whatever becomes of them.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { channelId, platformName } from "../../src/domain/ids.ts";
import type { Bucket, Pacing } from "../../src/domain/pace.ts";
import { LeaseLost } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import type { Store } from "../../src/store/store.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { arrival, asked, decide, finish, main, message, NOW, postOf, say, take } from "./samples.ts";

const file = () => join(mkdtempSync(join(tmpdir(), "troupe-paces-")), "troupe.db");

async function open(path = ":memory:"): Promise<Store> {
  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  onTestFinished(() => store.close());
  return store;
}

const two: Bucket = { key: "test:two", windows: [{ count: 2, ms: 10_000 }], sharedBy: "one channel" };

function pacingOf(by: string, ...buckets: readonly Bucket[]): Pacing {
  return { buckets: buckets.length === 0 ? [two] : buckets, channel: main, by, need: "post" };
}

/** Two answers of Ada's that are ready to be said. */
async function twoPosts() {
  const store = await open();
  await store.recordMessage(arrival("a"), 1, null, NOW);
  await store.recordMessage(arrival("b"), 1, null, NOW);
  const { lease } = await take(store);
  const turns = [asked("a"), asked("b")];
  await decide(store, lease, turns);
  for (const turn of turns) await store.finishTurn(lease, finish(turn, [postOf(turn)]), NOW);
  return { store, lease, first: postOf(asked("a")).id, second: postOf(asked("b")).id };
}

/** How many slots are left at NOW. */
async function left(store: Store, bucket = two): Promise<number> {
  for (let count = 0; ; count += 1) {
    const slot = await store.paces.take(pacingOf(`probe ${count}`, bucket), NOW);
    if (slot.kind !== "now") return count;
  }
}

test("a post that begins to be sent takes its slot, and waits as it is where there is none", async () => {
  const { store, lease, first, second } = await twoPosts();
  expect(await store.paces.send(lease, first, pacingOf(first), NOW)).toEqual({ kind: "begun" });
  await Promise.all([
    say(store, lease, first, "reply", NOW + 200),
    store.paces.settle(pacingOf(first), null, NOW + 200),
  ]);
  expect(await left(store)).toBe(1);
  expect(await store.paces.send(lease, second, pacingOf(second), NOW + 300)).toMatchObject({ kind: "later" });
  expect((await store.readWork(lease)).posts).toMatchObject([{ id: second, state: "ready" }]);
  await store.paces.settle(pacingOf("probe 0"), null, NOW + 500);
  expect(await store.paces.send(lease, second, pacingOf(second), NOW + 10_200)).toEqual({ kind: "begun" });
  expect((await store.readWork(lease)).posts).toMatchObject([{ state: "sending", sendingAt: NOW + 10_200 }]);
});

test("a long wait is one for all that is ready in the channel, and for nothing else", async () => {
  const { store, lease, first, second } = await twoPosts();
  await store.paces.send(lease, first, pacingOf(first), NOW);
  await left(store);
  for (const by of [first, "probe 0"]) await store.paces.settle(pacingOf(by), null, NOW);
  const slot = await store.paces.send(lease, second, pacingOf(second), NOW + 1);
  expect(slot).toMatchObject({ kind: "later" });
  const at = slot.kind === "later" ? slot.at : 0;
  expect((await store.readWork(lease)).posts).toMatchObject([
    { id: first, state: "sending", dueAt: NOW },
    { id: second, state: "ready", dueAt: at },
  ]);
  // What is worth waiting for is waited for.
  await store.recordUnsent(lease, second, NOW);
  expect(await store.paces.send(lease, second, pacingOf(second), at - 1_000)).toMatchObject({ at });
  expect((await store.readWork(lease)).posts).toMatchObject([{}, { state: "ready", dueAt: NOW }]);
});

test("a post that may not be said any more, and one of a lost lease, take nothing", async () => {
  const { store, lease, first, second } = await twoPosts();
  await store.registry.deleteMessages([message("a")], NOW, null);
  expect(await store.paces.send(lease, first, pacingOf(first), NOW)).toEqual({ kind: "void" });
  await store.clearChannel(main, NOW);
  await expect(store.paces.send(lease, second, pacingOf(second), NOW)).rejects.toBeInstanceOf(LeaseLost);
  expect(await left(store)).toBe(2);
});

test("of several buckets all are taken from, or none", async () => {
  const store = await open();
  const one: Bucket = { key: "test:one", windows: [{ count: 1, ms: 10_000 }], sharedBy: "one channel" };
  expect(await store.paces.take(pacingOf("post", two, one), NOW)).toEqual({ kind: "now" });
  expect(await store.paces.take(pacingOf("next", two, one), NOW)).toMatchObject({ kind: "later" });
  expect(await left(store)).toBe(1);
});

test("what nobody has used for long is forgotten", async () => {
  const store = await open();
  const day: Bucket = { key: "test:day", windows: [{ count: 1, ms: 86_400_000 }], sharedBy: "one channel" };
  await store.paces.take(pacingOf("post", day), NOW);
  await store.paces.settle(pacingOf("post", day), null, NOW);
  await store.expire(NOW, NOW + 86_000_000);
  expect(await store.paces.take(pacingOf("next", day), NOW + 86_000_000)).toMatchObject({ kind: "later" });
  await store.expire(NOW, NOW + 2 * 86_400_000);
  // Asked as of then, to see that nothing is left.
  expect(await left(store, day)).toBe(1);
});

function start(path: string, bucket: Bucket, ...task: readonly string[]) {
  const script = join(import.meta.dirname, "pace-worker.ts");
  const args = [script, path, JSON.stringify(bucket), ...task];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const read = createInterface({ input: child.stdout });
  read.on("line", (line) => lines.push(line));
  const says = (wanted: number): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (lines.length >= wanted) done();
      };
      read.on("line", look);
      look();
    });
  return { child, lines, says };
}

const go = (child: ChildProcess): void => void child.stdin?.write("go\n");

test("several processes together never exceed a limit, and have nearly all of it", async () => {
  const path = file();
  await open(path);
  const bucket: Bucket = { key: "test:home", windows: [{ count: 20, ms: 1_000 }], sharedBy: "channels" };
  const workers = ["one", "two", "three"].map((name) => start(path, bucket, name, "40", "speak"));
  await Promise.all(workers.map(({ says }) => says(1)));
  const ended = workers.map(({ child }) => once(child, "close"));
  for (const { child } of workers) go(child);
  await Promise.all(ended);
  const times = workers.flatMap(({ lines }) => lines.slice(1).map(Number)).toSorted((one, other) => one - other);
  expect(times).toHaveLength(120);
  const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
  expect(most).toBeLessThanOrEqual(20);
  expect(most).toBeGreaterThanOrEqual(15);
}, 60_000);

test("what a killed process had taken stays taken until its requests could have landed, and not longer", async () => {
  const path = file();
  const store = await open(path);
  const bucket: Bucket = { key: "test:home", windows: [{ count: 5, ms: 2_000 }], sharedBy: "one channel" };
  const { child, says } = start(path, bucket, "killed", "4", "hold");
  await says(1);
  const before = Date.now();
  go(child);
  await says(5);
  const after = Date.now();
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  const other = channelId(platformName("test"), "other");
  const ask = (by: string, now: number) =>
    store.paces.take({ buckets: [bucket], channel: other, by, need: "post" }, now);
  expect(await ask("fifth", after)).toEqual({ kind: "now" });
  await store.paces.settle({ buckets: [bucket], channel: other, by: "fifth", need: "post" }, null, after);
  // The four are somewhere between nowhere and Discord.
  expect(await ask("sixth", before + 10_000)).toEqual({ kind: "now" });
  expect(await ask("seventh", before + 10_001)).toMatchObject({ kind: "later" });
  expect(await ask("seventh", after + 17_000)).toEqual({ kind: "now" });
});
