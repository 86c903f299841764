// The port of solvers: what can answer, and how several are tried in order.
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import type { Estimate, Reservation, Reserved } from "../domain/budget.ts";
import { worstOf } from "../domain/budget.ts";
import type { Author, Message } from "../domain/message.ts";
import type { Persona, SolverSpec } from "../domain/persona.ts";
import type { Attempt, PromptMessage, Usage } from "../domain/trace.ts";
import { messageOf } from "../errors.ts";

/** What a persona is to do: answer a person, reply to another persona or bot, or post anew. */
export type Act = "answer" | "reply" | "post";

export interface SolverRequest {
  readonly persona: Persona;
  readonly act: Act;
  /** What is answered; null when it posts anew. */
  readonly heard: { readonly author: Author; readonly text: string } | null;
  /** The prompt, for solvers that speak to a model. */
  readonly messages: readonly PromptMessage[];
  /** The model that is to speak here, where somebody chose one; null: the solver's own. */
  readonly model: string | null;
  /** The channel's newest messages, oldest first, for solvers that mind what was said already. */
  readonly recent: () => Promise<readonly Message[]>;
  /** Names of everyone bound to the channel, this persona included. */
  readonly cast: readonly string[];
  /** What this solver last kept for this persona, channel and author; null at first. */
  readonly state: string | null;
  /** Chance that depends on the turn: the same on a retry. */
  readonly chance: Chance;
}

export type SolverChunk =
  | { readonly kind: "text"; readonly text: string }
  /** What it gave as text so far is not to be said: it showed itself to be thoughts. */
  | { readonly kind: "taken-back" }
  /** What it is to remember for this persona, channel and author; stored with the reply or not at all. */
  | { readonly kind: "state"; readonly state: string }
  /** What matched, for the trace. */
  | { readonly kind: "matched"; readonly what: string }
  | { readonly kind: "usage"; readonly usage: Usage };

/** Why a solver cannot be asked now, or what asking costs. */
export type Readiness =
  | { readonly kind: "free" }
  | { readonly kind: "paid"; readonly estimate: Estimate }
  /** `untilMended`: a person must mend something first, such as a wrong key; people are told so. */
  | { readonly kind: "unable"; readonly why: string; readonly untilMended: boolean };

/** Something that can answer. */
export interface Solver {
  readonly name: string;
  /** The model that would speak; null for scripts. */
  readonly model: string | null;
  /** Looks only: no network, no disk. */
  readiness(request: SolverRequest): Readiness;
  /** No text chunk means "not me, try the next". Throws when it failed; `SolverFailed` says more. Ends soon after `signal` aborts. */
  solve(request: SolverRequest, signal: AbortSignal): AsyncIterable<SolverChunk>;
}

/** A kind of solver that a persona may name in its file. */
export interface SolverKind {
  readonly name: string;
  /** The solver for this persona; throws `BadInput` when a setting is wrong. Reads files, so it is called when a persona is loaded, not when it speaks. */
  open(persona: Persona, spec: SolverSpec): Promise<Solver>;
}

/** A solver failed in a way that says more than "try the next". */
export class SolverFailed extends Error {
  override readonly name = "SolverFailed";
  /** True when nobody can be helped until a person mends something: a wrong key, an empty account. */
  readonly untilMended: boolean;
  /** What the try may have cost; null: nothing was billed. */
  readonly usage: Usage | "unknown" | null;
  constructor(message: string, details: { readonly untilMended: boolean; readonly usage: Usage | "unknown" | null }) {
    super(message);
    this.untilMended = details.untilMended;
    this.usage = details.usage;
  }
}

/** What speaks in this house now, for the line on the page and the doctor. */
export type Speaking =
  | { readonly kind: "scripted" }
  | { readonly kind: "model"; readonly model: string; readonly server: string }
  | { readonly kind: "failing"; readonly model: string; readonly server: string; readonly why: string };

/** Room in the budget for calls of one turn. */
export interface Purse {
  reserve(estimate: Estimate): Promise<Reserved>;
  settle(reservation: Reservation, usage: Usage): Promise<void>;
}

export interface Solved {
  /** Null when no solver answered. */
  readonly text: string | null;
  readonly solver: string;
  readonly model: string | null;
  readonly state: string | null;
  readonly attempts: readonly Attempt[];
  /** True when a solver failed in a way that a person must mend. */
  readonly untilMended: boolean;
}

/** What a chain of solvers needs of the house. */
export interface ChainHouse {
  readonly purse: Purse;
  readonly clock: Clock;
  /** What each solver last kept for this persona, channel and author, by solver name. */
  readonly states: Readonly<Record<string, string>>;
  /** Told what may be said so far, each time that it changes: all of it, or nothing, when it was taken back or its solver gave up. Null: nobody looks on. */
  readonly onText: ((text: string, by: Speaker) => void) | null;
}

/** Which solver speaks, and with which model; null for scripts. */
export interface Speaker {
  readonly solver: string;
  readonly model: string | null;
}

// Far above what any platform shows in one go; a model that never stops must not fill the disk.
const REPLY_CHARS_MAX = 16_000;

interface Outcome {
  readonly attempt: Attempt;
  readonly text: string;
  readonly state: string | null;
  readonly untilMended: boolean;
}

/** Asks `solvers` one after the other until one yields text. A solver that throws or yields nothing passes to the next; each try is in `attempts`. No paid solver is asked before `purse` has room. Throws only what `signal` aborts with, at once, or what the purse fails with: neither is the solver's doing. */
export async function solveInOrder(
  solvers: readonly Solver[],
  request: Omit<SolverRequest, "state">,
  house: ChainHouse,
  signal: AbortSignal,
): Promise<Solved> {
  const attempts: Attempt[] = [];
  let untilMended = false;
  for (const solver of solvers) {
    signal.throwIfAborted();
    const outcome = await tryOne(solver, { ...request, state: house.states[solver.name] ?? null }, house, signal);
    signal.throwIfAborted();
    if (outcome.attempt.result !== "answered") house.onText?.("", { solver: solver.name, model: null });
    attempts.push(outcome.attempt);
    untilMended ||= outcome.untilMended;
    if (outcome.attempt.result === "answered") {
      return {
        text: outcome.text,
        solver: solver.name,
        model: modelOf(solver, request),
        state: outcome.state,
        attempts,
        untilMended,
      };
    }
  }
  return { text: null, solver: "", model: null, state: null, attempts, untilMended };
}

async function tryOne(
  solver: Solver,
  request: SolverRequest,
  house: ChainHouse,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedAt = house.clock.now();
  const none = { text: "", state: null, untilMended: false };
  const by = { solver: solver.name, model: modelOf(solver, request) };
  const base = { ...by, usage: null, matched: "" };
  const passed = (result: "skipped" | "failed", why: string): Outcome => ({
    ...none,
    attempt: { ...base, result, why, ms: house.clock.now() - startedAt },
  });
  const readiness = readinessOf(solver, request);
  if (readiness.kind === "unable") {
    return { ...passed("skipped", readiness.why), untilMended: readiness.untilMended };
  }
  if (readiness.kind === "failed") return passed("failed", readiness.why);
  let reservation: Reservation | null = null;
  if (readiness.kind === "paid") {
    const reserved = await house.purse.reserve(readiness.estimate);
    if (reserved.kind === "refused") return passed("skipped", reserved.why);
    reservation = reserved.reservation;
    // Nothing was asked yet, so nothing is owed.
    if (signal.aborted) await house.purse.settle(reservation, nothingOf(readiness.estimate));
    signal.throwIfAborted();
  }
  const onText = house.onText === null ? null : (text: string): void => house.onText?.(text, by);
  const heard = await hear(solver, request, onText, signal);
  // Aborted: what was reserved stays reserved, as after a crash, because nobody knows what the server bills.
  signal.throwIfAborted();
  let { usage } = heard;
  if (reservation !== null && readiness.kind === "paid") {
    usage = billed(heard, readiness.estimate);
    await house.purse.settle(reservation, usage);
  }
  const seen = { ...base, usage, matched: heard.matched, ms: house.clock.now() - startedAt };
  if (heard.failure !== null) {
    const { error } = heard.failure;
    const untilMended = error instanceof SolverFailed && error.untilMended;
    return { ...none, untilMended, attempt: { ...seen, result: "failed", why: messageOf(error) } };
  }
  const text = cutToReply(heard.text).trim();
  if (text === "") return { ...none, attempt: { ...seen, result: "not-me", why: "it had nothing to say" } };
  return { text, state: heard.state, untilMended: false, attempt: { ...seen, result: "answered", why: "" } };
}

/** The model that speaks for `solver` here; a script has none, whatever was chosen. */
function modelOf(solver: Solver, request: Pick<SolverRequest, "model">): string | null {
  return solver.model === null ? null : (request.model ?? solver.model);
}

function readinessOf(
  solver: Solver,
  request: SolverRequest,
): Readiness | { readonly kind: "failed"; readonly why: string } {
  try {
    return solver.readiness(request);
  } catch (error) {
    return { kind: "failed", why: messageOf(error) };
  }
}

/** What a solver said in one try, as far as it came. */
interface Heard {
  readonly text: string;
  readonly state: string | null;
  readonly matched: string;
  readonly usage: Usage | null;
  /** Null: it came to its end. In an object, because anything at all can be thrown. */
  readonly failure: { readonly error: unknown } | null;
}

/** Listens to `solver` until it ends, fails, says too much or `signal` aborts; never rejects. */
async function hear(
  solver: Solver,
  request: SolverRequest,
  onText: ((text: string) => void) | null,
  signal: AbortSignal,
): Promise<Heard> {
  const heard = { text: "", state: null as string | null, matched: "", usage: null as Usage | null };
  const listen = async (): Promise<Heard> => {
    try {
      for await (const chunk of solver.solve(request, signal)) {
        if (chunk.kind === "text" || chunk.kind === "taken-back") {
          heard.text = chunk.kind === "text" ? heard.text + chunk.text : "";
          if (onText !== null && !signal.aborted) onText(cutToReply(heard.text));
        } else if (chunk.kind === "state") heard.state = chunk.state;
        else if (chunk.kind === "matched") heard.matched = chunk.what;
        else heard.usage = chunk.usage;
        if (heard.text.length > REPLY_CHARS_MAX) break;
      }
      return { ...heard, failure: null };
    } catch (error) {
      return { ...heard, failure: { error } };
    }
  };
  const stopped = Promise.withResolvers<Heard>();
  const stop = (): void => stopped.resolve({ ...heard, failure: { error: signal.reason } });
  signal.addEventListener("abort", stop, { once: true });
  try {
    // A solver that does not mind the signal holds up nobody: a person's "stop" wins.
    return await Promise.race([listen(), stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** What a paid try counts as: what the failure or the server says, else the worst. */
function billed(heard: Heard, estimate: Estimate): Usage {
  const error = heard.failure?.error;
  return owed(error instanceof SolverFailed ? error.usage : (heard.usage ?? "unknown"), estimate);
}

/** What a call counts as by what is known of its usage: null is nothing, unknown the worst. */
export function owed(told: Usage | "unknown" | null, estimate: Estimate): Usage {
  if (told === "unknown") return worstOf(estimate);
  return told ?? nothingOf(estimate);
}

function nothingOf(estimate: Estimate): Usage {
  const worst = worstOf(estimate);
  return { ...worst, tokensIn: 0, tokensOut: 0, costUsd: worst.costUsd === null ? null : 0 };
}

/** `text` within the limit, never in the middle of a character. */
function cutToReply(text: string): string {
  if (text.length <= REPLY_CHARS_MAX) return text;
  return text.slice(0, REPLY_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, "");
}
