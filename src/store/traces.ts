// Traces: why each turn came out as it did, for as long as that is kept.
import type { ChannelId, TurnId } from "../domain/ids.ts";
import type { Trace } from "../domain/trace.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareWrite } from "./prepared.ts";
import { traces } from "./tables.ts";

export class Traces {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  record(turn: TurnId, trace: Trace, now: number): void {
    this.#queries.insert.run({ turn, at: now, trace });
  }

  get(turn: TurnId): Trace | null {
    return this.#queries.one.get({ turn })?.trace ?? null;
  }

  /** Forgets those of turns in the channel that were asked at that place or later. */
  forgetSince(channel: ChannelId, asked: number): void {
    this.#queries.forgetSince.run({ channel, asked });
  }

  /** Forgets at most `limit`; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

function prepare(tables: Tables) {
  return {
    insert: prepareWrite(
      tables,
      tables
        .insert(traces)
        .values({ turn: value("turn"), at: value("at"), trace: value("trace") })
        .onConflictDoNothing(),
    ),
    one: tables
      .select({ trace: traces.trace })
      .from(traces)
      .where(eq(traces.turn, given("turn")))
      .prepare(),
    forgetSince: tables
      .delete(traces)
      .where(
        sql`${traces.turn} IN (SELECT id FROM turns WHERE channel = ${given("channel")} AND asked >= ${given("asked")})`,
      )
      .prepare(),
    expire: tables
      .delete(traces)
      .where(sql`${traces.n} IN (SELECT n FROM traces WHERE at < ${given("olderThan")} LIMIT ${given("limit")})`)
      .prepare(),
  };
}
