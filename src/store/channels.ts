// Channels: the places of messages in them, and what makes them due.
import type { ChannelId, PlatformName } from "../domain/ids.ts";
import type { Message, Place } from "../domain/message.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, ne, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { KnownPlace } from "./registry.ts";
import { channels, messages } from "./tables.ts";

export class Channels {
  readonly #queries: ReturnType<typeof prepare> & ReturnType<typeof prepareThreads> & ReturnType<typeof prepareFacts>;

  constructor(tables: Tables) {
    this.#queries = { ...prepare(tables), ...prepareThreads(tables), ...prepareFacts(tables) };
  }

  /** Gives the place to a message that came in: the channel is due, and its facts are as the newest message has them. */
  takeArrivalPlace(place: Place, seq: number, now: number): void {
    const { platform, channel, parent, workspace, unnamed, nsfw } = place;
    this.#queries.arrive.run({ platform, channel, parent, workspace, unnamed, nsfw, seq, now });
  }

  /** Gives the place to what a persona said. Whoever says it holds the channel, which is due until it is given back. */
  takeSpokenPlace(channel: ChannelId, seq: number): void {
    this.#queries.speak.run({ channel, seq });
  }

  /** The next place, for what a persona says in a thread of the channel that its worker holds: the thread is due. */
  takeThreadPlace(place: Place, now: number): number {
    const seq = this.#queries.takeThreadPlace.get({ ...place, now });
    if (seq === null) throw new RangeError(`there is no channel ${place.channel}`);
    return seq;
  }

  /** Threads in which the message, which stands in the channel around them, was answered. */
  answeredIn({ id, channel, conversation }: Pick<Message, "id" | "channel" | "conversation">): readonly ChannelId[] {
    return this.#queries.answeredIn.all({ id, channel, conversation });
  }

  /** Makes the row of a thread in which nobody was heard yet. */
  ensureThread(place: Place): void {
    this.#queries.ensureThread.run(place);
  }

  /** Makes the row of a channel in which nothing was said yet. */
  ensure(channel: ChannelId, platform: PlatformName): void {
    this.#queries.ensure.run({ channel, platform });
  }

  /** Something changed that a worker must look at, by `dueAt` (null: whenever one looks). */
  change(channel: ChannelId, dueAt: number | null): void {
    this.#queries.change.run({ channel, dueAt });
  }

  /** As it was last heard from; null: it never was. */
  known(channel: ChannelId): KnownPlace | null {
    const row = this.#queries.known.get({ channel });
    if (row === undefined) return null;
    const { stoppedAt, ...place } = row;
    return { place: { ...place, channel }, stoppedAt };
  }

  all(): readonly Place[] {
    return this.#queries.all.all();
  }

  /** The channel itself, or the one of which it is a thread, when the talk there is stopped; null: it goes on. */
  stoppedAround(channel: ChannelId): ChannelId | null {
    return this.#queries.stopped.get({ channel });
  }

  setStopped(channel: ChannelId, stoppedAt: number | null): void {
    this.#queries.setStopped.run({ channel, stoppedAt });
  }

  /** The channel and its threads. */
  withThreads(channel: ChannelId): readonly ChannelId[] {
    return this.#queries.withThreads.all({ channel }).map((row) => row.id);
  }

  watchedAt(channel: ChannelId): { readonly watchedAt: number | null } | null {
    return this.#queries.watchedAt.get({ channel }) ?? null;
  }

  recordWatched(channel: ChannelId, now: number): void {
    this.#queries.watch.run({ channel, now });
  }
}

// What a channel's row has of its place.
const PLACE = {
  id: value("channel"),
  platform: value("platform"),
  parent: value("parent"),
  workspace: value("workspace"),
  unnamed: value("unnamed"),
  nsfw: value("nsfw"),
};

function prepare(tables: Tables) {
  const byId = eq(channels.id, given("channel"));
  return {
    arrive: prepareWrite(
      tables,
      tables
        .insert(channels)
        .values({ ...PLACE, lastSeq: value("seq"), dueAt: value("now") })
        .onConflictDoUpdate({
          target: channels.id,
          set: {
            parent: sql`excluded.parent`,
            workspace: sql`excluded.workspace`,
            unnamed: sql`excluded.unnamed`,
            nsfw: sql`excluded.nsfw`,
            lastSeq: sql`excluded.last_seq`,
            dueAt: sql`min(coalesce(${channels.dueAt}, excluded.due_at), excluded.due_at)`,
          },
        }),
    ),
    speak: prepareWrite(
      tables,
      tables
        .update(channels)
        .set({ lastSeq: sql`${value("seq")}` })
        .where(byId),
    ),
    ensure: tables
      .insert(channels)
      // What is said there tells whether people's messages that name nobody are answered.
      .values({ id: value("channel"), platform: value("platform"), unnamed: "ignored" })
      .onConflictDoNothing()
      .prepare(),
    change: tables
      .update(channels)
      .set({
        changes: sql`${channels.changes} + 1`,
        // A null on either side leaves the other.
        dueAt: sql`coalesce(min(${channels.dueAt}, ${value("dueAt")}), ${channels.dueAt}, ${value("dueAt")})`,
      })
      .where(byId)
      .prepare(),
    watchedAt: tables.select({ watchedAt: channels.watchedAt }).from(channels).where(byId).prepare(),
    watch: tables
      .update(channels)
      .set({ watchedAt: sql`${value("now")}` })
      .where(byId)
      .prepare(),
  };
}

function prepareThreads(tables: Tables) {
  return {
    takeThreadPlace: prepareRead(
      tables,
      tables
        .insert(channels)
        .values({ ...PLACE, lastSeq: 1, dueAt: value("now") })
        .onConflictDoUpdate({
          target: channels.id,
          set: {
            lastSeq: sql`${channels.lastSeq} + 1`,
            dueAt: sql`min(coalesce(${channels.dueAt}, excluded.due_at), excluded.due_at)`,
          },
        })
        .returning({ lastSeq: channels.lastSeq }),
      ([seq]: readonly [number]) => seq,
    ),
    answeredIn: prepareRead(
      tables,
      tables
        .selectDistinct({ channel: messages.channel })
        .from(messages)
        .where(
          and(
            eq(messages.conversation, given("conversation")),
            sql`${messages.conversation} <> ${messages.id}`,
            eq(messages.replyTo, given("id")),
            ne(messages.channel, given("channel")),
          ),
        ),
      ([channel]: readonly [ChannelId]) => channel,
    ),
    ensureThread: prepareWrite(tables, tables.insert(channels).values(PLACE).onConflictDoNothing()),
  };
}

function prepareFacts(tables: Tables) {
  const byId = eq(channels.id, given("channel"));
  return {
    all: tables
      .select({
        channel: channels.id,
        platform: channels.platform,
        parent: channels.parent,
        workspace: channels.workspace,
        unnamed: channels.unnamed,
        nsfw: channels.nsfw,
      })
      .from(channels)
      .prepare(),
    known: tables
      .select({
        platform: channels.platform,
        parent: channels.parent,
        workspace: channels.workspace,
        unnamed: channels.unnamed,
        nsfw: channels.nsfw,
        stoppedAt: channels.stoppedAt,
      })
      .from(channels)
      .where(byId)
      .prepare(),
    stopped: prepareRead(
      tables,
      tables
        .select({ id: channels.id })
        .from(channels)
        .where(
          sql`${channels.stoppedAt} IS NOT NULL AND (${channels.id} = ${given("channel")}
            OR ${channels.id} = (SELECT parent FROM channels WHERE id = ${given("channel")}))`,
        )
        .limit(1),
      ([id]: readonly [ChannelId]) => id,
    ),
    setStopped: tables
      .update(channels)
      .set({ stoppedAt: sql`${value("stoppedAt")}` })
      .where(byId)
      .prepare(),
    withThreads: tables
      .select({ id: channels.id })
      .from(channels)
      .where(sql`${channels.id} = ${given("channel")} OR ${channels.parent} = ${given("channel")}`)
      .prepare(),
  };
}
