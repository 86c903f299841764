// The budget: what each day (UTC) has cost, calls under way counted as if they cost all that they may.
import type { TurnId } from "../domain/ids.ts";
import type { Estimate, Reservation, Reserved, SpendCaps, Spent } from "../domain/budget.ts";
import { fits, startOfDay } from "../domain/budget.ts";
import type { Usage } from "../domain/trace.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { calls, days } from "./tables.ts";

// Money is kept in whole billionths of a dollar: sums stay exact, and the cheapest token there is costs several.
const NANO = 1e9;

export class Budget {
  readonly #queries: ReturnType<typeof prepareDays> & ReturnType<typeof prepareCalls>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareDays(tables), ...prepareCalls(tables) };
  }

  spent(now: number): Spent {
    const row = this.#queries.day.get({ day: startOfDay(now) });
    return row === null
      ? { usd: 0, unpricedTokens: 0 }
      : { usd: row.nanoUsd / NANO, unpricedTokens: row.unpricedTokens };
  }

  reserve(turn: TurnId, estimate: Estimate, caps: SpendCaps, now: number): Reserved {
    const spent = this.spent(now);
    if (!fits(spent, estimate, caps)) return { kind: "refused", why: refusal(spent, estimate, caps) };
    const day = startOfDay(now);
    const { model, tokensIn, tokensOutMax: tokensOut } = estimate;
    const nanoUsd = nanoOf(estimate.costUsd);
    const share = shareOf({ nanoUsd, tokensIn, tokensOut });
    this.#queries.add.run({ day, ...share });
    const id = this.#queries.reserve.insert({ turn, day, model, tokensIn, tokensOut, nanoUsd });
    return { kind: "reserved", reservation: { id, day, ...share } };
  }

  /** What was used takes the place of what was reserved, once. */
  settle(reservation: Reservation, usage: Usage): void {
    const { id, day } = reservation;
    const used = { nanoUsd: nanoOf(usage.costUsd), tokensIn: usage.tokensIn, tokensOut: usage.tokensOut };
    if (this.#queries.settle.run({ id, ...used }) === 0) return;
    const share = shareOf(used);
    this.#queries.add.run({
      day,
      nanoUsd: share.nanoUsd - reservation.nanoUsd,
      unpricedTokens: share.unpricedTokens - reservation.unpricedTokens,
    });
  }

  /** Forgets at most `limit` settled calls of days before; the sums of the days stay. Returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan: startOfDay(olderThan), limit }).changes;
  }
}

/** What a call takes of its day: its price where that is known, else its tokens. */
function shareOf(call: {
  readonly nanoUsd: number | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
}): Pick<Reservation, "nanoUsd" | "unpricedTokens"> {
  return { nanoUsd: call.nanoUsd ?? 0, unpricedTokens: call.nanoUsd === null ? call.tokensIn + call.tokensOut : 0 };
}

function nanoOf(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * NANO);
}

function refusal(spent: Spent, estimate: Estimate, caps: SpendCaps): string {
  if ((estimate.costUsd === null ? caps.tokensPerDay : caps.usdPerDay) <= 0) {
    return "the budget is 0: no model is asked";
  }
  if (estimate.costUsd === null) {
    const asked = estimate.tokensIn + estimate.tokensOutMax;
    return `the budget of ${caps.tokensPerDay} tokens a day for models without a known price leaves ${Math.max(0, caps.tokensPerDay - spent.unpricedTokens)}, this call may take ${asked}`;
  }
  return `the budget of ${dollars(caps.usdPerDay)} a day leaves ${dollars(Math.max(0, caps.usdPerDay - spent.usd))}, this call may cost ${dollars(estimate.costUsd)}`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 6 : 2)}`;
}

function prepareDays(tables: Tables) {
  return {
    day: prepareRead(
      tables,
      tables
        .select({ nanoUsd: days.nanoUsd, unpricedTokens: days.unpricedTokens })
        .from(days)
        .where(eq(days.day, given("day"))),
      ([nanoUsd, unpricedTokens]: readonly [number, number]) => ({ nanoUsd, unpricedTokens }),
    ),
    add: prepareWrite(
      tables,
      tables
        .insert(days)
        .values({ day: value("day"), nanoUsd: value("nanoUsd"), unpricedTokens: value("unpricedTokens") })
        .onConflictDoUpdate({
          target: days.day,
          set: {
            nanoUsd: sql`${days.nanoUsd} + excluded.nano_usd`,
            unpricedTokens: sql`${days.unpricedTokens} + excluded.unpriced_tokens`,
          },
        }),
    ),
  };
}

function prepareCalls(tables: Tables) {
  const open = and(eq(calls.id, given("id")), sql`${calls.settled} = 0`);
  return {
    reserve: prepareWrite(
      tables,
      tables.insert(calls).values({
        turn: value("turn"),
        day: value("day"),
        model: value("model"),
        tokensIn: value("tokensIn"),
        tokensOut: value("tokensOut"),
        nanoUsd: value("nanoUsd"),
      }),
    ),
    settle: prepareWrite(
      tables,
      tables
        .update(calls)
        .set({
          settled: true,
          tokensIn: sql`${value("tokensIn")}`,
          tokensOut: sql`${value("tokensOut")}`,
          nanoUsd: sql`${value("nanoUsd")}`,
        })
        .where(open),
    ),
    expire: tables
      .delete(calls)
      .where(
        sql`${calls.id} IN (
          SELECT id FROM calls WHERE day < ${given("olderThan")} AND settled = 1 ORDER BY id LIMIT ${given("limit")}
        )`,
      )
      .prepare(),
  };
}
