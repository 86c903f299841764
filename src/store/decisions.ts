// Decisions: what the director decided for each trigger.
import type { ChannelId, TriggerId } from "../domain/ids.ts";
import type { Decision } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareWrite } from "./prepared.ts";
import type { DecisionRecord } from "./store.ts";
import { decisions } from "./tables.ts";

export class Decisions {
  readonly #queries: ReturnType<typeof prepare>;

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
    expire: tables
      .delete(decisions)
      .where(
        sql`${decisions.n} IN (SELECT n FROM decisions ORDER BY n LIMIT ${given("limit")}) AND ${decisions.at} < ${given("olderThan")}`,
      )
      .prepare(),
  };
}
