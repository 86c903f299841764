// Leases: which process is alive, which channels are due, and who may work on them.
import type { SQL } from "drizzle-orm";
import type { ChannelId, PlatformName, ProcessId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import { LeaseLost } from "../errors.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, lt, lte, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import type { Lease } from "./store.ts";
import { DEAD_AFTER_MS } from "./store.ts";
import { channels, processes } from "./tables.ts";
import { IS_OPEN_HERE } from "./turn-rows.ts";

/** What a worker needs to know of its channel. */
export interface Standing {
  readonly lastSeq: number;
  readonly directedSeq: number;
  readonly changes: number;
  readonly unnamed: Place["unnamed"];
  readonly watchedAt: number | null;
  /** Whether turns are open there. */
  readonly hasTurns: boolean;
  readonly hasScenes: boolean;
}

// No channel has changed so often: a lease that this process did not read with leaves the channel due.
const NEVER_SEEN = -1;

export class Leases {
  readonly #queries: ReturnType<typeof prepareLeases> & ReturnType<typeof prepareProcesses>;

  /** How far the holder of each lease of this process has read the changes of its channel. */
  readonly #seen = new Map<ChannelId, { readonly fence: number; readonly changes: number }>();

  constructor(tables: Tables) {
    this.#queries = { ...prepareLeases(tables), ...prepareProcesses(tables) };
  }

  due(platforms: readonly PlatformName[], now: number, limit: number): readonly ChannelId[] {
    const alive = { aliveSince: now - DEAD_AFTER_MS, aliveUntil: now + DEAD_AFTER_MS };
    const rows = this.#queries.due.all({ platforms: JSON.stringify(platforms), now, ...alive, limit });
    return rows.map((row) => row.id);
  }

  /** One heartbeat; `dead` have had their last, however short ago. */
  beat(process: ProcessId, now: number, dead: readonly ProcessId[]): void {
    this.#queries.beat.run({ process, now });
    for (const each of dead) this.#queries.forget.run({ process: each });
  }

  leave(process: ProcessId): void {
    this.#queries.freeAll.run({ process });
    this.#queries.forget.run({ process });
  }

  /** Everyone whose last heartbeat is recent. One from the future is left from before the clock was set back. */
  alive(now: number): readonly ProcessId[] {
    const alive = { aliveSince: now - DEAD_AFTER_MS, aliveUntil: now + DEAD_AFTER_MS };
    return this.#queries.alive.all(alive).map((row) => row.id);
  }

  forgetDead(olderThan: number): void {
    this.#queries.forgetDead.run({ olderThan });
  }

  /** Null when a living process holds the channel, this one included, or there is no such channel. */
  take(
    channel: ChannelId,
    process: ProcessId,
    now: number,
  ): { readonly lease: Lease; readonly standing: Standing } | null {
    const alive = { aliveSince: now - DEAD_AFTER_MS, aliveUntil: now + DEAD_AFTER_MS };
    const taken = this.#queries.take.get({ channel, process, now, ...alive });
    if (taken === null) return null;
    const { fence, standing } = taken;
    const lease = { channel, process, fence };
    this.#see(lease, standing);
    return { lease, standing };
  }

  /** Throws `LeaseLost` when the lease is not the channel's any more. */
  held(lease: Lease): Standing {
    const standing = this.#queries.held.get(lease);
    if (standing === null) throw lost(lease);
    return standing;
  }

  /** As `held`, and what changed until now is known to the holder. */
  look(lease: Lease): Standing {
    const standing = this.held(lease);
    this.#see(lease, standing);
    return standing;
  }

  /** As `held`, and everything up to `throughSeq` counts as directed. */
  direct(lease: Lease, throughSeq: number): void {
    const { channel, process, fence } = lease;
    if (this.#queries.direct.run({ channel, process, fence, throughSeq }) === 0) throw lost(lease);
  }

  /** As `held`, and the channel is free. It stays due when messages are not directed yet, when something changed since the holder looked, or when `dueAt` is null though turns wait. */
  give(lease: Lease, dueAt: number | null): void {
    const { channel, process, fence } = lease;
    const seen = this.#seen.get(channel);
    const seenChanges = seen?.fence === fence ? seen.changes : NEVER_SEEN;
    if (this.#queries.give.run({ channel, process, fence, dueAt, seenChanges }) === 0) throw lost(lease);
  }

  /** Takes the channel from whoever works on it: what that worker still does is refused. */
  seize(channel: ChannelId, now: number): void {
    this.#queries.seize.run({ channel, now });
  }

  #see({ channel, fence }: Lease, { changes }: Standing): void {
    this.#seen.set(channel, { fence, changes });
  }
}

/** What everyone is told whose lease is not the channel's any more. */
export function lost(lease: Lease): LeaseLost {
  return new LeaseLost(
    `the channel ${lease.channel} is not held by ${lease.process} with fence ${lease.fence} any more`,
  );
}

/** The row of the channel whose lease this is: none when the lease is lost. */
export function isHeld(): SQL | undefined {
  return and(
    eq(channels.id, given("channel")),
    eq(channels.holder, given("process")),
    eq(channels.fence, given("fence")),
  );
}

function toStanding([lastSeq, directedSeq, changes, unnamed, watchedAt, hasTurns, hasScenes]: readonly [
  ...StandingColumns,
  ...unknown[],
]): Standing {
  return { lastSeq, directedSeq, changes, unnamed, watchedAt, hasTurns: hasTurns === 1, hasScenes: hasScenes === 1 };
}

/** In the order in which `toStanding` takes them. */
function standingColumns() {
  return {
    lastSeq: channels.lastSeq,
    directedSeq: channels.directedSeq,
    changes: channels.changes,
    unnamed: channels.unnamed,
    watchedAt: channels.watchedAt,
    hasTurns: sql`EXISTS (SELECT 1 FROM turns WHERE ${IS_OPEN_HERE})`,
    hasScenes: sql`EXISTS (SELECT 1 FROM scenes WHERE scenes.channel = ${given("channel")})`,
  };
}

type StandingColumns = readonly [
  lastSeq: number,
  directedSeq: number,
  changes: number,
  unnamed: Place["unnamed"],
  watchedAt: number | null,
  hasTurns: 0 | 1,
  hasScenes: 0 | 1,
];

function toTaken(row: readonly [...StandingColumns, fence: number]): {
  readonly standing: Standing;
  readonly fence: number;
} {
  return { standing: toStanding(row), fence: row[7] };
}

function prepareLeases(tables: Tables) {
  const byId = eq(channels.id, given("channel"));
  const dueNow = sql`min(coalesce(${channels.dueAt}, ${value("now")}), ${value("now")})`;
  const standing = standingColumns();
  // A process that holds it already is alive: it is asking.
  const isFree = sql`(${channels.holder} IS NULL OR (${channels.holder} <> ${given("process")} AND NOT EXISTS (
    SELECT 1 FROM processes WHERE processes.id = ${channels.holder} AND processes.beat_at BETWEEN ${given("aliveSince")} AND ${given("aliveUntil")}
  )))`;
  return {
    // Due from now on whatever happens: only giving it back makes it wait again.
    take: prepareRead(
      tables,
      tables
        .update(channels)
        .set({ holder: sql`${value("process")}`, fence: sql`${channels.fence} + 1`, dueAt: dueNow })
        .where(and(byId, isFree))
        .returning({ ...standing, fence: channels.fence }),
      toTaken,
    ),
    held: prepareRead(tables, tables.select(standing).from(channels).where(isHeld()), toStanding),
    direct: prepareWrite(
      tables,
      tables
        .update(channels)
        .set({ directedSeq: sql`max(${channels.directedSeq}, ${value("throughSeq")})` })
        .where(isHeld()),
    ),
    give: prepareWrite(
      tables,
      tables
        .update(channels)
        .set({
          holder: null,
          dueAt: sql`CASE
          WHEN ${channels.lastSeq} > ${channels.directedSeq} OR ${channels.changes} <> ${value("seenChanges")}
          THEN coalesce(${channels.dueAt}, 0)
          WHEN ${value("dueAt")} IS NULL AND EXISTS (
            SELECT 1 FROM turns WHERE ${IS_OPEN_HERE}
          )
          THEN coalesce(${channels.dueAt}, 0)
          ELSE ${value("dueAt")} END`,
          // The next tick may be asked at the same place as the last message.
          openSeq: sql`coalesce((SELECT min(asked) FROM turns WHERE ${IS_OPEN_HERE}), ${channels.directedSeq})`,
        })
        .where(isHeld()),
    ),
    seize: tables
      .update(channels)
      .set({
        holder: null,
        fence: sql`${channels.fence} + 1`,
        directedSeq: sql`${channels.lastSeq}`,
        changes: sql`${channels.changes} + 1`,
        dueAt: dueNow,
      })
      .where(byId)
      .prepare(),
  };
}

function prepareProcesses(tables: Tables) {
  const byId = eq(processes.id, given("process"));
  return {
    due: tables
      .select({ id: channels.id })
      .from(channels)
      .leftJoin(processes, eq(processes.id, channels.holder))
      .where(
        and(
          lte(channels.dueAt, given("now")),
          sql`${channels.platform} IN (SELECT value FROM json_each(${given("platforms")}))`,
          sql`(${channels.holder} IS NULL OR ${processes.beatAt} IS NULL
            OR ${processes.beatAt} NOT BETWEEN ${given("aliveSince")} AND ${given("aliveUntil")})`,
        ),
      )
      .orderBy(sql`${channels.dueAt} LIMIT ${given("limit")}`)
      .prepare(),
    beat: tables
      .insert(processes)
      .values({ id: value("process"), beatAt: value("now") })
      .onConflictDoUpdate({ target: processes.id, set: { beatAt: sql`excluded.beat_at` } })
      .prepare(),
    alive: tables
      .select({ id: processes.id })
      .from(processes)
      .where(sql`${processes.beatAt} BETWEEN ${given("aliveSince")} AND ${given("aliveUntil")}`)
      .prepare(),
    forget: tables.delete(processes).where(byId).prepare(),
    forgetDead: tables
      .delete(processes)
      .where(lt(processes.beatAt, given("olderThan")))
      .prepare(),
    freeAll: tables
      .update(channels)
      .set({ holder: null })
      .where(eq(channels.holder, given("process")))
      .prepare(),
  };
}
