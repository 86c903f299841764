// What a persona's file may set for this solver, checked field by field.
import type { Persona, SolverSpec } from "../../domain/persona.ts";
import { BadInput, quoted } from "../../errors.ts";
import type { Complaint } from "../../errors.ts";
import type { Price } from "./prices.ts";
import { readBaseUrl } from "./base-url.ts";

/** The field that caps the tokens of an answer: OpenAI's newer models take only the second, many other servers only the first. */
export type CapField = "max_tokens" | "max_completion_tokens";

/** Parameters that are sent as they are, under OpenAI's names ("Create chat completion"). */
export interface Sampling {
  readonly temperature: number | null;
  readonly top_p: number | null;
  readonly presence_penalty: number | null;
  readonly frequency_penalty: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
}

/** The settings of one persona; null: not set. */
export interface OpenaiSettings {
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  /** The environment variable that holds the key. */
  readonly apiKeyEnv: string | null;
  readonly model: string | null;
  readonly sampling: Sampling;
  readonly maxTokens: number | null;
  readonly maxTokensField: CapField | null;
  /** Sent beside what we send. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** USD per million tokens, where the persona's file knows better. */
  readonly price: Price | null;
}

// "Create chat completion" takes up to four.
const STOPS_MAX = 4;

// What the house decides by itself, so that an answer is one, streamed and capped.
const OURS = ["model", "messages", "stream", "stream_options", "n", "max_tokens", "max_completion_tokens"];

// Secrets of the house that are never a model's key: a persona's file must not be able to send them anywhere.
const NOT_A_MODELS_KEY = /^(?:TROUPE|DISCORD|SLACK|DATABASE|REDIS)_/u;

/** Reads `spec`'s settings, with the persona's model parameters where it sets none. Both our names and OVOS's (`api_url`, `key`) are read. Throws `BadInput` with every mistake. */
export function readSettings(persona: Persona, spec: SolverSpec): OpenaiSettings {
  const fields = new Fields(persona, spec);
  const model = persona.model;
  const settings: OpenaiSettings = {
    baseUrl: fields.address("base_url") ?? fields.address("api_url"),
    apiKey: fields.text("api_key") ?? fields.text("key"),
    apiKeyEnv: fields.variable("api_key_env"),
    model: fields.text("model") ?? model.model,
    sampling: {
      temperature: fields.number("temperature", 0, 2) ?? model.temperature,
      top_p: fields.number("top_p", 0, 1) ?? model.top_p,
      presence_penalty: fields.number("presence_penalty", -2, 2) ?? model.presence_penalty,
      frequency_penalty: fields.number("frequency_penalty", -2, 2) ?? model.frequency_penalty,
      stop: fields.stops("stop") ?? model.stop.slice(0, STOPS_MAX),
      seed: fields.whole("seed", Number.MIN_SAFE_INTEGER) ?? model.seed,
    },
    maxTokens: fields.whole("max_tokens", 1) ?? model.max_tokens,
    maxTokensField: fields.capField("max_tokens_field"),
    extraBody: fields.body("extra_body"),
    price: fields.price("price"),
  };
  fields.check();
  return settings;
}

class Fields {
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #prefix: string;
  readonly #complaints: Complaint[] = [];

  constructor(persona: Persona, spec: SolverSpec) {
    this.#settings = spec.settings;
    this.#where = persona.source;
    const place = persona.solvers.indexOf(spec);
    this.#prefix = place === -1 ? "solvers" : `solvers[${place}]`;
  }

  /** Throws when anything was wrong. */
  check(): void {
    if (this.#complaints.length > 0) throw new BadInput(this.#complaints);
  }

  text(name: string): string | null {
    const value = this.#value(name);
    if (value === null || value === "") return null;
    if (typeof value === "string") return value;
    return this.#wrong(name, "a text", value);
  }

  address(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    return (
      readBaseUrl(text) ??
      this.#wrong(name, "an http or https address such as http://127.0.0.1:11434/v1, without user, query or #", text)
    );
  }

  variable(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const isName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/u.test(text) && !NOT_A_MODELS_KEY.test(text);
    return isName ? text : this.#wrong(name, "the name of an environment variable that holds a model's key", text);
  }

  number(name: string, from: number, to: number): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === "number" && value >= from && value <= to) return value;
    return this.#wrong(name, `a number from ${from} to ${to}`, value);
  }

  whole(name: string, from: number): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= from) return value;
    return this.#wrong(name, from > 0 ? `a whole number from ${from}` : "a whole number", value);
  }

  stops(name: string): readonly string[] | null {
    const value = this.#value(name);
    if (value === null || value === "") return null;
    if (typeof value === "string") return [value];
    const isList = Array.isArray(value) && value.length <= STOPS_MAX && value.every((item) => typeof item === "string");
    return isList ? value : this.#wrong(name, `a text or up to ${STOPS_MAX} texts`, value);
  }

  capField(name: string): CapField | null {
    const text = this.text(name);
    if (text === null || text === "auto") return null;
    if (text === "max_tokens" || text === "max_completion_tokens") return text;
    return this.#wrong(name, "max_tokens, max_completion_tokens or auto", text);
  }

  body(name: string): Readonly<Record<string, unknown>> {
    const value = this.#value(name);
    if (value === null) return {};
    if (!isRecord(value)) return this.#wrong(name, "fields and their values", value) ?? {};
    const ours = Object.keys(value).filter((key) => OURS.includes(key));
    if (ours.length > 0) this.#wrong(name, `fields other than ${OURS.join(", ")}`, ours.join(", "));
    return value;
  }

  price(name: string): Price | null {
    const value = this.#value(name);
    if (value === null) return null;
    const { input, output, cached } = isRecord(value) ? value : {};
    if (!isPrice(input) || !isPrice(output) || !(cached === undefined || isPrice(cached))) {
      return this.#wrong(name, "input and output (cached too, if it differs) in USD per million tokens", value);
    }
    return { input, output, cached: cached ?? input };
  }

  #value(name: string): unknown {
    return this.#settings[name] ?? null;
  }

  #wrong(name: string, expected: string, got: unknown): null {
    const field = `${this.#prefix}.${name}`;
    this.#complaints.push({ where: this.#where, line: null, field, expected, got: quoted(got) });
    return null;
  }
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
