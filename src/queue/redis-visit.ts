// A visit to Redis, for the doctor: whether it answers, and whether it keeps what it is given.
import { Redis } from "ioredis";

/** What Redis says of itself. */
export interface RedisAccount {
  /** Such as `Valkey 8.1.3`. */
  readonly program: string;
  /** What it does when its memory is full: `noeviction` refuses, all others throw keys away. */
  readonly policy: string;
  readonly ms: number;
}

// A Redis that takes longer than this to say hello is no help to anybody.
const ANSWER_MS = 2_000;

/** Asks once. Throws what the network or Redis says. */
export async function visitRedis(url: string): Promise<RedisAccount> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const faults: Error[] = [];
  redis.on("error", (error) => faults.push(error));
  const startedAt = performance.now();
  try {
    await redis.connect();
    const info = await redis.info();
    // Such as a database that there is not: the connection stands all the same, to another.
    if (faults[0] !== undefined) throw faults[0];
    const ms = Math.round(performance.now() - startedAt);
    const valkey = fieldOf(info, "valkey_version");
    const program = valkey === null ? `Redis ${fieldOf(info, "redis_version") ?? "?"}` : `Valkey ${valkey}`;
    return { program, policy: fieldOf(info, "maxmemory_policy") ?? "unknown", ms };
  } catch (error) {
    // What went wrong first says more than that the connection is closed.
    throw faults[0] ?? error;
  } finally {
    redis.disconnect();
  }
}

function fieldOf(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*)$`, "mu").exec(info)?.[1]?.trim() ?? null;
}
