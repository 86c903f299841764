// What is taken of the limits of platforms: one row for each bucket, read and written inside the transaction that needs it.
import type { ChannelId } from "../domain/ids.ts";
import type { Bucket, Pacing, Slot, Taken } from "../domain/pace.ts";
import { nothingTaken, slotFor, stillTaken, withClosing, withSettled, withSlot } from "../domain/pace.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { paces } from "./pace-tables.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { posts } from "./tables.ts";
import { isOpenIn } from "./turn-rows.ts";

export class PaceRows {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** Takes what there is, or keeps what may be booked. Where there is a slot now, it is taken if `begin` says so; null: it does not. */
  take(pacing: Pacing, now: number, begin: () => boolean): Slot | null {
    const taken = pacing.buckets.map((bucket) => this.#taken(bucket, now));
    const slot = slotFor(pacing, taken, now);
    if (slot.kind === "later") return slot;
    if (slot.kind === "now" && !begin()) return null;
    const at = slot.kind === "now" ? now : slot.at;
    for (const [index, bucket] of pacing.buckets.entries()) {
      this.#put(bucket, withSlot(taken[index] ?? nothingTaken, pacing, at), at);
    }
    return slot;
  }

  settle(pacing: Pacing, closedUntil: number | null, now: number): void {
    for (const bucket of pacing.buckets) {
      const settled = withSettled(this.#taken(bucket, now), pacing.by, now);
      this.#put(bucket, closedUntil === null ? settled : withClosing(settled, closedUntil, now), now);
    }
  }

  /** What is ready to be said in the channel is not tried before `at`. What is set already is not written again, so that a flood of posts that wait costs one page, not one each. */
  hold(channel: ChannelId, at: number): void {
    this.#queries.hold.run({ channel, at });
  }

  /** Forgets at most `limit` buckets of which nothing counts any more; returns how many. */
  expire(now: number, limit: number): number {
    return this.#queries.expire.run({ now, limit });
  }

  #taken(bucket: Bucket, now: number): Taken {
    const taken = this.#queries.taken.get({ bucket: bucket.key });
    return taken === null ? nothingTaken : stillTaken(taken, bucket, now);
  }

  #put({ key, windows }: Bucket, taken: Taken, at: number): void {
    const longestMs = Math.max(...windows.map((window) => window.ms));
    this.#queries.put.run({ bucket: key, taken, countsUntil: Math.max(at + KEPT_MS + longestMs, taken.closedUntil) });
  }
}

// A slot that nobody settles counts for some seconds longer.
const KEPT_MS = 60_000;

function prepare(tables: Tables) {
  return {
    taken: prepareRead(
      tables,
      tables
        .select({ taken: paces.taken })
        .from(paces)
        .where(eq(paces.bucket, given("bucket"))),
      ([taken]: readonly [string]) => JSON.parse(taken) as Taken,
    ),
    put: prepareWrite(
      tables,
      tables
        .insert(paces)
        .values({ bucket: value("bucket"), taken: value("taken"), countsUntil: value("countsUntil") })
        .onConflictDoUpdate({
          target: paces.bucket,
          set: { taken: sql`excluded.taken`, countsUntil: sql`excluded.counts_until` },
        }),
    ),
    hold: prepareWrite(
      tables,
      tables
        .update(posts)
        .set({ dueAt: sql`${value("at")}` })
        .where(
          sql`${posts.turn} IN (SELECT turns.id FROM turns WHERE ${isOpenIn(given("channel"))} AND turns.state = 'saying')
            AND ${posts.state} = 'ready' AND ${posts.dueAt} < ${given("at")}`,
        ),
    ),
    expire: prepareWrite(
      tables,
      tables
        .delete(paces)
        .where(
          sql`${paces.bucket} IN (SELECT bucket FROM paces WHERE counts_until < ${given("now")} LIMIT ${given("limit")})`,
        ),
    ),
  };
}
