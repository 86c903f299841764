// When one more post fits under a platform's limits: never faster than it counts, no slower than it allows, and fair between channels.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChannelId } from "../../src/domain/ids.ts";
import { channelId, platformName } from "../../src/domain/ids.ts";
import type { Bucket, Limit, Slot, Taken, Window } from "../../src/domain/pace.ts";
import { nothingTaken, slotFor, stillTaken, withClosing, withSettled, withSlot } from "../../src/domain/pace.ts";

const NOW = Date.UTC(2026, 0, 5, 9);

const channel = (name: string): ChannelId => channelId(platformName("test"), name);

const webhook: Limit = {
  windows: [
    { count: 5, ms: 2_000 },
    { count: 30, ms: 60_000 },
  ],
  sharedBy: "channels",
};
// Slack's, as its documentation has them: a post a second in a channel, several hundred a minute in a workspace.
const slackChannel: Limit = { windows: [{ count: 1, ms: 1_000 }], sharedBy: "one channel" };
const slackWorkspace: Limit = { windows: [{ count: 300, ms: 60_000 }], sharedBy: "channels" };

/** What is taken of one bucket or more, and who asks next. */
class Table {
  readonly buckets: readonly Bucket[];
  #taken: readonly Taken[];
  #posts = 0;
  /** When each slot counted, by bucket. */
  readonly counted: { readonly at: number; readonly channel: ChannelId }[] = [];

  constructor(...limits: readonly Limit[]) {
    this.buckets = limits.map((limit, index) => ({ ...limit, key: `bucket ${index}` }));
    this.#taken = limits.map(() => nothingTaken);
  }

  ask(by: { readonly channel: ChannelId; readonly by: string }, now: number, need: "post" | "spare" = "post"): Slot {
    const pacing = { ...by, need, buckets: this.buckets };
    this.#taken = this.#taken.map((taken, index) => stillTaken(taken, this.buckets[index] ?? this.#first(), now));
    const slot = slotFor(pacing, this.#taken, now);
    if (slot.kind !== "later") {
      this.#taken = this.#taken.map((taken) => withSlot(taken, pacing, slot.kind === "now" ? now : slot.at));
    }
    return slot;
  }

  settle(by: string, now: number): void {
    this.#taken = this.#taken.map((taken) => withSettled(taken, by, now));
  }

  close(until: number, now: number): void {
    this.#taken = this.#taken.map((taken) => withClosing(taken, until, now));
  }

  /** Waits for a slot from `from` on, and has it answered after `latencyMs`. Returns when it counted. */
  post(of: ChannelId, from: number, latencyMs = 0): number {
    const by = `post ${(this.#posts += 1)}`;
    let now = from;
    for (
      let slot = this.ask({ channel: of, by }, now);
      slot.kind !== "now";
      slot = this.ask({ channel: of, by }, now)
    ) {
      expect(slot.at).toBeGreaterThan(now);
      now = slot.at;
    }
    now += latencyMs;
    this.settle(by, now);
    this.counted.push({ at: now, channel: of });
    return now;
  }

  #first(): Bucket {
    const [bucket] = this.buckets;
    if (bucket === undefined) throw new RangeError("a table has a bucket");
    return bucket;
  }
}

/** The most that was counted in any time as long as the window. */
function most(times: readonly number[], { ms }: Window): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));
}

test("a slot counts from the answer on, however long the request was on its way", () => {
  const table = new Table({ windows: [{ count: 2, ms: 2_000 }], sharedBy: "one channel" });
  const a = channel("a");
  expect(table.ask({ channel: a, by: "one" }, NOW)).toEqual({ kind: "now" });
  table.settle("one", NOW + 300);
  expect(table.ask({ channel: a, by: "two" }, NOW + 300)).toEqual({ kind: "now" });
  expect(table.ask({ channel: a, by: "three" }, NOW + 1_000)).toEqual({ kind: "later", at: NOW + 2_300 });
  // The second is longer on its way than its window: it may be counted at any moment.
  expect(table.ask({ channel: a, by: "three" }, NOW + 2_300)).toEqual({ kind: "now" });
  expect(table.ask({ channel: a, by: "four" }, NOW + 9_000)).toMatchObject({ kind: "later" });
  table.settle("two", NOW + 9_000);
  table.settle("three", NOW + 9_500);
  expect(table.ask({ channel: a, by: "four" }, NOW + 9_600)).toEqual({ kind: "later", at: NOW + 11_000 });
});

test("the slot of a post whose process was killed counts until its request could have landed, and then for as long as any", () => {
  const table = new Table({ windows: [{ count: 1, ms: 2_000 }], sharedBy: "one channel" });
  const a = channel("a");
  expect(table.ask({ channel: a, by: "lost" }, NOW)).toEqual({ kind: "now" });
  expect(table.ask({ channel: a, by: "next" }, NOW + 14_000)).toMatchObject({ kind: "later" });
  expect(table.ask({ channel: a, by: "next" }, NOW + 16_999)).toEqual({ kind: "later", at: NOW + 17_000 });
  expect(table.ask({ channel: a, by: "next" }, NOW + 17_000)).toEqual({ kind: "now" });
});

test("the post itself, sent once more, has its slot still", () => {
  const table = new Table({ windows: [{ count: 1, ms: 60_000 }], sharedBy: "one channel" });
  expect(table.ask({ channel: channel("a"), by: "again" }, NOW)).toEqual({ kind: "now" });
  expect(table.ask({ channel: channel("a"), by: "again" }, NOW + 15_000)).toEqual({ kind: "now" });
  table.settle("again", NOW + 15_000);
  expect(table.ask({ channel: channel("a"), by: "another" }, NOW + 15_001)).toEqual({
    kind: "later",
    at: NOW + 75_000,
  });
});

test("what can wait leaves half of a window to what cannot", () => {
  const table = new Table({ windows: [{ count: 5, ms: 2_000 }], sharedBy: "one channel" });
  const edits = Array.from({ length: 4 }, (_, at) =>
    table.ask({ channel: channel("a"), by: `edit ${at}` }, NOW, "spare"),
  );
  expect(edits.map(({ kind }) => kind)).toEqual(["now", "now", "now", "later"]);
  expect(table.ask({ channel: channel("a"), by: "post" }, NOW)).toEqual({ kind: "now" });
});

test("what the platform closes is closed to everybody, and a promise of hours is not believed", () => {
  const table = new Table(webhook);
  table.close(NOW + 7_000, NOW);
  expect(table.ask({ channel: channel("a"), by: "one" }, NOW)).toMatchObject({ at: NOW + 7_000 });
  table.close(NOW + 86_400_000, NOW);
  expect(table.ask({ channel: channel("a"), by: "two" }, NOW + 10 * 60_000)).toEqual({ kind: "now" });
});

test("a clock that was set back closes nothing", () => {
  const table = new Table(webhook);
  for (let count = 0; count < 30; count += 1) table.post(channel("a"), NOW);
  table.ask({ channel: channel("a"), by: "open" }, NOW + 120_000);
  table.close(NOW + 240_000, NOW + 120_000);
  expect(table.ask({ channel: channel("b"), by: "one" }, NOW - 86_400_000)).toEqual({ kind: "now" });
});

test.each([
  { what: "a webhook's limits", limits: [webhook], latencyMs: 0, share: 0.999 },
  { what: "a webhook's limits at the other end of the world", limits: [webhook], latencyMs: 300, share: 0.98 },
  { what: "a Slack channel's limit", limits: [slackChannel, slackWorkspace], latencyMs: 10, share: 0.98 },
])("a flooded channel has nearly all that $what allow, and not more", ({ limits, latencyMs, share }) => {
  const table = new Table(...limits);
  const [count, ms] = limits[0] === webhook ? [30, 60_000] : [1, 1_000];
  const times: number[] = [];
  for (let now = NOW; times.length <= 300;) {
    now = table.post(channel("a"), now, latencyMs);
    times.push(now);
  }
  const allowedMs = (300 / count) * ms;
  expect(allowedMs / ((times[300] ?? Infinity) - (times[0] ?? 0))).toBeGreaterThanOrEqual(share);
  for (const window of limits.flatMap(({ windows }) => windows)) {
    expect(most(times, window)).toBeLessThanOrEqual(window.count);
  }
});

/** Channels that are flooded and one that is quiet: how long the quiet one's posts waited. */
function flooded(
  limit: Limit,
  floods: number,
  quietAt: readonly number[],
  everyMs = 1,
): { waits: number[]; table: Table } {
  const table = new Table(limit);
  const waits: number[] = [];
  const asking = Array.from({ length: floods }, (_, at) => ({
    of: channel(`flooded ${at}`),
    by: `f${at}-0`,
    at: NOW,
    n: 0,
  }));
  const quiet = { of: channel("quiet"), by: "", at: Infinity, n: 0, since: 0 };
  const coming = quietAt.map((at) => NOW + at);
  for (;;) {
    if (quiet.at === Infinity) {
      const next = coming.shift();
      if (next === undefined) break;
      Object.assign(quiet, { at: next, since: next, by: `quiet ${next}` });
    }
    const [first] = [...asking, quiet].toSorted((one, other) => one.at - other.at);
    if (first === undefined) break;
    const now = first.at;
    const slot = table.ask({ channel: first.of, by: first.by }, now);
    if (slot.kind !== "now") {
      expect(slot.at).toBeGreaterThan(now);
      first.at = slot.at;
      continue;
    }
    table.settle(first.by, now + 1);
    table.counted.push({ at: now + 1, channel: first.of });
    if (first === quiet) {
      waits.push(now - quiet.since);
      quiet.at = Infinity;
    } else {
      first.n += 1;
      first.by = `${first.of}-${first.n}`;
      first.at = now + everyMs;
    }
  }
  return { waits, table };
}

test("an idle channel's answer waits at most 2 s, whenever it comes, while another under the same limit is flooded", () => {
  for (let second = 1; second <= 180; second += 1) {
    const { waits } = flooded(webhook, 1, [second * 1_000 + 137]);
    expect(waits[0]).toBeLessThanOrEqual(2_000);
  }
});

test("a quiet channel is answered within 2 s again and again", () => {
  const { waits } = flooded(
    webhook,
    1,
    Array.from({ length: 20 }, (_, at) => 5_000 + at * 20_000),
  );
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
});

test("many channels of one Slack workspace have nearly all that it allows and not more, and a quiet one among them waits at most 2 s", () => {
  const quietAt = Array.from({ length: 10 }, (_, at) => 3_000 + at * 25_000);
  const { waits, table } = flooded(slackWorkspace, 8, quietAt, 1_000);
  const times = table.counted.map(({ at }) => at).toSorted((one, other) => one - other);
  expect(most(times, { count: 300, ms: 60_000 })).toBeLessThanOrEqual(300);
  const lastMs = (times[900] ?? Infinity) - (times[0] ?? 0);
  expect(180_000 / lastMs).toBeGreaterThanOrEqual(0.98);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
});

test("of channels that are flooded alike none has less than a third of its share", () => {
  const { table } = flooded(webhook, 3, [600_000]);
  const counts = ["flooded 0", "flooded 1", "flooded 2"].map(
    (name) => table.counted.filter((each) => each.channel === channel(name)).length,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(total / 9);
  expect(total).toBeGreaterThanOrEqual(0.98 * 300);
});

test("whoever asks, and whenever, no window is ever overfull, and everybody gets a slot in the end", () => {
  const windows = fc
    .array(fc.record({ count: fc.integer({ min: 1, max: 12 }), ms: fc.integer({ min: 500, max: 30_000 }) }), {
      minLength: 1,
      maxLength: 2,
    })
    .map((all) => all.toSorted((one, other) => one.ms - other.ms));
  const asks = fc.array(
    fc.record({ channel: fc.integer({ min: 0, max: 3 }), afterMs: fc.integer({ min: 0, max: 3_000 }) }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(windows, fc.constantFrom("channels" as const, "one channel" as const), asks, (of, sharedBy, all) => {
      const table = new Table({ windows: of, sharedBy });
      const times: number[] = [];
      let cameAt = NOW;
      const waiting = all.map(({ channel: number, afterMs }, index) => {
        cameAt += afterMs;
        return { of: channel(`c${number}`), by: `post ${index}`, at: cameAt };
      });
      for (let rounds = 0; waiting.length > 0; rounds += 1) {
        expect(rounds).toBeLessThan(20_000);
        waiting.sort((one, other) => one.at - other.at);
        const [first] = waiting;
        if (first === undefined) break;
        const slot = table.ask({ channel: first.of, by: first.by }, first.at);
        if (slot.kind === "now") {
          table.settle(first.by, first.at);
          times.push(first.at);
          waiting.shift();
        } else {
          expect(slot.at).toBeGreaterThan(first.at);
          first.at = slot.at;
        }
      }
      for (const window of of) expect(most(times, window)).toBeLessThanOrEqual(window.count);
    }),
    { numRuns: 300 },
  );
});
