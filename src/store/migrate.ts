// Brings the tables of a database up to date with the SQL in migrations/.
import { readFileSync } from "node:fs";
import { HouseFault } from "../errors.ts";
import type { Connection, DatabasePath } from "./drizzle.ts";

// "TRPE" in the file's header (SQLite, "PRAGMA application_id"): tells our databases from those of other programs.
const APPLICATION_ID = 0x54_52_50_45;

// Between two statements of a migration, as drizzle-kit writes it.
const BREAK = "--> statement-breakpoint";

const FOLDER = new URL("../../migrations/", import.meta.url);

/** Runs the migrations that the database has not seen, all or none. `user_version` in its header counts those that it has, so that a database which is up to date costs two pragmas. Throws `HouseFault` when the database is newer than this program, or another program's. */
export function migrate(connection: Connection, path: DatabasePath): void {
  const names = migrationNames();
  if (versionOf(connection, path, names.length) === names.length) return;
  // A migration that makes a table anew drops the old one; that must not take rows of other tables along.
  connection.pragma("foreign_keys = OFF");
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have come first.
    const version = versionOf(connection, path, names.length);
    for (const name of names.slice(version)) {
      for (const statement of readFileSync(new URL(`${name}.sql`, FOLDER), "utf8").split(BREAK)) {
        connection.exec(statement);
      }
    }
    connection.pragma(`application_id = ${APPLICATION_ID}`);
    connection.pragma(`user_version = ${names.length}`);
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(connection: Connection, path: DatabasePath, known: number): number {
  const version = connection.pragma("user_version", { simple: true }) as number;
  const application = connection.pragma("application_id", { simple: true }) as number;
  const isEmpty = (): boolean => connection.prepare("SELECT 1 FROM sqlite_master LIMIT 1").get() === undefined;
  if (application !== APPLICATION_ID && !(application === 0 && version === 0 && isEmpty())) {
    throw new HouseFault(
      `the database ${path} belongs to another program: name another file in DATABASE_URL, such as file:data/troupe.db`,
    );
  }
  if (version > known) {
    throw new HouseFault(
      `the database ${path} was written by a newer Troupe (its tables are version ${version}, this program knows ${known}): update Troupe, or name another file in DATABASE_URL`,
    );
  }
  return version;
}

/** In order, as drizzle-kit lists them. */
function migrationNames(): readonly string[] {
  const journal = JSON.parse(readFileSync(new URL("meta/_journal.json", FOLDER), "utf8")) as {
    readonly entries: readonly { readonly idx: number; readonly tag: string }[];
  };
  return journal.entries.toSorted((a, b) => a.idx - b.idx).map((entry) => entry.tag);
}
