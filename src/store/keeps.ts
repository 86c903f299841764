// What adapters remember: how far they have heard, and what they keep sealed.
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { checkpoints, keeps } from "./registry-tables.ts";

export class Keeps {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  recordCheckpoint(checkpoint: Checkpoint): void {
    this.#queries.recordCheckpoint.run({ ...checkpoint });
  }

  checkpoint(key: string): string | null {
    return this.#queries.checkpoint.get({ key })?.value ?? null;
  }

  get(key: string): string | null {
    return this.#queries.get.get({ key })?.value ?? null;
  }

  /** Null forgets it. `until`: when it may be forgotten; null: never by itself. */
  put(key: string, sealed: string | null, until: number | null): void {
    if (sealed === null) this.#queries.remove.run({ key });
    else this.#queries.put.run({ key, value: sealed, until });
  }

  /** Forgets what has run out; returns how many, at most `limit`. */
  expire(now: number, limit: number): number {
    return this.#queries.expire.run({ now, limit }).changes;
  }
}

function prepare(tables: Tables) {
  const row = { key: value("key"), value: value("value") };
  const newest = { set: { value: sql`excluded.value` } };
  const byKey = eq(keeps.key, given("key"));
  return {
    recordCheckpoint: tables
      .insert(checkpoints)
      .values(row)
      .onConflictDoUpdate({ target: checkpoints.key, ...newest })
      .prepare(),
    checkpoint: tables
      .select({ value: checkpoints.value })
      .from(checkpoints)
      .where(eq(checkpoints.key, given("key")))
      .prepare(),
    get: tables.select({ value: keeps.value }).from(keeps).where(byKey).prepare(),
    put: tables
      .insert(keeps)
      .values({ ...row, until: value("until") })
      .onConflictDoUpdate({
        target: keeps.key,
        set: { value: sql`excluded.value`, until: sql`excluded.until` },
      })
      .prepare(),
    expire: tables
      .delete(keeps)
      .where(sql`${keeps.key} IN (SELECT key FROM keeps WHERE until <= ${given("now")} LIMIT ${given("limit")})`)
      .prepare(),
    remove: tables.delete(keeps).where(byKey).prepare(),
  };
}
