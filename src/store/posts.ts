// Posts: what is to be said, until it is said.
import type { ChannelId, MessageId, PostId, TurnId } from "../domain/ids.ts";
import { partOf } from "../domain/ids.ts";
import type { Post } from "../domain/turn.ts";
import type { Tables } from "./drizzle.ts";
import { and, asc, eq, sql } from "./drizzle.ts";
import { isHeld, lost } from "./leases.ts";
import { given, value } from "./parameters.ts";
import type { Landed, Sendable } from "./post-rows.ts";
import { NEW_POST, POST_COLUMNS, toLanded, toPost, toSendable } from "./post-rows.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { Lease } from "./store.ts";
import { channels, posts, turns } from "./tables.ts";

/** Unasked posts, withdrawn ones left out. */
export interface UnaskedPosts {
  readonly inChannel: number;
  readonly inConversation: number;
}

export class Posts {
  readonly #queries: ReturnType<typeof prepareReads> &
    ReturnType<typeof prepareWrites> &
    ReturnType<typeof prepareEndings>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareReads(tables), ...prepareWrites(tables), ...prepareEndings(tables) };
  }

  /** Makes a post that is ready to be said; one that grew until now has its last text. */
  add(post: Post): void {
    if (this.#queries.insert.run(post) === 0) this.#queries.rewrite.run(post);
  }

  /** Null when there is no such post. Throws `LeaseLost`. */
  toSend(lease: Lease, id: PostId): Sendable | null {
    const { channel, process, fence } = lease;
    const found = this.#queries.toSend.get({ channel, process, fence, ...partOf(id) });
    if (found === null) throw lost(lease);
    return found.post;
  }

  /** A post of the lease's channel, whether a message is there already with the id under which it landed, and the channel's newest place. Throws `LeaseLost`. */
  landed(lease: Lease, id: PostId, message: MessageId): Landed & { readonly post: Post } {
    const { channel, process, fence } = lease;
    const found = this.#queries.landed.get({ channel, process, fence, ...partOf(id), message });
    if (found === null) throw lost(lease);
    const { post } = found;
    if (post?.channel !== channel) throw new RangeError(`there is no post ${id} in ${channel}`);
    return { ...found, post };
  }

  /** Neither said nor withdrawn, in the order of their turns and parts. */
  open(channel: ChannelId): readonly Post[] {
    return this.#queries.open.all({ channel });
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
    this.#queries.sending.run({ ...partOf(id), now });
  }

  unsent(id: PostId, dueAt: number): void {
    this.#queries.unsent.run({ ...partOf(id), dueAt });
  }

  /** A post that began a conversation of its own stands in that of its message. */
  said(id: PostId, conversation: MessageId): void {
    this.#queries.said.run({ ...partOf(id), conversation });
  }

  /** How many posts of a turn were said. */
  countSaid(turn: TurnId): number {
    return this.#queries.countSaid.get({ turn })?.said ?? 0;
  }

  /** What stands on its platform already, or may stand there, is leaving: its turn ends when it is gone. */
  withdraw(turn: TurnId): void {
    this.#queries.withdraw.run({ turn });
  }

  /** Withdraws what answers something that is to be forgotten; what is on its way may still land, and is stored as it was said. */
  forget(turn: TurnId): void {
    this.#queries.blank.run({ turn });
    this.withdraw(turn);
  }

  /** Forgets at most `limit` posts of turns that have ended; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

const byPart = and(eq(posts.turn, given("turn")), eq(posts.part, given("part")));

const isOpen = sql`${posts.state} IN ('ready', 'sending')`;
const isOpenOrLeaving = sql`${posts.state} IN ('ready', 'sending', 'leaving')`;

function prepareReads(tables: Tables) {
  const since = sql`${posts.unasked} = 1 AND ${posts.channel} = ${given("channel")} AND ${posts.readyAt} > ${given("since")}`;
  const isCounted = sql`${since} AND ${posts.state} <> 'withdrawn'`;
  return {
    toSend: prepareRead(
      tables,
      tables
        .select({
          state: posts.state,
          turn: posts.turn,
          unasked: posts.unasked,
          turnChannel: turns.channel,
          turnState: turns.state,
          trigger: turns.trigger,
          isTriggerThere: sql`EXISTS (SELECT 1 FROM messages WHERE messages.id = ${turns.trigger})`,
        })
        .from(channels)
        .leftJoin(posts, byPart)
        .leftJoin(turns, eq(turns.id, posts.turn))
        .where(isHeld()),
      toSendable,
    ),
    landed: prepareRead(
      tables,
      tables
        .select({
          ...POST_COLUMNS,
          isKnown: sql`EXISTS (SELECT 1 FROM messages WHERE messages.id = ${given("message")})`,
          lastSeq: channels.lastSeq,
        })
        .from(channels)
        .leftJoin(posts, byPart)
        .where(isHeld()),
      toLanded,
    ),
    open: prepareRead(
      tables,
      tables
        .select(POST_COLUMNS)
        .from(posts)
        .innerJoin(turns, eq(turns.id, posts.turn))
        .where(and(eq(turns.channel, given("channel")), sql`${turns.state} = 'saying'`, isOpenOrLeaving))
        .orderBy(asc(turns.asked), asc(turns.n), asc(posts.part)),
      toPost,
    ),
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
    countSaid: tables
      .select({ said: sql<number>`count(*)` })
      .from(posts)
      .where(and(eq(posts.turn, given("turn")), sql`${posts.state} = 'said'`))
      .prepare(),
  };
}

function prepareWrites(tables: Tables) {
  return {
    insert: prepareWrite(tables, tables.insert(posts).values(NEW_POST).onConflictDoNothing()),
    rewrite: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({
          text: sql`${value("text")}`,
          solver: sql`${value("solver")}`,
          model: sql`${value("model")}`,
          dueAt: sql`${value("dueAt")}`,
        })
        .where(and(byPart, isOpen)),
    ),
    sending: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({ state: "sending", sendingAt: sql`${value("now")}` })
        .where(byPart),
    ),
    unsent: tables
      .update(posts)
      .set({
        state: sql`CASE ${posts.state} WHEN 'leaving' THEN 'leaving' ELSE 'ready' END`,
        dueAt: sql`${value("dueAt")}`,
      })
      .where(and(byPart, isOpenOrLeaving))
      .prepare(),
    said: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({
          state: "said",
          text: "",
          conversation: sql`coalesce(${posts.conversation}, ${value("conversation")})`,
        })
        .where(byPart),
    ),
  };
}

/** How posts end that are not said, and are forgotten. */
function prepareEndings(tables: Tables) {
  return {
    withdraw: tables
      .update(posts)
      .set({
        // While a turn is thought about, only a post that grows is being sent.
        state: sql`CASE WHEN ${posts.landed} IS NOT NULL OR (${posts.state} = 'sending'
          AND EXISTS (SELECT 1 FROM turns WHERE turns.id = ${posts.turn} AND turns.state = 'thinking'))
          THEN 'leaving' ELSE 'withdrawn' END`,
      })
      .where(and(eq(posts.turn, given("turn")), isOpen))
      .prepare(),
    blank: tables
      .update(posts)
      .set({ text: "" })
      .where(and(eq(posts.turn, given("turn")), sql`${posts.state} = 'ready'`))
      .prepare(),
    expire: tables
      .delete(posts)
      .where(
        sql`(${posts.turn}, ${posts.part}) IN (
          SELECT old.turn, old.part FROM posts AS old JOIN turns ON turns.id = old.turn
          WHERE old.ready_at < ${given("olderThan")} AND turns.state = 'ended' LIMIT ${given("limit")}
        )`,
      )
      .prepare(),
  };
}
