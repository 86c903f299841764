// Bindings: which persona lives where.
import type { Binding } from "../domain/binding.ts";
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, asc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { bindings } from "./registry-tables.ts";

export class Bindings {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** False when it is there already. */
  add(binding: Binding): boolean {
    return this.#queries.add.run({ ...binding }).changes > 0;
  }

  /** False when it is not there. */
  remove(persona: PersonaId, scope: ScopeId): boolean {
    return this.#queries.remove.run({ persona, scope }).changes > 0;
  }

  removeAll(persona: PersonaId): void {
    this.#queries.removeAll.run({ persona });
  }

  count(scope: ScopeId): number {
    return this.of([scope]).length;
  }

  of(scopes: readonly ScopeId[]): readonly Binding[] {
    return this.#queries.ofScopes.all({ scopes: JSON.stringify(scopes) });
  }

  ofPersona(persona: PersonaId): readonly Binding[] {
    return this.#queries.ofPersona.all({ persona });
  }
}

function prepare(tables: Tables) {
  const ofPersona = eq(bindings.persona, given("persona"));
  const inOrder = [asc(bindings.at), asc(bindings.persona)] as const;
  return {
    add: tables
      .insert(bindings)
      .values({ scope: value("scope"), persona: value("persona"), by: value("by"), at: value("at") })
      .onConflictDoNothing()
      .prepare(),
    remove: tables
      .delete(bindings)
      .where(and(ofPersona, eq(bindings.scope, given("scope"))))
      .prepare(),
    removeAll: tables.delete(bindings).where(ofPersona).prepare(),
    ofScopes: tables
      .select()
      .from(bindings)
      .where(sql`${bindings.scope} IN (SELECT value FROM json_each(${given("scopes")}))`)
      .orderBy(...inOrder)
      .prepare(),
    ofPersona: tables
      .select()
      .from(bindings)
      .where(ofPersona)
      .orderBy(...inOrder)
      .prepare(),
  };
}
