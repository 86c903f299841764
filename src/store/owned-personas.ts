// Personas that people made, each belonging to a workspace.
import type { PersonaId, WorkspaceId } from "../domain/ids.ts";
import type { Tables } from "./drizzle.ts";
import { and, asc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import type { OwnedPersona } from "./registry.ts";
import { ownedPersonas } from "./registry-tables.ts";

export class OwnedPersonas {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  get(id: PersonaId): OwnedPersona | null {
    return this.#queries.one.get({ id }) ?? null;
  }

  /** Makes it, or makes it anew; one that was deleted lives again. */
  put(persona: Omit<OwnedPersona, "deletedAt">): void {
    this.#queries.put.run({ ...persona });
  }

  /** Null: it lives again. */
  setDeleted(id: PersonaId, deletedAt: number | null): void {
    this.#queries.setDeleted.run({ id, deletedAt });
  }

  /** Null: of every workspace. */
  of(workspace: WorkspaceId | null): readonly OwnedPersona[] {
    return workspace === null ? this.#queries.all.all() : this.#queries.ofWorkspace.all({ workspace });
  }

  /** Forgets at most `limit` that were deleted before; returns how many. */
  expire(deletedBefore: number, limit: number): number {
    return this.#queries.expire.run({ deletedBefore, limit }).changes;
  }
}

function prepare(tables: Tables) {
  const byId = eq(ownedPersonas.id, given("id"));
  return {
    one: tables.select().from(ownedPersonas).where(byId).prepare(),
    put: tables
      .insert(ownedPersonas)
      .values({
        id: value("id"),
        workspace: value("workspace"),
        handle: value("handle"),
        yaml: value("yaml"),
        by: value("by"),
        at: value("at"),
      })
      .onConflictDoUpdate({
        target: ownedPersonas.id,
        set: { yaml: sql`excluded.yaml`, by: sql`excluded.by`, at: sql`excluded.at`, deletedAt: null },
      })
      .prepare(),
    setDeleted: tables
      .update(ownedPersonas)
      .set({ deletedAt: sql`${value("deletedAt")}` })
      .where(byId)
      .prepare(),
    all: tables.select().from(ownedPersonas).orderBy(asc(ownedPersonas.id)).prepare(),
    ofWorkspace: tables
      .select()
      .from(ownedPersonas)
      .where(and(eq(ownedPersonas.workspace, given("workspace"))))
      .orderBy(asc(ownedPersonas.handle))
      .prepare(),
    expire: tables
      .delete(ownedPersonas)
      .where(
        sql`${ownedPersonas.id} IN (
          SELECT id FROM owned_personas WHERE deleted_at < ${given("deletedBefore")} LIMIT ${given("limit")}
        )`,
      )
      .prepare(),
  };
}
