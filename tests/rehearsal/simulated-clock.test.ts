// The clock of rehearsals: it goes on when everybody has come to rest, never before.
import { expect, test } from "vitest";
import { SimulatedClock } from "../../src/rehearsal/simulated-clock.ts";

const on = async () => "on" as const;
const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("sleepers wake one by one in the order of their times, and of lying down", async () => {
  const clock = new SimulatedClock(1000);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push(`${name} ${clock.now()}`);
  };
  const all = Promise.all([sleeper("late", 50), sleeper("first", 20), sleeper("second", 20), sleeper("never", 101)]);
  await clock.pass(1100, on);
  expect(woken).toEqual(["first 1020", "second 1020", "late 1050"]);
  expect(clock.now()).toBe(1100);
  await clock.pass(1200, on);
  await all;
});

test("time stands still while anybody is at work, however many rounds of the event loop that takes", async () => {
  const clock = new SimulatedClock(0);
  const seen: number[] = [];
  const busy = async (): Promise<void> => {
    await clock.sleep(10);
    for (let rounds = 0; rounds < 300; rounds += 1) {
      await round();
      await Promise.resolve();
    }
    seen.push(clock.now());
  };
  const other = async (): Promise<void> => {
    await clock.sleep(11);
    seen.push(clock.now());
  };
  const both = Promise.all([busy(), other()]);
  await clock.pass(20, on);
  await both;
  expect(seen).toEqual([10, 11]);
});

test("it ends where it is told to, and a sleep that is given up ends at once", async () => {
  const clock = new SimulatedClock(0);
  const stop = new AbortController();
  const slept = clock.sleep(1_000_000, stop.signal);
  const ticking = (async () => {
    while (!stop.signal.aborted) await clock.sleep(5, stop.signal);
  })();
  await clock.pass(1000, async () => (clock.now() >= 25 ? "enough" : "on"));
  expect(clock.now()).toBe(25);
  stop.abort();
  await Promise.all([slept, ticking]);
});

test("two clocks in one process do not wait for each other", async () => {
  const clocks = [new SimulatedClock(0), new SimulatedClock(0)];
  const slept = clocks.map((clock) => clock.sleep(10));
  await Promise.all(clocks.map((clock) => clock.pass(20, on)));
  await Promise.all(slept);
  expect(clocks.map((clock) => clock.now())).toEqual([20, 20]);
});
