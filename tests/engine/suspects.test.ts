// Suspects: one at a time, whatever becomes of each.
import { expect, test } from "vitest";
import { Suspects } from "../../src/engine/suspects.ts";

const never = new AbortController().signal;

test("one begins when the one before has ended, well or not", async () => {
  const suspects = new Suspects();
  const seen: string[] = [];
  const [begun, first] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const one = suspects.oneAtATime(async () => {
    seen.push("one");
    begun.resolve();
    await first.promise;
    throw new Error("it broke off");
  }, never);
  const other = suspects.oneAtATime(async () => seen.push("other"), never);
  await begun.promise;
  expect(seen).toEqual(["one"]);
  first.resolve();
  await expect(one).rejects.toThrow("it broke off");
  await other;
  expect(seen).toEqual(["one", "other"]);
});

test("one that is given up while it waits ends at once, and who comes after it still waits for the first", async () => {
  const suspects = new Suspects();
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = suspects.oneAtATime(() => first.promise, never);
  const giveUp = new AbortController();
  const other = suspects.oneAtATime(async () => seen.push("other"), giveUp.signal);
  const third = suspects.oneAtATime(async () => seen.push("third"), never);
  giveUp.abort(new Error("nobody asks any more"));
  await expect(other).rejects.toThrow("nobody asks any more");
  expect(seen).toEqual([]);
  first.resolve();
  await Promise.all([one, third]);
  expect(seen).toEqual(["third"]);
});
