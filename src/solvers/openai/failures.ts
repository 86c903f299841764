// What can go wrong with a call, told apart by what may be done about it.
import type { Usage } from "../../domain/trace.ts";
import { ANSWER_MS, FIRST_BYTE_MS, IDLE_MS } from "./limits.ts";
import { retryAfterOf } from "./retry-after.ts";
import type { Server } from "./server.ts";

export type Failure =
  /** The server answered with an error. */
  | {
      readonly kind: "refused";
      readonly status: number;
      /** The server's own word for it, such as `insufficient_quota`. */
      readonly code: string | null;
      /** The parameter that it does not take. */
      readonly param: string | null;
      readonly said: string;
      readonly retryAfterMs: number | null;
    }
  /** No answer came. `asked`: the request may have reached the server. */
  | { readonly kind: "unreachable"; readonly asked: boolean; readonly said: string }
  /** The answer began, or came, and is of no use. */
  | { readonly kind: "broken"; readonly code: string | null; readonly said: string }
  | { readonly kind: "late"; readonly ranOut: "silence" | "length"; readonly began: boolean };

/** The answer itself is of no use, in a way that only its reader can tell. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
  readonly usage: Usage | null;
  constructor(message: string, usage: Usage | null) {
    super(message);
    this.usage = usage;
  }
}

// What the system and undici say when the connection was never made.
const NEVER_ASKED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

// Enough for a reason; some servers answer with a page.
const SAID_CHARS_MAX = 200;

/** What `error`, thrown by the client, means. `accepted`: the server had agreed to answer. */
export function failureOf(
  error: unknown,
  { accepted }: { readonly accepted: boolean },
  server: Server,
  now: number,
): Failure {
  const details = asRecord(error);
  const words = [textOf(details["code"]), textOf(details["type"])];
  const code = words.find((word) => MONEY_GONE.has(word ?? "")) ?? words.find((word) => word !== null) ?? null;
  const message = error instanceof Error ? error.message : String(error);
  const said = (text: string): string => clip(text, server);
  if (typeof details["status"] === "number") {
    const body = asRecord(details["error"]);
    return {
      kind: "refused",
      status: details["status"],
      code,
      param: textOf(details["param"]),
      said: said(textOf(body["message"]) ?? textOf(details["error"]) ?? withoutStatus(message)),
      retryAfterMs: retryAfterOf(headersOf(details["headers"]), now),
    };
  }
  if (error instanceof Error && error.name === "BadAnswer") return { kind: "broken", code: null, said: message };
  if (accepted || (details["error"] ?? null) !== null) {
    if (error instanceof SyntaxError) return { kind: "broken", code: null, said: "it sent something that is not JSON" };
    const body = asRecord(details["error"]);
    return { kind: "broken", code, said: said(textOf(body["message"]) ?? textOf(details["error"]) ?? message) };
  }
  const cause = deepestCause(error);
  if (cause instanceof Error && cause.name === "NotAnApi") {
    return { kind: "broken", code: null, said: `${cause.message}: is the base URL right?` };
  }
  const cue = textOf(asRecord(cause)["code"]);
  const why = cue ?? (cause instanceof Error ? cause.message : message);
  return { kind: "unreachable", asked: cue === null || !NEVER_ASKED.has(cue), said: said(why) };
}

/** `failure` as one sentence for people. It names the server, never the key. */
export function sentenceOfFailure(failure: Failure, server: Server): string {
  switch (failure.kind) {
    case "refused":
      return refusal(failure, server);
    case "unreachable":
      return `${server.host} cannot be reached (${failure.said})`;
    case "broken":
      return `the answer of ${server.host} is of no use: ${failure.said}`;
    case "late":
      if (failure.ranOut === "length") return `${server.host} did not finish within ${ANSWER_MS / 1000} s`;
      return failure.began
        ? `${server.host} fell silent for ${IDLE_MS / 1000} s in the middle of its answer`
        : `${server.host} did not begin to answer within ${FIRST_BYTE_MS / 1000} s`;
  }
}

function refusal(failure: Failure & { readonly kind: "refused" }, server: Server): string {
  const said = `${server.host} answered ${failure.status}${failure.said === "" ? "" : `: ${failure.said}`}`;
  if (isMoneyGone(failure)) return `${said}; the account has no credit left: add credit, or set another key`;
  if (failure.status === 401) return `${said}; the key is not accepted: set ${server.hasKey ? "another one" : "one"}`;
  if (failure.status === 403) return `${said}; the key has no right to this: set another one`;
  if (failure.status === 404) return `${said}; check the model's name and the base URL (many end in /v1)`;
  if (failure.status >= 300 && failure.status < 400) return `${said}; the server lives elsewhere: check the base URL`;
  return said;
}

// OpenAI's words for an empty account ("Error codes"); 402 is what others answer.
const MONEY_GONE = new Set([
  "insufficient_quota",
  "billing_hard_limit_reached",
  "billing_not_active",
  "insufficient_balance",
]);

function isMoneyGone(failure: Failure): boolean {
  if (failure.kind === "refused" && failure.status === 402) return true;
  return (failure.kind === "refused" || failure.kind === "broken") && MONEY_GONE.has(failure.code ?? "");
}

/** Whether the server must not be asked again with this key until a person mends something. */
export function isUntilMended(failure: Failure): boolean {
  if (isMoneyGone(failure)) return true;
  return failure.kind === "refused" && (failure.status === 401 || failure.status === 403);
}

/** What the failed call may have cost: an error status is not billed, and nobody knows of an answer that broke off. */
export function costOf(failure: Failure): "unknown" | null {
  if (failure.kind === "refused") return null;
  return failure.kind === "unreachable" && !failure.asked ? null : "unknown";
}

// The client puts the status before a body that it cannot read; a page for people says nothing in one line.
function withoutStatus(message: string): string {
  const text = message.replace(/^\d{3} /u, "").trim();
  return text.startsWith("<") || text === "status code (no body)" ? "" : text;
}

// One line, without the key, which some servers repeat.
function clip(text: string, server: Server): string {
  const secret = server.hasKey ? text.replaceAll(server.apiKey, "…") : text;
  const flat = secret
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return flat.length > SAID_CHARS_MAX ? `${flat.slice(0, SAID_CHARS_MAX).toWellFormed()}…` : flat;
}

function deepestCause(error: unknown): unknown {
  let cause = error;
  // The client wraps once, undici at most twice; a ring of causes must not hold us.
  for (let depth = 0; depth < 5; depth += 1) {
    const inner = asRecord(cause)["cause"];
    if (inner === undefined || inner === null) break;
    cause = inner;
  }
  return cause;
}

function headersOf(value: unknown): Headers | null {
  return value instanceof Headers ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
