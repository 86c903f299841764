// The tables of pace; `npm run migrations` makes SQL of every change here.
import type { Taken } from "../domain/pace.ts";
import { integer, sqliteTable, text } from "./drizzle.ts";

/** What is taken of the limits of platforms, for all processes: one row, and one page, for each thing that a platform counts by. */
export const paces = sqliteTable("paces", {
  bucket: text().primaryKey(),
  taken: text({ mode: "json" }).$type<Taken>().notNull(),
  /** From then on nothing of it counts, epoch ms. */
  countsUntil: integer("counts_until").notNull(),
});
