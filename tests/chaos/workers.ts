// Workers: the processes of a house, and Redis, die at random instants while people ask on Discord and in the feed at once; and Redis is wiped.
import type { QueueName, Target } from "./company.ts";
import { openCompany } from "./company.ts";
import type { FeedTalk } from "./feed.ts";
import { openFeedTalk } from "./feed.ts";
import { doubtsOf } from "./in-doubt.ts";
import { strikeAtWorst } from "./instants.ts";
import { verdictLine, verdictOn } from "./judge.ts";
import type { Blow, Probe } from "./readiness.ts";
import { readinessOf, shareOf } from "./readiness.ts";
import { until } from "./restarts.ts";
import type { Result } from "./result.ts";
import { counted } from "./result.ts";
import { readText } from "./said.ts";
import type { Stage } from "./stage.ts";
import { sleep } from "./stage.ts";

// Between two messages, taken over all of them: so that what was struck has some seconds until the next blow, as "ready again in 5 s" asks for.
const BETWEEN_MS = 150;
// Most come in bursts.
const BURST_SHARE = 0.8;

// Of all messages, those that are said in the feed.
const FEED_SHARE = 0.1;

// "Ready again in 5 s (p95; posts in doubt excepted)."
const READY_MS_MAX = 5_000;

// A few of the slowest are enough to look into.
const SHOWN_MAX = 5;

const LATE_SHARE = 0.8;

// Below so many blows the slowest twentieth is one blow, or none.
const TELLING_MIN = 20;

interface Struck extends Blow {
  readonly target: Target;
  /** Whether the gateway had recovered from the blow before. */
  readonly wasUp: boolean;
}

export interface WorkersPlan {
  readonly messages: number;
  readonly kills: number;
  readonly flushalls: number;
  readonly queue: QueueName;
  readonly workers: number;
}

/** `messages` are asked; meanwhile `kills` times a process or Redis is killed and started again, and `flushalls` times Redis is wiped. */
export async function runWorkers(stage: Stage, plan: WorkersPlan): Promise<Result> {
  const { fake, chance } = stage;
  const company = await openCompany(stage, plan.queue, plan.workers);
  const feed = await openFeedTalk(stage, company.urls);
  await until(() => fake.gateway.entries.some((each) => each.outcome === "accepted"));
  const strikes = strikesOf(stage, plan, company.targets);
  const struck: Struck[] = [];
  const accepted = (): number => fake.gateway.entries.filter((each) => each.outcome === "accepted").length;
  let isUp = (): boolean => true;
  for (let number = 0; number < plan.messages; number += 1) {
    if (chance("where", String(number)) < FEED_SHARE) feed.ask();
    else stage.ask();
    if (chance("burst", String(number)) >= BURST_SHARE) await sleep(BETWEEN_MS / (1 - BURST_SHARE));
    const target = strikes.get(number);
    if (target === undefined) continue;
    // Most blows meet a house that has recovered from the one before; the others, one that has not.
    if (chance("late", String(number)) < LATE_SHARE) await until(isUp);
    const which = chance("which", String(number));
    let [at, wasUp] = [0, false];
    const strike = (): Promise<boolean> => {
      [at, wasUp] = [Date.now(), isUp()];
      return company.strike(target, which);
    };
    if (!(await strikeAtWorst(stage, number, strike))) continue;
    struck.push({ target, at, wasUp });
    const before = accepted();
    if (target === "gateway") isUp = () => accepted() > before;
  }
  // While Redis is away everybody asks once more, and no later message wakes anybody for these: only the sweep finds them.
  if (company.targets.includes("redis")) {
    await company.strike("redis", 0);
    for (const _ of stage.channels) stage.ask();
    feed.ask();
  }
  await stage.settled(() => feed.missing());
  await company.end();
  const result = await resultOf(stage, plan, feed, struck);
  await feed.close();
  return result;
}

async function resultOf(stage: Stage, plan: WorkersPlan, feed: FeedTalk, struck: readonly Struck[]): Promise<Result> {
  const { fake } = stage;
  const channels = stage.channels.map(({ id }) => id);
  const told = await feed.told();
  const verdict = verdictOn([...stage.asked, ...told.asked], [...stage.rooms(), told.room]);
  // A new process asks Discord for faces by itself, and asks again when that was too often; nothing that is said may be refused.
  const isRefused = fake.requests().some((each) => each.status === 429 && each.route.startsWith("POST /webhooks"));
  const probes = [...probesOnDiscord(stage), ...probesInFeed(told, feed.triedAt())];
  const doubts = doubtsOf(fake, channels, struck);
  const ready = readinessOf(single(struck), probes, doubts);
  const isReady = ready.recoveries.length < TELLING_MIN || ready.p95 <= READY_MS_MAX;
  const times = [...Map.groupBy(struck, ({ target }) => target)].map(([target, all]) => `${target} ${all.length}`);
  return {
    isGood: verdict.isGood && !isRefused && isReady,
    lines: [
      `${plan.messages} messages, ${told.asked.length} of them in the feed and the others in ${stage.channels.length} channels of Discord; queue ${plan.queue}, ${plan.workers} ${plan.queue === "local" ? "houses" : "workers"}; struck: ${times.join(", ")}`,
      verdictLine(verdict),
      `ready again: p50 ${ready.p50} ms, p95 ${ready.p95} ms, longest ${ready.longest} ms (told of ${ready.recoveries.length} of ${struck.length} blows)`,
      ...ready.recoveries.slice(-SHOWN_MAX).map((each) => `  ${each.target}: ${each.ms} ms in ${each.channel}`),
      `a process has its page open ${shareOf(stage.startTimes, 0.5)} ms after it was started (p50), ${shareOf(stage.startTimes, 0.95)} ms (p95)`,
      ...counted(fake).lines,
      ...verdict.lines.map((line) => `  ${line}`),
    ],
  };
}

/** Blows that fell on a house that was up, with no other one just before or after: they tell how long it takes. */
function single(struck: readonly Struck[]): readonly Struck[] {
  return struck.filter(({ at, wasUp }) => {
    const isAlone = struck.every((other) => other.at === at || Math.abs(other.at - at) > READY_MS_MAX);
    return wasUp && isAlone;
  });
}

/** After which message what is struck: spread evenly, as far as chance lets it. */
function strikesOf(
  { chance }: Stage,
  { messages, kills, flushalls }: WorkersPlan,
  targets: readonly Target[],
): ReadonlyMap<number, Target> {
  const strikes = new Map<number, Target>();
  const all = kills + flushalls;
  for (let at = 0; at < all; at += 1) {
    const number = Math.floor(((at + chance("strike", String(at)) * STRIKE_SPREAD) * messages) / all);
    // Spread evenly among the kills.
    const isWipe = Math.floor(((at + 1) * flushalls) / all) > Math.floor((at * flushalls) / all);
    const target = targets[Math.floor(chance("target", String(at)) * targets.length)];
    strikes.set(number, isWipe || target === undefined ? "wipe" : target);
  }
  return strikes;
}

// Of the time until the next blow, the share that chance moves one by.
const STRIKE_SPREAD = 0.2;

/** Words that one person alone was given tell when that person was answered. */
function probesOnDiscord({ fake, channels, asked }: Stage): readonly Probe[] {
  const answered = new Map<string, number>();
  for (const channel of channels) {
    for (const said of fake.messages(channel)) {
      if (said.isBot) answered.set(`${channel.id} ${readText(said.text)}`, said.createdAt);
    }
  }
  return asked
    .filter((each) => !each.isTakenBack && each.answer.startsWith("Number"))
    .map(({ channel, answer, at }) => ({
      channel,
      askedAt: at,
      answeredAt: answered.get(`${channel} ${answer}`) ?? null,
    }));
}

function probesInFeed(
  { asked, room }: Awaited<ReturnType<FeedTalk["told"]>>,
  triedAt: ReadonlyMap<string, number>,
): readonly Probe[] {
  const answered = new Map(room.posts.map((post) => [post.text, post.at]));
  return asked.map(({ message, answer, at }) => ({
    channel: room.channel,
    askedAt: triedAt.get(message) ?? at,
    answeredAt: answered.get(answer) ?? null,
  }));
}
