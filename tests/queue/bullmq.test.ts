// The queue over Redis keeps the promises of queues, and those of the house when Redis is gone, wiped or frozen.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { channelId, platformName } from "../../src/domain/ids.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import type { Log } from "../../src/log.ts";
import { silentLog } from "../../src/log.ts";
import { LocalQueue } from "../../src/queue/local.ts";
import type { WakeQueue } from "../../src/queue/queue.ts";
import { queueContract } from "../contracts/queue.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { startRedis } from "../redis-server.ts";
import type { RedisServer } from "../redis-server.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("bullmq"), needsPackage("ioredis")];
const isSkipped = needs.some((need) => need.skip);

const CLOSE_WITHIN_MS = 2_000;
// Redis is found again within two seconds, on a machine that has other things to do within five.
const SOON = { timeout: 10_000, interval: 10 };

let shared: Promise<RedisServer> | null = null;
let houses = 0;

afterAll(async () => (await shared)?.kill());

/** The one that most tests share, each with a house of its own in it. */
function sharedRedis(): Promise<RedisServer> {
  for (const need of needs) need.path();
  shared ??= startRedis(program.path());
  return shared;
}

async function ownRedis(): Promise<RedisServer> {
  for (const need of needs) need.path();
  const redis = await startRedis(program.path());
  onTestFinished(async () => {
    redis.thaw();
    await redis.kill();
  });
  return redis;
}

interface Options {
  readonly house?: string;
  readonly concurrency?: number;
  readonly log?: Log;
}

async function openQueue(url: string, options: Options = {}): Promise<WakeQueue> {
  const { BullmqQueue } = await import("../../src/queue/bullmq.ts");
  const { house = "house", concurrency = 4, log = silentLog } = options;
  const local = new LocalQueue({ concurrency, log });
  return BullmqQueue.open({ url, prefix: house, concurrency, local, log });
}

/** A process of a house; it is closed after the test. */
async function opened(url: string, options: Options = {}): Promise<WakeQueue> {
  const queue = await openQueue(url, options);
  onTestFinished(() => queue.close(CLOSE_WITHIN_MS));
  return queue;
}

/** A process that works: what it has worked on, in order. */
async function worker(
  url: string,
  options: Options = {},
): Promise<{ readonly queue: WakeQueue; readonly worked: ChannelId[] }> {
  const queue = await opened(url, options);
  const worked: ChannelId[] = [];
  queue.work(async (channel) => void worked.push(channel));
  return { queue, worked };
}

function phrases(): { readonly log: Log; readonly said: string[] } {
  const said: string[] = [];
  const keep = (phrase: string): void => void said.push(phrase);
  return { said, log: { debug: () => {}, info: keep, warn: keep, error: keep } };
}

const channel = (name: string): ChannelId => channelId(platformName("test"), name);

/** Wakes until the other process hears of it: what was woken before Redis was there is left to the sweep. */
async function untilHeard(from: WakeQueue, heard: readonly ChannelId[], name: string): Promise<void> {
  await expect
    .poll(async () => {
      await from.wake(channel(name));
      return heard.includes(channel(name));
    }, SOON)
    .toBe(true);
}

describe.skipIf(isSkipped)("over Redis", () => {
  queueContract("BullmqQueue", async ({ concurrency, log }) => {
    const { url } = await sharedRedis();
    return openQueue(url, { house: `contract-${(houses += 1)}`, concurrency, log });
  });

  test("what one process wakes, another works on, and only one of them", async () => {
    const { url } = await sharedRedis();
    const house = "shared-work";
    const gateway = await opened(url, { house });
    const workers = [await worker(url, { house }), await worker(url, { house })];
    const names = Array.from({ length: 60 }, (_, at) => `c${at}`);
    for (const name of names) await gateway.wake(channel(name));
    const worked = (): readonly ChannelId[] => workers.flatMap((each) => each.worked);
    await expect.poll(() => worked().length, SOON).toBeGreaterThanOrEqual(names.length);
    expect(worked().toSorted()).toEqual(names.map(channel).toSorted());
  });

  test("two houses on one Redis do not hear each other", async () => {
    const { url } = await sharedRedis();
    const [one, other] = [await worker(url, { house: "one" }), await worker(url, { house: "other" })];
    await one.queue.wake(channel("mine"));
    await other.queue.wake(channel("theirs"));
    await expect.poll(() => one.worked.length + other.worked.length, SOON).toBe(2);
    expect([one.worked, other.worked]).toEqual([["test:mine"], ["test:theirs"]]);
  });

  test("what is done leaves nothing in Redis but a short list of what happened", async () => {
    const redis = await ownRedis();
    const gateway = await opened(redis.url);
    const { worked } = await worker(redis.url);
    for (let round = 0; round < 30; round += 1) {
      const before = worked.length;
      for (let at = 0; at < 20; at += 1) await gateway.wake(channel(`c${at}`));
      await expect.poll(() => worked.length, SOON).toBeGreaterThanOrEqual(before + 20);
    }
    const left = async (): Promise<readonly string[]> =>
      (await redis.ask("KEYS *")).split("\r\n").filter((line) => line.startsWith("house:wakes:"));
    await expect.poll(async () => (await left()).some((key) => /:\d+$|:de:|:dn:/u.test(key)), SOON).toBe(false);
    expect((await left()).length).toBeLessThanOrEqual(8);
    // Redis trims by whole nodes of a hundred entries.
    expect(Number((await redis.ask("XLEN house:wakes:events")).slice(1))).toBeLessThanOrEqual(300);
  });

  test("with Redis down at the start a process works on what it wakes itself, and is found by others once Redis is there", async () => {
    const redis = await ownRedis();
    await redis.kill();
    const { log, said } = phrases();
    const { queue, worked } = await worker(redis.url, { log });
    const gateway = await opened(redis.url);
    await queue.wake(channel("own"));
    await expect.poll(() => worked, SOON).toEqual(["test:own"]);
    await redis.start();
    await untilHeard(gateway, worked, "from the gateway");
    expect(said).toEqual([
      "Redis does not take wakes: until it does, work is found by looking each second",
      "Redis takes wakes again",
    ]);
  });

  test("killed in mid-run, Redis is warned of once, what is found due is worked on, and all is as before when it is back", async () => {
    const redis = await ownRedis();
    const { log, said } = phrases();
    const { queue, worked } = await worker(redis.url, { log });
    const gateway = await opened(redis.url);
    await untilHeard(gateway, worked, "before");
    await redis.kill();
    await expect.poll(() => said.length, SOON).toBe(1);
    for (let time = 0; time < 1_000; time += 1) await gateway.wake(channel(`lost ${time}`));
    await queue.sweep(channel("due"));
    await expect.poll(() => worked.includes(channel("due")), SOON).toBe(true);
    await redis.start();
    await untilHeard(gateway, worked, "after");
    expect(worked.some((each) => each.includes("lost"))).toBe(false);
    expect(said).toHaveLength(2);
  });

  test("wiped while channels wait and are worked on, the queue holds none of them back", async () => {
    const redis = await ownRedis();
    const gateway = await opened(redis.url);
    const queue = await opened(redis.url, { concurrency: 1 });
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const worked: ChannelId[] = [];
    queue.work(async (woken) => {
      worked.push(woken);
      begun.resolve();
      if (woken === channel("long")) await go.promise;
    });
    await gateway.wake(channel("long"));
    await begun.promise;
    await gateway.wake(channel("waits"));
    await gateway.wake(channel("long"));
    await redis.ask("FLUSHALL");
    // The store knows that they are due.
    await queue.sweep(channel("waits"));
    await queue.sweep(channel("long"));
    go.resolve();
    await expect.poll(() => worked, SOON).toEqual(["test:long", "test:waits", "test:long"]);
    for (const name of ["waits", "long", "another"]) {
      const times = worked.filter((each) => each === channel(name)).length;
      await gateway.wake(channel(name));
      await expect.poll(() => worked.filter((each) => each === channel(name)).length, SOON).toBe(times + 1);
    }
  });

  test("a channel whose worker was killed is worked on as soon as it is found due, whatever Redis still holds of it", async () => {
    const redis = await ownRedis();
    const gateway = await opened(redis.url);
    const { Worker } = await import("bullmq");
    const taken = Promise.withResolvers<void>();
    const port = Number(new URL(redis.url).port);
    // It takes the job and is never heard of again: its lock stays for half a minute.
    const dead = new Worker("wakes", () => new Promise(() => taken.resolve()), {
      prefix: "house",
      connection: { port },
    });
    await gateway.wake(channel("a"));
    await taken.promise;
    await dead.close(true);
    const { queue, worked } = await worker(redis.url);
    await gateway.wake(channel("a"));
    await queue.sweep(channel("a"));
    await expect.poll(() => worked, SOON).toEqual(["test:a"]);
  });

  test("a Redis that has stopped answering holds up nobody, and its wakes are worked on without it", async () => {
    const redis = await ownRedis();
    const { queue, worked } = await worker(redis.url);
    await queue.wake(channel("before"));
    await expect.poll(() => worked, SOON).toEqual(["test:before"]);
    redis.freeze();
    const startedAt = performance.now();
    for (let time = 0; time < 200; time += 1) await queue.wake(channel(`c${time % 50}`));
    await queue.sweep(channel("due"));
    // Whoever wakes waits for no answer: one takes two seconds to be given up.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await expect.poll(() => worked.includes(channel("due")), SOON).toBe(true);
    await expect.poll(() => new Set(worked).size, SOON).toBe(52);
    redis.thaw();
    await untilHeard(queue, worked, "after");
  });

  test("closing does not wait for a Redis that is not there", async () => {
    const redis = await ownRedis();
    const [{ queue }, gateway] = [await worker(redis.url), await openQueue(redis.url)];
    await queue.wake(channel("a"));
    await redis.kill();
    const startedAt = performance.now();
    await Promise.all([queue.close(30_000), gateway.close(30_000)]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("a Redis that turns everybody away is asked ever more seldom, at most every two seconds", async () => {
    const at: number[] = [];
    const sixth = Promise.withResolvers<void>();
    const refusing = createServer((socket) => {
      at.push(performance.now());
      socket.destroy();
      if (at.length === 6) sixth.resolve();
    }).listen(0, "127.0.0.1");
    await once(refusing, "listening");
    onTestFinished(() => void refusing.close());
    await opened(`redis://127.0.0.1:${(refusing.address() as AddressInfo).port}`);
    await sixth.promise;
    const [first = 0, last = 0] = [at[0], at[5]];
    // 50 + 100 + 200 + 400 + 800 ms.
    expect(last - first).toBeGreaterThan(1_400);
  });
});
