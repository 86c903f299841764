// The tables of what people set up; `npm run migrations` makes SQL of every change here.
import type { AuthorId, MessageId, PersonaId, ScopeId, WorkspaceId } from "../domain/ids.ts";
import { index, integer, primaryKey, sqliteTable, text } from "./drizzle.ts";

/** How far an adapter has heard, written with what it heard. */
export const checkpoints = sqliteTable("checkpoints", {
  key: text().primaryKey(),
  value: text().notNull(),
});

/** What adapters must remember, encrypted. */
export const keeps = sqliteTable("keeps", {
  key: text().primaryKey(),
  value: text().notNull(),
  /** When it may be forgotten; null: never by itself. */
  until: integer(),
});

export const bindings = sqliteTable(
  "bindings",
  {
    scope: text().$type<ScopeId>().notNull(),
    persona: text().$type<PersonaId>().notNull(),
    by: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.persona] })],
);

/** What people have set; `persona` is empty where everyone in the scope is meant. */
export const settings = sqliteTable(
  "settings",
  {
    scope: text().$type<ScopeId>().notNull(),
    persona: text().$type<PersonaId | "">().notNull(),
    name: text().notNull(),
    value: text().notNull(),
    by: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.persona, table.name] })],
);

/** Every change that people made. */
export const audits = sqliteTable(
  "audits",
  {
    n: integer().primaryKey(),
    at: integer().notNull(),
    scope: text().$type<ScopeId>().notNull(),
    byId: text("by_id").$type<AuthorId>().notNull(),
    byName: text("by_name").notNull(),
    /** The command, such as `settings set`. */
    what: text().notNull(),
    subject: text().notNull(),
    before: text(),
    after: text(),
  },
  (table) => [
    // The history of a scope, newest first.
    index("audits_scope").on(table.scope, table.at),
  ],
);

/** Personas that people made, each belonging to a workspace. */
export const ownedPersonas = sqliteTable(
  "owned_personas",
  {
    id: text().$type<PersonaId>().primaryKey(),
    workspace: text().$type<WorkspaceId>().notNull(),
    handle: text().notNull(),
    /** In the house's own format. */
    yaml: text().notNull(),
    by: text().notNull(),
    at: integer().notNull(),
    deletedAt: integer("deleted_at"),
  },
  (table) => [index("owned_personas_workspace").on(table.workspace)],
);

/** People who are neither stored nor sent to a model. */
export const optOuts = sqliteTable("opt_outs", {
  author: text().$type<AuthorId>().primaryKey(),
  at: integer().notNull(),
});

/** What a persona's post said before it was made anew or edited, and what it says now. */
export const versions = sqliteTable(
  "versions",
  {
    message: text().$type<MessageId>().notNull(),
    /** From 1. */
    number: integer().notNull(),
    text: text().notNull(),
    at: integer().notNull(),
    isShown: integer("is_shown", { mode: "boolean" }).notNull(),
    /** Null: somebody wrote it by hand. */
    solver: text(),
    /** Null: a script has none. */
    model: text(),
  },
  (table) => [primaryKey({ columns: [table.message, table.number] })],
);
