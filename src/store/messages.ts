// Messages: stored once, each at its place in its channel.
import type { AuthorId, ChannelId, MessageId, PlatformName } from "../domain/ids.ts";
import type { Arrival, Author, Message, Spoken } from "../domain/message.ts";
import type { Channels } from "./channels.ts";
import type { Tables } from "./drizzle.ts";
import { and, desc, eq, gt, lt, ne, sql } from "./drizzle.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { Page } from "./store.ts";
import { UNDIRECTED_MAX } from "./store.ts";
import type { LastMessage } from "./registry.ts";
import { channels, messages } from "./tables.ts";

/** What a persona said, as it is to be stored. */
export interface SpokenMessage {
  readonly id: MessageId;
  readonly channel: ChannelId;
  readonly author: Author;
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly conversation: MessageId;
  readonly depth: number;
  readonly tokens: number;
  readonly createdAt: number;
  readonly spoken: Spoken;
}

// No place is higher: the bound of a read without one.
const NO_BOUND = Number.MAX_SAFE_INTEGER;

export class Messages {
  readonly #queries: ReturnType<typeof prepareReads> &
    ReturnType<typeof prepareWrites> &
    ReturnType<typeof prepareForgetting>;
  readonly #channels: Channels;

  constructor(tables: Tables, channels: Channels) {
    this.#queries = { ...prepareReads(tables), ...prepareWrites(tables), ...prepareForgetting(tables) };
    this.#channels = channels;
  }

  /** False when the id is known already. */
  recordArrival(arrival: Arrival, tokens: number, now: number): boolean {
    const { id, place, author, text, createdAt } = arrival;
    if (this.has(id)) return false;
    const seq = this.#channels.takeArrivalPlace(place, now);
    // A reply leads into its conversation only where both stand in one channel: what is said in one is nothing to another.
    const original = arrival.replyTo === null ? null : this.#queries.place.get({ id: arrival.replyTo });
    const known = original?.channel === place.channel ? original : null;
    this.#queries.insert.run({
      id,
      channel: place.channel,
      seq,
      authorId: author.id,
      authorKind: author.kind,
      authorName: author.name,
      text,
      images: arrival.images.length === 0 ? null : arrival.images,
      toHouse: arrival.toHouse,
      replyTo: known?.id ?? null,
      conversation: known?.conversation ?? id,
      depth: 0,
      tokens,
      createdAt,
      turn: null,
      persona: null,
      scene: null,
      solver: null,
      model: null,
      unasked: false,
    });
    return true;
  }

  /** What a persona said. Where its `echo` came in first, as anybody's message, that one becomes the persona's. */
  recordSpoken(message: SpokenMessage, echo: "stored" | "none"): void {
    const { author, spoken, ...rest } = message;
    const row = {
      ...rest,
      ...spoken,
      authorId: author.id,
      authorKind: author.kind,
      authorName: author.name,
      images: null,
      toHouse: false,
    };
    if (echo === "stored") this.#queries.own.run(row);
    else this.#queries.insert.run({ ...row, seq: this.#channels.takeSpokenPlace(message.channel) });
  }

  lastSeq(channel: ChannelId): number {
    return this.#queries.lastSeq.get({ channel })?.seq ?? 0;
  }

  has(id: MessageId): boolean {
    return this.#queries.known.get({ id }) !== null;
  }

  get(id: MessageId): Message | null {
    return this.#queries.one.get({ id });
  }

  /** Oldest first, at most `UNDIRECTED_MAX`. */
  after(channel: ChannelId, seq: number): readonly Message[] {
    return this.#queries.upwards.all({ channel, after: seq, before: NO_BOUND, limit: UNDIRECTED_MAX });
  }

  recent(channel: ChannelId, throughSeq: number | null, limit: number): readonly Message[] {
    const before = throughSeq === null ? NO_BOUND : throughSeq + 1;
    return this.#queries.downwards.all({ channel, after: 0, before, limit }).toReversed();
  }

  page(
    channel: ChannelId,
    bounds: { readonly before: MessageId | null; readonly after: MessageId | null; readonly limit: number },
  ): Page {
    const before = bounds.before === null ? NO_BOUND : this.#seqIn(channel, bounds.before);
    const after = bounds.after === null ? 0 : this.#seqIn(channel, bounds.after);
    if (before === null || after === null) return { messages: [], more: false };
    // One more than asked for tells whether more follow.
    const limit = bounds.limit + 1;
    if (bounds.after !== null && bounds.before === null) {
      const oldest = this.#queries.upwards.all({ channel, after, before, limit });
      return { messages: oldest.slice(0, bounds.limit).toReversed(), more: oldest.length === limit };
    }
    const newest = this.#queries.downwards.all({ channel, after, before, limit });
    return { messages: newest.slice(0, bounds.limit), more: newest.length === limit };
  }

  conversation(id: MessageId, limit: number): readonly Message[] {
    const first = this.#queries.one.get({ id });
    const replies = this.#queries.replies.all({ id, limit });
    return [...(first?.conversation === id ? [first] : []), ...replies].slice(0, limit);
  }

  edit(id: MessageId, text: string, tokens: number): void {
    this.#queries.edit.run({ id, text, tokens });
  }

  remove(id: MessageId): void {
    this.#queries.remove.run({ id });
  }

  /** What somebody said, in all channels, oldest first. */
  by(author: AuthorId, limit: number): readonly Message[] {
    return this.#queries.byAuthor.all({ author, limit });
  }

  /** The number of the newest row; 0: there is none. */
  lastNumber(): number {
    return this.#queries.lastNumber.get()?.n ?? 0;
  }

  /** What somebody said, of the rows with these numbers. */
  numbered(author: AuthorId, span: { readonly from: number; readonly to: number }): readonly MessageId[] {
    return this.#queries.numbered.all({ author, ...span }).map((row) => row.id);
  }

  /** The newest message of each channel of the platform, if it was made since. */
  lastOf(platform: PlatformName, since: number, limit: number): readonly LastMessage[] {
    return this.#queries.lastOf.all({ platform, since, limit });
  }

  /** The oldest of the channel that were made before `time`. */
  before(channel: ChannelId, time: number, limit: number): readonly MessageId[] {
    return this.#queries.before.all({ channel, time, limit }).map((row) => row.id);
  }

  clear(channel: ChannelId): void {
    this.#queries.clear.run({ channel });
  }

  #seqIn(channel: ChannelId, id: MessageId): number | null {
    const place = this.#queries.place.get({ id });
    return place?.channel === channel ? place.seq : null;
  }
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
    known: prepareRead(
      tables,
      tables.select({ n: messages.n }).from(messages).where(byId),
      ([n]: readonly [number]) => n,
    ),
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
          sql`${messages.seq} = (SELECT max(seq) FROM messages WHERE channel = ${channels.id})`,
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

/** By author and by age: what people ask to see, and what is to be forgotten. */
function prepareForgetting(tables: Tables) {
  const byAuthor = eq(messages.authorId, given("author"));
  return {
    lastNumber: tables.select({ n: messages.n }).from(messages).orderBy(desc(messages.n)).limit(1).prepare(),
    numbered: tables
      .select({ id: messages.id })
      .from(messages)
      .where(and(byAuthor, sql`${messages.n} >= ${given("from")} AND ${messages.n} < ${given("to")}`))
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
        .orderBy(sql`${messages.n} LIMIT ${given("limit")}`),
      toMessage,
    ),
  };
}
