// The queue of a house of several processes: wakes go through Redis to whichever worker is free.
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { systemClock } from "../clock.ts";
import type { ChannelId } from "../domain/ids.ts";
import { storedId } from "../domain/ids.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { WakeQueue } from "./queue.ts";

type Handler = (channel: ChannelId, signal: AbortSignal) => Promise<void>;

export interface BullmqOptions {
  readonly url: string;
  /** Tells the wakes of this house from those of others on the same Redis. */
  readonly prefix: string;
  /** Channels that this process works on at a time. */
  readonly concurrency: number;
  /** Does the work in this process, one call per channel at a time; closed with this queue. */
  readonly local: WakeQueue;
  readonly log: Log;
}

const NAME = "wakes";

// A Redis that is down costs each connection no more than one attempt in this time; it is found again as soon after it is back.
const RETRY_MS_MAX = 2_000;
const RETRY_MS_FIRST = 50;
const CONNECT_MS = 5_000;

// A Redis in the same building answers in a millisecond; one that says nothing for so long is stuck, and the sweep is quicker.
const ANSWER_MS = 2_000;

// Workers wait for a job by one command that Redis answers after so long at the latest; the connection's own patience is longer.
const WAIT_S = 5;
const WAIT_ANSWER_MS = 10_000;

// The job of a worker that was killed is handed on within twice this time. The channel itself waits no longer than the sweep takes.
const LOCK_MS = 5_000;

// Every kill of a worker counts as a stall of its jobs: they are handed on however often it happens, for the work is safe to repeat.
const STALLS_MAX = 1_000;

// BullMQ writes a line for each thing that happens to a job; nobody here reads them.
const EVENTS_MAX = 100;

// How long a start waits for Redis before it goes on without.
const OPEN_MS = 500;

// What a close grants Redis for its goodbyes once the work has ended: one that is down never answers them.
const GOODBYE_MS = 300;

/** A wake that is on its way to Redis. */
type Sending = "once" | "and once more";

/**
 * Wakes between the processes of a house. Redis holds nothing but "this channel has work, now", one job a channel, gone when it is done.
 * Whatever becomes of it, the sweep of each worker finds the channels that are due: while Redis is down, a process that works takes its own wakes, and all others are left to the sweep.
 */
export class BullmqQueue implements WakeQueue {
  readonly #options: BullmqOptions;
  readonly #wakes: Redis;
  readonly #queue: Queue<null, void>;
  readonly #sending = new Map<ChannelId, Sending>();
  readonly #sends = new Set<Promise<void>>();
  /** Jobs that wait for the next work on their channel to end. */
  readonly #waiting = new Map<ChannelId, (() => void)[]>();
  #jobs: Redis | null = null;
  #worker: Worker<null, void> | null = null;
  #isIll = false;
  #closed: Promise<void> | null = null;

  private constructor(options: BullmqOptions) {
    this.#options = options;
    // A wake that cannot be sent at once is not kept: the store remembers it.
    this.#wakes = new Redis(options.url, {
      ...patient,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      socketTimeout: ANSWER_MS,
    });
    this.#wakes.on("error", (error) => this.#fellIll(error));
    this.#wakes.on("ready", () => this.#recovered());
    this.#queue = new Queue(NAME, {
      connection: this.#wakes,
      prefix: options.prefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: EVENTS_MAX } },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on("error", (error) => this.#mention(error));
  }

  /** Connects, and goes on without Redis when it does not answer soon: it is used as soon as it does. */
  static async open(options: BullmqOptions): Promise<BullmqQueue> {
    const queue = new BullmqQueue(options);
    const opened = new AbortController();
    queue.#wakes.once("ready", () => opened.abort());
    queue.#wakes.once("error", () => opened.abort());
    await systemClock.sleep(OPEN_MS, opened.signal);
    return queue;
  }

  /** Does not wait for Redis: whoever brought the message must not either. */
  wake(channel: ChannelId): Promise<void> {
    if (this.#closed !== null) return Promise.resolve();
    if (this.#wakes.status !== "ready") return this.#wakeHere(channel);
    if (this.#sending.has(channel)) this.#sending.set(channel, "and once more");
    else {
      const sent = this.#send(channel).finally(() => this.#sends.delete(sent));
      this.#sends.add(sent);
    }
    return Promise.resolve();
  }

  sweep(channel: ChannelId): Promise<void> {
    return this.#options.local.sweep(channel);
  }

  work(handler: Handler): void {
    const { local, url, prefix, concurrency } = this.#options;
    local.work(async (channel, signal) => {
      const told = this.#waiting.get(channel) ?? [];
      this.#waiting.delete(channel);
      try {
        await handler(channel, signal);
      } finally {
        for (const end of told) end();
      }
    });
    this.#jobs = new Redis(url, { ...patient, maxRetriesPerRequest: null, socketTimeout: WAIT_ANSWER_MS });
    this.#jobs.on("error", (error) => this.#mention(error));
    this.#worker = new Worker(NAME, (job) => this.#workOn(storedId<ChannelId>(job.name)), {
      connection: this.#jobs,
      prefix,
      concurrency,
      skipVersionCheck: true,
      drainDelay: WAIT_S,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      maxStalledCount: STALLS_MAX,
      runRetryDelay: RETRY_MS_MAX,
    });
    // A job that is gone, as after FLUSHALL, cannot be ended: nothing hangs on it.
    this.#worker.on("error", (error) => this.#mention(error));
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    // From now on it takes no job.
    const worker = this.#worker?.close();
    await this.#options.local.close(deadlineMs);
    for (const told of this.#waiting.values()) for (const end of told) end();
    this.#waiting.clear();
    const farewells = Promise.allSettled([worker, ...this.#sends]).then(() => this.#queue.close());
    const said = new AbortController();
    farewells.then(
      () => said.abort(),
      (error: unknown) => this.#mention(error),
    );
    await systemClock.sleep(GOODBYE_MS, said.signal);
    this.#jobs?.disconnect();
    this.#wakes.disconnect();
  }

  async #send(channel: ChannelId): Promise<void> {
    do {
      this.#sending.set(channel, "once");
      try {
        // One that waits already is enough; one that is being worked on is followed by one more.
        await this.#queue.add(channel, null, { deduplication: { id: channel, keepLastIfActive: true } });
        this.#recovered();
      } catch (error) {
        this.#fellIll(error);
        await this.#wakeHere(channel);
      }
    } while (this.#sending.get(channel) === "and once more" && this.#wakes.status === "ready");
    this.#sending.delete(channel);
  }

  /** Without Redis: by this process, if it works; else the sweep of one that does finds the channel. */
  #wakeHere(channel: ChannelId): Promise<void> {
    return this.#worker === null ? Promise.resolve() : this.#options.local.wake(channel);
  }

  async #workOn(channel: ChannelId): Promise<void> {
    if (this.#closed !== null) return;
    const ended = new Promise<void>((end) => {
      this.#waiting.set(channel, [...(this.#waiting.get(channel) ?? []), end]);
    });
    await this.#options.local.wake(channel);
    await ended;
  }

  #fellIll(error: unknown): void {
    if (this.#isIll || this.#closed !== null) return;
    this.#isIll = true;
    this.#options.log.warn("Redis does not take wakes: until it does, work is found by looking each second", {
      why: messageOf(error),
    });
  }

  #recovered(): void {
    if (!this.#isIll) return;
    this.#isIll = false;
    this.#options.log.info("Redis takes wakes again");
  }

  #mention(error: unknown): void {
    this.#options.log.debug("BullMQ had a fault", { why: messageOf(error) });
  }
}

const patient = {
  connectTimeout: CONNECT_MS,
  retryStrategy: (times: number) => Math.min(RETRY_MS_FIRST * 2 ** Math.min(times - 1, 16), RETRY_MS_MAX),
} satisfies RedisOptions;
