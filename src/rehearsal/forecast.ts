// What the calls of a rehearsal would cost.
import type { CallsCost, ExpectedCalls } from "../domain/forecast.ts";
import { costOfCalls } from "../domain/forecast.ts";
import type { Call } from "./understudy.ts";

/** What one model would cost. */
export interface Forecast {
  /** Empty: whatever the server has. */
  readonly model: string;
  readonly host: string;
  readonly thinks: boolean;
  readonly calls: number;
  /** Calls whose words were a stand-in's. */
  readonly standIns: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** What the budget would set aside for all calls together: every answer as long as it may be. */
  readonly tokensMost: number;
  /** Null where no price is known. */
  readonly usd: Dollars | null;
}

export interface Dollars {
  readonly all: number;
  /** What the budget would set aside for all calls together. */
  readonly most: number;
  /** For one answer, over the answers of this rehearsal. */
  readonly each: { readonly least: number; readonly median: number; readonly most: number };
}

/** One forecast for each model, in the order in which they were first asked. */
export function forecastsOf(calls: readonly Call[]): readonly Forecast[] {
  const groups = Map.groupBy(calls, ({ host, model }) => `${host} ${model}`);
  return [...groups.values()].map(forecastOf);
}

function forecastOf(calls: readonly Call[]): Forecast {
  const sum = (of: (call: Call) => number): number => calls.reduce((all, call) => all + of(call), 0);
  const { model = "", host = "", thinks = false } = calls[0] ?? {};
  const cost = costOfCalls(calls.map(asExpected));
  return {
    model,
    host,
    thinks,
    calls: calls.length,
    standIns: calls.filter((call) => call.words === "stand-in").length,
    tokensIn: sum((call) => call.usage.tokensIn),
    tokensOut: sum((call) => call.usage.tokensOut),
    tokensMost: cost.tokensMost,
    usd: dollarsOf(calls, cost),
  };
}

/** A call of a rehearsal is expected to happen as it did there. */
function asExpected({ usage, most }: Call): ExpectedCalls {
  return {
    times: 1,
    tokens: usage.tokensIn + usage.tokensOut,
    usd: usage.costUsd,
    tokensMost: most.tokensIn + most.tokensOutMax,
    usdMost: most.costUsd,
  };
}

function dollarsOf(calls: readonly Call[], cost: CallsCost): Dollars | null {
  const costs = calls.flatMap(({ usage }) => usage.costUsd ?? []).toSorted((a, b) => a - b);
  const [least] = costs;
  const median = costs[Math.floor((costs.length - 1) / 2)];
  const most = costs.at(-1);
  // All of a model's calls have a price, or none has.
  if (least === undefined || median === undefined || most === undefined) return null;
  return {
    all: cost.usd ?? 0,
    most: cost.usdMost ?? 0,
    each: { least, median, most },
  };
}
