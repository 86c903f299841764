// The real house, as app.ts puts it together, without its web server: a message goes in by the feed's adapter.
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Adapter } from "../src/adapters/adapter.ts";
import { FeedAdapter } from "../src/adapters/feed/feed.ts";
import { seededChance } from "../src/chance.ts";
import { systemClock } from "../src/clock.ts";
import { usualBrakes } from "../src/domain/brakes.ts";
import type { ChannelId, PlatformName } from "../src/domain/ids.ts";
import { processId } from "../src/domain/ids.ts";
import { Engine } from "../src/engine/engine.ts";
import { Intake } from "../src/engine/intake.ts";
import { Rooms } from "../src/engine/rooms.ts";
import { Tally } from "../src/engine/tally.ts";
import { silentLog } from "../src/log.ts";
import { countTokens } from "../src/memory/tokenizer.ts";
import { openPersonas } from "../src/personas/open.ts";
import { LocalQueue } from "../src/queue/local.ts";
import type { WakeQueue } from "../src/queue/queue.ts";
import { openaiKind } from "../src/solvers/openai/openai.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { Contestant, Setting } from "./contestant.ts";

const PERSONA = `version: 1
name: Ada
description: keeps the lighthouse and the log of it
persona:
  traits: [dry, patient, exact]
  behaviours: [answers the question first, then adds one small thing she saw]
solvers: [openai]
`;

export async function openHouseContestant(setting: Setting): Promise<Contestant> {
  const { folder, llm } = setting;
  mkdirSync(join(folder, "personas"), { recursive: true });
  writeFileSync(join(folder, "personas", "ada.yaml"), PERSONA);
  const store = await openSqliteStore(join(folder, "house.db"), { log: silentLog, secret: null });
  const openai = openaiKind({
    prices: new Map(),
    house: { apiKey: "stub", baseUrl: `${llm}/v1`, model: "stub-model" },
    clock: systemClock,
    countTokens,
    stops: { get: (server) => store.solverStop(server), set: (server, stop) => store.setSolverStop(server, stop) },
    log: silentLog,
    env: () => undefined,
  });
  const personas = await openPersonas({
    folders: [{ path: join(folder, "personas"), kind: "house" }],
    scene: null,
    kinds: [openai],
    watch: "read-once",
    clock: systemClock,
    log: silentLog,
  });
  const feed = new FeedAdapter(() => personas.all().map((member) => member.persona), systemClock);
  const queue = new WatchedQueue(new LocalQueue({ concurrency: 64, log: silentLog }));
  const adapters = new Map<PlatformName, Adapter>([[feed.platform, feed]]);
  const engine = new Engine(
    {
      process: processId("bench"),
      store,
      personas,
      adapters,
      serves: () => true,
      rooms: new Rooms({ registry: store.registry, personas, adapters, everyone: () => personas.all() }),
      speaking: () => openai.speaking(),
      countTokens,
      limits: {
        brakes: usualBrakes,
        // The budget is kept like any day's, only without an end to it.
        spend: { usdPerDay: 1_000_000, tokensPerDay: Number.MAX_SAFE_INTEGER },
        contextTokens: 6_000,
      },
      clock: systemClock,
      chance: seededChance("bench"),
      log: silentLog,
      meter: new Tally(),
    },
    queue,
  );
  await feed.listen(new Intake(store, countTokens, systemClock, (channel) => engine.wake(channel)));
  await engine.start();
  await openai.warm();
  const changes = new Changes();
  store.onChange(() => changes.add());
  return {
    answer: async (text) => {
      // One change for the message, one for the reply.
      const replied = changes.after(2);
      await feed.post({ name: "Mira", text, replyTo: null, key: text });
      await replied;
      await queue.atRest();
    },
    close: async () => {
      await engine.stop(2_000);
      await feed.close();
      await personas.close();
      await openai.close();
      await store.close();
    },
  };
}

/** Counts changes, and tells when so many more have come. */
class Changes {
  #count = 0;
  #waiting: { readonly at: number; readonly resolve: () => void } | null = null;

  add(): void {
    this.#count += 1;
    if (this.#waiting !== null && this.#count >= this.#waiting.at) this.#waiting.resolve();
  }

  after(more: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { at: this.#count + more, resolve };
    });
  }
}

/** A queue that tells when nothing is worked on. */
class WatchedQueue implements WakeQueue {
  readonly #queue: WakeQueue;
  readonly #working = new Set<Promise<void>>();

  constructor(queue: WakeQueue) {
    this.#queue = queue;
  }

  wake(channel: ChannelId): Promise<void> {
    return this.#queue.wake(channel);
  }

  sweep(channel: ChannelId): Promise<void> {
    return this.#queue.sweep(channel);
  }

  work(handler: (channel: ChannelId, signal: AbortSignal) => Promise<void>): void {
    this.#queue.work((channel, signal) => {
      const working = handler(channel, signal).finally(() => this.#working.delete(working));
      this.#working.add(working);
      return working;
    });
  }

  close(deadlineMs: number): Promise<void> {
    return this.#queue.close(deadlineMs);
  }

  async atRest(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }
}
