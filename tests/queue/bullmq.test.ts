// The queue over Redis keeps the promises of queues, and the house's ones when Redis is gone, wiped, frozen or slow.
import { afterAll, describe } from "vitest";
import { silentLog } from "../../src/log.ts";
import type { Log } from "../../src/log.ts";
import { LocalQueue } from "../../src/queue/local.ts";
import type { WakeQueue } from "../../src/queue/queue.ts";
import { queueContract } from "../contracts/queue.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { startRedis } from "../redis-server.ts";
import type { RedisServer } from "../redis-server.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("bullmq"), needsPackage("ioredis")];
const isSkipped = needs.some((need) => need.skip);

let shared: Promise<RedisServer> | null = null;
let houses = 0;

afterAll(async () => (await shared)?.kill());

/** The one that most tests share, each with a house of its own in it. */
function sharedRedis(): Promise<RedisServer> {
  for (const need of needs) need.path();
  shared ??= startRedis(program.path());
  return shared;
}

async function openQueue(url: string, prefix: string, concurrency: number, log: Log = silentLog): Promise<WakeQueue> {
  const { BullmqQueue } = await import("../../src/queue/bullmq.ts");
  const local = new LocalQueue({ concurrency, log });
  return BullmqQueue.open({ url, prefix, concurrency, local, log });
}

describe.skipIf(isSkipped)("over Redis", () => {
  queueContract("BullmqQueue", async ({ concurrency, log }) => {
    const { url } = await sharedRedis();
    return openQueue(url, `contract-${(houses += 1)}`, concurrency, log);
  });
});
