// What a day has cost the parts of the house that have a cap.
import type { PartCap } from "../domain/budget.ts";
import { partKey } from "../domain/budget.ts";
import { handleOf } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, lt, sql } from "./drizzle.ts";
import { partSpends } from "./ledger-tables.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { calls } from "./tables.ts";

/** What a day has cost, in billionths of a dollar and in tokens without a known price. */
export interface PartSpend {
  readonly nanoUsd: number;
  readonly unpricedTokens: number;
}

export class PartSpends {
  readonly #queries: ReturnType<typeof prepareReads> & ReturnType<typeof prepareWrites>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareReads(tables), ...prepareWrites(tables) };
  }

  /** What the day has cost this part, what is reserved counted as spent. A cap may come at any time of the day, and go and come back: whatever was called since it last was looked at is added up from the calls themselves. */
  spent(cap: PartCap, day: number): PartSpend {
    const part = partKey(cap);
    const known = this.#queries.known.get({ part, day });
    const after = known?.throughCall ?? this.#queries.lastBefore.get({ day }) ?? 0;
    const handle = cap.persona === null ? null : handleOf(cap.persona);
    const since = this.#queries.since.get({ day, after, handle, ...reachOf(cap) });
    return {
      nanoUsd: (known?.nanoUsd ?? 0) + (since?.nanoUsd ?? 0),
      unpricedTokens: (known?.unpricedTokens ?? 0) + (since?.unpricedTokens ?? 0),
    };
  }

  /** The day has cost so much, all calls up to that one counted. */
  put(cap: PartCap, day: number, spend: PartSpend, throughCall: number): void {
    this.#queries.put.run({ part: partKey(cap), day, ...spend, throughCall });
  }

  /** A call that is counted already has cost more, or less. */
  change(part: string, day: number, by: PartSpend): void {
    this.#queries.change.run({ part, day, ...by });
  }

  expire(olderThan: number): void {
    this.#queries.expire.run({ olderThan });
  }
}

/** What a call must be of to count. */
function reachOf({ scope }: PartCap): { readonly kind: string; readonly reach: string } {
  const colon = scope.indexOf(":");
  return colon === -1 ? { kind: scope, reach: "" } : { kind: scope.slice(0, colon), reach: scope.slice(colon + 1) };
}

const byKey = and(eq(partSpends.part, given("part")), eq(partSpends.day, given("day")));

function prepareReads(tables: Tables) {
  return {
    known: prepareRead(
      tables,
      tables
        .select({
          nanoUsd: partSpends.nanoUsd,
          unpricedTokens: partSpends.unpricedTokens,
          throughCall: partSpends.throughCall,
        })
        .from(partSpends)
        .where(byKey),
      ([nanoUsd, unpricedTokens, throughCall]: readonly [number, number, number]) => {
        return { nanoUsd, unpricedTokens, throughCall };
      },
    ),
    // From the newest downwards: no more rows are looked at than the day has calls.
    lastBefore: prepareRead(
      tables,
      tables
        .select({ id: calls.id })
        .from(calls)
        .where(lt(calls.day, given("day")))
        .orderBy(sql`id DESC LIMIT 1`),
      ([id]: readonly [number]) => id,
    ),
    since: prepareRead(
      tables,
      tables
        .select({
          nanoUsd: sql`coalesce(sum(nano_usd), 0)`,
          unpricedTokens: sql`coalesce(sum(CASE WHEN nano_usd IS NULL THEN tokens_in + tokens_out END), 0)`,
        })
        .from(calls)
        .where(
          sql`id > ${given("after")} AND day = ${given("day")}
            AND (${given("handle")} IS NULL OR persona = ${given("handle")} OR persona GLOB ${given("handle")} || '@*')
            AND CASE ${given("kind")}
              WHEN 'channel' THEN channel = ${given("reach")} OR parent = ${given("reach")}
              WHEN 'workspace' THEN workspace = ${given("reach")}
              WHEN 'platform' THEN substr(channel, 1, length(${given("reach")}) + 1) = ${given("reach")} || ':'
              ELSE 1 END`,
        ),
      ([nanoUsd, unpricedTokens]: readonly [number, number]) => ({ nanoUsd, unpricedTokens }),
    ),
  };
}

function prepareWrites(tables: Tables) {
  return {
    put: prepareWrite(
      tables,
      tables
        .insert(partSpends)
        .values({
          part: value("part"),
          day: value("day"),
          nanoUsd: value("nanoUsd"),
          unpricedTokens: value("unpricedTokens"),
          throughCall: value("throughCall"),
        })
        .onConflictDoUpdate({
          target: [partSpends.part, partSpends.day],
          set: {
            nanoUsd: sql`excluded.nano_usd`,
            unpricedTokens: sql`excluded.unpriced_tokens`,
            throughCall: sql`excluded.through_call`,
          },
        }),
    ),
    change: prepareWrite(
      tables,
      tables
        .update(partSpends)
        .set({
          nanoUsd: sql`${partSpends.nanoUsd} + ${value("nanoUsd")}`,
          unpricedTokens: sql`${partSpends.unpricedTokens} + ${value("unpricedTokens")}`,
        })
        .where(byKey),
    ),
    expire: tables
      .delete(partSpends)
      .where(lt(partSpends.day, given("olderThan")))
      .prepare(),
  };
}
