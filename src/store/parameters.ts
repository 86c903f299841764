// The two kinds of parameter that a prepared query takes.
import type { Placeholder, SQL } from "drizzle-orm";
import { sql } from "./drizzle.ts";

/** What is stored: a value of an insert or an assignment. */
export function value<Name extends string>(name: Name): Placeholder<Name> {
  return sql.placeholder(name);
}

/** What is looked for: a value in a condition or a limit. The plus does nothing but hide the value from the planner, for else SQLite prepares the query anew at every run (sqlite.org, "sqlite3_prepare_v3()": built with STAT4, a bound value may change the plan; measured 26 against 3 µs). */
export function given(name: string): SQL {
  return sql`+${sql.placeholder(name)}`;
}
