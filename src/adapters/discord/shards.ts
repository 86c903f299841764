// Shards: which of them this process serves; no two processes ever serve the same one.
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";

export interface ShardsParts {
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is done with a shard once it is this process's, or no longer. */
export interface ShardLines {
  /** Neither rejects. */
  readonly open: (shard: number, count: number) => void;
  readonly drop: (shard: number) => Promise<void>;
}

/** Which shards a process may serve. */
export interface ShardPlan {
  readonly ids: readonly number[];
  readonly count: number;
}

// A killed process is known as dead within a second, and its house is to be there again at once: whoever waits for a shard looks often.
const LOOK_EVERY_MS = 250;
// That another took what is served here is rare.
const LOOK_AFTER_OWN_MS = 1_000;

/** Whose a shard is. */
function shardKey(shard: number): string {
  return `shard:${shard}`;
}

export class Shards {
  readonly #parts: ShardsParts;
  readonly #lines: ShardLines;
  readonly #own = new Set<number>();

  constructor(parts: ShardsParts, lines: ShardLines) {
    this.#parts = parts;
    this.#lines = lines;
  }

  /** Takes the shards that it may serve and nobody living does, and gives up those that another took meanwhile; until `signal` aborts. `recommended`: how many there are where nobody says. */
  async run(chosen: ShardPlan | null, recommended: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      let isWhole = false;
      try {
        const plan = chosen ?? (await this.#usualPlan(recommended));
        for (const shard of plan.ids) await this.#look(shard, plan.count, signal);
        isWhole = plan.ids.every((shard) => this.#own.has(shard));
      } catch (error) {
        log.error("the shards could not be looked after, it is tried again", { why: messageOf(error) });
      }
      await clock.sleep(isWhole ? LOOK_AFTER_OWN_MS : LOOK_EVERY_MS, signal);
    }
  }

  /** By the last look. */
  serves(shard: number): boolean {
    return this.#own.has(shard);
  }

  /** Asked before each connection, for another process may have taken the shard while this one stood still. Never rejects: where the store cannot be asked, nothing is stored either. */
  async isOwn(shard: number): Promise<boolean> {
    return this.#own.has(shard) && this.#parts.keep.hold(shardKey(shard)).catch(() => true);
  }

  async #look(shard: number, count: number, signal: AbortSignal): Promise<void> {
    const isHeld = await this.#parts.keep.hold(shardKey(shard));
    if (isHeld && !this.#own.has(shard) && !signal.aborted) {
      this.#own.add(shard);
      this.#parts.log.info("a shard is served here", { shard, count });
      this.#lines.open(shard, count);
    } else if (!isHeld && this.#own.delete(shard)) {
      this.#parts.log.warn("a shard is served by another process now", { shard });
      await this.#lines.drop(shard);
    }
  }

  /** All processes go by the same count: the one that was there first says it. */
  async #usualPlan(recommended: number): Promise<ShardPlan> {
    const { keep } = this.#parts;
    const kept = Number(await keep.get("shards"));
    const isFirst = await keep.hold("shards");
    const known = Number.isSafeInteger(kept) && kept > 0 ? kept : recommended;
    const count = isFirst ? recommended : known;
    if (isFirst && kept !== count) await keep.put("shards", String(count));
    return { count, ids: Array.from({ length: count }, (_, id) => id) };
  }
}
