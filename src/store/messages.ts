// Messages: stored once, each at its place in its channel.
import type { AuthorId, ChannelId, MessageId, PlatformName } from "../domain/ids.ts";
import type { Arrival, Author, Message, Spoken } from "../domain/message.ts";
import type { Channels } from "./channels.ts";
import { dataVersionOf } from "./connection.ts";
import type { Tables } from "./drizzle.ts";
import type { MessageQueries } from "./message-queries.ts";
import { prepareMessageQueries } from "./message-queries.ts";
import { noImages, rowOf } from "./message-rows.ts";
import { Newest } from "./newest.ts";
import type { Page } from "./store.ts";
import { UNDIRECTED_MAX } from "./store.ts";
import type { LastMessage } from "./registry.ts";

/** What a persona said, as it is to be stored. */
export interface SpokenMessage {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** The next place in the channel. */
  readonly seq: number;
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

/** A message's place in the order of all. */
export interface MessagePlace {
  readonly channel: string;
  readonly seq: number;
}

export class Messages {
  readonly #queries: MessageQueries;
  readonly #channels: Channels;
  readonly #newest: Newest;

  constructor(tables: Tables, channels: Channels) {
    this.#queries = prepareMessageQueries(tables);
    this.#channels = channels;
    this.#newest = new Newest(dataVersionOf(tables.$client));
  }

  /** What was written last is undone. */
  undone(): void {
    this.#newest.forgetAll();
  }

  /** False when the id is known already, or its author wants not to be heard. */
  recordArrival(arrival: Arrival, tokens: number, now: number): boolean {
    const { id, place, author, text, createdAt } = arrival;
    const { isUnwanted, lastSeq } = this.#queries.arriving({ id, channel: place.channel, author: author.id });
    if (isUnwanted) return false;
    const seq = lastSeq + 1;
    this.#channels.takeArrivalPlace(place, seq, now);
    // A reply leads into its conversation only where both stand in one channel: what is said in one is nothing to another.
    const original = arrival.replyTo === null ? null : this.#queries.place.get({ id: arrival.replyTo });
    const known = original?.channel === place.channel ? original : null;
    const { images, toHouse, asks } = arrival;
    const message: Message = {
      id,
      channel: place.channel,
      seq,
      author,
      text,
      images,
      toHouse,
      asks,
      tokens,
      createdAt,
      replyTo: known?.id ?? null,
      conversation: known?.conversation ?? id,
      depth: 0,
      spoken: null,
    };
    this.#queries.insert.run(rowOf(message));
    this.#newest.add(message);
    return true;
  }

  /** What a persona said. Where its `echo` came in first, as anybody's message, that one becomes the persona's. */
  recordSpoken(message: SpokenMessage, echo: "stored" | "none"): void {
    const whole: Message = { ...message, images: noImages, toHouse: false, asks: null };
    if (echo === "stored") {
      this.#queries.own.run(rowOf(whole));
      this.#newest.forget(message.channel);
      return;
    }
    this.#channels.takeSpokenPlace(message.channel, message.seq);
    this.#queries.insert.run(rowOf(whole));
    this.#newest.add(whole);
  }

  lastSeq(channel: ChannelId): number {
    return this.#queries.lastSeq.get({ channel })?.seq ?? 0;
  }

  get(id: MessageId): Message | null {
    return this.#queries.one.get({ id });
  }

  /** Oldest first, at most `UNDIRECTED_MAX`. */
  after(channel: ChannelId, seq: number): readonly Message[] {
    const known = this.#newest.after(channel, seq);
    if (known !== null) return known.slice(0, UNDIRECTED_MAX);
    return this.#queries.upwards.all({ channel, after: seq, before: NO_BOUND, limit: UNDIRECTED_MAX });
  }

  recent(channel: ChannelId, throughSeq: number | null, limit: number): readonly Message[] {
    const known = throughSeq === null ? this.#newest.last(channel, limit) : null;
    if (known !== null) return known;
    const before = throughSeq === null ? NO_BOUND : throughSeq + 1;
    const read = this.#queries.downwards.all({ channel, after: 0, before, limit }).toReversed();
    if (throughSeq === null) this.#newest.keep(channel, read);
    return read;
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
    this.#newest.forgetAll();
  }

  remove(id: MessageId): void {
    this.#queries.remove.run({ id });
    this.#newest.forgetAll();
  }

  /** What somebody said, in all channels, oldest first. */
  by(author: AuthorId, limit: number): readonly Message[] {
    return this.#queries.byAuthor.all({ author, limit });
  }

  /** What `author` said among the next `rows` places after that one, of all channels one after the other; null: nothing stands there any more. */
  next(
    author: AuthorId,
    after: MessagePlace,
    rows: number,
  ): { readonly ids: readonly MessageId[]; readonly last: MessagePlace } | null {
    const slice = this.#queries.next.all({ ...after, rows });
    const last = slice.at(-1);
    if (last === undefined) return null;
    return { ids: slice.filter((row) => row.author === author).map((row) => row.id), last };
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
    this.#newest.forget(channel);
  }

  #seqIn(channel: ChannelId, id: MessageId): number | null {
    const place = this.#queries.place.get({ id });
    return place?.channel === channel ? place.seq : null;
  }
}
