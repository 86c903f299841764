// Speaks in a model's place: with the words of the persona's scripts, and at the model's price.
import type { Estimate } from "../domain/budget.ts";
import type { PersonaId } from "../domain/ids.ts";
import type { PromptMessage, Usage } from "../domain/trace.ts";
import type { CountTokens } from "../memory/memory.ts";
import type { Member, Personas } from "../personas/personas.ts";
import type { Readiness, Solver, SolverChunk, SolverRequest } from "../solvers/solver.ts";
import { standInLine } from "./stand-in.ts";

/** A model as far as it need not be asked: its prices. */
export interface Model {
  /** Host and port, as shown to people. */
  readonly host: string;
  /** Whether it thinks before it speaks, at the price of its words. */
  readonly thinks: boolean;
  /** The most that an answer can use. */
  estimate(messages: readonly PromptMessage[], chosen: string | null): Estimate;
  /** What an answer of so many tokens uses, by the house's own count. */
  counted(messages: readonly PromptMessage[], tokensOut: number, chosen: string | null): Usage;
}

/** A call that a model would have been asked for. */
export interface Call {
  readonly persona: PersonaId;
  /** Empty: whatever the server has. */
  readonly model: string;
  readonly host: string;
  readonly thinks: boolean;
  readonly usage: Usage;
  readonly most: Estimate;
  /** Whose words were said. */
  readonly words: "script" | "stand-in";
}

/** What an understudy needs of the rehearsal. */
export interface Wings {
  readonly countTokens: CountTokens;
  /** The model behind a solver; null: it is none. */
  readonly modelOf: (solver: Solver) => Model | null;
  readonly called: (call: Call) => void;
}

/** The same personas, each of whose models has an understudy. For personas that do not change. */
export function withUnderstudies(personas: Personas, wings: Wings): Personas {
  const members = new Map(personas.all().map((member) => [member.persona.id, castAnew(member, wings)]));
  const all = [...members.values()];
  return {
    all: () => all,
    of: () => all,
    get: (id) => members.get(id) ?? null,
    complaints: () => personas.complaints(),
    warnings: () => personas.warnings(),
    scenes: () => personas.scenes(),
    onChange: (listener) => personas.onChange(listener),
    close: () => personas.close(),
  };
}

function castAnew(member: Member, wings: Wings): Member {
  const scripts = member.solvers.filter((solver) => wings.modelOf(solver) === null);
  const solvers = member.solvers.map((solver) => {
    const model = wings.modelOf(solver);
    return model === null ? solver : understudy(solver, model, scripts, wings);
  });
  return { ...member, solvers };
}

function understudy(solver: Solver, model: Model, scripts: readonly Solver[], wings: Wings): Solver {
  return {
    name: solver.name,
    model: solver.model,
    readiness: (request): Readiness => ({ kind: "paid", estimate: model.estimate(request.messages, request.model) }),
    solve: (request, signal) => speak(request, signal, { model, scripts, wings }),
  };
}

async function* speak(
  request: SolverRequest,
  signal: AbortSignal,
  by: { readonly model: Model; readonly scripts: readonly Solver[]; readonly wings: Wings },
): AsyncGenerator<SolverChunk> {
  const { model, scripts, wings } = by;
  const written = await firstWords(scripts, request, signal);
  const words = written === null ? "stand-in" : "script";
  const text = written?.text ?? standInLine(request);
  const usage = model.counted(request.messages, wings.countTokens(text), request.model);
  const most = model.estimate(request.messages, request.model);
  const { host, thinks } = model;
  wings.called({ persona: request.persona.id, model: most.model, host, thinks, usage, most, words });
  if (written !== null && written.state !== null) yield { kind: "state", state: written.state };
  yield { kind: "text", text };
  yield { kind: "usage", usage };
}

/** What the first script says that has something to say. */
async function firstWords(
  scripts: readonly Solver[],
  request: SolverRequest,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly state: string | null } | null> {
  for (const script of scripts) {
    if (script.readiness(request).kind !== "free") continue;
    let text = "";
    let state: string | null = null;
    for await (const chunk of script.solve(request, signal)) {
      if (chunk.kind === "text") text += chunk.text;
      else if (chunk.kind === "taken-back") text = "";
      else if (chunk.kind === "state") state = chunk.state;
    }
    if (text.trim() !== "") return { text, state };
  }
  return null;
}
