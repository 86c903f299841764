// A clock that stands still until it is advanced: days of chat in seconds, and the same again with the same seed.
import { setImmediate as nextRound } from "node:timers/promises";
import type { Clock } from "../src/clock.ts";
import { sleepBy } from "../src/clock.ts";
import { SimulatedClock } from "../src/rehearsal/simulated-clock.ts";

// Rounds of the event loop that the house gets to finish what a wake-up set off: the store answers within one, and the longest chain of awaits between two sleeps is far shorter.
const ROUNDS = 40;

export class VirtualClock implements Clock {
  readonly #clock: SimulatedClock;
  #backMs = 0;

  constructor(startAt = Date.UTC(2026, 0, 5, 9)) {
    this.#clock = new SimulatedClock(startAt, rest);
  }

  now(): number {
    return this.#clock.now() - this.#backMs;
  }

  after(ms: number, then: () => void): () => void {
    return this.#clock.after(ms, then);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, ms, signal);
  }

  /** The wall clock goes back, as by a time server; who sleeps wakes after as long as ever. */
  setBack(ms: number): void {
    this.#backMs += ms;
  }

  /** Lets `ms` pass, waking each sleeper at its time and letting the house come to rest before the next. */
  async advance(ms: number): Promise<void> {
    await this.#clock.pass(this.#clock.now() + ms, async () => "on");
    await rest();
  }
}

async function rest(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await nextRound();
  }
}
