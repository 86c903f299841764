// Traces: why each turn came out as it did, for as long as that is kept.
import type { ChannelId, MessageId, TurnId } from "../domain/ids.ts";
import type { Trace } from "../domain/trace.ts";
import type { Turn } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareWrite } from "./prepared.ts";
import { traces } from "./tables.ts";
import type { TurnFacts } from "./turn-rows.ts";

export class Traces {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** False when it may not be kept, for what its context held was forgotten meanwhile, or when one is there already. */
  record(turn: Pick<TurnFacts, "n">, trace: Trace, now: number): boolean {
    return this.#queries.insert.run({ n: turn.n, at: now, trace }) > 0;
  }

  remove(turn: TurnId): void {
    this.#queries.remove.run({ turn });
  }

  get(turn: TurnId): Trace | null {
    return this.#queries.one.get({ turn })?.trace ?? null;
  }

  /** The turn is being thought about with a context that may not be kept. */
  bar(turn: Pick<Turn, "id" | "createdAt">): void {
    this.#queries.bar.run({ turn: turn.id, at: turn.createdAt });
  }

  /** Forgets those of turns in the channel that were asked at that place or later. */
  forgetSince(channel: ChannelId, asked: number): void {
    this.#queries.forgetSince.run({ channel, asked });
  }

  /** Forgets those of turns in the channel that were asked up to that place, or by a reply to one of these messages. */
  forgetThrough(channel: ChannelId, asked: number, replies: readonly MessageId[]): void {
    this.#queries.forgetThrough.run({ channel, asked, replies: JSON.stringify(replies) });
  }

  /** Forgets at most `limit`; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

function prepare(tables: Tables) {
  const ofTurn = sql`${traces.n} = (SELECT n FROM turns WHERE id = ${given("turn")})`;
  return {
    insert: prepareWrite(
      tables,
      tables
        .insert(traces)
        .values({ n: value("n"), at: value("at"), trace: value("trace") })
        .onConflictDoNothing(),
    ),
    one: tables.select({ trace: traces.trace }).from(traces).where(ofTurn).prepare(),
    forgetSince: tables
      .delete(traces)
      .where(
        sql`${traces.n} IN (SELECT n FROM turns WHERE channel = ${given("channel")} AND asked >= ${given("asked")})`,
      )
      .prepare(),
    remove: tables.delete(traces).where(ofTurn).prepare(),
    // A row without a trace keeps the place, so that none can come.
    bar: tables
      .insert(traces)
      .values({ n: sql`(SELECT n FROM turns WHERE id = ${value("turn")})`, at: value("at"), trace: sql`'null'` })
      .onConflictDoNothing()
      .prepare(),
    forgetThrough: tables
      .delete(traces)
      .where(
        sql`${traces.n} IN (
          SELECT n FROM turns WHERE channel = ${given("channel")} AND (asked <= ${given("asked")} OR trigger IN (
            SELECT id FROM messages WHERE channel = ${given("channel")}
              AND reply_to IN (SELECT value FROM json_each(${given("replies")}))
          ))
        )`,
      )
      .prepare(),
    expire: tables
      .delete(traces)
      .where(
        sql`${traces.n} IN (SELECT n FROM traces ORDER BY n LIMIT ${given("limit")}) AND ${traces.at} < ${given("olderThan")}`,
      )
      .prepare(),
  };
}
