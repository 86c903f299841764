// Claims of shards: whoever waits for one has it soon after it is nobody's.
import { expect, onTestFinished, test } from "vitest";
import type { Keep } from "../../../src/adapters/adapter.ts";
import { Shards } from "../../../src/adapters/discord/shards.ts";
import { silentLog } from "../../../src/log.ts";
import { VirtualClock } from "../../virtual-clock.ts";

test("a shard whose process has died is served within a quarter of a second of that being known", async () => {
  const clock = new VirtualClock();
  const looks: number[] = [];
  const startedAt = clock.now();
  const keep: Keep = {
    get: async () => null,
    put: async () => {},
    lend: async () => {},
    claim: async () => true,
    hold: async () => {
      looks.push(clock.now() - startedAt);
      return clock.now() - startedAt > 4_000;
    },
    checkpoint: async () => null,
  };
  const opened: number[] = [];
  const shards = new Shards(
    { keep, clock, log: silentLog },
    { open: () => opened.push(clock.now() - startedAt), drop: async () => {} },
  );
  const over = new AbortController();
  const running = shards.run({ ids: [0], count: 1 }, 1, over.signal);
  onTestFinished(async () => {
    over.abort();
    await running;
  });
  await clock.advance(10_000);
  expect(opened).toHaveLength(1);
  expect(opened[0]).toBeLessThanOrEqual(4_250);
  // What is served is looked after in peace.
  expect(looks.filter((at) => at > 5_000).length).toBeLessThanOrEqual(6);
});
