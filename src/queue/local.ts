// The queue of a house that is one process: wake-ups stay in memory, because the store knows what is due anyway.
import { systemClock } from "../clock.ts";
import type { ChannelId } from "../domain/ids.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { WakeQueue } from "./queue.ts";

type Handler = (channel: ChannelId, signal: AbortSignal) => Promise<void>;

/** Wakes within one process, first woken first worked on, at most `concurrency` channels at a time. What waits when the process ends is found again by the sweep. */
export class LocalQueue implements WakeQueue {
  readonly #concurrency: number;
  readonly #log: Log;
  /** In the order in which they were woken; one that is at work, too, was woken since. */
  readonly #waiting = new Set<ChannelId>();
  readonly #working = new Set<ChannelId>();
  readonly #closing = new AbortController();
  #handler: Handler | null = null;
  /** Called when nothing is worked on any more. */
  #atRest: () => void = () => {};

  constructor({ concurrency, log }: { readonly concurrency: number; readonly log: Log }) {
    this.#concurrency = concurrency;
    this.#log = log;
  }

  wake(channel: ChannelId): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#waiting.add(channel);
      this.#begin();
    }
    return Promise.resolve();
  }

  sweep(channel: ChannelId): Promise<void> {
    return this.wake(channel);
  }

  work(handler: Handler): void {
    if (this.#handler !== null) throw new Error("a queue has one handler");
    this.#handler = handler;
    this.#begin();
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(deadlineMs, resolve);
      this.#atRest = () => {
        cancel();
        resolve();
      };
      if (this.#working.size === 0) this.#atRest();
    });
    const running = this.#working.size;
    if (running > 0) this.#log.warn("queue closed with channels still at work", { channels: running, deadlineMs });
  }

  /** Wakes that come before there is a handler wait for it. */
  #begin(): void {
    if (this.#handler === null) return;
    for (const channel of this.#waiting) {
      if (this.#working.size >= this.#concurrency) return;
      if (this.#working.has(channel)) continue;
      this.#waiting.delete(channel);
      this.#working.add(channel);
      void this.#workOn(channel, this.#handler);
    }
  }

  async #workOn(channel: ChannelId, handler: Handler): Promise<void> {
    try {
      await handler(channel, this.#closing.signal);
    } catch (error) {
      this.#log.error("work on a channel failed", { channel, why: messageOf(error) });
    }
    this.#working.delete(channel);
    // At the end of the line, so that a channel that is woken without pause cannot starve the others.
    if (this.#waiting.delete(channel)) this.#waiting.add(channel);
    this.#begin();
    if (this.#working.size === 0) this.#atRest();
  }
}
