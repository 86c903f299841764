// Time as a parameter: whoever needs the time or a pause is handed a Clock.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `then` once after `ms`, which may have passed already, unless what it returns is called before. */
  after(ms: number, then: () => void): () => void;
  /** Resolves after `ms`, which may have passed already, or at once when `signal` aborts: the caller looks at the signal. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, then) => {
    // A time that has passed already is no reason for Node to warn.
    const timer = setTimeout(then, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => sleepBy(systemClock, ms, signal),
};

/** `sleep` of a clock that has `after`. */
export function sleepBy(clock: Pick<Clock, "after">, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
