// Posts: what is to be said, until it is said.
import type { ChannelId, MessageId, PostId, TurnId } from "../domain/ids.ts";
import type { Post } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { and, asc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { posts, turns } from "./tables.ts";

/** Unasked posts, withdrawn ones left out. */
export interface UnaskedPosts {
  readonly inChannel: number;
  readonly inConversation: number;
}

export class Posts {
  readonly #queries: ReturnType<typeof prepareReads> & ReturnType<typeof prepareWrites>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareReads(tables), ...prepareWrites(tables) };
  }

  /** Makes a post that is ready to be said; one that is there already stays as it is. */
  add(post: Post): void {
    this.#queries.insert.run({ ...post });
  }

  get(id: PostId): Post | null {
    const row = this.#queries.one.get({ id });
    return row === undefined ? null : toPost(row);
  }

  /** Neither said nor withdrawn, in the order of their turns and parts. */
  open(channel: ChannelId): readonly Post[] {
    return this.#queries.open.all({ channel }).map((row) => toPost(row.posts));
  }

  countUnasked(
    channel: ChannelId,
    conversation: MessageId | null,
    since: { readonly inChannel: number; readonly inConversation: number },
  ): UnaskedPosts {
    const { inChannel } = this.#queries.unaskedInChannel.get({ channel, since: since.inChannel }) ?? { inChannel: 0 };
    if (conversation === null) return { inChannel, inConversation: 0 };
    const counted = this.#queries.unaskedInConversation.get({ channel, conversation, since: since.inConversation });
    return { inChannel, inConversation: counted?.inConversation ?? 0 };
  }

  sending(id: PostId, now: number): void {
    this.#queries.sending.run({ id, now });
  }

  unsent(id: PostId, dueAt: number): void {
    this.#queries.unsent.run({ id, dueAt });
  }

  /** A post that began a conversation of its own stands in that of its message. */
  said(id: PostId, conversation: MessageId): void {
    this.#queries.said.run({ id, conversation });
  }

  /** How the posts of a turn stand. */
  tally(turn: TurnId): { readonly open: number; readonly said: number } {
    return this.#queries.tally.get({ turn }) ?? { open: 0, said: 0 };
  }

  withdraw(turn: TurnId): void {
    this.#queries.withdraw.run({ turn });
  }

  /** Forgets at most `limit` posts of turns that have ended; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

function toPost(row: typeof posts.$inferSelect): Post {
  const { n: _n, ...post } = row;
  return post;
}

const isOpen = sql`${posts.state} IN ('ready', 'sending')`;

function prepareReads(tables: Tables) {
  const since = sql`${posts.unasked} = 1 AND ${posts.channel} = ${given("channel")} AND ${posts.readyAt} > ${given("since")}`;
  const isCounted = sql`${since} AND ${posts.state} <> 'withdrawn'`;
  return {
    one: tables
      .select()
      .from(posts)
      .where(eq(posts.id, given("id")))
      .prepare(),
    open: tables
      .select()
      .from(posts)
      .innerJoin(turns, eq(turns.id, posts.turn))
      .where(and(eq(turns.channel, given("channel")), sql`${turns.state} = 'saying'`, isOpen))
      .orderBy(asc(turns.asked), asc(turns.n), asc(posts.part))
      .prepare(),
    unaskedInChannel: tables
      .select({ inChannel: sql<number>`count(*)` })
      .from(posts)
      .where(isCounted)
      .prepare(),
    unaskedInConversation: tables
      .select({ inConversation: sql<number>`count(*)` })
      .from(posts)
      .where(and(isCounted, eq(posts.conversation, given("conversation"))))
      .prepare(),
    tally: tables
      .select({
        open: sql<number>`count(CASE WHEN ${isOpen} THEN 1 END)`,
        said: sql<number>`count(CASE WHEN ${posts.state} = 'said' THEN 1 END)`,
      })
      .from(posts)
      .where(eq(posts.turn, given("turn")))
      .prepare(),
  };
}

function prepareWrites(tables: Tables) {
  const byId = eq(posts.id, given("id"));
  return {
    insert: tables
      .insert(posts)
      .values({
        id: value("id"),
        turn: value("turn"),
        part: value("part"),
        channel: value("channel"),
        persona: value("persona"),
        text: value("text"),
        replyTo: value("replyTo"),
        conversation: value("conversation"),
        depth: value("depth"),
        unasked: value("unasked"),
        scene: value("scene"),
        solver: value("solver"),
        model: value("model"),
        readyAt: value("readyAt"),
        dueAt: value("dueAt"),
      })
      .onConflictDoNothing()
      .prepare(),
    sending: tables
      .update(posts)
      .set({ state: "sending", sendingAt: sql`${value("now")}` })
      .where(byId)
      .prepare(),
    unsent: tables
      .update(posts)
      .set({ state: "ready", dueAt: sql`${value("dueAt")}` })
      .where(and(byId, isOpen))
      .prepare(),
    said: tables
      .update(posts)
      .set({
        state: "said",
        text: "",
        conversation: sql`coalesce(${posts.conversation}, ${value("conversation")})`,
      })
      .where(byId)
      .prepare(),
    withdraw: tables
      .update(posts)
      .set({ state: "withdrawn" })
      .where(and(eq(posts.turn, given("turn")), isOpen))
      .prepare(),
    expire: tables
      .delete(posts)
      .where(
        sql`${posts.n} IN (
          SELECT old.n FROM posts AS old JOIN turns ON turns.id = old.turn
          WHERE old.ready_at < ${given("olderThan")} AND turns.state = 'ended' LIMIT ${given("limit")}
        )`,
      )
      .prepare(),
  };
}
