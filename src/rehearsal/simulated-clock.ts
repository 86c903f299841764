// A clock that does not wait: it goes on as soon as everybody who woke has come to rest.
import type { Clock } from "../clock.ts";
import { sleepBy } from "../clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Whether time is to go on. */
export type Course = "on" | "enough";

/** Time as it passes in a rehearsal: the same wake-ups in the same order, however fast the machine is. */
export class SimulatedClock implements Clock {
  #now: number;
  /** In the order in which they lay down. */
  readonly #sleepers = new Set<Sleeper>();
  readonly #rest: () => Promise<void>;

  /** `rest` resolves when everybody who woke has come to rest. */
  constructor(startAt: number, rest: () => Promise<void> = untilNobodyIsAtWork) {
    this.#now = startAt;
    this.#rest = rest;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, then: () => void): () => void {
    const sleeper = { at: this.#now + Math.max(0, ms), wake: then };
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.delete(sleeper);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepBy(this, ms, signal);
  }

  /** Lets time pass up to `until`. Each sleeper wakes alone, at its time, once everybody before it has come to rest; then `atRest` is asked whether to go on. */
  async pass(until: number, atRest: () => Promise<Course>): Promise<void> {
    await this.#rest();
    while ((await atRest()) === "on") {
      const next = this.#next();
      if (next === null || next.at > until) {
        this.#now = Math.max(this.#now, until);
        return;
      }
      this.#now = Math.max(this.#now, next.at);
      this.#sleepers.delete(next);
      next.wake();
      await this.#rest();
    }
  }

  /** Of those who wake at the same time, the one who lay down first. */
  #next(): Sleeper | null {
    let next: Sleeper | null = null;
    for (const sleeper of this.#sleepers) if (next === null || sleeper.at < next.at) next = sleeper;
    return next;
  }
}

// What a house waits for besides this clock: the store's next commit, and files. What is only promised is done before the event loop goes on.
const COMMIT = "Immediate";
const FILE = /^FSReq/u;

/** Looks that are to come, of all clocks in this process: each is an immediate, and none is work. */
let looks = 0;

/** Resolves when nothing but a sleeper could go on. */
function untilNobodyIsAtWork(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      looks -= 1;
      if (isAtWork()) lookAgain();
      else resolve();
    };
    const lookAgain = (): void => {
      looks += 1;
      setImmediate(look);
    };
    lookAgain();
  });
}

function isAtWork(): boolean {
  const waiting = process.getActiveResourcesInfo();
  return waiting.filter((name) => name === COMMIT).length > looks || waiting.some((name) => FILE.test(name));
}
