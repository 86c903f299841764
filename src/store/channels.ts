// Channels: the places of messages in them, and what makes them due.
import type { ChannelId, PlatformName } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead } from "./prepared.ts";
import { channels } from "./tables.ts";

export class Channels {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** The next place, for a message that came in: the channel is due, and its facts are as the newest message has them. */
  takeArrivalPlace(place: Place, now: number): number {
    const { platform, channel, parent, workspace, unnamed } = place;
    const seq = this.#queries.arrive.get({ platform, channel, parent, workspace, unnamed, now });
    if (seq === null) throw new RangeError(`there is no place in ${channel}`);
    return seq;
  }

  /** The next place, for what a persona said. */
  takeSpokenPlace(channel: ChannelId, now: number): number {
    const seq = this.#queries.speak.get({ channel, now });
    if (seq === null) throw new RangeError(`there is no channel ${channel}`);
    return seq;
  }

  /** Makes the row of a channel in which nothing was said yet. */
  ensure(channel: ChannelId, platform: PlatformName): void {
    this.#queries.ensure.run({ channel, platform });
  }

  /** Something changed that a worker must look at, by `dueAt` (null: whenever one looks). */
  change(channel: ChannelId, dueAt: number | null): void {
    this.#queries.change.run({ channel, dueAt });
  }

  watchedAt(channel: ChannelId): { readonly watchedAt: number | null } | null {
    return this.#queries.watchedAt.get({ channel }) ?? null;
  }

  recordWatched(channel: ChannelId, now: number): void {
    this.#queries.watch.run({ channel, now });
  }
}

const toSeq = ([seq]: readonly [number]): number => seq;

function prepare(tables: Tables) {
  const byId = eq(channels.id, given("channel"));
  const next = sql`${channels.lastSeq} + 1`;
  return {
    arrive: prepareRead(
      tables,
      tables
        .insert(channels)
        .values({
          id: value("channel"),
          platform: value("platform"),
          parent: value("parent"),
          workspace: value("workspace"),
          unnamed: value("unnamed"),
          lastSeq: 1,
          dueAt: value("now"),
        })
        .onConflictDoUpdate({
          target: channels.id,
          set: {
            parent: sql`excluded.parent`,
            workspace: sql`excluded.workspace`,
            unnamed: sql`excluded.unnamed`,
            lastSeq: next,
            dueAt: sql`min(coalesce(${channels.dueAt}, excluded.due_at), excluded.due_at)`,
          },
        })
        .returning({ lastSeq: channels.lastSeq }),
      toSeq,
    ),
    speak: prepareRead(
      tables,
      tables
        .update(channels)
        .set({ lastSeq: next, dueAt: sql`min(coalesce(${channels.dueAt}, ${value("now")}), ${value("now")})` })
        .where(byId)
        .returning({ lastSeq: channels.lastSeq }),
      toSeq,
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
