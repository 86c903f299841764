// Restarts in good order: the next process goes on with the session, and nobody has to identify again.
import { verdictOn } from "./judge.ts";
import type { Result } from "./result.ts";
import { resultOf } from "./result.ts";
import type { Stage } from "./stage.ts";
import { sleep, stop } from "./stage.ts";

// A session is resumed for some minutes; a restart takes less than this ("no identify when the gap is under 60 s").
const GAP_MS_MAX = 60_000;

// On a busy machine a house is up within this time.
const UP_MS_MAX = 30_000;
const LOOK_EVERY_MS = 20;

/** The house is stopped and started again, `restarts` times, while people ask before, meanwhile and after. */
export async function runRestarts(stage: Stage, restarts: number): Promise<Result> {
  const { fake } = stage;
  const accepted = (): number => fake.gateway.entries.filter((each) => each.outcome === "accepted").length;
  let house = stage.start();
  await until(() => accepted() > 0);
  let longestGapMs = 0;
  for (let round = 0; round < restarts; round += 1) {
    stage.ask();
    const before = accepted();
    const leftAt = Date.now();
    await stop(house);
    stage.ask();
    house = stage.start();
    await until(() => accepted() > before);
    longestGapMs = Math.max(longestGapMs, Date.now() - leftAt);
    stage.ask();
  }
  await stage.settled();
  await stop(house);
  const verdict = verdictOn(stage.asked, stage.rooms());
  const result = resultOf(
    fake,
    `${restarts} restarts in good order, ${stage.asked.length} messages, the longest gap ${longestGapMs} ms`,
    verdict,
  );
  const isResumed = fake.identifies().length === 1 && longestGapMs < GAP_MS_MAX;
  return { ...result, isGood: result.isGood && isResumed };
}

/** Until `look` is true; throws when it takes longer than a house may need. */
export async function until(look: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + UP_MS_MAX; !look();) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${UP_MS_MAX} ms in vain for: ${look.toString()}`);
    await sleep(LOOK_EVERY_MS);
  }
}
