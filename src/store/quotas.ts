// Quotas: how often each person was answered of late, all channels of a workspace together. The turns say so; what they say is kept in memory, so that an answer costs no statement for it.
import type { AuthorId, ChannelId, WorkspaceId } from "../domain/ids.ts";
import type { Quota, QuotaName } from "../domain/quota.ts";
import { QUOTA_MS, quotaFor } from "../domain/quota.ts";
import { dataVersionOf } from "./connection.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { asides } from "./ledger-tables.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";
import { channels, turns } from "./tables.ts";

/** A turn that answers somebody. */
export interface AskedTurn {
  readonly n: number;
  readonly channel: ChannelId;
  /** The channel's; null: the channel stands alone. */
  readonly workspace: WorkspaceId | null;
  readonly askedBy: AuthorId | null;
  readonly createdAt: number;
}

// Rows read at once when the last day is read for the first time.
const SLICE_ROWS = 2_000;

// What has gone by is dropped so often.
const TIDY_MS = 10 * 60_000;

export class Quotas {
  readonly #queries: ReturnType<typeof prepareTurns> & ReturnType<typeof prepareAsides>;
  readonly #version: () => unknown;
  /** By workspace and person: when each turn that was begun was asked for, by its number. */
  readonly #begun = new Map<string, Map<number, number>>();
  /** Asides up to this one need not be looked at again. */
  #throughAside = 0;
  /** Turns up to this one need not be looked at again; null: none was read yet. */
  #through: number | null = null;
  #seenVersion: unknown = null;
  #tidyAt = 0;

  constructor(tables: Tables) {
    this.#queries = { ...prepareTurns(tables), ...prepareAsides(tables) };
    this.#version = dataVersionOf(tables.$client);
  }

  /** The quota that holds this turn back; null: none does. Call it within the transaction that begins the turn: nobody else can write then. */
  over(turn: AskedTurn, quota: Quota, now: number): QuotaName | null {
    this.#look(now);
    const times = this.#begun.get(keyOf(turn));
    return times === undefined ? null : quotaFor(times.values(), quota, now);
  }

  /** The turn is begun. */
  count(turn: AskedTurn): void {
    if (this.#through !== null) this.#note(turn);
  }

  /** Counts an answer that is no turn, unless a quota holds it back: then which. */
  takeAside(aside: Omit<AskedTurn, "n" | "createdAt">, quota: Quota, now: number): QuotaName | null {
    const { channel, workspace, askedBy } = aside;
    const over = this.over({ ...aside, n: 0, createdAt: now }, quota, now);
    if (over !== null) return over;
    const n = this.#queries.aside.insert({ channel, workspace, askedBy, at: now });
    this.#note({ ...aside, n: asideNumber(n), createdAt: now });
    return null;
  }

  /** Forgets asides from before. */
  expire(olderThan: number): void {
    this.#queries.expireAsides.run({ olderThan });
  }

  /** Something that was counted may be undone: all is read anew when it is next asked for. */
  forget(): void {
    this.#begun.clear();
    this.#through = null;
    this.#throughAside = 0;
  }

  #look(now: number): void {
    const version = this.#version();
    if (this.#through === null) this.#readDay(now);
    else if (version !== this.#seenVersion) this.#take(this.#queries.after.all({ after: this.#through }));
    if (this.#seenVersion !== version || this.#throughAside === 0) this.#takeAsides();
    this.#seenVersion = version;
    if (now < this.#tidyAt && this.#tidyAt - now <= TIDY_MS) return;
    this.#tidyAt = now + TIDY_MS;
    this.#tidy(now);
  }

  #readDay(now: number): void {
    const rows: Row[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const slice = this.#queries.before.all({ before, limit: SLICE_ROWS });
      rows.push(...slice);
      const oldest = slice.at(-1);
      if (oldest === undefined || oldest.createdAt <= now - QUOTA_MS.day) break;
      before = oldest.n;
    }
    this.#take(rows);
  }

  #take(rows: readonly Row[]): void {
    let through = this.#through ?? 0;
    let waiting = Number.MAX_SAFE_INTEGER;
    for (const row of rows) {
      through = Math.max(through, row.n);
      if (row.hasBegun) this.#note(row);
      else if (row.isOpen) waiting = Math.min(waiting, row.n);
    }
    // What waits may be begun by another process.
    this.#through = Math.min(through, waiting - 1);
  }

  #takeAsides(): void {
    for (const aside of this.#queries.asidesAfter.all({ after: this.#throughAside })) {
      this.#throughAside = aside.n;
      this.#note({ ...aside, n: asideNumber(aside.n) });
    }
  }

  #note(turn: AskedTurn): void {
    const key = keyOf(turn);
    const times = this.#begun.get(key);
    if (times === undefined) this.#begun.set(key, new Map([[turn.n, turn.createdAt]]));
    else times.set(turn.n, turn.createdAt);
  }

  #tidy(now: number): void {
    for (const [key, times] of this.#begun) {
      for (const [n, at] of times) if (at <= now - QUOTA_MS.day) times.delete(n);
      if (times.size === 0) this.#begun.delete(key);
    }
  }
}

/** Asides stand among the turns by numbers that no turn has. */
function asideNumber(n: number): number {
  return -n;
}

function keyOf({ workspace, channel, askedBy }: AskedTurn): string {
  return `${workspace ?? channel} ${askedBy ?? ""}`;
}

interface Row extends AskedTurn {
  readonly hasBegun: boolean;
  readonly isOpen: boolean;
}

type Columns = readonly [
  n: number,
  channel: ChannelId,
  workspace: WorkspaceId | null,
  askedBy: AuthorId | null,
  createdAt: number,
  attempts: number,
  state: string,
];

function toRow([n, channel, workspace, askedBy, createdAt, attempts, state]: Columns): Row {
  return { n, channel, workspace, askedBy, createdAt, hasBegun: attempts > 0, isOpen: state !== "ended" };
}

function prepareTurns(tables: Tables) {
  const columns = {
    n: turns.n,
    channel: turns.channel,
    workspace: channels.workspace,
    askedBy: turns.askedBy,
    createdAt: turns.createdAt,
    attempts: turns.attempts,
    state: turns.state,
  };
  const from = () => tables.select(columns).from(turns).leftJoin(channels, eq(channels.id, turns.channel));
  return {
    before: prepareRead(
      tables,
      from()
        .where(sql`${turns.n} < ${given("before")} AND ${turns.unasked} = 0`)
        .orderBy(sql`${turns.n} DESC LIMIT ${given("limit")}`),
      toRow,
    ),
    after: prepareRead(
      tables,
      from()
        .where(sql`${turns.n} > ${given("after")} AND ${turns.unasked} = 0`)
        .orderBy(turns.n),
      toRow,
    ),
  };
}

function prepareAsides(tables: Tables) {
  const { n, channel, workspace, askedBy, at } = asides;
  return {
    aside: prepareWrite(
      tables,
      tables.insert(asides).values({
        channel: value("channel"),
        workspace: value("workspace"),
        askedBy: value("askedBy"),
        at: value("at"),
      }),
    ),
    asidesAfter: prepareRead(
      tables,
      tables
        .select({ n, channel, workspace, askedBy, at })
        .from(asides)
        .where(sql`${n} > ${given("after")}`)
        .orderBy(n),
      ([number, where, around, by, createdAt]: readonly [
        number,
        ChannelId,
        WorkspaceId | null,
        AuthorId,
        number,
      ]): AskedTurn => ({ n: number, channel: where, workspace: around, askedBy: by, createdAt }),
    ),
    expireAsides: tables
      .delete(asides)
      .where(sql`${at} < ${given("olderThan")}`)
      .prepare(),
  };
}
