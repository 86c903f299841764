// The gateway: one connection for each shard, whose session outlives the process; events are handled strictly in order.
import type { SessionInfo, WebSocketManager } from "@discordjs/ws";
import type { GatewayDispatchPayload } from "discord.js";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import type { GatewayFacts } from "./identifies.ts";
import { Identifies } from "./identifies.ts";
import type { Api } from "./rest.ts";
import type { ShardPlan } from "./shards.ts";
import { Shards } from "./shards.ts";

export interface GatewayOptions {
  readonly token: string;
  readonly intents: number;
  /** Null: as many as Discord recommends, and all of them may be served here. */
  readonly shards: ShardPlan | null;
}

export interface GatewayParts {
  readonly api: Api;
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Log;
}

/** One event of a shard, and how far was heard with it. */
export interface Heard {
  readonly shard: number;
  /** Its name, such as `MESSAGE_CREATE`. */
  readonly event: string;
  readonly data: unknown;
  /** To be stored with what the event brings: only then may the session be resumed after it. */
  readonly checkpoint: { readonly key: string; readonly value: string };
}

/** Whom events are brought to. */
export interface GatewayEars {
  /** Each event of a shard in its order; it is over when this resolves. */
  readonly hear: (heard: Heard) => Promise<void>;
  /** An interaction, at the moment it comes: whoever gave it waits three seconds at most, and not for what was said before. It is heard in its turn as well. */
  readonly attend: (raw: unknown) => void;
}

// "Gateway Close Event Codes", 4000 and above are Discord's; any but 1000 and 1001 leaves the session to be resumed.
const RESUMABLE_CLOSE = 4_200;

// What the library says when Discord closes for good, and what a person must do about it.
const FINAL: Readonly<Record<string, string>> = {
  "Authentication failed":
    "Discord does not take the token: put a new one from the Developer Portal into DISCORD_TOKEN",
  "Used disallowed intents":
    "Discord refuses an intent: switch on Message Content Intent for the bot in the Developer Portal",
  "Used invalid intents": "Discord does not know an intent that this version asks for: update Troupe",
  "Invalid shard": "SHARD_IDS and SHARD_COUNT do not fit each other: every id must be below the count",
  "Sharding is required": "the bot is in too many servers for one shard: leave SHARD_COUNT unset or raise it",
  "Used an invalid API version": "Discord does not speak this version of its API any more: update Troupe",
};

const INTERACTION = "INTERACTION_CREATE";

// An event that cannot be stored is tried again after this long: what follows it waits, for order is kept.
const AGAIN_MS = 1_000;

// The first look after a failed start, doubled each time up to the last.
const START_AGAIN_MS = 2_000;
const START_AGAIN_MS_MAX = 5 * 60_000;

export class DiscordGateway {
  readonly #options: GatewayOptions;
  readonly #parts: GatewayParts;
  readonly #ears: GatewayEars;
  readonly #sessions = new Map<number, SessionInfo>();
  /** Sessions that the library gave up and Discord may still know: tried once more. */
  readonly #doubted = new Map<number, SessionInfo>();
  readonly #tails = new Map<number, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #lines = new Map<number, WebSocketManager>();
  /** Shards that are connected. */
  readonly #up = new Set<number>();
  readonly #shards: Shards;
  readonly #identifies: Identifies;

  constructor(options: GatewayOptions, parts: GatewayParts, ears: GatewayEars) {
    this.#options = options;
    this.#parts = parts;
    this.#ears = ears;
    this.#identifies = new Identifies(parts);
    this.#shards = new Shards(parts, {
      open: (shard, count) => void this.#serve(shard, count),
      drop: (shard) => this.#drop(shard),
    });
  }

  /** Serves its shards, and those of processes that die, until `close`. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    const facts = await this.#facts(signal);
    if (facts !== null) await this.#shards.run(this.#options.shards, facts.shards, signal);
  }

  /** Ends the connections so that the next process can go on, and finishes what was heard. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#lines.values()].map((manager) => this.#leave(manager)));
    await Promise.all(this.#tails.values());
  }

  /** Null: the house closed before Discord could be asked. */
  async #facts(signal: AbortSignal): Promise<GatewayFacts | null> {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        return await this.#identifies.facts(signal);
      } catch (error) {
        await this.#wait(error, tries);
      }
    }
    return null;
  }

  /** Connects one shard; afterwards the library connects it again by itself. */
  async #serve(shard: number, count: number): Promise<void> {
    const { signal } = this.#stop;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        const manager = this.#lines.get(shard) ?? (await this.#open(shard, count));
        this.#lines.set(shard, manager);
        const { promise: stopped, resolve } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => resolve(), { once: true });
        if (!signal.aborted) await Promise.race([manager.connect(), stopped]);
        return;
      } catch (error) {
        await this.#wait(error, tries);
        if (!this.#shards.serves(shard)) return;
      }
    }
  }

  async #wait(error: unknown, tries: number): Promise<void> {
    const waitMs = Math.min(START_AGAIN_MS * 2 ** tries, START_AGAIN_MS_MAX);
    this.#parts.log.warn("Discord cannot be reached, it is tried again", { why: messageOf(error), waitMs });
    await this.#parts.clock.sleep(waitMs, this.#stop.signal);
  }

  /** Another process goes on with the shard and its session: this one forgets both, and touches neither. */
  async #drop(shard: number): Promise<void> {
    const manager = this.#lines.get(shard);
    this.#lines.delete(shard);
    this.#sessions.delete(shard);
    this.#doubted.delete(shard);
    if (manager !== undefined) await this.#leave(manager);
  }

  async #leave(manager: WebSocketManager): Promise<void> {
    try {
      await manager.destroy({ code: RESUMABLE_CLOSE });
    } catch (error) {
      this.#parts.log.debug("the connection to Discord was gone already", { why: messageOf(error) });
    }
  }

  /** A manager for each shard, so that one can come and go without the others. */
  async #open(shard: number, count: number): Promise<WebSocketManager> {
    const { WebSocketManager, WebSocketShardEvents } = await import("@discordjs/ws");
    const { token, intents } = this.#options;
    const { url, shards, starts } = await this.#identifies.facts(this.#stop.signal);
    const facts = {
      url,
      shards,
      session_start_limit: {
        total: starts.total,
        // Whoever goes on with a session needs none: only who identifies waits until there are some.
        remaining: starts.total,
        reset_after: starts.resetAfterMs,
        max_concurrency: starts.maxConcurrency,
      },
    };
    class Line extends WebSocketManager {
      override async fetchGatewayInformation(): Promise<typeof facts> {
        return facts;
      }
    }
    const manager: WebSocketManager = new Line({
      token,
      intents,
      rest: this.#parts.api.rest,
      shardCount: count,
      shardIds: [shard],
      buildIdentifyThrottler: () => ({ waitForIdentify: (id, signal) => this.#identifies.wait(id, signal) }),
      retrieveSessionInfo: () => this.#session(shard, manager),
      updateSessionInfo: (_, session) => this.#updated(shard, session, manager),
    });
    manager.on(WebSocketShardEvents.Dispatch, ({ data }) => this.#dispatched(shard, data));
    // The library may have been about to connect again when it was told to end.
    manager.on(WebSocketShardEvents.Hello, () => {
      this.#up.add(shard);
      if (this.#stop.signal.aborted || this.#lines.get(shard) !== manager) void this.#leave(manager);
    });
    manager.on(WebSocketShardEvents.Resumed, () => {
      this.#doubted.delete(shard);
      this.#parts.log.info("Discord resumed the session", { shard });
    });
    manager.on(WebSocketShardEvents.Error, ({ error }) => {
      const what = FINAL[error.message];
      if (what !== undefined) this.#parts.log.error(what, { shard });
      else this.#parts.log.warn("the connection to Discord had a fault", { shard, why: error.message });
    });
    manager.on(WebSocketShardEvents.Closed, ({ code }) => {
      this.#up.delete(shard);
      this.#parts.log.info("the connection to Discord closed", { shard, code });
    });
    return manager;
  }

  /** The session to go on with: this process's own, else the one that an earlier process left, as far as that had stored. */
  async #session(shard: number, manager: WebSocketManager): Promise<SessionInfo | null> {
    // The library asks before it connects once more: a house that has closed is connected no more, nor one whose shard another process took.
    if (this.#stop.signal.aborted || this.#lines.get(shard) !== manager) await new Promise(() => {});
    if (!this.#up.has(shard) && !(await this.#shards.isOwn(shard))) await new Promise(() => {});
    const known = this.#sessions.get(shard);
    if (known !== undefined) return known;
    const doubted = this.#doubted.get(shard);
    if (doubted !== undefined) return this.#take(shard, doubted);
    const kept = sessionOf(await this.#parts.keep.get(sessionKey(shard)));
    if (kept === null) return null;
    const [id, sequence] = ((await this.#parts.keep.checkpoint(checkpointKey(shard))) ?? "").split(":");
    const isOfSession = id === kept.sessionId && Number.isSafeInteger(Number(sequence));
    return this.#take(shard, isOfSession ? { ...kept, sequence: Number(sequence) } : kept);
  }

  #take(shard: number, session: SessionInfo): SessionInfo {
    this.#sessions.set(shard, session);
    return session;
  }

  /** The library gives a session up when the network is gone too, though Discord still knows it: what was given up is tried once more, and forgotten when it is given up again without having been resumed. */
  async #updated(shard: number, session: SessionInfo | null, manager: WebSocketManager): Promise<void> {
    if (this.#lines.get(shard) !== manager) return;
    if (session !== null) {
      this.#sessions.set(shard, session);
      return;
    }
    const given = this.#sessions.get(shard);
    this.#sessions.delete(shard);
    if (this.#stop.signal.aborted || given === undefined) return;
    if (this.#doubted.get(shard)?.sessionId === given.sessionId) {
      this.#doubted.delete(shard);
      await this.#parts.keep.put(sessionKey(shard), null);
    } else {
      this.#doubted.set(shard, given);
    }
  }

  #dispatched(shard: number, payload: GatewayDispatchPayload): void {
    const session = this.#sessions.get(shard);
    const value = `${session?.sessionId ?? ""}:${payload.s}`;
    const heard: Heard = { shard, event: payload.t, data: payload.d, checkpoint: { key: checkpointKey(shard), value } };
    if (heard.event === INTERACTION && !this.#stop.signal.aborted) this.#ears.attend(payload.d);
    const before = this.#tails.get(shard) ?? Promise.resolve();
    this.#tails.set(
      shard,
      before.then(() => this.#handle(heard, session ?? null)),
    );
  }

  /** Never rejects. An event that cannot be stored is tried until it can be, or until the house closes: then it comes again. */
  async #handle(heard: Heard, session: SessionInfo | null): Promise<void> {
    const { keep, clock, log } = this.#parts;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#ears.hear(heard);
        if (heard.event === "READY" && session !== null) {
          // Not before what was missed is read back: a process that goes on with this session would not look for it.
          await keep.put(sessionKey(heard.shard), JSON.stringify(session));
          this.#doubted.delete(heard.shard);
        }
        return;
      } catch (error) {
        log.error("an event of Discord could not be taken in, it is tried again", { why: messageOf(error) });
        await clock.sleep(AGAIN_MS, this.#stop.signal);
      }
    }
  }
}

function sessionKey(shard: number): string {
  return `session:${shard}`;
}

function checkpointKey(shard: number): string {
  return `discord:shard:${shard}`;
}

function sessionOf(kept: string | null): SessionInfo | null {
  return kept === null ? null : (JSON.parse(kept) as SessionInfo);
}
