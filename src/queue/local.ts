// The queue of a house that is one process: wake-ups stay in memory, because the store knows what is due anyway.
import PQueue from "p-queue";
import { systemClock } from "../clock.ts";
import type { ChannelId } from "../domain/ids.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { WakeQueue } from "./queue.ts";

type Handler = (channel: ChannelId, signal: AbortSignal) => Promise<void>;

/** How a channel that was woken stands; one that is not in the table has nothing to do. */
type Standing = "waiting" | "working" | "working, and woken since";

/** Wakes within one process, first woken first worked on, at most `concurrency` channels at a time. What waits when the process ends is found again by the sweep. */
export class LocalQueue implements WakeQueue {
  readonly #log: Log;
  readonly #queue: PQueue;
  readonly #standing = new Map<ChannelId, Standing>();
  readonly #closing = new AbortController();
  #handler: Handler | null = null;

  constructor(options: { readonly concurrency: number; readonly log: Log }) {
    this.#log = options.log;
    // Wakes that come before there is a handler wait for it.
    this.#queue = new PQueue({ concurrency: options.concurrency, autoStart: false });
  }

  wake(channel: ChannelId): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    const standing = this.#standing.get(channel);
    if (standing === undefined) this.#enqueue(channel);
    else if (standing === "working") this.#standing.set(channel, "working, and woken since");
    return Promise.resolve();
  }

  sweep(channel: ChannelId): Promise<void> {
    return this.wake(channel);
  }

  work(handler: Handler): void {
    if (this.#handler !== null) throw new Error("a queue has one handler");
    this.#handler = handler;
    this.#queue.start();
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing.abort();
    this.#queue.clear();
    const ended = new AbortController();
    const atRest = this.#queue.onIdle().then(() => ended.abort());
    await Promise.race([atRest, systemClock.sleep(deadlineMs, ended.signal)]);
    const running = this.#queue.pending;
    if (running > 0) this.#log.warn("queue closed with channels still at work", { channels: running, deadlineMs });
  }

  #enqueue(channel: ChannelId): void {
    this.#standing.set(channel, "waiting");
    this.#queue
      .add(() => this.#workOn(channel))
      .catch(() => {
        // Only `clear` of close rejects here: the work itself never throws.
        this.#standing.delete(channel);
      });
  }

  async #workOn(channel: ChannelId): Promise<void> {
    this.#standing.set(channel, "working");
    try {
      await this.#handler?.(channel, this.#closing.signal);
    } catch (error) {
      this.#log.error("work on a channel failed", { channel, why: messageOf(error) });
    }
    const wokenSince = this.#standing.get(channel) === "working, and woken since";
    this.#standing.delete(channel);
    // At the end of the line, so that a channel that is woken without pause cannot starve the others.
    if (wokenSince && !this.#closing.signal.aborted) this.#enqueue(channel);
  }
}
