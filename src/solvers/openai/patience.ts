// How long one try is waited for: a limit on silence and one on the whole, by the house's clock.
import type { Clock } from "../../clock.ts";

// Patience may get shorter while it lasts; this is how late that is noticed.
const NAP_MS = 2_000;

/** Watches one wait. `signal` aborts when patience runs out or `outer` aborts. Call `end` when the wait is over, whatever came of it. */
export class Patience {
  readonly #clock: Clock;
  readonly #until: number;
  readonly #cut = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onOuter: () => void;
  #quietUntil: number;
  #cancel: () => void = () => {};
  #ranOut: "silence" | "length" | null = null;

  /** Patience with `silenceMs` of silence, and with the whole until `until` (epoch ms). */
  constructor(clock: Clock, outer: AbortSignal, silenceMs: number, until: number) {
    this.#clock = clock;
    this.#outer = outer;
    this.#until = until;
    this.#quietUntil = clock.now() + silenceMs;
    this.#onOuter = () => {
      this.#cancel();
      this.#cut.abort(outer.reason);
    };
    if (outer.aborted) {
      this.#onOuter();
      return;
    }
    outer.addEventListener("abort", this.#onOuter, { once: true });
    this.#look();
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

  /** The wait is over. */
  end(): void {
    this.#outer.removeEventListener("abort", this.#onOuter);
    this.#cancel();
  }

  // What comes meanwhile only moves the end, so that a busy stream costs no timers.
  #look(): void {
    const now = this.#clock.now();
    const left = Math.min(this.#quietUntil, this.#until) - now;
    if (left > 0) {
      this.#cancel = this.#clock.after(Math.min(left, NAP_MS), () => this.#look());
      return;
    }
    this.#ranOut = now >= this.#until ? "length" : "silence";
    this.#cut.abort();
  }
}
