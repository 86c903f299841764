// Readiness: what counts, and what is left out.
import { expect, test } from "vitest";
import { readinessOf } from "./readiness.ts";

const blowsAt = (...times: readonly number[]) => times.map((at) => ({ target: "worker", at }));

test("who asked last within the second after tells how long it took", () => {
  const probes = [
    { channel: "a", askedAt: 900, answeredAt: 9_000 },
    { channel: "a", askedAt: 1_100, answeredAt: 2_000 },
    { channel: "b", askedAt: 1_900, answeredAt: 4_500 },
    { channel: "b", askedAt: 2_000, answeredAt: 99_000 },
  ];
  expect(readinessOf(blowsAt(1_000), probes, [])).toEqual({
    recoveries: [{ target: "worker", ms: 3_500, channel: "b" }],
    p50: 3_500,
    p95: 3_500,
    longest: 3_500,
  });
});

test("a channel with a post in doubt is left out, and so is a strike that nobody asked after", () => {
  const probes = [
    { channel: "a", askedAt: 1_100, answeredAt: 20_000 },
    { channel: "b", askedAt: 1_200, answeredAt: 1_300 },
  ];
  const doubts = [
    { channel: "a", from: 500, to: 16_000 },
    { channel: "b", from: 0, to: 900 },
    { channel: "b", from: 1_100, to: 9_000 },
  ];
  expect(readinessOf(blowsAt(1_000, 5_000), probes, doubts).recoveries.map(({ ms }) => ms)).toEqual([300]);
});

test("nobody answered is never ready, and of a hundred the five longest do not count", () => {
  const probes = Array.from({ length: 100 }, (_, at) => ({
    channel: "a",
    askedAt: at * 10_000,
    answeredAt: at < 95 ? at * 10_000 + at : null,
  }));
  const { p50, p95, longest } = readinessOf(blowsAt(...probes.map((each) => each.askedAt)), probes, []);
  expect([p50, p95, longest]).toEqual([49, 94, Infinity]);
});
