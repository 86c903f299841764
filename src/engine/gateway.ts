// The engine's stand-in in a process that listens and leaves the work to others: it wakes them, and says so when nobody is there to be woken.
import type { ChannelId } from "../domain/ids.ts";
import { messageOf } from "../errors.ts";
import type { WakeQueue } from "../queue/queue.ts";
import { DEAD_AFTER_MS } from "../store/store.ts";
import type { EngineHouse } from "./house.ts";
import { isWorker } from "./neighbours.ts";

const BEAT_EVERY_MS = 1_000;

// Whoever starts a gateway and its workers together is not warned of what is about to come.
const WORKERS_WITHIN_MS = DEAD_AFTER_MS + 1_000;

export type GatewayHouse = Pick<EngineHouse, "process" | "store" | "clock" | "log">;

export class Gateway {
  readonly #house: GatewayHouse;
  readonly #queue: WakeQueue;
  readonly #stop = new AbortController();
  #watch: Promise<void> = Promise.resolve();
  /** Since when nobody works; null: somebody does. */
  #aloneSince: number | null = null;
  #isAlone = false;

  constructor(house: GatewayHouse, queue: WakeQueue) {
    this.#house = house;
    this.#queue = queue;
  }

  async start(): Promise<void> {
    await this.#house.store.beat(this.#house.process, this.#house.clock.now());
    this.#watch = this.#beatAndWatch();
  }

  wake(channel: ChannelId): Promise<void> {
    return this.#queue.wake(channel);
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stop.abort();
    await this.#queue.close(deadlineMs);
    await this.#watch;
    await this.#house.store.leave(this.#house.process);
  }

  async #beatAndWatch(): Promise<void> {
    const { store, clock, process, log } = this.#house;
    while (!this.#stop.signal.aborted) {
      try {
        const now = clock.now();
        await store.beat(process, now);
        this.#look((await store.processes(now)).filter((each) => isWorker(each)).length, now);
      } catch (error) {
        log.error("the gateway could not look for its workers, it tries again", { why: messageOf(error) });
      }
      await clock.sleep(BEAT_EVERY_MS, this.#stop.signal);
    }
  }

  #look(workers: number, now: number): void {
    const { log } = this.#house;
    if (workers > 0) {
      this.#aloneSince = null;
      if (this.#isAlone) log.info("a worker is there", { workers });
      this.#isAlone = false;
      return;
    }
    this.#aloneSince ??= now;
    if (this.#isAlone || now - this.#aloneSince < WORKERS_WITHIN_MS) return;
    this.#isAlone = true;
    log.warn(
      "no worker runs: what is said here is kept, and answered once one does; start one with TROUPE_ROLE=worker",
    );
  }
}
