// Decisions: what the director decided for each trigger.
import type { ChannelId, TriggerId } from "../domain/ids.ts";
import type { Decision } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareWrite } from "./prepared.ts";
import type { DecisionRecord } from "./store.ts";
import { decisions } from "./tables.ts";

// To walk past a row costs a tenth of forgetting it.
const ROWS_WALKED = 10;

export class Decisions {
  readonly #queries: ReturnType<typeof prepare>;
  /** Where the last slice of the walk that forgets ended. */
  #walkedThrough = "";

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** The first decision for a trigger stands. */
  record(channel: ChannelId, decision: Decision, now: number): void {
    this.#queries.insert.run({ trigger: decision.trigger, channel, at: now, decision });
  }

  get(trigger: TriggerId): DecisionRecord | null {
    return this.#queries.one.get({ trigger }) ?? null;
  }

  remove(trigger: TriggerId): void {
    this.#queries.remove.run({ trigger });
  }

  clear(channel: ChannelId): void {
    this.#queries.clear.run({ channel });
  }

  /** Forgets the old ones of the next slice of the table, which has no order of time; `rows` when more may follow, else 0. */
  expire(olderThan: number, rows: number): number {
    const after = this.#walkedThrough;
    const last = this.#queries.last.get({ after, rows: rows * ROWS_WALKED })?.trigger ?? null;
    this.#walkedThrough = last ?? "";
    if (last === null) return 0;
    this.#queries.expire.run({ after, last, olderThan });
    return rows;
  }
}

function prepare(tables: Tables) {
  return {
    insert: prepareWrite(
      tables,
      tables
        .insert(decisions)
        .values({ trigger: value("trigger"), channel: value("channel"), at: value("at"), decision: value("decision") })
        .onConflictDoNothing(),
    ),
    one: tables
      .select({ decision: decisions.decision, at: decisions.at })
      .from(decisions)
      .where(eq(decisions.trigger, given("trigger")))
      .prepare(),
    remove: tables
      .delete(decisions)
      .where(eq(decisions.trigger, given("trigger")))
      .prepare(),
    clear: tables
      .delete(decisions)
      .where(eq(decisions.channel, given("channel")))
      .prepare(),
    last: tables
      .select({ trigger: sql<string | null>`max("trigger")` })
      .from(
        sql`(SELECT "trigger" FROM decisions WHERE "trigger" > ${given("after")} ORDER BY "trigger" LIMIT ${given("rows")})`,
      )
      .prepare(),
    expire: tables
      .delete(decisions)
      .where(
        sql`${decisions.trigger} > ${given("after")} AND ${decisions.trigger} <= ${given("last")} AND ${decisions.at} < ${given("olderThan")}`,
      )
      .prepare(),
  };
}
