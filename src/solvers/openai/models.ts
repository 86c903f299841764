// The model's name: the one that was set, or the one that the server has.
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { failureOf, sentenceOfFailure } from "./failures.ts";
import { MODELS_MS } from "./limits.ts";
import { Patience } from "./patience.ts";
import { OPENAI_URL } from "./server.ts";
import type { Server } from "./server.ts";
import type { Transport } from "./transport.ts";

/** Speaks where a key is all that is set: small, quick, takes every parameter, its price known to tokenlens. */
export const DEFAULT_MODEL = "gpt-4.1-mini";

// Models that do not chat, by the names that they have on Ollama, LM Studio, vLLM and OpenAI.
const NO_CHAT = /embed|whisper|tts|rerank|moderation|transcribe|dall-e|image|\bbge\b/iu;

/** Asks servers which models they have, each once. */
export class ServedModels {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #known = new Map<string, string>();
  readonly #missed = new Map<string, string>();
  readonly #asking = new Map<string, Promise<string>>();
  readonly #closing = new AbortController();

  constructor(transport: Transport, clock: Clock, log: Log) {
    this.#transport = transport;
    this.#clock = clock;
    this.#log = log;
  }

  /** The model to use at `server` where none is set; null: not asked yet. OpenAI's own is never asked. */
  known(server: Server): string | null {
    return server.baseUrl === OPENAI_URL ? DEFAULT_MODEL : (this.#known.get(server.id) ?? null);
  }

  /** The model that calls to `server` name now, and why its own are not known if it could not be asked; null: nobody has asked yet. */
  named(server: Server): { readonly model: string; readonly missed: string | null } | null {
    const known = this.known(server);
    if (known !== null) return { model: known, missed: null };
    const missed = this.#missed.get(server.id);
    return missed === undefined ? null : { model: DEFAULT_MODEL, missed };
  }

  /** The same, asking when that has not been done: the default model if the server lists it, else the first that can chat; the default where the server does not tell. */
  async find(server: Server, signal: AbortSignal): Promise<string> {
    const known = this.known(server);
    if (known !== null) return known;
    let asking = this.#asking.get(server.id);
    if (asking === undefined) {
      asking = this.#ask(server).finally(() => this.#asking.delete(server.id));
      this.#asking.set(server.id, asking);
    }
    return orAborted(asking, signal);
  }

  /** Gives up what is being asked; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#asking.values());
  }

  // Others may wait for the same answer: it is not given up when one of them is.
  async #ask(server: Server): Promise<string> {
    const patience = new Patience(this.#clock, this.#closing.signal, MODELS_MS, this.#clock.now() + MODELS_MS);
    try {
      const client = await this.#transport.client(server);
      const page: unknown = await client.models.list({ signal: patience.signal });
      const names = namesIn(page);
      const model = names.includes(DEFAULT_MODEL)
        ? DEFAULT_MODEL
        : (names.find((name) => !NO_CHAT.test(name)) ?? names[0] ?? DEFAULT_MODEL);
      this.#known.set(server.id, model);
      this.#missed.delete(server.id);
      this.#log.info("chose a model", { server: server.host, model, listed: names.length });
      return model;
    } catch (error) {
      if (this.#closing.signal.aborted) return DEFAULT_MODEL;
      // A server that answers without a list will not have one next time; one that did not answer may.
      const why = this.#whyMissed(error, patience, server);
      const isNews = this.#missed.get(server.id) !== why;
      if (hasStatus(error)) this.#known.set(server.id, DEFAULT_MODEL);
      else this.#missed.set(server.id, why);
      const fields = { server: server.host, model: DEFAULT_MODEL, why };
      // It is asked again before each turn.
      if (isNews) this.#log.warn("the server does not list its models", fields);
      else this.#log.debug("the server does not list its models", fields);
      return DEFAULT_MODEL;
    } finally {
      patience.end();
    }
  }

  #whyMissed(error: unknown, patience: Patience, server: Server): string {
    if (patience.ranOut !== null) return `${server.host} did not answer within ${MODELS_MS / 1000} s`;
    return sentenceOfFailure(failureOf(error, { accepted: false }, server, this.#clock.now()), server);
  }
}

function namesIn(page: unknown): readonly string[] {
  const data: unknown = (page as { readonly data?: unknown } | null)?.data;
  if (!Array.isArray(data)) return [];
  return data
    .map((entry: unknown) => (entry as { readonly id?: unknown } | null)?.id)
    .filter((id): id is string => typeof id === "string" && id !== "");
}

function hasStatus(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number";
}

// `promise`, or what `signal` aborts with, whichever is first. `promise` never rejects.
async function orAborted(promise: Promise<string>, signal: AbortSignal): Promise<string> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(reasonOf(signal));
  if (signal.aborted) throw reasonOf(signal);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal.reason });
}
