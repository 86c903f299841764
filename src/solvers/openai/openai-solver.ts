// One persona's words from an OpenAI-compatible server: asked, asked again where that helps, and given on as they come.
import type { Chance } from "../../chance.ts";
import type { Clock } from "../../clock.ts";
import type { Estimate } from "../../domain/budget.ts";
import type { PromptMessage, Usage } from "../../domain/trace.ts";
import type { Log } from "../../log.ts";
import { SolverFailed } from "../solver.ts";
import type { Readiness, Solver, SolverChunk, SolverRequest } from "../solver.ts";
import { Answer } from "./answer.ts";
import type { Body, Dialect } from "./body.ts";
import { BadAnswer, costOf, failureOf, isUntilMended, sentenceOfFailure } from "./failures.ts";
import type { Failure } from "./failures.ts";
import {
  ANSWER_MS,
  ANSWER_TOKENS,
  FIRST_BYTE_MS,
  IDLE_MS,
  LESSONS_MAX,
  RETRY_AFTER_MS_MAX,
  THINKING_ANSWER_TOKENS,
  USAGE_WAIT_MS,
} from "./limits.ts";
import type { ServedModels } from "./models.ts";
import { Patience } from "./patience.ts";
import { Pieces } from "./pieces.ts";
import { PICTURE_TOKENS_MAX, picturesIn, withPictures } from "./pictures.ts";
import { usageOf } from "./prices.ts";
import type { Price, PriceList } from "./prices.ts";
import { nextTry } from "./retry.ts";
import type { Server } from "./server.ts";
import type { OpenaiSettings } from "./settings.ts";
import type { Standing } from "./standing.ts";
import type { Transport } from "./transport.ts";

/** What all solvers of one house share. */
export interface Shared {
  readonly transport: Transport;
  readonly models: ServedModels;
  readonly standing: Standing;
  readonly clock: Clock;
  readonly countTokens: (text: string) => number;
  readonly log: Log;
}

/** What one persona asks for. */
export interface Asked {
  readonly server: Server;
  readonly settings: OpenaiSettings;
  /** Null: the server's own choice. */
  readonly model: string | null;
  readonly prices: PriceList;
  readonly dialect: Dialect;
}

// A token has three bytes or more in nearly every text (English some four and a half, Cyrillic four, Chinese three), so this is a bound; counting exactly costs as much CPU as the whole call.
const BYTES_PER_TOKEN_MIN = 3;
// What a message costs beside its text ("How to count tokens", OpenAI cookbook: 3 each and 3 for the answer's beginning).
const TOKENS_PER_MESSAGE = 4;

/** One try, as far as it came. */
interface Progress {
  /** The server had agreed to answer. */
  accepted: boolean;
  /** Something of the answer had come. */
  began: boolean;
}

export class OpenaiSolver implements Solver {
  readonly name = "openai";
  readonly #asked: Asked;
  readonly #shared: Shared;

  constructor(asked: Asked, shared: Shared) {
    this.#asked = asked;
    this.#shared = shared;
  }

  get model(): string | null {
    return this.#asked.model ?? this.#shared.models.named(this.#asked.server)?.model ?? null;
  }

  /** Host and port of its server, as shown to people. */
  get host(): string {
    return this.#asked.server.host;
  }

  /** Whether the usual model thinks before it speaks; false where unknown. */
  get thinks(): boolean {
    return this.#asked.prices.thinks(this.model ?? "");
  }

  readiness(request: SolverRequest): Readiness {
    const why = this.#shared.standing.stopped(this.#asked.server);
    if (why !== null) return { kind: "unable", why, untilMended: true };
    const patience = this.#shared.standing.waiting(this.#asked.server);
    if (patience !== null) return { kind: "unable", why: patience, untilMended: false };
    return { kind: "paid", estimate: this.estimate(request.messages, request.model) };
  }

  /** The most that an answer to `messages` by the `chosen` model (null: the usual one) can use. */
  estimate(messages: readonly PromptMessage[], chosen: string | null): Estimate {
    const model = chosen ?? this.model ?? "";
    const tokensIn = atMost(this.#shownTo(model, messages));
    const tokensOutMax = this.#tokensMax(model);
    const price = this.#price(model);
    const { costUsd } = usageOf({ input: tokensIn, cached: 0, output: tokensOutMax, estimated: true }, price);
    return { model, tokensIn, tokensOutMax, costUsd };
  }

  /** What an answer of `tokensOut` tokens to `messages` uses, by our own count; never more than it may have. */
  counted(messages: readonly PromptMessage[], tokensOut: number, chosen: string | null): Usage {
    const model = chosen ?? this.model ?? "";
    const tokens = { input: this.#count(messages), cached: 0, output: Math.min(tokensOut, this.#tokensMax(model)) };
    return usageOf({ ...tokens, estimated: true }, this.#price(model));
  }

  solve(request: SolverRequest, signal: AbortSignal): AsyncIterable<SolverChunk> {
    return this.answer(request.messages, request, signal);
  }

  /** The answer to `messages` by the chosen model (null: the usual one), asked for again where that helps. Throws `SolverFailed`, and what `signal` aborts with. */
  async *answer(
    messages: readonly PromptMessage[],
    by: Pick<SolverRequest, "chance" | "model">,
    signal: AbortSignal,
  ): AsyncGenerator<SolverChunk, void, undefined> {
    const { clock, models, standing } = this.#shared;
    const { server } = this.#asked;
    signal.throwIfAborted();
    const why = standing.stopped(server);
    if (why !== null) throw new SolverFailed(why, { untilMended: true, usage: null });
    const patience = standing.waiting(server);
    if (patience !== null) throw new SolverFailed(patience, { untilMended: false, usage: null });
    if (messages.length === 0) return;
    const until = clock.now() + ANSWER_MS;
    const model = by.model ?? this.#asked.model ?? (await models.find(server, signal));
    let shown = this.#shownTo(model, messages);
    let doubts = 0;
    let lessons = 0;
    for (let tries = 1; ; tries += 1) {
      const body = this.#asked.dialect.body(model, shown, this.#asked.settings, this.#tokensMax(model));
      const patience = new Patience(clock, signal, FIRST_BYTE_MS, until);
      const progress: Progress = { accepted: false, began: false };
      let thrown: unknown;
      try {
        yield* this.#ask(body, patience, progress, doubts);
        standing.spoke(server, model);
        return;
      } catch (error) {
        thrown = error;
      } finally {
        patience.end();
      }
      signal.throwIfAborted();
      const failure: Failure =
        patience.ranOut === null
          ? failureOf(thrown, progress, server, clock.now())
          : { kind: "late", ranOut: patience.ranOut, began: progress.began };
      const lesson = lessons < LESSONS_MAX ? this.#asked.dialect.learn(failure, body) : null;
      if (lesson === null && picturesIn(shown) > 0 && isBadRequest(failure)) {
        // An address that the server cannot read, most likely: it is asked once more without a look at the pictures.
        shown = withPictures(messages, "is blind");
        tries -= 1;
        continue;
      }
      if (lesson !== null) {
        lessons += 1;
        tries -= 1;
        this.#shared.log.warn("the server does not take a parameter", { server: server.host, model, lesson });
        continue;
      }
      if (failure.kind === "unreachable" && failure.asked) doubts += 1;
      const afterMs = await this.#pauseAfter(failure, thrown, { model, tries, doubts, until, chance: by.chance });
      await clock.sleep(afterMs, signal);
      signal.throwIfAborted();
    }
  }

  // One try. Throws whatever the client throws, and `BadAnswer`.
  async *#ask(
    body: Body,
    patience: Patience,
    progress: Progress,
    doubts: number,
  ): AsyncGenerator<SolverChunk, void, undefined> {
    const client = await this.#shared.transport.client(this.#asked.server);
    const stream = await client.chat.completions.create(asParams(body), { signal: patience.signal });
    progress.accepted = true;
    const answer = new Answer();
    const pieces = new Pieces();
    try {
      for await (const event of stream) {
        progress.began = true;
        const { takesBack, text } = answer.take(event);
        const now = patience.heard(answer.finish === null ? IDLE_MS : USAGE_WAIT_MS);
        if (takesBack) {
          pieces.drop();
          yield { kind: "taken-back" };
        }
        const piece = pieces.add(text, now);
        if (piece !== "") yield { kind: "text", text: piece };
      }
    } catch (error) {
      // All that was missing was the usage.
      if (answer.finish === null) throw error;
    }
    if (answer.finish === null) patience.signal.throwIfAborted();
    if (!progress.began) throw new BadAnswer("it sent nothing", null);
    yield* this.#finish(answer, pieces.drop(), body, doubts);
  }

  *#finish(answer: Answer, gathered: string, body: Body, doubts: number): Generator<SolverChunk, void, undefined> {
    const rest = gathered + answer.end();
    if (rest !== "") yield { kind: "text", text: rest };
    const usage = this.#usage(answer, body, doubts);
    if (answer.finish === "length" && answer.text.trim() === "") {
      const max = this.#tokensMax(body.model);
      throw new BadAnswer(`it thought for ${max} tokens and said nothing: raise max_tokens`, usage);
    }
    if (answer.finish === "length") yield { kind: "matched", what: "cut short by max_tokens (finish_reason length)" };
    else if (answer.finish === "content_filter") yield { kind: "matched", what: "stopped by the server's filter" };
    yield { kind: "usage", usage };
  }

  // How long to wait before asking again. Throws `SolverFailed` when it is not asked again.
  async #pauseAfter(
    failure: Failure,
    thrown: unknown,
    state: {
      readonly model: string;
      readonly tries: number;
      readonly doubts: number;
      readonly until: number;
      readonly chance: Chance;
    },
  ): Promise<number> {
    const { transport, standing, clock, log } = this.#shared;
    const { server } = this.#asked;
    const { model, tries } = state;
    const untilMended = isUntilMended(failure);
    const draw = state.chance("openai", "retry", String(tries));
    const next =
      untilMended || transport.isClosed
        ? ({ kind: "enough", why: "" } as const)
        : nextTry(failure, tries, state.until - clock.now(), draw);
    const said = sentenceOfFailure(failure, server);
    if (next.kind === "again") {
      const afterMs = Math.round(next.afterMs);
      log.debug("asking the model again", { server: server.host, model, tries, afterMs, why: said });
      return next.afterMs;
    }
    const why = next.why === "" ? said : `${said} (${next.why})`;
    const fields = { server: server.host, model, tries, why };
    if (untilMended) await standing.stop(server, why);
    else if (failure.kind === "refused" && failure.retryAfterMs !== null) {
      standing.wait(server, clock.now() + Math.min(failure.retryAfterMs, RETRY_AFTER_MS_MAX));
    }
    const isNews = untilMended || standing.failed(server, { model, why, of: reachOf(failure) }) === "news";
    // Each further turn fails in the same way: once is enough until something changes.
    if (isNews) log.warn("the model failed", fields);
    else log.debug("the model failed", fields);
    const billed = thrown instanceof BadAnswer ? (thrown.usage ?? "unknown") : costOf(failure);
    // Nobody can help with a model that does not exist either, but asking costs nothing, so it is not stopped.
    const isMissing = failure.kind === "refused" && failure.status === 404;
    throw new SolverFailed(why, {
      untilMended: untilMended || isMissing,
      usage: state.doubts > 0 ? "unknown" : billed,
    });
  }

  #shownTo(model: string, messages: readonly PromptMessage[]): readonly PromptMessage[] {
    return withPictures(messages, this.#asked.prices.sees(model) ? "sees" : "is blind");
  }

  // A request that was lost on the way may have been read: its prompt is counted too.
  #usage(answer: Answer, body: Body, doubts: number): Usage {
    const lost = doubts === 0 ? 0 : doubts * this.#count(body.messages);
    const tokens = answer.tokens ?? {
      input: this.#count(body.messages),
      cached: 0,
      output: this.#shared.countTokens(answer.text) + this.#shared.countTokens(answer.thoughts),
      estimated: true,
    };
    const all = { ...tokens, input: tokens.input + lost, estimated: tokens.estimated || lost > 0 };
    return usageOf(all, this.#price(body.model));
  }

  #count(messages: Body["messages"]): number {
    const tokensOf = (content: Body["messages"][number]["content"]): number =>
      typeof content === "string"
        ? this.#shared.countTokens(content)
        : content.reduce((sum, part) => sum + (part.type === "text" ? tokensOf(part.text) : PICTURE_TOKENS_MAX), 0);
    return messages.reduce((sum, message) => sum + tokensOf(message.content) + TOKENS_PER_MESSAGE, 0);
  }

  #price(model: string): Price | null {
    return this.#asked.settings.price ?? this.#asked.prices.price(model);
  }

  #tokensMax(model: string): number {
    const usual = this.#asked.prices.thinks(model) ? THINKING_ANSWER_TOKENS : ANSWER_TOKENS;
    return this.#asked.settings.maxTokens ?? usual;
  }
}

// A server that does not answer fails for every model.
function reachOf(failure: Failure): "server" | "model" {
  return failure.kind === "unreachable" || (failure.kind === "late" && !failure.began) ? "server" : "model";
}

function atMost(messages: readonly PromptMessage[]): number {
  return messages.reduce(
    (sum, { content }) => sum + Math.ceil(Buffer.byteLength(content) / BYTES_PER_TOKEN_MIN) + TOKENS_PER_MESSAGE,
    picturesIn(messages) * PICTURE_TOKENS_MAX,
  );
}

function isBadRequest(failure: Failure): boolean {
  return failure.kind === "refused" && (failure.status === 400 || failure.status === 422);
}

// The client's own type knows neither `extra_body` nor the dialects of others.
function asParams(body: Body): import("openai").OpenAI.ChatCompletionCreateParamsStreaming {
  return body as unknown as import("openai").OpenAI.ChatCompletionCreateParamsStreaming;
}
