// Decisions: what the director decided for each trigger.
import type { ChannelId, MessageId, TriggerId } from "../domain/ids.ts";
import { isTick, sceneOfTick } from "../domain/ids.ts";
import type { Decision } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareWrite } from "./prepared.ts";
import type { DecisionRecord } from "./store.ts";
import { decisions } from "./tables.ts";
import { ASKED } from "./turn-rows.ts";

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
    const found = isTick(trigger)
      ? this.#queries.ofTick.get({ trigger, scene: sceneOfTick(trigger) })
      : this.#queries.ofMessage.get({ trigger });
    return found ?? null;
  }

  /** The message must still be there, by whose place the decision is found. */
  remove(trigger: MessageId): void {
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
  const ofTrigger = eq(decisions.trigger, given("trigger"));
  const ofMessage = and(
    sql`(decisions.channel, decisions.asked) = (SELECT channel, seq FROM messages WHERE id = ${given("trigger")})`,
    ofTrigger,
  );
  const record = { decision: decisions.decision, at: decisions.at };
  return {
    insert: prepareWrite(
      tables,
      tables
        .insert(decisions)
        .values({
          channel: value("channel"),
          asked: ASKED,
          trigger: value("trigger"),
          at: value("at"),
          decision: value("decision"),
        })
        .onConflictDoNothing(),
    ),
    ofMessage: tables.select(record).from(decisions).where(ofMessage).prepare(),
    // A channel's decisions of the days for which they are kept: few ask for them.
    ofTick: tables
      .select(record)
      .from(decisions)
      .where(and(sql`${decisions.channel} = (SELECT channel FROM scenes WHERE id = ${given("scene")})`, ofTrigger))
      .prepare(),
    remove: tables.delete(decisions).where(ofMessage).prepare(),
    clear: tables
      .delete(decisions)
      .where(eq(decisions.channel, given("channel")))
      .prepare(),
    // All rows are looked at, once an hour: some ten thousand take a millisecond.
    expire: tables
      .delete(decisions)
      .where(
        sql`(channel, asked, "trigger") IN (SELECT channel, asked, "trigger" FROM decisions WHERE at < ${given("olderThan")} LIMIT ${given("limit")})`,
      )
      .prepare(),
  };
}
