// Growing posts: the first post of an answer that stands on its platform while it is still being written.
import type { ProcessId, TurnId } from "../domain/ids.ts";
import type { Outcome, Post, Standing } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { NEW_POST, POST_COLUMNS, toPost } from "./post-rows.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { PostPart } from "./store.ts";
import { posts, turns } from "./tables.ts";

export class Growing {
  readonly #queries: ReturnType<typeof prepare> & ReturnType<typeof prepareCounts>;

  constructor(tables: Tables) {
    this.#queries = { ...prepare(tables), ...prepareCounts(tables) };
  }

  /** The post as it is being sent with its first words, or as it stands with more of them. False when it was said or withdrawn. */
  put(post: Post, now: number): boolean {
    return this.#queries.put.run({ ...post, now }) === 1 || this.#queries.grow.run({ ...post, now }) === 1;
  }

  land({ turn, part }: PostPart, landed: Standing): void {
    this.#queries.land.run({ turn, part, landed });
  }

  /** The post of a turn that is still being thought about; null: there is none. */
  of(turn: TurnId): Post | null {
    return this.#queries.of.get({ turn });
  }

  /** A turn that was thought about to its end counts as begun once. */
  thought(turn: TurnId): void {
    this.#queries.thought.run({ turn });
  }

  /** Of the turns that the process is thinking about this time does not count. */
  uncount(process: ProcessId): void {
    this.#queries.uncount.run({ process });
  }

  takenBack({ turn, part }: PostPart): void {
    this.#queries.takenBack.run({ turn, part });
  }

  /** A turn whose answer is still being written says no more than what stands already. One that has no such post is left alone. */
  cutShort(turn: TurnId, outcome: Outcome): void {
    this.#queries.cutShort.run({ turn, outcome });
  }
}

const byPart = and(eq(posts.turn, given("turn")), eq(posts.part, given("part")));

// A post that is being sent as it is stored.
const ON_ITS_WAY = { ...NEW_POST, state: "sending" as const, sendingAt: value("now") };

function prepare(tables: Tables) {
  const landed = sql`${sql.param(value("landed"), posts.landed)}`;
  return {
    put: prepareWrite(tables, tables.insert(posts).values(ON_ITS_WAY).onConflictDoNothing()),
    grow: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({
          state: "sending",
          text: sql`${value("text")}`,
          solver: sql`${value("solver")}`,
          model: sql`${value("model")}`,
          sendingAt: sql`${value("now")}`,
        })
        .where(and(byPart, sql`${posts.state} IN ('ready', 'sending')`)),
    ),
    land: prepareWrite(tables, tables.update(posts).set({ landed }).where(byPart)),
    of: prepareRead(
      tables,
      tables
        .select(POST_COLUMNS)
        .from(posts)
        .where(and(eq(posts.turn, given("turn")), sql`${posts.state} IN ('ready', 'sending')`)),
      toPost,
    ),
    takenBack: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({ state: "withdrawn", text: "" })
        .where(and(byPart, sql`${posts.state} = 'leaving'`)),
    ),
    cutShort: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ state: "saying", outcome: sql`${sql.param(value("outcome"), turns.outcome)}` })
        .where(
          and(
            eq(turns.id, given("turn")),
            sql`${turns.state} = 'thinking'`,
            sql`EXISTS (SELECT 1 FROM posts WHERE posts.turn = ${given("turn")} AND posts.state IN ('ready', 'sending'))`,
          ),
        ),
    ),
  };
}

/** How often a turn was begun: once at least, so that what stands of it is looked for by whoever begins it again. */
function prepareCounts(tables: Tables) {
  return {
    thought: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ attempts: 1 })
        .where(and(eq(turns.id, given("turn")), sql`${turns.state} = 'thinking'`)),
    ),
    uncount: prepareWrite(
      tables,
      tables
        .update(turns)
        .set({ attempts: sql`max(${turns.attempts} - 1, 1)` })
        .where(
          sql`${turns.state} = 'thinking'
            AND ${turns.channel} IN (SELECT id FROM channels WHERE holder = ${value("process")})`,
        ),
    ),
  };
}
