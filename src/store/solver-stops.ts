// Why calls to a model's server are stopped until a person mends it.
import type { Tables } from "./drizzle.ts";
import { eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import type { SolverStop } from "./store.ts";
import { solverStops } from "./tables.ts";

export class SolverStops {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  get(server: string): SolverStop | null {
    return this.#queries.one.get({ server }) ?? null;
  }

  set(server: string, stop: SolverStop | null): void {
    if (stop === null) this.#queries.remove.run({ server });
    else this.#queries.set.run({ server, why: stop.why, at: stop.at });
  }
}

function prepare(tables: Tables) {
  const byServer = eq(solverStops.server, given("server"));
  return {
    one: tables.select({ why: solverStops.why, at: solverStops.at }).from(solverStops).where(byServer).prepare(),
    set: tables
      .insert(solverStops)
      .values({ server: value("server"), why: value("why"), at: value("at") })
      .onConflictDoUpdate({
        target: solverStops.server,
        set: { why: sql`excluded.why`, at: sql`excluded.at` },
      })
      .prepare(),
    remove: tables.delete(solverStops).where(byServer).prepare(),
  };
}
