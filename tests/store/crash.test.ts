// What survives when a process that works on the store is killed, and what two of them do to each other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { feedPlatform } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { DEAD_AFTER_MS } from "../../src/store/store.ts";
import { arrival, main, message, NOW, take, there } from "./samples.ts";

// Each round starts a process; on a machine that is busy with other tests that takes seconds.
vi.setConfig({ testTimeout: 90_000 });

const file = () => join(mkdtempSync(join(tmpdir(), "troupe-crash-")), "troupe.db");

function start(...parameters: readonly string[]) {
  return spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Lets the worker write so many lines, kills it at once, and returns every line that came out. */
async function killAfter(lines: number, ...parameters: readonly string[]): Promise<readonly string[]> {
  const child = start(...parameters);
  const heard: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    heard.push(line);
    if (heard.length === lines) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return heard;
}

test("every message that was acknowledged is there once after kill -9, and its channel is due", async () => {
  const path = file();
  const stored = new Set<string>();
  for (const lines of [1, 300]) {
    for (const native of await killAfter(lines, "record", path)) stored.add(native);
    const store = await openSqliteStore(path, { log: silentLog, secret: null });
    const messages = await store.recentMessages(main, null, 100_000);
    const ids = messages.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...stored].filter((native) => !ids.includes(message(native)))).toEqual([]);
    // Whoever goes on from the checkpoint misses nothing.
    expect(ids.at(-1)).toBe(message((await store.registry.checkpoint("heard")) ?? ""));
    expect(messages.map((each) => each.seq)).toEqual(messages.map((_, index) => index + 1));
    expect((await store.recordMessage(arrival([...stored][0] ?? ""), 1, null, NOW)).fresh).toBe(false);
    expect(await store.dueChannels([feedPlatform], NOW, 1)).toEqual([main]);
    await store.close();
  }
});

test("whatever is killed while it spends, no cap of a channel is passed, and what is booked is never less than what was spent", async () => {
  const path = file();
  const [mostUsd, realUsd, capUsd] = [0.2, 0.15, 5];
  const heard: string[] = [];
  for (const lines of [1, 2, 6]) heard.push(...(await killAfter(lines, "spend", path, `killed${lines}`)));
  // Two that go on together until there is no more room.
  const rest = ["one", "two"].map(async (name) => {
    const child = start("spend", path, name);
    for await (const line of createInterface({ input: child.stdout })) heard.push(line);
  });
  await Promise.all(rest);
  const asked = heard.filter((line) => line === "asked").length;
  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  const [used] = await store.ledger.usage({ kind: "channel", channel: main }, [], 0, 1);
  await store.close();
  if (used === undefined) throw new Error("nothing was booked");
  expect(used.usd).toBeGreaterThanOrEqual(asked * realUsd - 1e-9);
  expect(used.usd).toBeLessThanOrEqual(capUsd + 1e-9);
  // Nothing was given away either: there was no room for one more.
  expect(used.usd + mostUsd).toBeGreaterThan(capUsd);
});

test("whatever a killed worker left undone is due as soon as it counts as dead, and said at most once", async () => {
  const path = file();
  const later = NOW + DEAD_AFTER_MS + 1;
  let unfinished = 0;
  for (let round = 0; round < 5; round += 1) {
    const name = `worker${round}`;
    await killAfter(2 * round + 1, "answer", path, name);
    const store = await openSqliteStore(path, { log: silentLog, secret: null });
    await store.beat(there, later);
    const isDue = (await store.dueChannels([feedPlatform], later, 1)).length > 0;
    const opened = await store.openChannel(main, there, later);
    const work = opened?.work ?? null;
    const hasWork = work !== null && work.undirected.length + work.turns.length + work.posts.length > 0;
    // A channel that is held, or in which something waits, must be found by the sweep.
    if (hasWork) {
      unfinished += 1;
      expect(isDue).toBe(true);
    }
    const ids = (await store.recentMessages(main, null, 100_000)).map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const turn of work?.turns ?? []) expect(ids).not.toContain(message(`reply-to-${turn.trigger.slice(5)}`));
    // What is left is put away, so that the next worker finds the channel free.
    for (const turn of work?.turns ?? []) {
      if (opened !== null) {
        await store.withdrawTurn(opened.lease, turn.id, { kind: "withdrawn", why: "stopped", detail: "" });
      }
    }
    if (opened !== null) await store.closeChannel(opened.lease, null);
    await store.leave(there);
    await store.close();
  }
  expect(unfinished).toBeGreaterThan(0);
});

test("a channel whose worker was killed goes to another process with a higher fence, as soon as that one beats", async () => {
  const path = file();
  await killAfter(1, "hold", path);
  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  // Its last heartbeat is no moment ago.
  const opened = async () => {
    await store.beat(there, NOW);
    return store.openChannel(main, there, NOW);
  };
  await expect.poll(opened, { timeout: 5_000, interval: 100 }).toMatchObject({ lease: { fence: 2 } });
  expect(await store.processes(NOW)).toEqual([there]);
  await store.close();
  expect(readdirSync(`${path}-processes`)).toEqual([]);
});

test("rule 5: a worker that lives, or froze, keeps its channel until it has been silent for long", async () => {
  const path = file();
  const child = start("hold", path);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  child.kill("SIGSTOP");
  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  // Longer than a new process is left alone.
  for (let round = 0; round < 15; round += 1) {
    await store.beat(there, NOW);
    await sleep(100);
  }
  expect(await store.processes(NOW)).toHaveLength(2);
  expect(await store.openChannel(main, there, NOW + DEAD_AFTER_MS)).toBeNull();
  await store.beat(there, NOW + DEAD_AFTER_MS + 1);
  expect((await take(store, NOW + DEAD_AFTER_MS + 1, there)).lease.fence).toBe(2);
  await store.close();
});

test("two processes that begin on a new file together both get it, and share the channels without overlap", async () => {
  const path = file();
  const heard = await Promise.all(
    ["one", "two"].map(async (name) => {
      const child = start("contend", path, name);
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) lines.push(line);
      if (child.exitCode === null) await once(child, "exit");
      expect(child.exitCode).toBe(0);
      return lines;
    }),
  );
  const taken = heard.flat();
  expect(taken).toHaveLength(60);
  expect(new Set(taken.map((line) => line.split(" ")[0])).size).toBe(60);
  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  for (let index = 0; index < 60; index += 1) expect(await store.message(message(`m${index}`))).not.toBeNull();
  await store.close();
});
