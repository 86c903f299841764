// Listeners: told one after the other; one that throws harms nobody.
import { messageOf } from "../errors.ts";
import type { Fields, Log } from "../log.ts";

export class Listeners<News extends readonly unknown[]> {
  readonly #log: Log;
  readonly #listeners = new Set<(...news: News) => void>();

  constructor(log: Log) {
    this.#log = log;
  }

  get count(): number {
    return this.#listeners.size;
  }

  /** Returns the way to stop it. */
  on(listener: (...news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** It has happened, whatever a listener makes of it; `fields` go to the log when one fails. */
  tell(fields: Fields, ...news: News): void {
    for (const listener of this.#listeners) {
      try {
        listener(...news);
      } catch (error) {
        this.#log.error("a listener to changes failed", { ...fields, why: messageOf(error) });
      }
    }
  }
}
