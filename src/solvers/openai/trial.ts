// A trial: one tiny real call, for the doctor and the setup.
import { seededChance } from "../../chance.ts";
import { messageOf } from "../../errors.ts";
import type { Usage } from "../../domain/trace.ts";
import { owed, SolverFailed } from "../solver.ts";
import type { Purse } from "../solver.ts";
import { OpenaiSolver } from "./openai-solver.ts";
import type { Asked, Shared } from "./openai-solver.ts";
import type { Standing } from "./standing.ts";

/** What came of it. */
export interface Trial {
  /** `unpaid`: nobody was asked, for the budget had no room. */
  readonly kind: "answered" | "failed" | "unpaid";
  /** Null where no model is set. */
  readonly model: string | null;
  /** Why it failed, as one sentence; empty when it worked. */
  readonly why: string;
}

/** What a trial is paid from, and what gives it up. */
export interface TrialTerms {
  readonly purse: Purse;
  readonly signal: AbortSignal;
}

const QUESTION = [{ role: "user", content: "Answer with the one word: yes" }] as const;

/** Asks for one word, whatever `standing` says; afterwards it says what the trial showed. `shared` has a standing of its own, which stops nothing. Throws only what the purse fails with. */
export async function tryOnce(
  asked: Asked,
  shared: Shared,
  standing: Standing,
  { purse, signal }: TrialTerms,
): Promise<Trial> {
  const solver = new OpenaiSolver(asked, shared);
  const { model } = solver;
  const estimate = solver.estimate(QUESTION, null);
  const reserved = await purse.reserve(estimate);
  if (reserved.kind === "refused") {
    return { kind: "unpaid", model, why: `today's budget is used up: ${reserved.why}` };
  }
  let told: Usage | "unknown" | null = "unknown";
  try {
    let text = "";
    for await (const chunk of solver.answer(QUESTION, { chance: seededChance("trial"), model: null }, signal)) {
      if (chunk.kind === "text") text += chunk.text;
      else if (chunk.kind === "taken-back") text = "";
      else if (chunk.kind === "usage") told = chunk.usage;
    }
    if (text.trim() === "") return { kind: "failed", model, why: `${asked.server.host} answered without a word` };
    await standing.mend(asked.server);
    return { kind: "answered", model, why: "" };
  } catch (error) {
    if (error instanceof SolverFailed) told = error.usage;
    const why = messageOf(error);
    const isStop = error instanceof SolverFailed && shared.standing.stopped(asked.server) !== null;
    if (isStop) await standing.stop(asked.server, why);
    return { kind: "failed", model, why };
  } finally {
    await purse.settle(reserved.reservation, owed(told, estimate));
  }
}
