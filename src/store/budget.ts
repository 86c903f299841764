// The budget: what each day (UTC) has cost, calls under way counted as if they cost all that they may.
import type { Estimate, PartCap, Payer, Reservation, Reserved, SpendCaps, Spent } from "../domain/budget.ts";
import { capsFor, fits, partKey, startOfDay } from "../domain/budget.ts";
import { handleOf, reachedBy } from "../domain/ids.ts";
import type { Usage } from "../domain/trace.ts";
import type { SQL } from "drizzle-orm";
import type { Tables } from "./drizzle.ts";
import { and, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { PartSpends } from "./part-spends.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { forecasts, usage } from "./ledger-tables.ts";
import { calls, days } from "./tables.ts";

/** Money is kept in whole billionths of a dollar: sums stay exact, and the cheapest token there is costs several. */
export const NANO = 1e9;

export class Budget {
  readonly #queries: ReturnType<typeof prepareDays> &
    ReturnType<typeof prepareCalls> &
    ReturnType<typeof prepareExpiry>;
  readonly #parts: PartSpends;

  constructor(tables: Tables) {
    this.#parts = new PartSpends(tables);
    this.#queries = { ...prepareDays(tables), ...prepareCalls(tables), ...prepareExpiry(tables) };
  }

  spent(now: number): Spent {
    const row = this.#queries.day.get({ day: startOfDay(now) });
    return row === null
      ? { usd: 0, unpricedTokens: 0 }
      : { usd: row.nanoUsd / NANO, unpricedTokens: row.unpricedTokens };
  }

  /** Room under the house's caps and under each of the payer's own, or why not. */
  reserve(payer: Payer, estimate: Estimate, caps: SpendCaps, now: number): Reserved {
    const spent = this.spent(now);
    if (!fits(spent, estimate, caps)) return { kind: "refused", why: refusal("the budget", spent, estimate, caps) };
    const day = startOfDay(now);
    const parts = payer.caps.map((cap) => ({ cap, spend: this.#parts.spent(cap, day) }));
    for (const { cap, spend } of parts) {
      const own = capsFor(cap.usdPerDay);
      const used = { usd: spend.nanoUsd / NANO, unpricedTokens: spend.unpricedTokens };
      if (!fits(used, estimate, own)) return { kind: "refused", why: refusal(named(cap), used, estimate, own) };
    }
    const { model, tokensIn, tokensOutMax: tokensOut } = estimate;
    const nanoUsd = nanoOf(estimate.costUsd);
    const share = shareOf({ nanoUsd, tokensIn, tokensOut });
    this.#queries.add.run({ day, ...share });
    const { turn, persona, place, scene } = payer;
    const { channel, parent, workspace } = place;
    const booked = { turn, day, at: now, model, tokensIn, tokensOut, nanoUsd, mostTokens: tokensIn + tokensOut };
    const id = this.#queries.reserve.insert({ ...booked, persona, channel, parent, workspace, scene });
    for (const { cap, spend } of parts) this.#parts.put(cap, day, added(spend, share), id);
    return { kind: "reserved", reservation: { id, day, ...share, parts: payer.caps.map((cap) => partKey(cap)) } };
  }

  /** What was used takes the place of what was reserved, once. */
  settle(reservation: Reservation, usage: Usage): void {
    const { id, day } = reservation;
    const used = { nanoUsd: nanoOf(usage.costUsd), tokensIn: usage.tokensIn, tokensOut: usage.tokensOut };
    if (this.#queries.settle.run({ id, ...used }) === 0) return;
    const share = shareOf(used);
    const change = {
      nanoUsd: share.nanoUsd - reservation.nanoUsd,
      unpricedTokens: share.unpricedTokens - reservation.unpricedTokens,
    };
    this.#queries.add.run({ day, ...change });
    for (const part of reservation.parts) this.#parts.change(part, day, change);
  }

  /** Forgets at most `limit` settled calls of days before; what they come to stays. Returns how many. */
  expire(olderThan: number, limit: number): number {
    const slice = { olderThan: startOfDay(olderThan), limit };
    this.#parts.expire(slice.olderThan);
    this.#queries.addUp.run(slice);
    this.#queries.addToRuns.run(slice);
    this.#queries.expireForecasts.run(slice);
    return this.#queries.expire.run(slice).changes;
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

function added(
  one: Pick<Reservation, "nanoUsd" | "unpricedTokens">,
  other: Pick<Reservation, "nanoUsd" | "unpricedTokens">,
): Pick<Reservation, "nanoUsd" | "unpricedTokens"> {
  return {
    nanoUsd: one.nanoUsd + other.nanoUsd,
    unpricedTokens: one.unpricedTokens + other.unpricedTokens,
  };
}

function named({ scope, persona }: PartCap): string {
  const where = reachedBy(scope)?.kind ?? "house";
  return persona === null ? `the budget of this ${where}` : `the budget of ${handleOf(persona)} in this ${where}`;
}

function refusal(what: string, spent: Spent, estimate: Estimate, caps: SpendCaps): string {
  if ((estimate.costUsd === null ? caps.tokensPerDay : caps.usdPerDay) <= 0) {
    return `${what} is 0: no model is asked`;
  }
  if (estimate.costUsd === null) {
    const asked = estimate.tokensIn + estimate.tokensOutMax;
    return `${what} of ${caps.tokensPerDay} tokens a day for models without a known price leaves ${Math.max(0, caps.tokensPerDay - spent.unpricedTokens)}, this call may take ${asked}`;
  }
  return `${what} of ${dollars(caps.usdPerDay)} a day leaves ${dollars(Math.max(0, caps.usdPerDay - spent.usd))}, this call may cost ${dollars(estimate.costUsd)}`;
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
        at: value("at"),
        persona: value("persona"),
        channel: value("channel"),
        parent: value("parent"),
        workspace: value("workspace"),
        scene: value("scene"),
        mostNanoUsd: value("nanoUsd"),
        mostTokens: value("mostTokens"),
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
  };
}

/** What goes by one slice of old calls, before it is deleted. */
function prepareExpiry(tables: Tables) {
  return {
    addUp: tables
      .insert(usage)
      .select(
        sql`SELECT day, channel, coalesce(workspace, ''), persona, model, count(*), sum(tokens_in), sum(tokens_out),
          sum(coalesce(nano_usd, 0)), sum(CASE WHEN nano_usd IS NULL THEN tokens_in + tokens_out ELSE 0 END)
        FROM calls WHERE id IN (${slice()}) GROUP BY 1, 2, 3, 4, 5`,
      )
      .onConflictDoUpdate({
        target: [usage.day, usage.channel, usage.workspace, usage.persona, usage.model],
        set: {
          calls: sql`${usage.calls} + excluded.calls`,
          tokensIn: sql`${usage.tokensIn} + excluded.tokens_in`,
          tokensOut: sql`${usage.tokensOut} + excluded.tokens_out`,
          nanoUsd: sql`${usage.nanoUsd} + excluded.nano_usd`,
          unpricedTokens: sql`${usage.unpricedTokens} + excluded.unpriced_tokens`,
        },
      })
      .prepare(),
    addToRuns: tables
      .update(forecasts)
      .set({
        realCalls: sql`${forecasts.realCalls} + ran.calls`,
        realNanoUsd: sql`${forecasts.realNanoUsd} + ran.nano_usd`,
        realTokens: sql`${forecasts.realTokens} + ran.tokens`,
      })
      .from(sql`(${costOfRuns(sql`calls.id IN (${slice()})`)}) AS ran`)
      .where(sql`ran.scene = ${forecasts.scene} AND ran.started_at = ${forecasts.startedAt}`)
      .prepare(),
    // Of scenes that nobody started, or that came to no call.
    expireForecasts: tables
      .delete(forecasts)
      .where(
        sql`${forecasts.startedAt} < ${given("olderThan")} AND ${forecasts.realCalls} = 0
          AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.scene = ${forecasts.scene})`,
      )
      .prepare(),
    expire: tables
      .delete(calls)
      .where(sql`${calls.id} IN (${slice()})`)
      .prepare(),
  };
}

function slice(): SQL {
  return sql`SELECT id FROM calls WHERE day < ${given("olderThan")} AND settled = 1 ORDER BY id LIMIT ${given("limit")}`;
}

/** What the calls cost for which `condition` holds, by the runs of scenes with a forecast that they belong to. */
export function costOfRuns(condition: SQL): SQL {
  return sql`SELECT calls.scene AS scene,
      (SELECT max(run.started_at) FROM forecasts AS run
        WHERE run.scene = calls.scene AND run.started_at <= calls.at) AS started_at,
      count(*) AS calls, sum(coalesce(calls.nano_usd, 0)) AS nano_usd,
      sum(calls.tokens_in + calls.tokens_out) AS tokens
    FROM calls WHERE calls.scene IS NOT NULL AND ${condition} GROUP BY 1, 2`;
}
