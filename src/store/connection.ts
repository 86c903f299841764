// Opens the database file, and says in plain words what is wrong when that fails.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HouseFault } from "../errors.ts";
import type { Connection, DatabasePath } from "./drizzle.ts";
import { SqliteDatabase } from "./drizzle.ts";
import { migrate } from "./migrate.ts";

// SQLite itself waits this long for a lock, and the whole process with it: short, for the rest of the wait leaves the house free to go on.
const LOCK_WAIT_MS = 50;

/** Pause between two tries for a lock. */
export const RETRY_MS = 50;

/** Tries for a lock before the operation fails: with the wait inside SQLite about five seconds, far longer than any transaction of ours. */
export const TRIES_MAX = 50;

// Enough for the pages that a busy house touches; SQLite's own default of 16 MB would count against the memory of a small one.
const CACHE_KIB = 8_192;

/** Opens the file, with its folder, and brings its tables up to date. Throws `HouseFault` with one sentence that says what to do. */
export async function openConnection(path: DatabasePath): Promise<Connection> {
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    for (let tried = 1; ; tried += 1) {
      try {
        return connect(path);
      } catch (error) {
        if (!isBusy(error) || tried >= TRIES_MAX) throw error;
      }
      await pause(RETRY_MS);
    }
  } catch (error) {
    throw faultOf(error, path);
  }
}

function connect(path: DatabasePath): Connection {
  const connection = new SqliteDatabase(path, { timeout: LOCK_WAIT_MS });
  try {
    connection.pragma("journal_mode = WAL");
    // Every commit is on the disk when it is acknowledged.
    connection.pragma("synchronous = FULL");
    // What was deleted is overwritten with zeros.
    connection.pragma("secure_delete = ON");
    connection.pragma("temp_store = MEMORY");
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    migrate(connection, path);
    connection.pragma("foreign_keys = ON");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** True when another process holds the lock: the same may be tried again. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
}

/** `error` as one sentence that says what to do, when it is the file or the disk that fails; else `error` itself. */
export function faultOf(error: unknown, path: DatabasePath): unknown {
  const code = codeOf(error);
  const sentence = SENTENCES.find(([codes]) => codes.test(code))?.[1];
  return sentence === undefined ? error : new HouseFault(`the database ${path} ${sentence}`, { cause: error });
}

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_(?:BUSY|LOCKED)/u, "is locked by another program: close that program, then start again"],
  [/^SQLITE_CORRUPT/u, "is damaged: put a copy of it back, or move it away to begin with an empty house"],
  [/^SQLITE_NOTADB/u, "is not a database: move that file away, or name another one in DATABASE_URL"],
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT)/u, "cannot grow, the disk is full: make room on it"],
  [
    /^(?:SQLITE_(?:CANTOPEN|READONLY|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)/u,
    "cannot be written: let this user write to that folder and file, or name another one in DATABASE_URL",
  ],
  [
    /^(?:SQLITE_IOERR|EIO)/u,
    "cannot be read or written, the disk fails: look at the disk, or name another file in DATABASE_URL",
  ],
];

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "";
}

/** Tells whether another connection has committed meanwhile: the value is another one then, and stays when this one has (SQLite, "PRAGMA data_version"). */
export function dataVersionOf(connection: Connection): () => unknown {
  const version = connection.prepare("PRAGMA data_version").pluck();
  return () => version.get();
}
