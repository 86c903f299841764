// Identifies: new sessions are counted, and no crash loop uses up a day's.
import { expect, test } from "vitest";
import type { StartLimit } from "../../../src/adapters/discord/identifies.ts";
import { Identifies, mayIdentifyAt } from "../../../src/adapters/discord/identifies.ts";
import { keepOf } from "../../../src/engine/keep.ts";
import { discordPlatform, processId } from "../../../src/domain/ids.ts";
import { silentLog } from "../../../src/log.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import { VirtualClock } from "../../virtual-clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 0, 5, 9);

function limit(changed: Partial<StartLimit> = {}): StartLimit {
  return { total: 1_000, remaining: 1_000, resetAfterMs: DAY_MS, maxConcurrency: 1, ...changed };
}

test("while half of a day's sessions are left, the next may begin at once", () => {
  expect(mayIdentifyAt(NOW, limit(), [])).toBe(NOW);
  expect(mayIdentifyAt(NOW, limit({ remaining: 501 }), [NOW - 5_000])).toBe(NOW);
});

test("the second half is spread over what is left of the day, by Discord's count or by the house's own", () => {
  const inHalfADay = { resetAfterMs: 12 * HOUR_MS };
  expect(mayIdentifyAt(NOW, limit({ remaining: 100, ...inHalfADay }), [NOW - 1_000])).toBe(NOW - 1_000 + 432_000);
  expect(mayIdentifyAt(NOW, limit({ remaining: 100, ...inHalfADay }), [NOW - HOUR_MS])).toBe(NOW);
  const counted = Array.from({ length: 900 }, () => NOW - 1_000);
  expect(mayIdentifyAt(NOW, limit(inHalfADay), counted)).toBe(NOW - 1_000 + 432_000);
  expect(
    mayIdentifyAt(
      NOW,
      limit(inHalfADay),
      counted.map((at) => at - DAY_MS),
    ),
  ).toBe(NOW);
});

test("where none is left nobody identifies before the day is over", () => {
  expect(mayIdentifyAt(NOW, limit({ remaining: 0, resetAfterMs: HOUR_MS }), [])).toBeGreaterThanOrEqual(NOW + HOUR_MS);
});

/** A Discord that counts sessions as it does, and a house that is started anew for each of them. */
async function crashLoop(sessions: StartLimit) {
  const clock = new VirtualClock();
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: "a secret" });
  const lines: string[] = [];
  const begun: number[] = [];
  const resetsAt = clock.now() + sessions.resetAfterMs;
  const facts = () => ({
    url: "wss://gateway.example",
    shards: 1,
    session_start_limit: {
      total: sessions.total,
      remaining: clock.now() < resetsAt ? Math.max(0, sessions.remaining - begun.length) : sessions.total,
      reset_after: Math.max(1, resetsAt - clock.now()),
      max_concurrency: sessions.maxConcurrency,
    },
  });
  const identify = async (): Promise<void> => {
    const keep = keepOf(store, discordPlatform, processId(`house ${begun.length}`), { clock, log: silentLog });
    const log = { ...silentLog, warn: (phrase: string) => void lines.push(phrase) };
    await new Identifies({ api: { ask: async () => facts() }, keep, clock, log }).wait(0, new AbortController().signal);
    begun.push(clock.now());
  };
  return { clock, store, lines, begun, identify };
}

test("a house that crashes again and again begins a session every few seconds at most, and never all of a day's", async () => {
  const { clock, store, begun, identify } = await crashLoop(limit());
  const loop = async (): Promise<void> => {
    for (const endsAt = clock.now() + DAY_MS - HOUR_MS; clock.now() < endsAt;) await identify();
  };
  const looping = loop();
  await clock.advance(DAY_MS);
  await looping;
  expect(begun.length).toBeGreaterThan(500);
  expect(begun.length).toBeLessThan(1_000);
  const gaps = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
  await store.close();
});

test("where none is left it waits for the next day, and says so once", async () => {
  const { clock, store, lines, begun, identify } = await crashLoop(limit({ remaining: 0, resetAfterMs: HOUR_MS }));
  const startedAt = clock.now();
  const identifying = identify();
  await clock.advance(2 * HOUR_MS);
  await identifying;
  expect(begun[0]).toBeGreaterThanOrEqual(startedAt + HOUR_MS);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^no new session may begin on Discord before \d{4}-\d\d-\d\dT/u);
  await store.close();
});
