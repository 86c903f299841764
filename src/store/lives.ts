// Lives: who has died, told by locks that the kernel lets go of when a process ends, however it ends.
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProcessId } from "../domain/ids.ts";
import { storedId } from "../domain/ids.ts";
import type { Connection, DatabasePath } from "./drizzle.ts";
import { SqliteDatabase } from "./drizzle.ts";

// A file is made a moment before it is locked.
const LOCKED_WITHIN_MS = 1_000;

/** Each process locks an empty file of its own beside the database, with the locks of SQLite itself: where they do not hold, the database does not either. */
export class Lives {
  readonly #folder: string | null;
  readonly #own = new Map<ProcessId, Connection>();

  constructor(path: DatabasePath) {
    this.#folder = path === ":memory:" ? null : `${path}-processes`;
  }

  /** From now on the others can tell when the process dies. */
  begin(process: ProcessId): void {
    if (this.#folder === null || this.#own.has(process)) return;
    mkdirSync(this.#folder, { recursive: true });
    this.#own.set(process, lock(join(this.#folder, process)));
  }

  /** Who has certainly died; each is told once. Of a process that froze, and of one that left no file, nothing is known here: its heartbeat tells. */
  takeDead(): readonly ProcessId[] {
    if (this.#folder === null) return [];
    const folder = this.#folder;
    const others = readdirSync(folder).filter((name) => !this.#own.has(storedId(name)));
    const dead = others.filter((name) => isFree(join(folder, name)));
    for (const name of dead) rmSync(join(folder, name), { force: true });
    return dead.map((name) => storedId<ProcessId>(name));
  }

  end(process: ProcessId): void {
    const life = this.#own.get(process);
    if (life === undefined || this.#folder === null) return;
    this.#own.delete(process);
    life.close();
    rmSync(join(this.#folder, process), { force: true });
  }

  endAll(): void {
    for (const process of this.#own.keys()) this.end(process);
  }
}

function isFree(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs < LOCKED_WITHIN_MS) return false;
    lock(file, { fileMustExist: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Throws when somebody else has the lock. */
function lock(file: string, options: { readonly fileMustExist?: true } = {}): Connection {
  const connection = new SqliteDatabase(file, { ...options, timeout: 0 });
  try {
    // Else a second file would be left by whoever is killed.
    connection.pragma("journal_mode = MEMORY");
    connection.exec("BEGIN EXCLUSIVE");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
