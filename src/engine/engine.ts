// The engine at work: hands woken channels to runs, beats, and sweeps what is due.
import type { Adapter } from "../adapters/adapter.ts";
import type { ChannelId } from "../domain/ids.ts";
import { platformOf } from "../domain/ids.ts";
import { LeaseLost, messageOf } from "../errors.ts";
import type { WakeQueue } from "../queue/queue.ts";
import type { Lease } from "../store/store.ts";
import type { ChannelParts } from "./channel.ts";
import { ChannelRun } from "./channel.ts";
import type { EngineHouse } from "./house.ts";
import { Outbox } from "./outbox.ts";
import { SceneTicker } from "./scenes.ts";
import { Thinker } from "./think.ts";

// Each second a heartbeat and a look for channels that are due: a lost wake costs no more than that.
const SWEEP_EVERY_MS = 1_000;
const SWEPT_MAX = 500;

// A channel whose work failed for a reason of the house's own is worked on again after this long.
const AGAIN_MS = 1_000;

// Traces and decisions are kept for 7 days.
const KEEP_MS = 7 * 86_400_000;
const EXPIRE_EVERY_MS = 3_600_000;

export class Engine {
  readonly #house: EngineHouse;
  readonly #queue: WakeQueue;
  readonly #parts: ChannelParts;
  readonly #runs = new Map<ChannelId, ChannelRun>();
  readonly #stop = new AbortController();
  /** Channels that could not be given back: nobody else can take them while this process lives. */
  readonly #unclosed = new Map<ChannelId, Lease>();
  #watch: Promise<void> = Promise.resolve();
  #deafen: () => void = () => {};
  #expiredAt = 0;

  constructor(house: EngineHouse, queue: WakeQueue) {
    this.#house = house;
    this.#queue = queue;
    this.#parts = { thinker: new Thinker(house), outbox: new Outbox(house), scenes: new SceneTicker(house) };
  }

  /** Begins to work: what an earlier process left is taken up within a second, or as soon as that process counts as dead. */
  async start(): Promise<void> {
    await this.#house.store.beat(this.#house.process, this.#house.clock.now());
    this.#queue.work((channel, signal) => this.#workChannel(channel, signal));
    this.#deafen = this.#house.store.onForeignChange(() => {
      for (const run of this.#runs.values()) run.look();
    });
    this.#watch = this.#sweepAndBeat();
  }

  /** The channel has work now. */
  async wake(channel: ChannelId): Promise<void> {
    const run = this.#runs.get(channel);
    if (run === undefined) await this.#queue.wake(channel);
    else run.stir();
  }

  /** Stops in good order: what is under way is left as a crash would leave it, and the channels are free for the next process at once. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stop.abort();
    this.#deafen();
    await this.#queue.close(deadlineMs);
    await this.#watch;
    await this.#house.store.leave(this.#house.process);
  }

  async #workChannel(channel: ChannelId, signal: AbortSignal): Promise<void> {
    const { store, adapters, clock, process, log } = this.#house;
    const adapter: Adapter | undefined = adapters.get(platformOf(channel));
    if (adapter === undefined || !this.#house.serves(channel)) return;
    const opened = await store.openChannel(channel, process, clock.now());
    if (opened === null) return;
    const run = new ChannelRun(this.#house, this.#parts, adapter, opened);
    this.#runs.set(channel, run);
    try {
      await run.untilIdle(signal);
    } catch (error) {
      if (error instanceof LeaseLost) {
        log.warn("a channel was taken away: another process has it, or it was cleared", { channel });
      } else {
        log.error("work in a channel failed, it is tried again", { channel, why: messageOf(error) });
        this.#unclosed.set(channel, opened.lease);
        await this.#closeUnclosed();
      }
    } finally {
      this.#runs.delete(channel);
    }
    // Stirred after its last look: the store knows, and the channel is due, but nobody has been told.
    if (run.isStirred && !signal.aborted) await this.#queue.wake(channel);
  }

  /** Gives back what could not be given back when its work failed, as soon as the store lets us. */
  async #closeUnclosed(): Promise<void> {
    const { store, clock, log } = this.#house;
    for (const [channel, lease] of this.#unclosed) {
      try {
        await store.closeChannel(lease, clock.now() + AGAIN_MS);
        this.#unclosed.delete(channel);
      } catch (error) {
        if (error instanceof LeaseLost) this.#unclosed.delete(channel);
        else log.warn("a channel cannot be given back yet", { channel, why: messageOf(error) });
      }
    }
  }

  async #sweepAndBeat(): Promise<void> {
    const { store, clock, process, adapters, log } = this.#house;
    const platforms = [...adapters.keys()];
    let sweptAt = Number.POSITIVE_INFINITY;
    while (!this.#stop.signal.aborted) {
      try {
        const now = clock.now();
        await store.beat(process, now);
        await this.#closeUnclosed();
        // After a start, or when the clock was set back, what is due may stand far ahead: everything is looked at once.
        const isBack = now < sweptAt;
        sweptAt = now;
        // What falls due before the next look is waited for by whoever works the channel.
        const until = isBack ? Number.MAX_SAFE_INTEGER : now + SWEEP_EVERY_MS;
        const due = await store.dueChannels(platforms, until, SWEPT_MAX);
        for (const channel of due.filter((each) => this.#house.serves(each))) await this.#queue.sweep(channel);
        if (now - this.#expiredAt > EXPIRE_EVERY_MS) {
          this.#expiredAt = now;
          await store.expire(now - KEEP_MS, now);
        }
      } catch (error) {
        log.error("the sweep failed, it goes on", { why: messageOf(error) });
      }
      await clock.sleep(SWEEP_EVERY_MS, this.#stop.signal);
    }
  }
}
