// What every queue promises; each implementation runs this suite.
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { channelId, platformName } from "../../src/domain/ids.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import type { Log } from "../../src/log.ts";
import type { WakeQueue } from "../../src/queue/queue.ts";

/** Makes an empty queue for one test; the suite closes it. */
export type OpenQueue = (options: { readonly concurrency: number; readonly log: Log }) => Promise<WakeQueue>;

interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: () => resolve() };
}

function collectingLog(): {
  readonly log: Log;
  readonly lines: { readonly phrase: string; readonly fields: unknown }[];
} {
  const lines: { readonly phrase: string; readonly fields: unknown }[] = [];
  const keep = (phrase: string, fields?: unknown): void => {
    lines.push({ phrase, fields });
  };
  return { lines, log: { debug: keep, info: keep, warn: keep, error: keep } };
}

const channel = (name: string): ChannelId => channelId(platformName("test"), name);

// Longer than any wait of a sound queue in this suite; a queue that hangs must not hang the suite.
const CLOSE_WITHIN_MS = 2_000;

export function queueContract(name: string, open: OpenQueue): void {
  const opened = async (concurrency = 4): Promise<WakeQueue & { readonly lines: readonly { phrase: string }[] }> => {
    const { log, lines } = collectingLog();
    const queue = await open({ concurrency, log });
    onTestFinished(() => queue.close(CLOSE_WITHIN_MS));
    return {
      lines,
      wake: (woken) => queue.wake(woken),
      sweep: (due) => queue.sweep(due),
      work: (handler) => queue.work(handler),
      close: (deadlineMs) => queue.close(deadlineMs),
    };
  };

  describe(`${name} keeps the promises of a queue`, () => {
    test("a woken channel is worked on", async () => {
      const queue = await opened();
      const { promise, resolve } = Promise.withResolvers<ChannelId>();
      queue.work(async (woken) => resolve(woken));
      await queue.wake(channel("a"));
      expect(await promise).toBe("test:a");
    });

    test("a wake that comes before there is a handler waits for it", async () => {
      const queue = await opened();
      await queue.wake(channel("early"));
      const { promise, resolve } = Promise.withResolvers<ChannelId>();
      queue.work(async (woken) => resolve(woken));
      expect(await promise).toBe("test:early");
    });

    test("a channel found due is worked on, and being found again changes nothing", async () => {
      const queue = await opened(1);
      const busy = gate();
      const done = gate();
      const worked: ChannelId[] = [];
      queue.work(async (woken) => {
        worked.push(woken);
        if (woken === channel("busy")) await busy.passed;
        if (woken === channel("last")) done.open();
      });
      for (const due of ["busy", "due", "due", "due", "last"]) await queue.sweep(channel(due));
      busy.open();
      await done.passed;
      expect(worked).toEqual(["test:busy", "test:due", "test:last"]);
    });

    test("a channel that is woken and found due is never worked on twice at once", async () => {
      const queue = await opened();
      const done = gate();
      let atWork = 0;
      let most = 0;
      let isLast = false;
      queue.work(async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        await rounds(2);
        atWork -= 1;
        if (isLast) done.open();
      });
      for (let time = 0; time < 30; time += 1) {
        await queue.wake(channel("a"));
        await queue.sweep(channel("a"));
        await rounds(1);
      }
      isLast = true;
      await queue.wake(channel("a"));
      await done.passed;
      expect(most).toBe(1);
    });

    test("a channel woken many times before it is worked on is worked on once", async () => {
      const queue = await opened(1);
      const busy = gate();
      const done = gate();
      const worked: ChannelId[] = [];
      queue.work(async (woken) => {
        worked.push(woken);
        if (woken === channel("busy")) await busy.passed;
        if (woken === channel("last")) done.open();
      });
      await queue.wake(channel("busy"));
      for (let time = 0; time < 20; time += 1) {
        await queue.wake(channel("often"));
      }
      await queue.wake(channel("last"));
      busy.open();
      await done.passed;
      expect(worked).toEqual(["test:busy", "test:often", "test:last"]);
    });

    test("a channel woken while it is worked on is worked on once more, and not at the same time", async () => {
      const queue = await opened();
      const first = gate();
      const begun = gate();
      const again = gate();
      let atWork = 0;
      let times = 0;
      queue.work(async () => {
        atWork += 1;
        expect(atWork).toBe(1);
        times += 1;
        if (times === 1) {
          begun.open();
          await first.passed;
        } else {
          again.open();
        }
        atWork -= 1;
      });
      await queue.wake(channel("a"));
      await begun.passed;
      await queue.wake(channel("a"));
      await queue.wake(channel("a"));
      expect(times).toBe(1);
      first.open();
      await again.passed;
      expect(times).toBe(2);
    });

    test("one channel at work does not hold up another", async () => {
      const queue = await opened(2);
      const both = gate();
      const seen = new Set<ChannelId>();
      queue.work(async (woken) => {
        seen.add(woken);
        if (seen.size === 2) both.open();
        await both.passed;
      });
      await queue.wake(channel("a"));
      await queue.wake(channel("b"));
      await both.passed;
      expect(seen.size).toBe(2);
    });

    test("no more channels than allowed are worked on at a time", async () => {
      const queue = await opened(3);
      const release = gate();
      const full = gate();
      const all = gate();
      let atWork = 0;
      let most = 0;
      let ended = 0;
      queue.work(async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        if (atWork === 3) full.open();
        await release.passed;
        atWork -= 1;
        ended += 1;
        if (ended === 10) all.open();
      });
      await Promise.all(Array.from({ length: 10 }, (_, at) => queue.wake(channel(`c${at}`))));
      await full.passed;
      release.open();
      await all.passed;
      expect(most).toBe(3);
    });

    test("a handler that throws is logged, and its channel and the others go on", async () => {
      const queue = await opened(1);
      const done = gate();
      const worked: ChannelId[] = [];
      queue.work(async (woken) => {
        worked.push(woken);
        if (worked.length === 1) throw new Error("the brain fell out");
        if (worked.length === 2) await queue.wake(channel("bad"));
        if (worked.length === 3) done.open();
      });
      await queue.wake(channel("bad"));
      await queue.wake(channel("good"));
      await done.passed;
      expect(worked).toEqual(["test:bad", "test:good", "test:bad"]);
      expect(queue.lines.some((line) => JSON.stringify(line).includes("the brain fell out"))).toBe(true);
    });

    test("closing aborts the handlers' signal and waits for them", async () => {
      const queue = await opened();
      const begun = gate();
      let ended = false;
      queue.work(async (_, signal) => {
        begun.open();
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => setImmediate(resolve)));
        ended = true;
      });
      await queue.wake(channel("a"));
      await begun.passed;
      await queue.close(CLOSE_WITHIN_MS);
      expect(ended).toBe(true);
    });

    test("closing waits no longer than its deadline for a handler that will not end", async () => {
      const queue = await opened();
      const begun = gate();
      const release = gate();
      queue.work(async () => {
        begun.open();
        await release.passed;
      });
      await queue.wake(channel("a"));
      await begun.passed;
      await queue.close(20);
      expect(queue.lines.length).toBeGreaterThan(0);
      release.open();
    });

    test("nothing is begun after closing, neither what waited nor what is woken then", async () => {
      const queue = await opened(1);
      const begun = gate();
      const worked: ChannelId[] = [];
      queue.work(async (woken, signal) => {
        worked.push(woken);
        begun.open();
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      });
      await queue.wake(channel("a"));
      await begun.passed;
      await queue.wake(channel("waits"));
      await queue.wake(channel("a"));
      await queue.close(CLOSE_WITHIN_MS);
      await queue.wake(channel("late"));
      await queue.close(CLOSE_WITHIN_MS);
      expect(worked).toEqual(["test:a"]);
    });

    test("whatever the order of wakes, each is followed by work on its channel, and never by two at once", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 4 }),
          fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), { maxLength: 40 }),
          checkWakes(open),
        ),
        { numRuns: 40 },
      );
    });
  });
}

/** Wakes channels in the given order, with pauses of so many rounds of the event loop between. */
function checkWakes(open: OpenQueue) {
  return async (concurrency: number, wakes: readonly (readonly [number, number])[]): Promise<void> => {
    const queue = await open({ concurrency, log: collectingLog().log });
    const owed = new Set<ChannelId>();
    const atWork = new Set<ChannelId>();
    const problems: string[] = [];
    const settled = gate();
    let allWoken = false;
    const look = (): void => {
      if (allWoken && owed.size === 0 && atWork.size === 0) settled.open();
    };
    queue.work(async (woken) => {
      if (atWork.has(woken)) problems.push(`${woken} was worked on twice at once`);
      if (atWork.size >= concurrency) problems.push(`more than ${concurrency} at work`);
      atWork.add(woken);
      owed.delete(woken);
      await rounds(2);
      atWork.delete(woken);
      look();
    });
    for (const [number, pause] of wakes) {
      const woken = channel(`c${number}`);
      owed.add(woken);
      await queue.wake(woken);
      await rounds(pause);
    }
    allWoken = true;
    look();
    // A wake that was lost keeps this waiting until the test runs out of time.
    await settled.passed;
    await queue.close(CLOSE_WITHIN_MS);
    expect(problems).toEqual([]);
  };
}

async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
