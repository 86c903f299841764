// Reads a database through, for the doctor: whether it opens, is up to date and sound, and what is in it.
import { existsSync, statSync } from "node:fs";
import { HouseFault } from "../errors.ts";
import { faultOf, openConnection } from "./connection.ts";
import type { Connection, DatabasePath } from "./drizzle.ts";
import { DEAD_AFTER_MS } from "./store.ts";

/** What is in the database, in a few words. Brings its tables up to date, like a start does; makes none where there is none. Throws `HouseFault`, one sentence that says what to do. */
export async function inspectDatabase(path: DatabasePath): Promise<string> {
  if (!existsSync(path)) return `${path} is made at first start`;
  const connection = await openConnection(path);
  try {
    const damage = damageOf(connection);
    if (damage !== null) {
      throw new HouseFault(`the database ${path} is damaged (${damage}): stop Troupe and put a backup in its place`);
    }
    const messages = connection.prepare("SELECT count(*) FROM messages").pluck().get() as number;
    const kib = Math.ceil(statSync(path).size / 1024);
    return `${path} is sound and up to date: ${messages} messages, ${kib} KB${workersOf(connection)}`;
  } catch (error) {
    throw faultOf(error, path);
  } finally {
    connection.close();
  }
}

/** Who works on it now, for a second one is rarely meant. */
function workersOf(connection: Connection): string {
  const since = Date.now() - DEAD_AFTER_MS;
  const count = connection.prepare("SELECT count(*) FROM processes WHERE beat_at >= ?").pluck().get(since) as number;
  return count === 0 ? "" : `; ${count} running ${count === 1 ? "Troupe works" : "Troupes work"} on it`;
}

// "ok" is one row; anything else is a list of what is wrong (SQLite, "PRAGMA quick_check").
function damageOf(connection: Connection): string | null {
  const found = connection.pragma("quick_check(1)", { simple: true }) as string;
  if (found !== "ok") return inOneLine(found);
  const orphans = connection.pragma("foreign_key_check") as readonly unknown[];
  return orphans.length === 0 ? null : `${orphans.length} rows point to others that are not there`;
}

// SQLite tells damage in several lines, under a headline between stars.
function inOneLine(found: string): string {
  const bare = found.replace(/^\*+[^*]*\*+/u, "");
  return bare.replaceAll(/\s+/gu, " ").trim();
}
