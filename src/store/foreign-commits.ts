// News from other processes on the same database: that one of them has committed something, though not what.
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { dataVersionOf } from "./connection.ts";
import type { Connection } from "./drizzle.ts";
import { Listeners } from "./listeners.ts";

// A person who watches a page takes less than this for at once; asking costs some microseconds.
const LOOK_EVERY_MS = 200;

export class ForeignCommits {
  readonly #log: Log;
  readonly #version: () => unknown;
  readonly #listeners: Listeners<[]>;
  #seen: unknown;
  #timer: NodeJS.Timeout | null = null;

  constructor(connection: Connection, log: Log) {
    this.#log = log;
    this.#listeners = new Listeners(log);
    this.#version = dataVersionOf(connection);
  }

  /** Calls `listener` soon after another process has committed. Nobody looks while nobody listens. Returns the way to stop it. */
  on(listener: () => void): () => void {
    const off = this.#listeners.on(listener);
    if (this.#timer === null) {
      this.#seen = this.#version();
      this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
      this.#timer.unref();
    }
    return () => {
      off();
      if (this.#listeners.count === 0) this.stop();
    };
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    try {
      const version = this.#version();
      if (version === this.#seen) return;
      this.#seen = version;
    } catch (error) {
      this.#log.warn("what other processes did could not be looked at, it is tried again", { why: messageOf(error) });
      return;
    }
    this.#listeners.tell({});
  }
}
