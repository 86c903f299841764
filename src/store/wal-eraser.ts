// Empties the write-ahead log after something was erased, for it still holds the pages as they were.
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Connection } from "./drizzle.ts";

// Another process that reads just then holds the log; what was erased must be gone within a minute.
const AGAIN_MS = 1_000;

export class WalEraser {
  readonly #connection: Connection;
  readonly #log: Log;
  #again: NodeJS.Timeout | null = null;

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Moves the log into the file and cuts it to nothing; where others hold it, tries again each second. */
  erase(): void {
    this.stop();
    if (this.#isErased()) return;
    this.#again = setTimeout(() => this.erase(), AGAIN_MS);
    this.#again.unref();
  }

  stop(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
  }

  #isErased(): boolean {
    try {
      // 0: it ran to its end (SQLite, "PRAGMA wal_checkpoint").
      return this.#connection.pragma("wal_checkpoint(TRUNCATE)", { simple: true }) === 0;
    } catch (error) {
      this.#log.warn("the write-ahead log could not be emptied yet", { why: messageOf(error) });
      return false;
    }
  }
}
