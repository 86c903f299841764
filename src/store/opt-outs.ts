// People who are neither stored nor sent to a model.
import type { AuthorId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { eq } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { prepareRead } from "./prepared.ts";
import { optOuts } from "./registry-tables.ts";

export class OptOuts {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  has(author: AuthorId): boolean {
    return this.#queries.one.get({ author }) !== null;
  }

  add(author: AuthorId, now: number): void {
    this.#queries.add.run({ author, now });
  }

  /** False when they had not opted out. */
  remove(author: AuthorId): boolean {
    return this.#queries.remove.run({ author }).changes > 0;
  }
}

function prepare(tables: Tables) {
  const byAuthor = eq(optOuts.author, given("author"));
  return {
    one: prepareRead(
      tables,
      tables.select({ at: optOuts.at }).from(optOuts).where(byAuthor),
      ([at]: readonly [number]) => at,
    ),
    add: tables
      .insert(optOuts)
      .values({ author: value("author"), at: value("now") })
      .onConflictDoNothing()
      .prepare(),
    remove: tables.delete(optOuts).where(byAuthor).prepare(),
  };
}
