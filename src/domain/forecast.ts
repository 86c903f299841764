// A forecast: what a scene's posts would cost before any of them is written, and how far such forecasts were off.
import type { Estimate, Spent } from "./budget.ts";
import type { PersonaId } from "./ids.ts";
import type { ScenePlan } from "./scene.ts";

/** Calls that are alike, as many as `times`. */
export interface ExpectedCalls {
  readonly times: number;
  /** What one is expected to use. */
  readonly tokens: number;
  /** Null where no price is known. */
  readonly usd: number | null;
  /** What the budget sets aside for one. */
  readonly tokensMost: number;
  readonly usdMost: number | null;
}

/** What calls come to, all together. */
export interface CallsCost {
  /** Null where no price is known for any of them. */
  readonly usd: number | null;
  readonly usdMost: number | null;
  /** Of those whose price is known and of those whose price is not. */
  readonly tokens: number;
  readonly tokensMost: number;
  /** Of those alone whose price is not known. */
  readonly unpricedTokens: number;
}

/** Adds up what calls are expected to cost. */
export function costOfCalls(calls: readonly ExpectedCalls[]): CallsCost {
  const sum = (of: (call: ExpectedCalls) => number, among = calls): number =>
    among.reduce((all, call) => all + call.times * of(call), 0);
  const priced = calls.filter((call) => call.usd !== null);
  return {
    usd: priced.length === 0 && calls.length > 0 ? null : sum((call) => call.usd ?? 0),
    usdMost: priced.length === 0 && calls.length > 0 ? null : sum((call) => call.usdMost ?? 0),
    tokens: sum((call) => call.tokens),
    tokensMost: sum((call) => call.tokensMost),
    unpricedTokens: sum(
      (call) => call.tokens,
      calls.filter((call) => call.usd === null),
    ),
  };
}

export type ForecastPlan = Pick<ScenePlan, "cast" | "postLimit" | "replyChance">;

/** One of the cast, as it would speak at a tick. */
export interface Speaking {
  readonly persona: PersonaId;
  /** How readily it speaks; a share of the posts goes by it. */
  readonly talkativeness: number;
  /** The most that a post of its own, and a reply, can use; null: a script speaks, which costs nothing. */
  readonly anew: Estimate | null;
  readonly reply: Estimate | null;
}

/** How much of what was set aside the calls of a model really used, of late. */
export interface CallShare {
  readonly model: string;
  readonly calls: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** A run of a scene that had a forecast, and what its calls really cost. */
export interface PastRun {
  /** What was expected for one post, and what one call came to; dollars, or tokens where no price is known. */
  readonly expectedEach: number;
  readonly realEach: number;
}

export interface ForecastFacts {
  /** Everyone who may speak; those whom the plan does not cast are left out. */
  readonly speakers: readonly Speaking[];
  readonly shares: readonly CallShare[];
  readonly past: readonly PastRun[];
}

export interface SceneForecast {
  /** As many as the plan allows. */
  readonly posts: number;
  /** Null where no price is known: then `unpricedTokens` tells. */
  readonly usd: number | null;
  /** What the budget would set aside for all of them together. */
  readonly usdMost: number | null;
  readonly unpricedTokens: number;
  /** How far forecasts of past scenes were off for each post, as a share of the forecast: half of them less, half of them more. Null: there was none. */
  readonly error: number | null;
  /** How many past scenes that was measured on. */
  readonly pastScenes: number;
}

// The shipped scene, rehearsed with a usual small model, uses 58 % of what is set aside: prompts are counted by a bound there, and answers are shorter than they may be.
const USUAL_SHARE = 0.6;

// Fewer calls than this say little about a model.
const CALLS_MIN = 20;

/** What a scene has cost, beside what was expected. */
export interface RunCost {
  readonly spent: Spent;
  /** Of a whole run, by the newest forecast; null: there was none. */
  readonly expected: Spent | null;
}

/** What a run of the plan would cost. Same input, same output. */
export function forecast(plan: ForecastPlan, { speakers, shares, past }: ForecastFacts): SceneForecast {
  const cast = plan.cast.length === 0 ? speakers : speakers.filter(({ persona }) => plan.cast.includes(persona));
  const weights = cast.reduce((sum, { talkativeness }) => sum + talkativeness, 0);
  const posts = cast.length === 0 ? 0 : plan.postLimit;
  const calls = cast.flatMap(({ talkativeness, anew, reply }): readonly ExpectedCalls[] => {
    const own = posts * (weights > 0 ? talkativeness / weights : 1 / cast.length);
    return [
      ...expected(anew, own * (1 - plan.replyChance), shares),
      ...expected(reply, own * plan.replyChance, shares),
    ];
  });
  const { usd, usdMost, unpricedTokens } = costOfCalls(calls);
  return { posts, usd, usdMost, unpricedTokens, error: errorOf(past), pastScenes: past.length };
}

function expected(most: Estimate | null, times: number, shares: readonly CallShare[]): readonly ExpectedCalls[] {
  if (most === null || times === 0) return [];
  const known = shares.find(({ model, calls }) => model === most.model && calls >= CALLS_MIN);
  const share = known?.share ?? USUAL_SHARE;
  const tokensMost = most.tokensIn + most.tokensOutMax;
  const usd = most.costUsd === null ? null : most.costUsd * share;
  return [{ times, tokens: tokensMost * share, usd, tokensMost, usdMost: most.costUsd }];
}

function errorOf(past: readonly PastRun[]): number | null {
  const errors = past
    .filter(({ expectedEach }) => expectedEach > 0)
    .map(({ expectedEach, realEach }) => Math.abs(realEach - expectedEach) / expectedEach)
    .toSorted((a, b) => a - b);
  return errors[Math.floor((errors.length - 1) / 2)] ?? null;
}
