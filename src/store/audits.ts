// The audit list: every change that people made.
import type { ScopeId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, desc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import type { AuditEntry } from "./registry.ts";
import { audits } from "./registry-tables.ts";

export class Audits {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  record({ by, ...entry }: AuditEntry): void {
    this.#queries.record.run({ ...entry, byId: by.id, byName: by.name });
  }

  /** The number of the newest entry; null: there is none. */
  lastNumber(): number | null {
    return this.#queries.lastNumber.get()?.n ?? null;
  }

  /** Newest first. */
  of(scopes: readonly ScopeId[], limit: number): readonly AuditEntry[] {
    return this.#queries.ofScopes
      .all({ scopes: JSON.stringify(scopes), limit })
      .map(({ n: _n, byId, byName, ...entry }) => ({ ...entry, by: { id: byId, name: byName } }));
  }

  /** Who did that there last, as shown to people; null: nobody, or too long ago. */
  lastBy(scope: ScopeId, what: string): string | null {
    return this.#queries.lastBy.get({ scope, what })?.byName ?? null;
  }

  /** Forgets at most `limit`; returns how many. */
  expire(olderThan: number, limit: number): number {
    return this.#queries.expire.run({ olderThan, limit }).changes;
  }
}

function prepare(tables: Tables) {
  return {
    record: tables
      .insert(audits)
      .values({
        at: value("at"),
        scope: value("scope"),
        byId: value("byId"),
        byName: value("byName"),
        what: value("what"),
        subject: value("subject"),
        before: value("before"),
        after: value("after"),
      })
      .prepare(),
    lastNumber: tables
      .select({ n: sql<number | null>`max(${audits.n})` })
      .from(audits)
      .prepare(),
    ofScopes: tables
      .select()
      .from(audits)
      .where(sql`${audits.scope} IN (SELECT value FROM json_each(${given("scopes")}))`)
      .orderBy(desc(audits.at), sql`${audits.n} DESC LIMIT ${given("limit")}`)
      .prepare(),
    lastBy: tables
      .select({ byName: audits.byName })
      .from(audits)
      .where(and(eq(audits.scope, given("scope")), eq(audits.what, given("what"))))
      .orderBy(desc(audits.at), sql`${audits.n} DESC LIMIT 1`)
      .prepare(),
    expire: tables
      .delete(audits)
      .where(sql`${audits.n} IN (SELECT n FROM audits WHERE at < ${given("olderThan")} LIMIT ${given("limit")})`)
      .prepare(),
  };
}
