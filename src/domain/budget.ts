// A budget: how much may be spent in a day, reserved before the call and settled after it.
import type { PersonaId, SceneId, ScopeId, TurnId } from "./ids.ts";
import type { Place } from "./message.ts";
import type { Usage } from "./trace.ts";

/** The most that one call can use. */
export interface Estimate {
  readonly model: string;
  readonly tokensIn: number;
  readonly tokensOutMax: number;
  /** Null where the price is unknown: then tokens are counted instead. */
  readonly costUsd: number | null;
}

/** The house's caps for one day (UTC). */
export interface SpendCaps {
  readonly usdPerDay: number;
  /** For models whose price is unknown. */
  readonly tokensPerDay: number;
}

// Half a million tokens for each dollar: what a dollar buys of a small model, for servers whose price nobody knows.
const UNPRICED_TOKENS_PER_USD = 500_000;

/** The caps that so many dollars a day come to. */
export function capsFor(usdPerDay: number): SpendCaps {
  return { usdPerDay, tokensPerDay: Math.round(usdPerDay * UNPRICED_TOKENS_PER_USD) };
}

/** A cap that people set for a part of the house: everything in the scope, or one persona there. */
export interface PartCap {
  readonly scope: ScopeId;
  /** Null: everyone there. */
  readonly persona: PersonaId | null;
  readonly usdPerDay: number;
}

/** The part of the house that a cap is about, as one text. */
export function partKey({ scope, persona }: Pick<PartCap, "scope" | "persona">): string {
  return persona === null ? scope : `${scope} ${persona}`;
}

/** On whose account a call is made. */
export interface Payer {
  /** What the call is booked under. */
  readonly turn: TurnId;
  readonly persona: PersonaId;
  readonly place: Pick<Place, "channel" | "parent" | "workspace">;
  readonly scene: SceneId | null;
  /** The caps that hold beside the house's: the call must fit under each. */
  readonly caps: readonly PartCap[];
}

export interface Spent {
  readonly usd: number;
  readonly unpricedTokens: number;
}

/** Room in the budget for one call; a crash leaves it reserved, and reserved counts as spent. */
export interface Reservation {
  readonly id: number;
  /** The first millisecond of the day that it counts for. */
  readonly day: number;
  /** What it takes of that day, in billionths of a dollar and in tokens without a known price. */
  readonly nanoUsd: number;
  readonly unpricedTokens: number;
  /** The parts of the house with a cap that it counts for too. */
  readonly parts: readonly string[];
}

export type Reserved =
  | { readonly kind: "reserved"; readonly reservation: Reservation }
  | { readonly kind: "refused"; readonly why: string };

/** The first millisecond of the UTC day that `now` lies in. */
export function startOfDay(now: number): number {
  return now - (now % 86_400_000);
}

/** Whether `estimate` still fits under the caps when so much is spent or reserved. */
export function fits(spent: Spent, estimate: Estimate, caps: SpendCaps): boolean {
  // A cap of 0 means that no model is asked, one that costs nothing included.
  if ((estimate.costUsd === null ? caps.tokensPerDay : caps.usdPerDay) <= 0) return false;
  return estimate.costUsd === null
    ? spent.unpricedTokens + estimate.tokensIn + estimate.tokensOutMax <= caps.tokensPerDay
    : spent.usd + estimate.costUsd <= caps.usdPerDay;
}

/** What an estimate counts as when nobody can say what was really used: all of it. */
export function worstOf(estimate: Estimate): Usage {
  return { tokensIn: estimate.tokensIn, tokensOut: estimate.tokensOutMax, costUsd: estimate.costUsd, estimated: true };
}
