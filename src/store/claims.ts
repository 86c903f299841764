// Claims: who came first, for a while.
import type { Tables } from "./drizzle.ts";
import { lte, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { claims } from "./tables.ts";

export class Claims {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** True when nobody holds the key at `now`. */
  take(key: string, forMs: number, now: number): boolean {
    return this.#queries.take.run({ key, until: now + forMs, now }).changes > 0;
  }

  expire(now: number): void {
    this.#queries.expire.run({ now });
  }
}

function prepare(tables: Tables) {
  return {
    take: tables
      .insert(claims)
      .values({ key: value("key"), until: value("until") })
      .onConflictDoUpdate({
        target: claims.key,
        set: { until: sql`excluded.until` },
        // One that runs longer than anybody would claim it was taken before the clock was set back.
        setWhere: sql`${claims.until} <= ${given("now")} OR ${claims.until} > ${given("until")}`,
      })
      .prepare(),
    expire: tables
      .delete(claims)
      .where(lte(claims.until, given("now")))
      .prepare(),
  };
}
