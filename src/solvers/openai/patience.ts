// How long one try is waited for: a limit on silence and one on the whole, by the house's clock.
import type { Clock } from "../../clock.ts";

// Made once: an abort without a reason makes a DOMException with its stack each time, which costs more than the sleep.
const WOKEN = new Error("woken");

// Patience may get shorter while it is slept through; this is how late that is noticed. To wake the sleep instead would cost every answer a timer and two signals.
const NAP_MS = 2_000;

/** Watches one wait. `signal` aborts when patience runs out or `outer` aborts. Call `end` when the wait is over, whatever came of it. */
export class Patience {
  readonly #clock: Clock;
  readonly #until: number;
  readonly #cut = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onOuter: () => void;
  readonly #watch: Promise<void>;
  #quietUntil: number;
  #isOver = false;
  readonly #nap = new AbortController();
  #ranOut: "silence" | "length" | null = null;

  /** Patience with `silenceMs` of silence, and with the whole until `until` (epoch ms). */
  constructor(clock: Clock, outer: AbortSignal, silenceMs: number, until: number) {
    this.#clock = clock;
    this.#outer = outer;
    this.#until = until;
    this.#quietUntil = clock.now() + silenceMs;
    this.#onOuter = () => this.#cut.abort(outer.reason);
    if (outer.aborted) this.#onOuter();
    else outer.addEventListener("abort", this.#onOuter, { once: true });
    this.#watch = this.#look();
  }

  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** Which limit was reached; null while there is patience left. */
  get ranOut(): "silence" | "length" | null {
    return this.#ranOut;
  }

  /** Something came: from now on silence may last `silenceMs`, or up to `NAP_MS` more where that is shorter than before. Returns the time. */
  heard(silenceMs: number): number {
    const now = this.#clock.now();
    this.#quietUntil = now + silenceMs;
    return now;
  }

  /** The wait is over; resolves when nothing of it is left. */
  async end(): Promise<void> {
    this.#outer.removeEventListener("abort", this.#onOuter);
    this.#isOver = true;
    this.#nap.abort(WOKEN);
    await this.#watch;
  }

  // What comes meanwhile only moves the end, so that a busy stream costs no timers.
  async #look(): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const left = Math.min(this.#quietUntil, this.#until) - now;
      if (left <= 0) break;
      await this.#clock.sleep(Math.min(left, NAP_MS), this.#nap.signal);
      if (this.#isOver || this.#cut.signal.aborted) return;
    }
    this.#ranOut = this.#clock.now() >= this.#until ? "length" : "silence";
    this.#cut.abort();
  }
}
