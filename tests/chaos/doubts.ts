// Doubts: posts of which nobody is told whether they landed, some of which did.
import type { Asked as Request, Trouble } from "../fakes/discord/faults.ts";
import { verdictOn } from "./judge.ts";
import type { Result } from "./result.ts";
import { resultOf } from "./result.ts";
import { until } from "./restarts.ts";
import type { Stage } from "./stage.ts";
import { sleep, stop } from "./stage.ts";

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "broken off before it was stored": { kind: "reset", when: "before" },
  "broken off after it was stored": { kind: "reset", when: "after" },
  "500 before it was stored": { kind: "status", when: "before", status: 500 },
  "502 after it was stored": { kind: "status", when: "after", status: 502 },
};

// Of all posts, those that are said again included.
const DOUBT_SHARE = 0.8;

// Of all readings of a channel, those that fail: the look is repeated, never left out.
const UNREAD_SHARE = 0.1;
const UNREAD: Trouble = { kind: "status", when: "before", status: 503 };

// So many unanswered messages stand in a channel at most: a post in doubt waits for 15 s, and others behind it.
const OPEN_MAX = 3;
const LOOK_EVERY_MS = 50;

/** Asks on until `doubts` posts have ended in doubt. In every other channel the bot may not read what was said before: there only the echo tells. */
export async function runDoubts(stage: Stage, doubts: number): Promise<Result> {
  const { fake } = stage;
  for (const [at, channel] of stage.channels.entries()) if (at % 2 === 1) fake.deny(channel, "ReadMessageHistory");
  const met = planTroubles(stage, doubts);
  const total = (): number => [...met.values()].reduce((sum, times) => sum + times, 0);
  const house = stage.start();
  await until(() => fake.gateway.entries.some((each) => each.outcome === "accepted"));
  while (total() < doubts) {
    if (stage.asked.length - stage.answers() < OPEN_MAX * stage.channels.length) stage.ask();
    else await sleep(LOOK_EVERY_MS);
  }
  await stage.settled();
  await stop(house);
  const verdict = verdictOn(stage.asked, stage.rooms());
  return resultOf(
    fake,
    `${total()} posts in doubt (${[...met].map(([name, times]) => `${name}: ${times}`).join(", ")}), ${stage.asked.length} messages in ${stage.channels.length} channels`,
    verdict,
  );
}

/** Each post meets at most one trouble, as chance has it; returns how many of each were met. */
function planTroubles({ fake, chance }: Stage, doubts: number): ReadonlyMap<string, number> {
  const names = Object.keys(TROUBLES);
  const met = new Map(names.map((name) => [name, 0]));
  const fates = new WeakMap<Request, string | null>();
  let posts = 0;
  let left = doubts;
  const fateOf = (asked: Request): string | null => {
    const known = fates.get(asked);
    if (known !== undefined) return known;
    posts += 1;
    const key = String(posts);
    const isDoubted = left > 0 && chance("doubt", key) < DOUBT_SHARE;
    const fate = isDoubted ? (names[Math.floor(chance("trouble", key) * names.length)] ?? null) : null;
    if (fate !== null) [left] = [left - 1, met.set(fate, (met.get(fate) ?? 0) + 1)];
    fates.set(asked, fate);
    return fate;
  };
  for (const [name, trouble] of Object.entries(TROUBLES)) {
    const on = (asked: Request): boolean => asked.route.startsWith("POST /webhooks/") && fateOf(asked) === name;
    fake.fault({ trouble, on, times: Number.POSITIVE_INFINITY });
  }
  let readings = 0;
  const isUnread = (asked: Request): boolean =>
    asked.route === "GET /channels/{channel_id}/messages" && chance("unread", String((readings += 1))) < UNREAD_SHARE;
  fake.fault({ trouble: UNREAD, on: isUnread, times: Number.POSITIVE_INFINITY });
  return met;
}
