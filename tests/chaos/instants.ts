// Instants: when a process is struck that it hurts most.
import type { Stage } from "./stage.ts";
import { sleep } from "./stage.ts";

// A message is stored, thought about and answered within so long.
const AT_WORK_MS = 60;
// How long is waited for a post to be on its way, how long it then has until the strike, and when it lands after that.
const ON_ITS_WAY_MS = 2_000;
const AFTER_MS = 5;
const LATE_MS = 1_000;

/** Strikes at an instant that chance picks: just after a message came in, or while a post is on its way, before or after Discord has it. */
export async function strikeAtWorst<T>({ fake, chance }: Stage, number: number, strike: () => Promise<T>): Promise<T> {
  const draw = chance("instant", String(number));
  if (draw < 1 / 3) {
    await sleep(draw * AT_WORK_MS * 3);
    return strike();
  }
  const isOnItsWay = Promise.withResolvers<void>();
  const held = fake.hold(draw < 2 / 3 ? "before" : "after", (each) => {
    if (!/^(?:POST|PATCH) \/webhooks/u.test(each.route)) return false;
    isOnItsWay.resolve();
    return true;
  });
  // The one who waits for a post needs somebody who asks for one.
  await Promise.race([isOnItsWay.promise, sleep(ON_ITS_WAY_MS)]);
  await sleep(AFTER_MS);
  const struck = await strike();
  // What was on its way lands a moment later than the one who sent it died.
  setTimeout(() => held.release(), LATE_MS);
  return struck;
}
