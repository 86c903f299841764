// Workers: a gateway, some workers and Redis, each of which dies at random instants while people ask; and Redis is wiped.
import type { ChildProcess } from "node:child_process";
import { needsPackage, needsProgram } from "../needs.ts";
import type { RedisServer } from "../redis-server.ts";
import { startRedis } from "../redis-server.ts";
import { verdictLine, verdictOn } from "./judge.ts";
import type { Result } from "./result.ts";
import { counted } from "./result.ts";
import type { Stage } from "./stage.ts";
import { kill, sleep } from "./stage.ts";

// Between two messages: quicker than anybody writes, slower than a flood.
const BETWEEN_MS = 20;

// A message is stored, thought about and answered within so long.
const AT_WORK_MS = 60;

// How long Redis stays away: longer than a wink, shorter than anybody takes to start it again.
const AWAY_MS = 1_500;

type Target = "gateway" | "worker" | "Redis" | "wipe";

interface Company {
  readonly redis: RedisServer;
  isRedisAway: boolean;
  gateway: ChildProcess;
  readonly workers: ChildProcess[];
}

/** `messages` are asked; meanwhile `kills` times the gateway, a worker or Redis is killed and started again, and `wipes` times Redis is wiped. */
export async function runWorkers(
  stage: Stage,
  plan: { readonly messages: number; readonly kills: number; readonly wipes: number; readonly workers: number },
): Promise<Result> {
  const { fake, chance } = stage;
  for (const name of ["bullmq", "ioredis"]) needsPackage(name).path();
  const redis = await startRedis(needsProgram("redis-server").path());
  const start = (role: "gateway" | "worker"): ChildProcess => stage.start({ REDIS_URL: redis.url, TROUPE_ROLE: role });
  const gateway = start("gateway");
  await fake.until(() => fake.gateway.entries.length > 0);
  const company: Company = {
    redis,
    isRedisAway: false,
    gateway,
    workers: Array.from({ length: plan.workers }, () => start("worker")),
  };
  const strikes = strikesOf(stage, plan);
  const struck = new Map<Target, number>();
  for (let number = 0; number < plan.messages; number += 1) {
    stage.ask();
    await sleep(BETWEEN_MS);
    const target = strikes.get(number);
    if (target === undefined) continue;
    await sleep(chance("instant", String(number)) * AT_WORK_MS);
    await strike(stage, company, target, number, start);
    struck.set(target, (struck.get(target) ?? 0) + 1);
  }
  await stage.settled();
  await Promise.all([company.gateway, ...company.workers].map((each) => kill(each)));
  await redis.kill();
  const verdict = verdictOn(stage.asked, stage.rooms());
  const { lines } = counted(fake);
  // A new process asks Discord for faces by itself, and asks again when that was too often; nothing that is said may be refused.
  const isRefused = fake.requests().some((each) => each.status === 429 && each.route.startsWith("POST /webhooks"));
  const times = [...struck].map(([target, count]) => `${target} ${count}`).join(", ");
  return {
    isGood: verdict.isGood && !isRefused,
    lines: [
      `${plan.messages} messages in ${stage.channels.length} channels, ${plan.workers} workers; struck: ${times}`,
      verdictLine(verdict),
      ...lines,
      ...verdict.lines.map((line) => `  ${line}`),
    ],
  };
}

/** After which message what is struck. */
function strikesOf(
  { chance }: Stage,
  { messages, kills, wipes }: { readonly messages: number; readonly kills: number; readonly wipes: number },
): ReadonlyMap<number, Target> {
  const strikes = new Map<number, Target>();
  const targets: readonly Target[] = ["gateway", "worker", "Redis"];
  const all = kills + wipes;
  for (let at = 0; at < all; at += 1) {
    const number = Math.floor(((at + chance("strike", String(at))) * messages) / all);
    // Spread evenly among the kills.
    const isWipe = Math.floor(((at + 1) * wipes) / all) > Math.floor((at * wipes) / all);
    strikes.set(
      number,
      isWipe ? "wipe" : (targets[Math.floor(chance("target", String(at)) * targets.length)] ?? "worker"),
    );
  }
  return strikes;
}

async function strike(
  { chance }: Stage,
  company: Company,
  target: Target,
  number: number,
  start: (role: "gateway" | "worker") => ChildProcess,
): Promise<void> {
  switch (target) {
    case "gateway":
      await kill(company.gateway);
      company.gateway = start("gateway");
      return;
    case "worker": {
      const at = Math.floor(chance("which", String(number)) * company.workers.length);
      const worker = company.workers[at];
      if (worker !== undefined) await kill(worker);
      company.workers[at] = start("worker");
      return;
    }
    case "Redis":
      // It is away already: one death at a time.
      if (company.isRedisAway) return;
      company.isRedisAway = true;
      await company.redis.kill();
      // People go on asking meanwhile.
      setTimeout(() => {
        void company.redis.start().then(() => {
          company.isRedisAway = false;
        });
      }, AWAY_MS);
      return;
    case "wipe":
      if (!company.isRedisAway) await company.redis.ask("FLUSHALL");
  }
}
