// Identifies: how many new sessions may begin, counted in the store, so that no crash loop uses up a day's.
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, numberOf, textOf } from "./shapes.ts";

/** What Discord says of its gateway ("Get Gateway Bot"). */
export interface GatewayFacts {
  readonly url: string;
  /** As many shards as Discord recommends. */
  readonly shards: number;
  readonly starts: StartLimit;
}

/** "Session Start Limit Structure". */
export interface StartLimit {
  readonly total: number;
  readonly remaining: number;
  readonly resetAfterMs: number;
  readonly maxConcurrency: number;
}

export interface IdentifiesParts {
  readonly api: Pick<Api, "ask">;
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Log;
}

// "Rate Limiting" of the gateway: max_concurrency identifies in five seconds, and a little for the way, each shard with those that share its remainder.
const WINDOW_MS = 5_250;
const DAY_MS = 86_400_000;

// As many as any bot in fewer than 150,000 servers has in a day.
const COUNTED_MAX = 2_000;

// So much of a day's sessions may begin as fast as they come; the rest is spread over what is left of the day.
const FREELY_SHARE = 0.5;

// Discord counts in seconds, and its clock may be a little behind.
const RESET_MARGIN_MS = 1_000;

// Longer waits are told, for somebody may wonder.
const TOLD_MS = 60_000;

// Discord takes two such questions in five seconds.
const FRESH_MS = 5_000;

// Somebody else identified just now, or Discord could not be asked.
const AGAIN_MS = 1_000;

/** When the next session may begin, epoch ms; `past`: when the ones of the last day began, oldest first. Pure. */
export function mayIdentifyAt(now: number, limit: StartLimit, past: readonly number[]): number {
  const today = past.filter((at) => at > now - DAY_MS);
  const left = Math.min(limit.remaining, limit.total - today.length);
  if (left <= 0) return now + limit.resetAfterMs + RESET_MARGIN_MS;
  if (left > limit.total * (1 - FREELY_SHARE)) return now;
  return Math.max(now, (today.at(-1) ?? 0) + limit.resetAfterMs / left);
}

async function askGateway(api: Pick<Api, "ask">, signal: AbortSignal): Promise<GatewayFacts> {
  const raw = fieldsOf(await api.ask({ method: "GET", route: "/gateway/bot", signal }));
  const url = textOf(raw["url"]);
  if (url === null) throw new TypeError("Discord does not say where its gateway is");
  const starts = fieldsOf(raw["session_start_limit"]);
  return {
    url,
    shards: numberOf(raw["shards"]) ?? 1,
    starts: {
      total: numberOf(starts["total"]) ?? 1_000,
      remaining: numberOf(starts["remaining"]) ?? 1,
      resetAfterMs: numberOf(starts["reset_after"]) ?? DAY_MS,
      maxConcurrency: Math.max(1, numberOf(starts["max_concurrency"]) ?? 1),
    },
  };
}

export class Identifies {
  readonly #parts: IdentifiesParts;
  #known: { readonly at: number; readonly facts: Promise<GatewayFacts> } | null = null;

  constructor(parts: IdentifiesParts) {
    this.#parts = parts;
  }

  /** What Discord says of its gateway, some seconds old at the most. Throws what the request throws. */
  facts(signal: AbortSignal): Promise<GatewayFacts> {
    const { api, clock } = this.#parts;
    const known = this.#known;
    if (known !== null && clock.now() - known.at < FRESH_MS) return known.facts;
    const asked = { at: clock.now(), facts: askGateway(api, signal) };
    this.#known = asked;
    // A failure is no answer: the next one asks again.
    asked.facts.catch(() => {
      if (this.#known === asked) this.#known = null;
    });
    return asked.facts;
  }

  /** Resolves when the shard may identify: it is counted then, whatever becomes of it. Rejects only when `signal` aborts. */
  async wait(shard: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    for (let told = 0; ;) {
      signal.throwIfAborted();
      const at = await this.#take(shard, signal).catch((error: unknown) => {
        log.warn("Discord cannot be asked for a new session, it is tried again", { shard, why: messageOf(error) });
        return clock.now() + AGAIN_MS;
      });
      if (at === null) return;
      const waitMs = at - clock.now();
      if (waitMs > TOLD_MS && at - told > TOLD_MS) {
        const when = new Date(at).toISOString();
        log.warn(`no new session may begin on Discord before ${when}: too many began today`, { shard, waitMs });
        told = at;
      }
      await clock.sleep(waitMs, signal);
    }
  }

  /** Null: it may identify now, and is counted. Else when to ask again. */
  async #take(shard: number, signal: AbortSignal): Promise<number | null> {
    const { keep, clock } = this.#parts;
    const { starts } = await this.facts(signal);
    const key = String(shard % starts.maxConcurrency);
    const past = timesOf(await keep.get(`identified:${key}`));
    const now = clock.now();
    const at = mayIdentifyAt(now, starts, past);
    if (at > now) return at;
    // One of many shards and processes has it for five seconds, and so is alone with the list, too.
    if (!(await keep.claim(`identify:${key}`, WINDOW_MS))) return now + AGAIN_MS;
    const today = [...past.filter((each) => each > now - DAY_MS), now].slice(-COUNTED_MAX);
    await keep.put(`identified:${key}`, JSON.stringify(today));
    return null;
  }
}

function timesOf(kept: string | null): readonly number[] {
  const list: unknown = kept === null ? [] : JSON.parse(kept);
  return Array.isArray(list) ? list.filter((each) => typeof each === "number") : [];
}
