// From a wake to the work: both queues of the house beside bare BullMQ, and the one in the process beside the bare p-queue under it.
import PQueue from "p-queue";
import type { ChannelId } from "../src/domain/ids.ts";
import { channelId, feedPlatform } from "../src/domain/ids.ts";
import { silentLog } from "../src/log.ts";
import { LocalQueue } from "../src/queue/local.ts";
import type { WakeQueue } from "../src/queue/queue.ts";
import { needsPackage, needsProgram } from "../tests/needs.ts";
import { startRedis } from "../tests/redis-server.ts";
import { aim } from "./children.ts";

const WAKES = 20_000;
const WARM_UP = 2_000;
const CHANNELS = 50;
const CONCURRENCY = 64;
const CLOSE_MS = 2_000;

/** The design's aims for the queue in the process. */
const P50_MAX_MS = 0.25;
const TIMES_BULLMQ_MIN = 1.4;

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** Wakes in bursts, as messages come in, and takes the time until each is worked on. */
async function measure(wake: (at: number, worked: () => void) => void): Promise<Measured> {
  const waits: number[] = [];
  let beganAt = 0;
  for (let at = 0; at < WARM_UP + WAKES; at += CHANNELS) {
    if (at === WARM_UP) beganAt = performance.now();
    const worked = Array.from({ length: CHANNELS }, (_, index) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const startedAt = performance.now();
      wake(index, () => {
        if (at >= WARM_UP) waits.push(performance.now() - startedAt);
        resolve();
      });
      return promise;
    });
    await Promise.all(worked);
    // The work's end is the queue's affair; the next burst comes when it is at rest.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const perSecond = (WAKES / (performance.now() - beganAt)) * 1_000;
  const sorted = waits.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: quantile(0.5), p99: quantile(0.99), perSecond };
}

/** A queue of the house: `waker` is told, `worker` works. */
async function measureOurs(waker: WakeQueue, worker: WakeQueue): Promise<Measured> {
  const channels = Array.from({ length: CHANNELS }, (_, index) => channelId(feedPlatform, `c${index}`));
  const waiting = new Map<ChannelId, () => void>();
  worker.work(async (channel) => {
    const worked = waiting.get(channel);
    waiting.delete(channel);
    worked?.();
    await Promise.resolve();
  });
  const measured = await measure((index, worked) => {
    const channel = channels[index] ?? channelId(feedPlatform, "other");
    waiting.set(channel, worked);
    void waker.wake(channel);
  });
  await Promise.all([waker.close(CLOSE_MS), worker.close(CLOSE_MS)]);
  return measured;
}

async function measurePQueue(): Promise<Measured> {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  return measure((_, worked) => {
    void queue.add(async () => {
      worked();
      await Promise.resolve();
    });
  });
}

/** BullMQ as its guide shows it: a queue, a worker, each with a connection of its own. */
async function measureBullmq(url: string): Promise<Measured> {
  const { Queue, Worker } = await import("bullmq");
  const connection = { port: Number(new URL(url).port) };
  const queue = new Queue("bare", { connection, defaultJobOptions: { removeOnComplete: true } });
  const waiting = new Map<string, () => void>();
  const worker = new Worker(
    "bare",
    async (job) => {
      const worked = waiting.get(job.name);
      waiting.delete(job.name);
      worked?.();
      await Promise.resolve();
    },
    { connection, concurrency: CONCURRENCY },
  );
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  let count = 0;
  const measured = await measure((_, worked) => {
    const name = `wake-${(count += 1)}`;
    waiting.set(name, worked);
    void queue.add(name, null);
  });
  await worker.close();
  await queue.close();
  return measured;
}

/** The house's queue over Redis: the one that wakes and the one that works are different processes of the house, here in one. */
async function measureOverRedis(url: string): Promise<Measured> {
  const { BullmqQueue } = await import("../src/queue/bullmq.ts");
  const open = (): Promise<WakeQueue> => {
    const local = new LocalQueue({ concurrency: CONCURRENCY, log: silentLog });
    return BullmqQueue.open({ url, prefix: "bench", concurrency: CONCURRENCY, local, log: silentLog });
  };
  return measureOurs(await open(), await open());
}

const shown = ({ p50, p99, perSecond }: Measured): string =>
  `p50 ${p50.toFixed(4)} ms, p99 ${p99.toFixed(4)} ms, ${Math.round(perSecond)} a second`;

const pQueue = await measurePQueue();
const local = new LocalQueue({ concurrency: CONCURRENCY, log: silentLog });
const ours = await measureOurs(local, local);
console.log(`From a wake to the work (${WAKES} wakes, ${CHANNELS} channels at once)`);
console.log(`  in the process   ${shown(ours)}; p50 ${aim(ours.p50, P50_MAX_MS)}`);
console.log(`  bare p-queue     ${shown(pQueue)}`);
const program = needsProgram("redis-server");
if (program.skip || needsPackage("bullmq").skip || needsPackage("ioredis").skip) {
  console.log("  over Redis: left out, see above for what is missing");
} else {
  const redis = await startRedis(program.path());
  const bullmq = await measureBullmq(redis.url);
  const overRedis = await measureOverRedis(redis.url);
  await redis.kill();
  const times = ours.perSecond / bullmq.perSecond;
  console.log(`  over Redis       ${shown(overRedis)}`);
  console.log(`  bare BullMQ      ${shown(bullmq)}`);
  const verdict = times >= TIMES_BULLMQ_MIN ? "" : ": MISSED";
  console.log(`  in the process ${times.toFixed(1)} times BullMQ's rate (at least ${TIMES_BULLMQ_MIN}${verdict})`);
}
process.exit();
