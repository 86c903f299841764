// How a turn ends for which no solver had an answer.
import type { Outcome, Turn } from "../domain/turn.ts";
import type { Solved } from "../solvers/solver.ts";

/** Every solver with its reason. */
export function whyNot(solved: Solved): string {
  return solved.attempts.map((attempt) => `${attempt.solver}: ${attempt.why}`).join("; ");
}

/** It ends silent: nobody waits, or whoever does was told why not long ago. */
export function unsaid(turn: Pick<Turn, "unasked">, solved: Solved): Outcome {
  // A model that could be asked is left out for want of money only.
  const hasFailed = solved.attempts.some(
    ({ result, model }) => result === "failed" || (result === "skipped" && model !== null),
  );
  const isQuiet = turn.unasked && !hasFailed;
  const detail = isQuiet
    ? "nothing new to say for now"
    : `${turn.unasked ? "nothing came" : "told not long ago"}: ${whyNot(solved)}`;
  return { kind: "withdrawn", why: "stopped", detail };
}
