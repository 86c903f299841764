// The tables of what was spent, for whom; `npm run migrations` makes SQL of every change here.
import type { AuthorId, ChannelId, PersonaId, SceneId, WorkspaceId } from "../domain/ids.ts";
import { integer, primaryKey, sqliteTable, text } from "./drizzle.ts";

/** What a day has cost a part of the house that has a cap; parts without one have no row. */
export const partSpends = sqliteTable(
  "part_spends",
  {
    part: text().notNull(),
    /** Its first millisecond. */
    day: integer().notNull(),
    nanoUsd: integer("nano_usd").notNull(),
    unpricedTokens: integer("unpriced_tokens").notNull(),
    /** Calls up to this one are counted. */
    throughCall: integer("through_call").notNull(),
  },
  (table) => [primaryKey({ columns: [table.part, table.day] })],
);

/** What the calls were that are not kept one by one any more. */
export const usage = sqliteTable(
  "usage",
  {
    day: integer().notNull(),
    channel: text().$type<ChannelId | "">().notNull(),
    /** Empty: none. */
    workspace: text().$type<WorkspaceId | "">().notNull(),
    persona: text().$type<PersonaId | "">().notNull(),
    model: text().notNull(),
    calls: integer().notNull(),
    tokensIn: integer("tokens_in").notNull(),
    tokensOut: integer("tokens_out").notNull(),
    nanoUsd: integer("nano_usd").notNull(),
    unpricedTokens: integer("unpriced_tokens").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.channel, table.workspace, table.persona, table.model] })],
);

/** What a run of a scene was expected to cost, and what its calls cost that are not kept one by one any more. */
export const forecasts = sqliteTable(
  "forecasts",
  {
    scene: text().$type<SceneId>().notNull(),
    /** When the run began, epoch ms. */
    startedAt: integer("started_at").notNull(),
    posts: integer().notNull(),
    /** Null where the price is unknown. */
    nanoUsd: integer("nano_usd"),
    tokens: integer().notNull(),
    realCalls: integer("real_calls").notNull().default(0),
    realNanoUsd: integer("real_nano_usd").notNull().default(0),
    realTokens: integer("real_tokens").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.scene, table.startedAt] })],
);

/** Answers that are no turns, such as private ones: whom they were for, as long as a quota counts them. */
export const asides = sqliteTable("asides", {
  /** Grows with time. */
  n: integer().primaryKey(),
  channel: text().$type<ChannelId>().notNull(),
  workspace: text().$type<WorkspaceId>(),
  askedBy: text("asked_by").$type<AuthorId>().notNull(),
  at: integer().notNull(),
});
