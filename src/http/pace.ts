// Pace: how often one address may do something.
import type { RateLimiterMemory } from "rate-limiter-flexible";
import { limitKey } from "./access.ts";
import { Fault } from "./guard.ts";

/** So many of one kind of thing in a minute, counted for each address. */
export class Pace {
  readonly #perMinute: number;
  readonly #sentence: string;
  #limiter: Promise<RateLimiterMemory> | null = null;

  /** `sentence` is what one is told who is too fast. */
  constructor(perMinute: number, sentence: string) {
    this.#perMinute = perMinute;
    this.#sentence = sentence;
  }

  /** Throws `Fault` 429 when this is one too many. */
  async take(address: string): Promise<void> {
    this.#limiter ??= open(this.#perMinute);
    const limiter = await this.#limiter;
    try {
      await limiter.consume(limitKey(address));
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      const seconds = Math.max(1, Math.ceil(msBeforeNext(refusal) / 1000));
      throw new Fault(429, `${this.#sentence} Try again in ${seconds} s.`, seconds);
    }
  }
}

async function open(points: number): Promise<RateLimiterMemory> {
  const { RateLimiterMemory } = await import("rate-limiter-flexible");
  return new RateLimiterMemory({ points, duration: 60 });
}

function msBeforeNext(refusal: unknown): number {
  const isCount = typeof refusal === "object" && refusal !== null && "msBeforeNext" in refusal;
  return isCount && typeof refusal.msBeforeNext === "number" ? refusal.msBeforeNext : 60_000;
}
