// What each solver keeps for a persona, a channel and an author.
import type { AuthorId, ChannelId, PersonaId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, lt, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { solverStates } from "./tables.ts";

// Each name that somebody gives on the feed is an author of its own: more than so many in one channel are not a conversation.
const STATES_MAX = 1_000;

export class SolverStates {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** By the solver's name. */
  get(channel: ChannelId, persona: PersonaId, author: AuthorId): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#queries.states.all({ channel, persona, author }));
  }

  keep(state: typeof solverStates.$inferSelect): void {
    this.#queries.keep.run(state);
  }

  /** What solvers remember of somebody in a channel. */
  forget(channel: ChannelId, author: AuthorId): void {
    this.#queries.forget.run({ channel, author });
  }

  /** What solvers remember of somebody anywhere. */
  forgetAuthor(author: AuthorId): void {
    this.#queries.forgetAuthor.run({ author });
  }

  /** What was not used in the channel since. */
  forgetUnused(channel: ChannelId, since: number): void {
    this.#queries.forgetUnused.run({ channel, since });
  }

  clear(channel: ChannelId): void {
    this.#queries.clear.run({ channel });
  }

  /** Forgets at most `limit` that were not used since `olderThan`, or that stand behind the newest `STATES_MAX` of their persona in their channel; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

function prepare(tables: Tables) {
  const ofChannel = eq(solverStates.channel, given("channel"));
  return {
    states: prepareRead(
      tables,
      tables
        .select({ solver: solverStates.solver, value: solverStates.value })
        .from(solverStates)
        .where(and(ofChannel, eq(solverStates.persona, given("persona")), eq(solverStates.author, given("author")))),
      (columns: readonly [solver: string, value: string]) => columns,
    ),
    keep: prepareWrite(
      tables,
      tables
        .insert(solverStates)
        .values({
          channel: value("channel"),
          persona: value("persona"),
          author: value("author"),
          solver: value("solver"),
          value: value("value"),
          usedAt: value("usedAt"),
        })
        .onConflictDoUpdate({
          target: [solverStates.channel, solverStates.persona, solverStates.author, solverStates.solver],
          set: { value: sql`excluded.value`, usedAt: sql`excluded.used_at` },
        }),
    ),
    forget: tables
      .delete(solverStates)
      .where(and(ofChannel, eq(solverStates.author, given("author"))))
      .prepare(),
    forgetAuthor: tables
      .delete(solverStates)
      .where(eq(solverStates.author, given("author")))
      .prepare(),
    forgetUnused: tables
      .delete(solverStates)
      .where(and(ofChannel, lt(solverStates.usedAt, given("since"))))
      .prepare(),
    clear: tables.delete(solverStates).where(ofChannel).prepare(),
    expire: tables
      .delete(solverStates)
      .where(
        sql`rowid IN (
          SELECT n FROM (
            SELECT rowid AS n, used_at, row_number() OVER (PARTITION BY channel, persona ORDER BY used_at DESC) AS place
            FROM solver_states
          ) WHERE used_at < ${given("olderThan")} OR place > ${STATES_MAX} LIMIT ${given("limit")}
        )`,
      )
      .prepare(),
  };
}
