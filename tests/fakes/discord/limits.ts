// The rate limits, enforced: a bucket for each route and major parameter, one for everything, and the ban for refused requests ("Rate Limits").
import { createHash } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";

/** So many requests in so long, counted apart for each value of the parameter. */
export interface LimitRule {
  readonly name: string;
  readonly max: number;
  readonly perMs: number;
  /** The parameter of the path that has a bucket of its own for each value. */
  readonly major: "channel_id" | "guild_id" | "webhook_id" | "interaction_id" | null;
}

/** Discord names its numbers only in the headers; these are the ones that were seen there. */
export const LIMITS = {
  messageCreate: { name: "create message", max: 5, perMs: 5000, major: "channel_id" },
  messageEdit: { name: "edit message", max: 5, perMs: 5000, major: "channel_id" },
  messageDelete: { name: "delete message", max: 5, perMs: 1000, major: "channel_id" },
  messageRead: { name: "read messages", max: 50, perMs: 1000, major: "channel_id" },
  typing: { name: "typing", max: 5, perMs: 5000, major: "channel_id" },
  reaction: { name: "reactions", max: 1, perMs: 250, major: "channel_id" },
  webhookPost: { name: "execute webhook", max: 5, perMs: 2000, major: "webhook_id" },
  webhookEdit: { name: "edit webhook message", max: 5, perMs: 2000, major: "webhook_id" },
  webhookManage: { name: "webhooks", max: 5, perMs: 5000, major: "channel_id" },
  webhookOne: { name: "webhook", max: 5, perMs: 5000, major: "webhook_id" },
  threadCreate: { name: "create thread", max: 50, perMs: 300_000, major: "channel_id" },
  channelModify: { name: "modify channel", max: 5, perMs: 5000, major: "channel_id" },
  channelRead: { name: "read channel", max: 50, perMs: 1000, major: "channel_id" },
  guildRead: { name: "read guild", max: 50, perMs: 1000, major: "guild_id" },
  application: { name: "application", max: 20, perMs: 5000, major: null },
  emojis: { name: "emojis", max: 5, perMs: 5000, major: null },
  commands: { name: "commands", max: 10, perMs: 5000, major: null },
  directMessage: { name: "open direct message", max: 10, perMs: 10_000, major: null },
  gateway: { name: "gateway", max: 2, perMs: 5000, major: null },
  interaction: { name: "interaction callback", max: 5, perMs: 1000, major: "interaction_id" },
  other: { name: "other", max: 20, perMs: 1000, major: null },
} as const satisfies Record<string, LimitRule>;

// "Webhook posts: 30 a minute for each channel", threads with their parent; in no header, so it comes as a surprise.
const CHANNEL_POSTS: LimitRule = { name: "webhook posts of the channel", max: 30, perMs: 60_000, major: "channel_id" };
// "Global Rate Limit".
const GLOBAL: LimitRule = { name: "global", max: 50, perMs: 1000, major: null };
// "Invalid Request Limit aka Cloudflare Bans".
const REFUSED_MAX = 10_000;
const REFUSED_WINDOW_MS = 600_000;
const BAN_MS = 3_600_000;

export type Scope = "global" | "shared" | "user";

/** Why a request is refused, and when it may come again. */
export interface Limited {
  readonly scope: Scope | "cloudflare";
  readonly name: string;
  readonly retryAfterMs: number;
}

/** What the headers say of a bucket. */
export interface BucketState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
  readonly resetAfterMs: number;
  readonly bucket: string;
}

/** What one request counts against. */
export interface Fare {
  readonly rule: LimitRule;
  /** The value of the rule's parameter. */
  readonly major: string;
  /** The channel whose webhook posts are counted together. */
  readonly postsIn: string | null;
  /** Interactions do not count against the global limit. */
  readonly isGlobal: boolean;
}

interface Window {
  startedAt: number;
  used: number;
}

export class Limits {
  readonly #clock: Clock;
  readonly #faster: number;
  readonly #windows = new Map<string, Window>();
  #refused: Window = { startedAt: 0, used: 0 };
  #bannedUntil = 0;

  constructor(clock: Clock, faster: number) {
    this.#clock = clock;
    this.#faster = faster;
  }

  /** How much faster than Discord's the windows run. */
  get faster(): number {
    return this.#faster;
  }

  /** Counts a request, or says why it is refused. A refused one counts against nothing but the ban. */
  take(fare: Fare): { readonly limited: Limited | null; readonly state: BucketState } {
    const { rule, major, postsIn, isGlobal } = fare;
    const own = this.#window(rule, major);
    const global = this.#window(GLOBAL, "");
    const channel = postsIn === null ? null : this.#window(CHANNEL_POSTS, postsIn);
    const limited =
      this.#banned() ??
      (isGlobal ? this.#full(GLOBAL, global, "global") : null) ??
      this.#full(rule, own, "user") ??
      (channel === null ? null : this.#full(CHANNEL_POSTS, channel, "shared"));
    if (limited === null) {
      own.used += 1;
      if (isGlobal) global.used += 1;
      if (channel !== null) channel.used += 1;
    }
    return { limited, state: this.#state(rule, own) };
  }

  /** Counts an answer of 401, 403 or 429; whoever collects too many is banned. A shared 429 does not count. */
  refused(): void {
    const now = this.#clock.now();
    if (now - this.#refused.startedAt >= REFUSED_WINDOW_MS / this.#faster) this.#refused = { startedAt: now, used: 0 };
    this.#refused.used += 1;
    if (this.#refused.used >= REFUSED_MAX) this.#bannedUntil = now + BAN_MS / this.#faster;
  }

  /** Which ban is in force, if any. */
  #banned(): Limited | null {
    const left = this.#bannedUntil - this.#clock.now();
    return left > 0 ? { scope: "cloudflare", name: "too many refused requests", retryAfterMs: left } : null;
  }

  #window(rule: LimitRule, major: string): Window {
    const key = `${rule.name} ${major}`;
    const now = this.#clock.now();
    const open = this.#windows.get(key);
    if (open !== undefined && now - open.startedAt < this.#length(rule)) return open;
    const fresh = { startedAt: now, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #full(rule: LimitRule, window: Window, scope: Scope): Limited | null {
    if (window.used < rule.max) return null;
    return { scope, name: rule.name, retryAfterMs: window.startedAt + this.#length(rule) - this.#clock.now() };
  }

  #state(rule: LimitRule, window: Window): BucketState {
    const resetAt = window.startedAt + this.#length(rule);
    return {
      limit: rule.max,
      remaining: Math.max(0, rule.max - window.used),
      resetAt,
      resetAfterMs: Math.max(0, resetAt - this.#clock.now()),
      bucket: createHash("md5").update(rule.name).digest("hex"),
    };
  }

  #length(rule: LimitRule): number {
    return rule.perMs / this.#faster;
  }
}

/** The headers of an answer within the limits. */
export function limitHeaders(state: BucketState): Record<string, string> {
  return {
    "x-ratelimit-limit": state.limit.toString(),
    "x-ratelimit-remaining": state.remaining.toString(),
    "x-ratelimit-reset": (state.resetAt / 1000).toFixed(3),
    "x-ratelimit-reset-after": (state.resetAfterMs / 1000).toFixed(3),
    "x-ratelimit-bucket": state.bucket,
  };
}
