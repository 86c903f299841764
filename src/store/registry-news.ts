// What people set up has changed: told at once to those who listen in this process, and soon after when another process did it.
import type { Log } from "../log.ts";
import type { Audits } from "./audits.ts";
import { Listeners } from "./listeners.ts";

export class RegistryNews {
  readonly #audits: Audits;
  readonly #listeners: Listeners<[]>;
  /** The newest entry of the audit list that the listeners know of: every such change stands there. */
  #known: number | null;

  constructor(audits: Audits, log: Log) {
    this.#audits = audits;
    this.#listeners = new Listeners(log);
    this.#known = audits.lastNumber();
  }

  on(listener: () => void): () => void {
    return this.#listeners.on(listener);
  }

  tell(): void {
    this.#listeners.tell({});
  }

  /** Another process has committed something; whether it is such a change, the audit list says. */
  look(): void {
    const last = this.#audits.lastNumber();
    if (last === this.#known) return;
    this.#known = last;
    this.tell();
  }
}
