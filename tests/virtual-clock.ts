// A clock that stands still until it is advanced: days of chat in seconds, and the same again with the same seed.
import { setImmediate as nextRound } from "node:timers/promises";
import type { Clock } from "../src/clock.ts";

interface Sleeper {
  at: number;
  readonly order: number;
  readonly wake: () => void;
}

// Rounds of the event loop that the house gets to finish what a wake-up set off: the store answers within one, and the longest chain of awaits between two sleeps is far shorter.
const ROUNDS = 40;

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startAt = Date.UTC(2026, 0, 5, 9)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#now + Math.max(0, ms), order: this.#order++, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** The wall clock goes back, as by a time server; who sleeps wakes after as long as ever. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const sleeper of this.#sleepers) sleeper.at -= ms;
  }

  /** Lets `ms` pass, waking each sleeper at its time and letting the house come to rest before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await rest();
    for (;;) {
      const next = [...this.#sleepers].toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await rest();
    }
    this.#now = until;
    await rest();
  }
}

async function rest(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await nextRound();
  }
}
