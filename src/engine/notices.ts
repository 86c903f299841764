// What the house says in a persona's place when nothing else can be said: short and honest.
import type { Solved } from "../solvers/solver.ts";

/** Why there is no answer, or why a script answers in the model's place. */
export function noticeText(solved: Solved): string {
  const stopped = solved.attempts.find((attempt) => attempt.result !== "answered" && attempt.model !== null);
  const why = stopped?.why ?? "nothing that I can ask has an answer";
  return solved.text === null
    ? `(I have no answer now: ${why}. Whoever runs this house can see why with the doctor.)`
    : `(My model does not answer: ${why}. Until that is mended, what I say comes from a script.)`;
}

/** What a persona says when a person said "stop". */
export const stopHeardText =
  "(Stopped: from now on we only answer people here. Whoever looks after this channel can let us talk again with /resume.)";
