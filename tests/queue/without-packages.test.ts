// Without BullMQ and its driver everything but what is theirs is tried all the same.
import { expect, test } from "vitest";
import { testWithoutPackages } from "./without-packages.ts";

test("where BullMQ and its driver are not installed, the queue in memory is tried, and what needs them is left out with a line that says so", () => {
  const { isGreen, said } = testWithoutPackages(
    ["tests/queue/local.test.ts", "tests/queue/bullmq.test.ts", "tests/queue/loading.test.ts"],
    "pipe",
  );
  expect(said).toContain("skipped: the package bullmq is missing: run npm ci");
  expect(said).toContain("skipped: the package ioredis is missing: run npm ci");
  expect(said).toMatch(/✓ tests\/queue\/local\.test\.ts/u);
  expect(said).toMatch(/↓ tests\/queue\/bullmq\.test\.ts \(\d+ tests \| \d+ skipped\)/u);
  expect(said).toMatch(/Tests {2}\d+ passed \| \d+ skipped/u);
  expect(isGreen).toBe(true);
}, 60_000);
