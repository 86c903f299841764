// What is sent: one request body in the dialect that the server understands.
import type { PromptMessage } from "../../domain/trace.ts";
import type { Failure } from "./failures.ts";
import { OPENAI_URL } from "./server.ts";
import type { CapField, OpenaiSettings } from "./settings.ts";

/** A request for one streamed answer ("Create chat completion"). */
export interface Body {
  readonly model: string;
  readonly messages: readonly BodyMessage[];
  readonly stream: true;
  readonly [field: string]: unknown;
}

interface BodyMessage {
  readonly role: PromptMessage["role"];
  readonly content: string | readonly BodyPart[];
}

type BodyPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string; readonly detail: "low" } };

/** What a server and a model do not take, learned from their refusals. */
export class Dialect {
  #capField: CapField;
  readonly #isFixed: boolean;
  #hasSwapped = false;
  readonly #leftOut = new Set<string>();

  constructor(baseUrl: string, chosen: CapField | null) {
    this.#isFixed = chosen !== null;
    // OpenAI takes the new field for every model; most other servers know only the old one.
    this.#capField = chosen ?? (baseUrl === OPENAI_URL ? "max_completion_tokens" : "max_tokens");
  }

  /** The body for these messages. */
  body(model: string, messages: readonly PromptMessage[], settings: OpenaiSettings, tokensMax: number): Body {
    const { stop, ...numbers } = settings.sampling;
    const optional: Record<string, unknown> = { ...numbers, stream_options: { include_usage: true } };
    if (stop.length > 0) optional["stop"] = stop;
    for (const [field, value] of Object.entries(optional)) {
      if (value === null || this.#leftOut.has(field)) delete optional[field];
    }
    return {
      ...settings.extraBody,
      ...optional,
      model,
      messages: messages.map(bodyMessage),
      stream: true,
      [this.#capField]: tokensMax,
    };
  }

  /** The name of what is left out or said otherwise from now on, because the server refused it; null when the refusal was about something else. */
  learn(failure: Failure, sent: Body): string | null {
    if (failure.kind !== "refused" || (failure.status !== 400 && failure.status !== 422)) return null;
    const isAboutSupport =
      failure.code?.startsWith("unsupported_") === true ||
      /unsupported|not support|unknown|unrecognized|unexpected|not permitted|not allowed/iu.test(failure.said);
    if (!isAboutSupport) return null;
    const names = [this.#capField, ...OPTIONAL].filter((name) => name in sent);
    const name =
      names.find((known) => known === failure.param) ??
      names.find((known) => new RegExp(`\\b${known}\\b`, "u").test(failure.said));
    if (name === undefined) return null;
    if (name === this.#capField) return this.#swap();
    this.#leftOut.add(name);
    return name;
  }

  // Never without a cap: what is reserved must be the most that the call can use.
  #swap(): string | null {
    if (this.#isFixed || this.#hasSwapped) return null;
    this.#hasSwapped = true;
    const refused = this.#capField;
    this.#capField = refused === "max_tokens" ? "max_completion_tokens" : "max_tokens";
    return refused;
  }
}

function bodyMessage({ role, content, images = [] }: PromptMessage): BodyMessage {
  const text = speakable(content);
  if (images.length === 0) return { role, content: text };
  const pictures = images.map(({ url }) => ({ type: "image_url", image_url: { url, detail: "low" } }) as const);
  return { role, content: [{ type: "text", text }, ...pictures] };
}

// An answer is possible without these.
const OPTIONAL = [
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "seed",
  "stop",
  "stream_options",
] as const;

// Control characters but tab and line feed: they are legal in JSON, and yet servers stumble over them.
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/gu;

/** `text` as any server can read it: no lone surrogates (they have no UTF-8), no control characters. */
export function speakable(text: string): string {
  return text.toWellFormed().replaceAll(CONTROLS, "");
}
