// One answer as its pieces come in, read with care: servers that call themselves compatible send all kinds of things.
import type { Tokens } from "./prices.ts";
import { BadAnswer } from "./failures.ts";
import type { Spoken } from "./speech.ts";
import { Speech } from "./speech.ts";

const NOTHING: Spoken = { takesBack: false, text: "" };

/** Collects one answer. */
export class Answer {
  readonly #speech = new Speech();
  #finish: string | null = null;
  #tokens: Tokens | null = null;
  #text = "";
  #thoughts = "";

  /** Takes one event of the stream and gives what may be said now. */
  take(event: unknown): Spoken {
    const { choices, usage } = asRecord(event);
    this.#tokens = readTokens(usage) ?? this.#tokens;
    const choice = firstOf(choices);
    if (choice === null) return NOTHING;
    // A server that does not stream sends `message`, once, where others send `delta`.
    const delta = asRecord(choice["delta"] ?? choice["message"]);
    this.#thoughts += textOf(delta["reasoning_content"]) + textOf(delta["reasoning"]);
    const finish = textOf(choice["finish_reason"]);
    if (finish !== "") this.#finish = finish;
    const spoken = this.#speech.push(contentOf(delta["content"]));
    if (spoken.takesBack) {
      this.#thoughts += this.#text;
      this.#text = "";
    }
    this.#text += spoken.text;
    return spoken;
  }

  /** What is left to say when nothing more comes. Throws `BadAnswer` when the answer broke off. */
  end(): string {
    if (this.#finish === null) throw new BadAnswer("it broke off before its end (no finish_reason)", null);
    // OpenRouter's word for a model that failed on its way.
    if (this.#finish === "error") throw new BadAnswer("the model failed on the way", null);
    const rest = this.#speech.end();
    this.#text += rest;
    return rest;
  }

  /** Why the model stopped; null while it goes on. */
  get finish(): string | null {
    return this.#finish;
  }

  /** What the server counted; null when it did not. */
  get tokens(): Tokens | null {
    return this.#tokens;
  }

  /** Everything that was said. */
  get text(): string {
    return this.#text;
  }

  /** Thoughts that came beside the text; they are billed, never said. */
  get thoughts(): string {
    return this.#thoughts;
  }
}

// The first choice: one without a number, or number 0; the others are left unheard.
function firstOf(choices: unknown): Readonly<Record<string, unknown>> | null {
  if (!Array.isArray(choices)) return null;
  const first = choices.map(asRecord).find((choice) => (choice["index"] ?? 0) === 0);
  return first ?? null;
}

// Text, or a list of parts of which some are text (Mistral).
function contentOf(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content);
  return content.map((part) => textOf(asRecord(part)["text"])).join("");
}

function readTokens(usage: unknown): Tokens | null {
  const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = asRecord(usage);
  // Some local servers send zeros: they did not count.
  if (!isCount(input) || !isCount(output) || input + output === 0) return null;
  const cached = asRecord(details)["cached_tokens"];
  return { input, output, cached: isCount(cached) ? cached : 0, estimated: false };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
