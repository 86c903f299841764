// What the house says in a persona's place when nothing else can be said: short and honest.
import type { Attempt } from "../domain/trace.ts";
import type { Solved } from "../solvers/solver.ts";

/** Stands for the solver where the house itself gave up. */
export const HOUSE = "house";

/** Why the model gave no answer, as the house's log has it; null: none was to be asked. */
export function whyNoModel({ attempts }: Pick<Solved, "attempts">): string | null {
  return attempts.find((attempt) => isReason(attempt))?.why ?? null;
}

/** Why there is no answer, or why a script answers in the model's place. */
export function noticeText(solved: Solved): string {
  const why = whyNoModel(solved) ?? "nothing that I can ask has an answer";
  return solved.text === null
    ? `(I have no answer now: ${why}. Whoever runs this house can see why with the doctor.)`
    : `(My model does not answer: ${why}. Until that is mended, what I say comes from a script.)`;
}

/** What a script had no line for says nothing; why a model or the house itself stopped does. */
function isReason({ result, model, solver }: Attempt): boolean {
  return result !== "answered" && (model !== null || solver === HOUSE);
}

/** What a persona says when a person said "stop". */
export const stopHeardText =
  "(Stopped: from now on we only answer people here. Whoever looks after this channel can let us talk again with /resume.)";
