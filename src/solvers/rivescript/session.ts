// What the library reads and writes of the one user it is answering: made for one reply, then let go.
import type { Trigger } from "./loader.ts";
import type { Remembered } from "./state.ts";

// The library looks back nine lines and wants all nine there.
const HISTORY_LINES = 9;
const UNKNOWN = "undefined";

interface History {
  readonly input: readonly unknown[];
  readonly reply: readonly unknown[];
}

export class BrainSession {
  readonly #data = new Map<string, unknown>();
  readonly #given = new Map<string, string>();
  readonly #lines: string[] = [];
  #trigger: string | null = null;
  #isFirst = false;

  constructor(topic: string, remembered: Remembered, about: ReadonlyMap<string, string>) {
    for (const [name, value] of [...remembered.vars, ...about]) this.#data.set(name, value);
    for (const [name, value] of about) if (!remembered.vars.has(name)) this.#given.set(name, value);
    this.#data.set("topic", topic);
    this.#data.set("__history__", { input: filled(remembered.input), reply: filled(remembered.reply) });
  }

  /** The trigger that heard the message; one that also minds the last reply is written with it: `* % who is there`. */
  get trigger(): string | null {
    return this.#trigger;
  }

  /** The lines of every trigger that took part. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  set(data: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(data)) {
      if (key === "__initialmatch__") {
        this.#trigger = typeof value === "string" ? withoutWeight(value) : null;
        this.#isFirst = true;
      } else if (key === "__last_triggers__") this.#note(value);
      else if (value === undefined || value === null) this.#data.delete(key);
      // Sums come as numbers, and the library itself stumbles over a number where it expects a text.
      else this.#data.set(key, typeof value === "number" ? String(value) : value);
    }
  }

  /** What is known under `key`; the library's word for "nothing" where nothing is. */
  get(key: string): unknown {
    return this.#data.get(key) ?? UNKNOWN;
  }

  /** What is to be remembered of it; what was told about the author is left out unless a reply has changed it. */
  after(): Omit<Remembered, "said"> {
    const vars = new Map<string, string>();
    for (const [name, value] of this.#data) {
      if (name.startsWith("__") || name === "topic" || typeof value !== "string") continue;
      if (this.#given.get(name) !== value) vars.set(name, value);
    }
    const history = historyOf(this.#data.get("__history__"));
    return {
      topic: String(this.get("topic")),
      vars,
      input: history.input.filter(isLine),
      reply: history.reply.filter(isLine),
    };
  }

  #note(value: unknown): void {
    const triggers = Array.isArray(value) ? (value as readonly Trigger[]) : [];
    for (const each of triggers) {
      if (this.#isFirst && each.previous !== null) this.#trigger = `${withoutWeight(each.trigger)} % ${each.previous}`;
      this.#isFirst = false;
      this.#lines.push(...each.reply, ...each.condition);
    }
  }
}

function withoutWeight(trigger: string): string {
  return trigger.replaceAll(/\s*\{weight=\d+\}\s*/gi, "");
}

function filled(lines: readonly string[]): unknown[] {
  return Array.from({ length: HISTORY_LINES }, (_, at) => lines[at] ?? UNKNOWN);
}

function historyOf(value: unknown): History {
  const none = { input: [], reply: [] };
  if (typeof value !== "object" || value === null || !("input" in value) || !("reply" in value)) return none;
  return Array.isArray(value.input) && Array.isArray(value.reply) ? { input: value.input, reply: value.reply } : none;
}

function isLine(value: unknown): value is string {
  return typeof value === "string" && value !== UNKNOWN;
}
