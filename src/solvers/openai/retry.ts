// The one retry policy: what is asked again, and when.
import { BACKOFF_MS, BACKOFF_MS_MAX, TRIES_MAX } from "./limits.ts";
import type { Failure } from "./failures.ts";

export type Next =
  | { readonly kind: "again"; readonly afterMs: number }
  /** `why` says more than the failure does; empty when the failure says it all. */
  | { readonly kind: "enough"; readonly why: string };

// Timeout of the server, conflict, too many requests; and everything from 500 on (the statuses that OpenAI's own client repeats).
const REPEATED = new Set([408, 409, 429]);

/** What follows on `failure`, the last of `tries`, when `leftMs` are left for the whole and `draw` is in [0, 1). Failures that a person must mend are not brought here. */
export function nextTry(failure: Failure, tries: number, leftMs: number, draw: number): Next {
  const isPassing =
    failure.kind === "unreachable" ||
    (failure.kind === "refused" && (REPEATED.has(failure.status) || failure.status >= 500));
  if (!isPassing) return { kind: "enough", why: "" };
  if (tries >= TRIES_MAX) return { kind: "enough", why: `asked ${tries} times` };
  const asked = failure.kind === "refused" ? failure.retryAfterMs : null;
  const afterMs = asked ?? backoffMs(tries, draw);
  if (afterMs < leftMs) return { kind: "again", afterMs };
  const seconds = Math.ceil(afterMs / 1000);
  return { kind: "enough", why: `it wants to be asked again in ${seconds} s, which is longer than an answer may take` };
}

// Between half and the whole of a pause that doubles: personas that were turned away together do not come back together.
function backoffMs(tries: number, draw: number): number {
  const whole = Math.min(BACKOFF_MS * 2 ** (tries - 1), BACKOFF_MS_MAX);
  return whole * (0.5 + draw / 2);
}
