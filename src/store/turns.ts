// Turns: each persona's duty to answer, from the decision to its end.
import type { ChannelId, TriggerId, TurnId } from "../domain/ids.ts";
import type { NewTurn, Outcome, Turn } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { and, asc, eq, sql } from "./drizzle.ts";
import { isHeld, lost } from "./leases.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { Lease } from "./store.ts";
import { channels, posts, traces, turns } from "./tables.ts";
import type { TurnFacts } from "./turn-rows.ts";
import { ASKED, isOpenIn, toFacts, toTurn, TURN_COLUMNS } from "./turn-rows.ts";

// A channel that is cleared leaves of its turns under way no more than how they ended.
const CLEARED: Outcome = { kind: "withdrawn", why: "stopped", detail: "the channel was cleared" };

export class Turns {
  readonly #queries: ReturnType<typeof prepareReads> &
    ReturnType<typeof prepareWrites> &
    ReturnType<typeof prepareClearing>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareReads(tables), ...prepareWrites(tables), ...prepareClearing(tables) };
  }

  /** Makes a waiting turn; one that is there already stays as it is. */
  add(turn: NewTurn, now: number): void {
    this.#queries.insert.run({ ...turn, createdAt: now });
  }

  /** A turn of the lease's channel. Throws `LeaseLost`. */
  held(lease: Lease, id: TurnId): TurnFacts {
    const { channel, process, fence } = lease;
    const found = this.#queries.held.get({ channel, process, fence, id });
    if (found === null) throw lost(lease);
    if (found.turn === null || found.turn.channel !== channel) {
      throw new RangeError(`there is no turn ${id} in ${channel}`);
    }
    return found.turn;
  }

  get(id: TurnId): Turn | null {
    return this.#queries.one.get({ id });
  }

  /** Not ended, in the order in which they were asked. */
  open(channel: ChannelId): readonly Turn[] {
    return this.#queries.open.all({ channel });
  }

  /** Ends a turn that is still waiting; one that is not is left alone. */
  fold(channel: ChannelId, turn: TurnId, into: TurnId): void {
    const outcome: Outcome = { kind: "folded", into };
    this.#queries.fold.run({ channel, id: turn, outcome });
  }

  think(turn: TurnFacts): void {
    this.#queries.think.run({ n: turn.n });
  }

  /** The outcome that a turn has, or will have once its posts are said. */
  conclude(turn: TurnFacts, state: "saying" | "ended", outcome: Outcome): void {
    this.#queries.conclude.run({ n: turn.n, state, outcome });
  }

  wait(turn: TurnFacts): void {
    this.#queries.wait.run({ n: turn.n });
  }

  /** Turns that would answer the message and have not ended. */
  openFor(trigger: TriggerId): readonly TurnId[] {
    return this.#queries.openFor.all({ trigger }).map((row) => row.id);
  }

  /** Keeps nothing of the texts of these messages in the turns that they triggered. */
  strip(channel: ChannelId, triggers: readonly TriggerId[]): void {
    this.#queries.stripFor.run({ channel, triggers: JSON.stringify(triggers) });
  }

  /** Ends a turn, whatever it was at, as soon as what is leaving of it is gone. */
  end(id: TurnId, outcome: Outcome): void {
    this.#queries.end.run({ id, outcome });
  }

  /** Ends a turn that is being said, when nothing is left to say of it. */
  endIfSaid(id: TurnId): void {
    this.#queries.endIfSaid.run({ id });
  }

  /** Unasked turns other than `turn` that are being thought about. */
  thinkingUnasked(turn: TurnFacts): { readonly inChannel: number; readonly inConversation: number } {
    const { n, channel, conversation } = turn;
    return this.#queries.thinkingUnasked.get({ n, channel, conversation }) ?? { inChannel: 0, inConversation: 0 };
  }

  /** Removes the turns of a channel, with their posts and traces; those under way end withdrawn and keep nothing that was said. */
  clear(channel: ChannelId): void {
    this.#queries.removeEnded.run({ channel });
    this.#queries.strip.run({ channel, outcome: CLEARED });
    this.#queries.removePosts.run({ channel });
    this.#queries.removeTraces.run({ channel });
  }
}

const outcome = sql`${sql.param(value("outcome"), turns.outcome)}`;
const ofChannel = eq(turns.channel, given("channel"));

function prepareReads(tables: Tables) {
  const { n, trigger, channel, persona, askedBy, conversation, depth, unasked, state, scene, createdAt } = turns;
  const { workspace } = channels;
  const facts = { n, trigger, channel, persona, askedBy, conversation, depth, unasked, state, scene, createdAt };
  const byId = eq(turns.id, given("id"));
  return {
    held: prepareRead(
      tables,
      tables
        .select({ ...facts, workspace })
        .from(channels)
        .leftJoin(turns, byId)
        .where(isHeld()),
      toFacts,
    ),
    one: prepareRead(tables, tables.select(TURN_COLUMNS).from(turns).where(byId), toTurn),
    open: prepareRead(
      tables,
      tables
        .select(TURN_COLUMNS)
        .from(turns)
        .where(isOpenIn(given("channel")))
        .orderBy(asc(turns.asked), asc(n)),
      toTurn,
    ),
    openFor: tables
      .select({ id: turns.id })
      .from(turns)
      .where(
        and(
          isOpenIn(sql`(SELECT channel FROM messages WHERE id = ${given("trigger")})`),
          eq(trigger, given("trigger")),
        ),
      )
      .prepare(),
    thinkingUnasked: tables
      .select({
        inChannel: sql<number>`count(*)`,
        inConversation: sql<number>`count(CASE WHEN ${conversation} = ${given("conversation")} THEN 1 END)`,
      })
      .from(turns)
      .where(and(isOpenIn(given("channel")), sql`${state} = 'thinking' AND ${unasked} = 1`, sql`${n} <> ${given("n")}`))
      .prepare(),
  };
}

function prepareWrites(tables: Tables) {
  const byN = eq(turns.n, given("n"));
  return {
    insert: prepareWrite(
      tables,
      tables
        .insert(turns)
        .values({
          id: value("id"),
          trigger: value("trigger"),
          channel: value("channel"),
          asked: ASKED,
          persona: value("persona"),
          reason: value("reason"),
          askedBy: value("askedBy"),
          replyTo: value("replyTo"),
          conversation: value("conversation"),
          depth: value("depth"),
          unasked: value("unasked"),
          scene: value("scene"),
          createdAt: value("createdAt"),
        })
        .onConflictDoNothing(),
    ),
    fold: tables
      .update(turns)
      .set({ state: "ended", outcome })
      .where(and(eq(turns.id, given("id")), ofChannel, sql`${turns.state} = 'waiting'`))
      .prepare(),
    think: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ state: "thinking", attempts: sql`${turns.attempts} + 1` })
        .where(byN),
    ),
    conclude: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ state: sql`${value("state")}`, outcome })
        .where(byN),
    ),
    end: tables
      .update(turns)
      .set({
        state: sql`CASE WHEN EXISTS (SELECT 1 FROM posts WHERE posts.turn = ${given("id")} AND posts.state = 'leaving')
          THEN 'saying' ELSE 'ended' END`,
        outcome,
      })
      .where(eq(turns.id, given("id")))
      .prepare(),
    wait: tables.update(turns).set({ state: "waiting" }).where(byN).prepare(),
    endIfSaid: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ state: "ended" })
        .where(
          and(
            eq(turns.id, given("id")),
            sql`${turns.state} = 'saying'`,
            sql`NOT EXISTS (SELECT 1 FROM posts WHERE posts.turn = ${given("id")} AND posts.state IN ('ready', 'sending', 'leaving'))`,
          ),
        ),
    ),
  };
}

// The name as it stood in somebody's text.
const WITHOUT_TEXT = sql`json_replace(${turns.reason}, '$.said', '')`;

function prepareClearing(tables: Tables) {
  const kept = sql`(SELECT id FROM turns WHERE channel = ${given("channel")})`;
  return {
    removeEnded: tables
      .delete(turns)
      .where(and(ofChannel, sql`${turns.state} = 'ended'`))
      .prepare(),
    strip: tables
      .update(turns)
      .set({
        state: "ended",
        outcome,
        reason: WITHOUT_TEXT,
        askedBy: null,
        replyTo: null,
        conversation: null,
      })
      .where(ofChannel)
      .prepare(),
    stripFor: tables
      .update(turns)
      .set({ reason: WITHOUT_TEXT })
      .where(and(ofChannel, sql`${turns.trigger} IN (SELECT value FROM json_each(${given("triggers")}))`))
      .prepare(),
    removePosts: tables
      .delete(posts)
      .where(sql`${posts.turn} IN ${kept}`)
      .prepare(),
    removeTraces: tables
      .delete(traces)
      .where(sql`${traces.n} IN (SELECT n FROM turns WHERE channel = ${given("channel")})`)
      .prepare(),
  };
}
