// The port of queues: "this channel has work, now".
import type { ChannelId } from "../domain/ids.ts";

export interface WakeQueue {
  /** The channel has work now. Waking it twice before it is worked on is waking it once; a wake while it is being worked on works on it once more. */
  wake(channel: ChannelId): Promise<void>;
  /** The store says that the channel is due: as `wake`, but this very process works on it, whatever became of the wakes that went before. */
  sweep(channel: ChannelId): Promise<void>;
  /** Hands each woken channel to `handler`, one call per channel at a time. Called once. A handler that throws is logged; the sweep comes back to the channel. */
  work(handler: (channel: ChannelId, signal: AbortSignal) => Promise<void>): void;
  /** Takes no more wakes, aborts the handlers' signal and waits for them, at most `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}
