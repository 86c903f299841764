// Who is let in at the gateway: token, shard, intents, and how often one may identify.
import { GatewayIntentBits, type GatewayGuildCreateDispatchData, type GatewayReadyDispatchData } from "discord.js";
import { z } from "zod";
import type { Books } from "./books.ts";
import { ALL_INTENTS, PRIVILEGED, type PrivilegedName } from "./intents.ts";
import type { Session } from "./session.ts";
import { guildChannelShape, guildEventShape, memberShape, threadShape } from "./guild-shapes.ts";
import { userShape } from "./shapes.ts";
import { isThread } from "./channels.ts";
import { shardOf } from "./snowflakes.ts";

const identifyBody = z.object({
  token: z.string(),
  intents: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()),
  shard: z.tuple([z.number().int(), z.number().int()]).optional(),
});

/** "Session Start Limit": identifies a day. */
export const IDENTIFIES_PER_DAY = 1000;
const DAY_MS = 86_400_000;
// "Rate Limiting" of identifies: max_concurrency of them each five seconds.
const IDENTIFY_WINDOW_MS = 5000;
// A shard serves at most 2500 guilds ("Sharding").
const GUILDS_PER_SHARD_MAX = 2500;

/** How the gateway is set up. */
export interface DoorRules {
  readonly heartbeatMs: number;
  readonly resumeWithinMs: number;
  readonly maxConcurrency: number;
  /** The shards that GET /gateway/bot recommends. */
  readonly shards: number;
  readonly faster: number;
}

type Shard = readonly [id: number, count: number];

export type Verdict =
  | { readonly kind: "again"; readonly shard: Shard; readonly intents: number }
  | {
      readonly kind: "close";
      readonly code: number;
      readonly isForAll: boolean;
      readonly shard: Shard | null;
      readonly intents: number | null;
    }
  | { readonly kind: "come in"; readonly shard: Shard; readonly intents: number };

export class Door {
  readonly contentIntent = GatewayIntentBits.MessageContent;
  readonly privileged = new Set<PrivilegedName>(["messageContent"]);
  readonly #books: Books;
  readonly #rules: DoorRules;
  readonly #resumeUrl: () => string;
  #token: string | null;
  #identifies: readonly number[] = [];
  readonly #lastOfKey = new Map<number, number>();

  constructor(books: Books, rules: DoorRules, token: string, resumeUrl: () => string) {
    this.#books = books;
    this.#rules = rules;
    this.#token = token;
    this.#resumeUrl = resumeUrl;
  }

  get heartbeatMs(): number {
    return this.#rules.heartbeatMs;
  }

  get resumeWithinMs(): number {
    return this.#rules.resumeWithinMs;
  }

  get faster(): number {
    return this.#rules.faster;
  }

  knows(token: string | null): boolean {
    return token !== null && token === this.#token;
  }

  /** From now on no token opens the door, until a new one is given. */
  revoke(next: string | null = null): void {
    this.#token = next;
  }

  /** The flags of the application that say which privileged intents it was given, as for one in fewer than 100 guilds. */
  applicationFlags(): number {
    const flags = { presences: 1 << 13, members: 1 << 15, messageContent: 1 << 19 } as const;
    return [...this.privileged].reduce((sum, name) => sum | flags[name], 0);
  }

  /** What GET /gateway/bot says about starting sessions. */
  startLimit(now: number): { total: number; remaining: number; reset_after: number; max_concurrency: number } {
    const used = this.#ofToday(now);
    const [first] = used;
    return {
      total: IDENTIFIES_PER_DAY,
      remaining: Math.max(0, IDENTIFIES_PER_DAY - used.length),
      reset_after: first === undefined ? DAY_MS : Math.max(0, first + DAY_MS - now),
      max_concurrency: this.#rules.maxConcurrency,
    };
  }

  get shards(): number {
    return this.#rules.shards;
  }

  identify(body: unknown, now: number): Verdict {
    const parsed = identifyBody.safeParse(body);
    const refuse = (
      code: number,
      isForAll: boolean,
      shard: Shard | null = null,
      intents: number | null = null,
    ): Verdict => ({ kind: "close", code, isForAll, shard, intents });
    if (!parsed.success) return refuse(4002, false);
    const { token, intents, shard = [0, 1] } = parsed.data;
    if (!this.knows(token)) return refuse(4004, false, shard);
    const [id, count] = shard;
    if (id < 0 || count < 1 || id >= count) return refuse(4010, false, shard);
    const guilds = this.#guildsOf(shard);
    if (guilds.length > GUILDS_PER_SHARD_MAX) return refuse(4011, false, shard);
    if (typeof intents !== "number" || !Number.isInteger(intents) || intents < 0 || (intents & ~ALL_INTENTS) !== 0) {
      return refuse(4013, false, shard);
    }
    const wanted = Object.entries(PRIVILEGED).filter(([, bit]) => (intents & bit) !== 0);
    if (wanted.some(([name]) => !this.privileged.has(name as PrivilegedName))) {
      return refuse(4014, false, shard, intents);
    }
    const key = id % this.#rules.maxConcurrency;
    const last = this.#lastOfKey.get(key);
    if (last !== undefined && now - last < IDENTIFY_WINDOW_MS / this.#rules.faster) {
      return { kind: "again", shard, intents };
    }
    this.#lastOfKey.set(key, now);
    this.#identifies = [...this.#ofToday(now), now];
    if (this.#identifies.length > IDENTIFIES_PER_DAY) {
      // "If the limit is hit, all active sessions for the app will be terminated, and the bot token will be reset".
      this.revoke();
      return refuse(4004, true, shard, intents);
    }
    return { kind: "come in", shard, intents };
  }

  /** READY, and each guild of the shard as it becomes available. */
  greeting(session: Session): readonly { readonly name: string; readonly data: unknown }[] {
    const { user, applicationId } = this.#books.bot;
    const guilds = this.#guildsOf(session.shard);
    const ready: GatewayReadyDispatchData = {
      v: 10,
      user: { ...userShape(user), global_name: null, mfa_enabled: true, verified: true },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#resumeUrl(),
      shard: [...session.shard],
      application: { id: applicationId, flags: this.applicationFlags(), flags_new: this.applicationFlags().toString() },
    };
    const hearsGuilds = (session.intents & GatewayIntentBits.Guilds) !== 0;
    const there = hearsGuilds ? guilds.filter(({ isUnavailable }) => !isUnavailable) : [];
    return [
      { name: "READY", data: ready },
      ...there.map(({ id }) => ({ name: "GUILD_CREATE", data: guildCreateShape(this.#books, id) })),
    ];
  }

  #guildsOf([id, count]: Shard) {
    return [...this.#books.guilds.values()].filter((guild) => guild.isJoined && shardOf(guild.id, count) === id);
  }

  #ofToday(now: number): readonly number[] {
    return this.#identifies.filter((at) => at > now - DAY_MS);
  }
}

/** A guild with everything in it, as GUILD_CREATE carries it. */
export function guildCreateShape(books: Books, guildId: string): GatewayGuildCreateDispatchData {
  const guild = books.guild(guildId);
  const channels = [...books.channels.values()].filter((channel) => channel.guildId === guildId);
  const bot = guild.members.get(books.bot.user.id);
  return {
    ...guildEventShape(guild),
    joined_at: new Date(bot?.joinedAt ?? 0).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: bot === undefined ? [] : [memberShape(books, bot)],
    channels: channels.filter((channel) => !isThread(channel)).map((channel) => guildChannelShape(books, channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.isArchived)
      .map((channel) => threadShape(books, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
