// The pace of posts: never faster than Discord counts, and no slower than it allows.
import { expect, test } from "vitest";
import { Limited } from "../../../src/adapters/adapter.ts";
import { CHANNEL, Pace, WEBHOOK } from "../../../src/adapters/discord/pace.ts";
import { channelId, discordPlatform } from "../../../src/domain/ids.ts";
import { VirtualClock } from "../../virtual-clock.ts";

const signal = new AbortController().signal;
const nothing = async () => new Map<never, never>();

/** A pace whose short windows are free: an earlier process has taken nothing lately. */
async function paceAt(clock: VirtualClock): Promise<Pace> {
  const pace = new Pace(clock, 1, nothing);
  await clock.advance(CHANNEL.ms);
  return pace;
}

test("a place counts from the answer on, however long the request was on its way", async () => {
  const clock = new VirtualClock();
  const pace = await paceAt(clock);
  for (let number = 1; number <= WEBHOOK.count; number += 1) {
    const answered = await pace.take([["webhook:1", WEBHOOK]], signal);
    await clock.advance(300);
    answered();
  }
  const startedAt = clock.now();
  let takenAt: number | null = null;
  const next = pace.take([["webhook:1", WEBHOOK]], signal).then(() => (takenAt = clock.now()));
  await clock.advance(WEBHOOK.ms);
  await next;
  // The first of five was answered 1,200 ms before the last.
  expect(takenAt).toBe(startedAt - 1_200 + WEBHOOK.ms);
});

test("a request that was longer on its way than its window counts once it is answered", async () => {
  const clock = new VirtualClock();
  const pace = await paceAt(clock);
  const one = { count: 1, ms: 1_000 };
  const answered = await pace.take([["webhook:1", one]], signal);
  await clock.advance(5_000);
  answered();
  const answeredAt = clock.now();
  const next = pace.take([["webhook:1", one]], signal).then(() => clock.now());
  await clock.advance(2_000);
  expect(await next).toBe(answeredAt + one.ms);
});

test("a new process counts what the one before it said in the channel within the minute, and what may still land", async () => {
  const clock = new VirtualClock();
  const channel = channelId(discordPlatform, "7");
  // All but two of a minute's places, the oldest forty seconds ago.
  const before = Array.from({ length: CHANNEL.count - 2 }, (_, at) => clock.now() - 40_000 + at);
  const asked: number[] = [];
  const pace = new Pace(clock, 1, async (since) => {
    asked.push(since);
    return new Map([[channel, before]]);
  });
  const windows = [["channel:7", CHANNEL]] as const;
  await pace.take(windows, signal);
  // The last place is kept for a post that was on its way when the process before ended.
  const refused = await pace.take(windows, signal).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Limited);
  expect(refused instanceof Limited && refused.retryAt).toBe((before[0] ?? 0) + CHANNEL.ms);
  expect(asked).toEqual([clock.now() - CHANNEL.ms]);
  await clock.advance(25_000);
  await pace.take(windows, signal);
  // Of another channel nothing is known: it is free.
  await pace.take([["channel:8", CHANNEL]], signal);
});
