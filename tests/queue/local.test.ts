// The queue in memory keeps the promises of queues.
import { expect, test } from "vitest";
import { channelId, platformName } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { LocalQueue } from "../../src/queue/local.ts";
import { queueContract } from "../contracts/queue.ts";

queueContract("LocalQueue", async (options) => new LocalQueue(options));

test("a channel that is woken without pause does not starve the others", async () => {
  const queue = new LocalQueue({ concurrency: 1, log: silentLog });
  const greedy = channelId(platformName("test"), "greedy");
  const patient = channelId(platformName("test"), "patient");
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  queue.work(async (woken) => {
    order.push(woken);
    if (woken === patient) resolve();
    else await queue.wake(greedy);
  });
  await queue.wake(greedy);
  await queue.wake(patient);
  await promise;
  expect(order.indexOf(patient)).toBeLessThanOrEqual(1);
  await queue.close(1_000);
});

test("closing twice is closing once", async () => {
  const queue = new LocalQueue({ concurrency: 1, log: silentLog });
  await Promise.all([queue.close(1_000), queue.close(1_000)]);
});
