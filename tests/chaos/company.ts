// A company: the processes of one house, each of which may be struck and is started again.
import type { ChildProcess } from "node:child_process";
import { needsPackage, needsProgram } from "../needs.ts";
import { freePort, startRedis } from "../redis-server.ts";
import type { Stage } from "./stage.ts";
import { kill } from "./stage.ts";

/** `bullmq`: a gateway, workers and Redis. `local`: houses of one process each, who share the database alone. */
export type QueueName = "bullmq" | "local";

export type Target = "gateway" | "house" | "redis" | "wipe" | "worker";

export interface Company {
  /** What there is to be killed. */
  readonly targets: readonly Target[];
  /** Where the pages of the feed are. */
  readonly urls: () => readonly string[];
  /** Kills one of the kind and starts it again, or wipes Redis; `which` picks among several, from 0 to 1. False: it was away already. */
  strike(target: Target, which: number): Promise<boolean>;
  /** Ends all of it. */
  end(): Promise<void>;
}

// How long Redis stays away: longer than a wink, shorter than anybody takes to start it again.
const AWAY_MS = 1_500;

export function openCompany(stage: Stage, queue: QueueName, workers: number): Promise<Company> {
  return queue === "local" ? openHouses(stage, workers) : openRoles(stage, workers);
}

async function openHouses(stage: Stage, count: number): Promise<Company> {
  const houses = await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      return keptUp(() => stage.start({ PORT: String(port) }), port);
    }),
  );
  return {
    targets: ["house"],
    urls: () => houses.map(({ url }) => url),
    strike: async (_target, which) => {
      await houses[Math.floor(which * houses.length)]?.restart();
      return true;
    },
    end: async () => {
      await Promise.all(houses.map((each) => each.end()));
    },
  };
}

async function openRoles(stage: Stage, count: number): Promise<Company> {
  for (const name of ["bullmq", "ioredis"]) needsPackage(name).path();
  const redis = await startRedis(needsProgram("redis-server").path());
  const port = await freePort();
  const shared = { REDIS_URL: redis.url };
  const gateway = keptUp(() => stage.start({ ...shared, TROUPE_ROLE: "gateway", PORT: String(port) }), port);
  const workers = Array.from({ length: count }, () =>
    keptUp(() => stage.start({ ...shared, TROUPE_ROLE: "worker" }), port),
  );
  // One death at a time; it is taken up again while people go on asking.
  let back: Promise<void> | null = null;
  const restartRedis = async (): Promise<boolean> => {
    if (back !== null) return false;
    await redis.kill();
    back = new Promise((resolve) => setTimeout(resolve, AWAY_MS))
      .then(() => redis.start())
      .then(() => {
        back = null;
      });
    return true;
  };
  return {
    targets: ["gateway", "worker", "redis"],
    urls: () => [gateway.url],
    strike: async (target, which) => {
      if (target === "redis") return restartRedis();
      if (target === "wipe") {
        if (back !== null) return false;
        await redis.ask("FLUSHALL");
        return true;
      }
      await (target === "gateway" ? gateway : workers[Math.floor(which * workers.length)])?.restart();
      return true;
    },
    end: async () => {
      await Promise.all([gateway, ...workers].map((each) => each.end()));
      await back;
      await redis.kill();
    },
  };
}

interface Kept {
  readonly url: string;
  restart(): Promise<void>;
  end(): Promise<void>;
}

function keptUp(start: () => ChildProcess, port: number): Kept {
  let child = start();
  return {
    url: `http://127.0.0.1:${port}/`,
    restart: async () => {
      await kill(child);
      child = start();
    },
    end: () => kill(child),
  };
}
