// Suspects: what was being thought about when the house died, again and again, is thought about one at a time, so that the next death tells which it was.

export class Suspects {
  #before: Promise<unknown> = Promise.resolve();

  /** Does `deed` once nobody before does theirs. Rejects at once when `signal` aborts before its turn has come. */
  async oneAtATime<T>(deed: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#before;
    const over = Promise.withResolvers<void>();
    this.#before = Promise.all([before, over.promise]);
    try {
      await unlessAborted(before, signal);
      return await deed();
    } finally {
      over.resolve();
    }
  }
}

async function unlessAborted(waiting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([waiting, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
  signal.throwIfAborted();
}
