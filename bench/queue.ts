// From a wake to the work: our queue beside the bare p-queue under it.
import PQueue from "p-queue";
import { channelId, feedPlatform } from "../src/domain/ids.ts";
import { silentLog } from "../src/log.ts";
import { LocalQueue } from "../src/queue/local.ts";
import { aim } from "./children.ts";

const WAKES = 20_000;
const WARM_UP = 2_000;
const CHANNELS = 50;
const CONCURRENCY = 64;

/** The design's aim for the queue in the process. */
const P50_MAX_MS = 0.25;

interface Waits {
  readonly p50: number;
  readonly p99: number;
}

/** Wakes in bursts, as messages come in, and takes the time until each is worked on. */
async function measure(wake: (at: number, worked: () => void) => void): Promise<Waits> {
  const waits: number[] = [];
  for (let at = 0; at < WARM_UP + WAKES; at += CHANNELS) {
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
  const sorted = waits.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

async function measureOurs(): Promise<Waits> {
  const queue = new LocalQueue({ concurrency: CONCURRENCY, log: silentLog });
  const channels = Array.from({ length: CHANNELS }, (_, index) => channelId(feedPlatform, `c${index}`));
  const waiting = new Map<string, () => void>();
  queue.work(async (channel) => {
    waiting.get(channel)?.();
    await Promise.resolve();
  });
  const waits = await measure((index, worked) => {
    const channel = channels[index] ?? channelId(feedPlatform, "other");
    waiting.set(channel, worked);
    void queue.wake(channel);
  });
  await queue.close(1_000);
  return waits;
}

async function measureBare(): Promise<Waits> {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  return measure((_, worked) => {
    void queue.add(async () => {
      worked();
      await Promise.resolve();
    });
  });
}

const bare = await measureBare();
const ours = await measureOurs();
const shown = ({ p50, p99 }: Waits): string => `p50 ${p50.toFixed(4)} ms, p99 ${p99.toFixed(4)} ms`;
console.log(`From a wake to the work (${WAKES} wakes, ${CHANNELS} channels at once)`);
console.log(`  house ${shown(ours)} ${aim(ours.p50, P50_MAX_MS)}; bare p-queue ${shown(bare)}`);
