// Ids as Discord makes them: the time in the upper bits, so that they sort by age.
import type { Clock } from "../../../src/clock.ts";

/** The first second of 2015 ("API Reference: Snowflakes"). */
export const DISCORD_EPOCH = 1_420_070_400_000;

// The lower 22 bits are worker, process and a counter; one worker counts through all of them here.
const TIME_BITS = 22n;
const MS_PER_SECOND = 1000n;

/** Makes ids that never repeat and never go back, even when the clock stands still. */
export class Snowflakes {
  readonly #clock: Clock;
  #last = 0n;
  #guilds = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): string {
    const now = this.#sinceEpoch() << TIME_BITS;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last.toString();
  }

  /** An id for a guild: each a millisecond from the one before, as the shard of a guild is its millisecond modulo the number of shards. */
  nextGuild(): string {
    const second = this.#sinceEpoch() / MS_PER_SECOND;
    this.#guilds += 1n;
    return ((second * MS_PER_SECOND + this.#guilds) << TIME_BITS).toString();
  }

  #sinceEpoch(): bigint {
    return BigInt(Math.max(1, this.#clock.now() - DISCORD_EPOCH));
  }
}

/** Which of `count` shards hears of a guild ("Gateway: Sharding"); direct messages go to shard 0. */
export function shardOf(guildId: string | null, count: number): number {
  return guildId === null ? 0 : Number((BigInt(guildId) >> TIME_BITS) % BigInt(count));
}
