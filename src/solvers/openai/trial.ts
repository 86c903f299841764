// A trial: one tiny real call, for the doctor and the setup.
import { seededChance } from "../../chance.ts";
import { messageOf } from "../../errors.ts";
import { SolverFailed } from "../solver.ts";
import { OpenaiSolver } from "./openai-solver.ts";
import type { Asked, Shared } from "./openai-solver.ts";
import type { Standing } from "./standing.ts";

/** What came of it. */
export interface Trial {
  readonly ok: boolean;
  /** Null where no model is set. */
  readonly model: string | null;
  /** Why it failed, as one sentence; empty when it worked. */
  readonly why: string;
}

/** Asks for one word, whatever `standing` says; afterwards it says what the trial showed. `shared` has a standing of its own, which stops nothing. */
export async function tryOnce(asked: Asked, shared: Shared, standing: Standing, signal: AbortSignal): Promise<Trial> {
  const solver = new OpenaiSolver(asked, shared);
  const { model } = solver;
  try {
    const question = [{ role: "user", content: "Answer with the one word: yes" }] as const;
    let text = "";
    for await (const chunk of solver.answer(question, seededChance("trial"), signal)) {
      if (chunk.kind === "text") text += chunk.text;
    }
    if (text.trim() === "") return { ok: false, model, why: `${asked.server.host} answered without a word` };
    await standing.mend(asked.server);
    return { ok: true, model, why: "" };
  } catch (error) {
    const why = messageOf(error);
    const isStop = error instanceof SolverFailed && shared.standing.stopped(asked.server) !== null;
    if (isStop) await standing.stop(asked.server, why);
    return { ok: false, model, why };
  }
}
