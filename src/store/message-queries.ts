// The queries about messages.
import type { AuthorId, ChannelId, MessageId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, desc, eq, gt, lt, ne, sql } from "./drizzle.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { channels, messages } from "./tables.ts";

/** All that decides about a message that comes in. */
interface Arriving {
  /** Whether it is known already, or its author wants not to be heard. */
  readonly isUnwanted: boolean;
  /** The newest place in its channel. */
  readonly lastSeq: number;
}

type ArrivingQuery = (values: {
  readonly id: MessageId;
  readonly channel: ChannelId;
  readonly author: AuthorId;
}) => Arriving;

export type MessageQueries = ReturnType<typeof prepareReads> &
  ReturnType<typeof prepareWrites> &
  ReturnType<typeof prepareForgetting> & { readonly arriving: ArrivingQuery };

export function prepareMessageQueries(tables: Tables): MessageQueries {
  const arriving = prepareArriving(tables);
  return { ...prepareReads(tables), ...prepareWrites(tables), ...prepareForgetting(tables), arriving };
}

function prepareWrites(tables: Tables) {
  const byId = eq(messages.id, given("id"));
  return {
    insert: prepareWrite(
      tables,
      tables.insert(messages).values({
        id: value("id"),
        channel: value("channel"),
        seq: value("seq"),
        authorId: value("authorId"),
        authorKind: value("authorKind"),
        authorName: value("authorName"),
        text: value("text"),
        images: value("images"),
        toHouse: value("toHouse"),
        asks: value("asks"),
        replyTo: value("replyTo"),
        conversation: value("conversation"),
        depth: value("depth"),
        tokens: value("tokens"),
        createdAt: value("createdAt"),
        turn: value("turn"),
        persona: value("persona"),
        scene: value("scene"),
        solver: value("solver"),
        model: value("model"),
        unasked: value("unasked"),
      }),
    ),
    own: tables
      .update(messages)
      .set({
        authorId: sql`${value("authorId")}`,
        authorKind: sql`${value("authorKind")}`,
        authorName: sql`${value("authorName")}`,
        replyTo: sql`${value("replyTo")}`,
        conversation: sql`${value("conversation")}`,
        depth: sql`${value("depth")}`,
        turn: sql`${value("turn")}`,
        persona: sql`${value("persona")}`,
        scene: sql`${value("scene")}`,
        solver: sql`${value("solver")}`,
        model: sql`${value("model")}`,
        unasked: sql`${sql.param(value("unasked"), messages.unasked)}`,
      })
      .where(and(byId, eq(messages.channel, given("channel"))))
      .prepare(),
    edit: tables
      .update(messages)
      .set({ text: sql`${value("text")}`, tokens: sql`${value("tokens")}` })
      .where(byId)
      .prepare(),
    remove: tables.delete(messages).where(byId).prepare(),
    clear: tables
      .delete(messages)
      .where(eq(messages.channel, given("channel")))
      .prepare(),
  };
}

function prepareReads(tables: Tables) {
  const select = () => tables.select(MESSAGE_COLUMNS).from(messages);
  const byId = eq(messages.id, given("id"));
  const ofChannel = eq(messages.channel, given("channel"));
  const between = and(ofChannel, gt(messages.seq, given("after")), lt(messages.seq, given("before")));
  return {
    lastSeq: tables
      .select({ seq: messages.seq })
      .from(messages)
      .where(eq(messages.channel, given("channel")))
      .orderBy(desc(messages.seq))
      .limit(1)
      .prepare(),
    place: prepareRead(
      tables,
      tables
        .select({ id: messages.id, channel: messages.channel, seq: messages.seq, conversation: messages.conversation })
        .from(messages)
        .where(byId),
      ([id, channel, seq, conversation]: readonly [MessageId, ChannelId, number, MessageId]) => ({
        id,
        channel,
        seq,
        conversation,
      }),
    ),
    one: prepareRead(tables, select().where(byId), toMessage),
    upwards: prepareRead(
      tables,
      select()
        .where(between)
        .orderBy(sql`${messages.seq} LIMIT ${given("limit")}`),
      toMessage,
    ),
    downwards: prepareRead(
      tables,
      select()
        .where(between)
        .orderBy(sql`${messages.seq} DESC LIMIT ${given("limit")}`),
      toMessage,
    ),
    lastOf: tables
      .select({ channel: messages.channel, message: messages.id })
      .from(channels)
      .innerJoin(
        messages,
        and(
          eq(messages.channel, channels.id),
          sql`${messages.seq} = (SELECT seq FROM messages WHERE channel = ${channels.id} AND persona IS NULL ORDER BY seq DESC LIMIT 1)`,
        ),
      )
      .where(and(eq(channels.platform, given("platform")), gt(messages.createdAt, given("since"))))
      .orderBy(sql`${messages.createdAt} DESC LIMIT ${given("limit")}`)
      .prepare(),
    replies: prepareRead(
      tables,
      select()
        .where(and(eq(messages.conversation, given("id")), ne(messages.conversation, messages.id)))
        .orderBy(sql`${messages.seq} LIMIT ${given("limit")}`),
      toMessage,
    ),
  };
}

/** In one look: it happens for every message. */
function prepareArriving(tables: Tables): ArrivingQuery {
  const isKnown = sql`EXISTS (SELECT 1 FROM messages WHERE id = ${given("id")})`;
  const isOptedOut = sql`EXISTS (SELECT 1 FROM opt_outs WHERE author = ${given("author")})`;
  const lastSeq = sql`coalesce((SELECT last_seq FROM channels WHERE id = ${given("channel")}), 0)`;
  const read = prepareRead(
    tables,
    tables.select({ isUnwanted: sql`${isKnown} OR ${isOptedOut}`, lastSeq }).from(sql`(SELECT 1)`),
    ([isUnwanted, last]: readonly [0 | 1, number]) => ({ isUnwanted: isUnwanted === 1, lastSeq: last }),
  );
  return (values) => read.get(values) ?? { isUnwanted: true, lastSeq: 0 };
}

/** By author and by age: what people ask to see, and what is to be forgotten. */
function prepareForgetting(tables: Tables) {
  const byAuthor = eq(messages.authorId, given("author"));
  return {
    next: tables
      .select({ id: messages.id, channel: messages.channel, seq: messages.seq, author: messages.authorId })
      .from(messages)
      .where(sql`(${messages.channel}, ${messages.seq}) > (${given("channel")}, ${given("seq")})`)
      .orderBy(messages.channel, sql`${messages.seq} LIMIT ${given("rows")}`)
      .prepare(),
    before: tables
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(messages.channel, given("channel")), lt(messages.createdAt, given("time"))))
      .orderBy(sql`${messages.seq} LIMIT ${given("limit")}`)
      .prepare(),
    byAuthor: prepareRead(
      tables,
      tables
        .select(MESSAGE_COLUMNS)
        .from(messages)
        .where(byAuthor)
        .orderBy(messages.createdAt, sql`${messages.seq} LIMIT ${given("limit")}`),
      toMessage,
    ),
  };
}
