// What the tests of the openai solver share: a kind on a fake server, a persona, a request, and all that came of it.
import type { Clock } from "../../src/clock.ts";
import type { ModelParameters, Persona } from "../../src/domain/persona.ts";
import { unsaid } from "../../src/domain/persona.ts";
import type { PromptMessage, Usage } from "../../src/domain/trace.ts";
import type { Fields, Log } from "../../src/log.ts";
import { openaiKind } from "../../src/solvers/openai/openai.ts";
import type { OpenaiKind } from "../../src/solvers/openai/openai.ts";
import type { HouseModel } from "../../src/solvers/openai/server.ts";
import type { Purse, Solver, SolverRequest } from "../../src/solvers/solver.ts";
import type { SolverStop } from "../../src/store/store.ts";
import { makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

/** A persona that says nothing of itself. */
export function aPersona(model: Partial<ModelParameters> = {}, settings: Record<string, unknown> = {}): Persona {
  return makePersona("ada", { solvers: [{ name: "openai", settings }], model: { ...unsaid.model, ...model } });
}

/** The stops of a store, without the store. */
export class KeptStops {
  readonly kept = new Map<string, SolverStop>();
  async get(server: string): Promise<SolverStop | null> {
    return this.kept.get(server) ?? null;
  }
  async set(server: string, stop: SolverStop | null): Promise<void> {
    if (stop === null) this.kept.delete(server);
    else this.kept.set(server, stop);
  }
}

export interface Rig {
  readonly kind: OpenaiKind;
  readonly clock: VirtualClock;
  readonly stops: KeptStops;
  /** Everything logged, as lines of JSON. */
  readonly logged: string[];
  /** What of it were warnings. */
  readonly warned: string[];
}

/** Counts a token for each character, so that estimates are told from the servers' own counts. */
const countTokens = (text: string): number => text.length;

/** A kind for a house with these settings. */
export function rig(
  house: Partial<HouseModel>,
  options: { readonly stops?: KeptStops; readonly env?: Record<string, string>; readonly clock?: VirtualClock } = {},
): Rig {
  const clock = options.clock ?? new VirtualClock();
  const stops = options.stops ?? new KeptStops();
  const logged: string[] = [];
  const write = (phrase: string, fields?: Fields): void => {
    logged.push(JSON.stringify({ phrase, ...fields }));
  };
  const warned: string[] = [];
  const warn = (phrase: string, fields?: Fields): void => {
    warned.push(JSON.stringify({ phrase, ...fields }));
    write(phrase, fields);
  };
  const log: Log = { debug: write, info: write, warn, error: warn };
  const kind = openaiKind({
    prices: new Map(),
    house: { apiKey: null, baseUrl: null, model: null, ...house },
    clock: clock satisfies Clock,
    countTokens,
    stops,
    log,
    env: (name) => options.env?.[name],
  });
  return { kind, clock, stops, logged, warned };
}

/** The solver of a persona with these settings. */
export function open(
  { kind }: Rig,
  settings: Record<string, unknown> = {},
  model: Partial<ModelParameters> = {},
): Promise<Solver> {
  const persona = aPersona(model, settings);
  const [spec] = persona.solvers;
  if (spec === undefined) throw new Error("the persona has a solver");
  return kind.open(persona, spec);
}

/** A request with these messages. */
export function aRequest(...messages: readonly PromptMessage[]): SolverRequest {
  return {
    persona: aPersona(),
    act: "answer",
    heard: null,
    messages: messages.length === 0 ? [{ role: "user", content: "hi" }] : messages,
    model: null,
    recent: async () => [],
    cast: ["Ada"],
    state: null,
    chance: () => 0.5,
  };
}

/** All that came of one request. */
export interface Heard {
  readonly pieces: readonly string[];
  readonly text: string;
  readonly matched: string;
  readonly usage: Usage | null;
}

/** Solves and collects; rejects when the solver throws. */
export async function solve(
  solver: Solver,
  request: SolverRequest = aRequest(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Heard> {
  const pieces: string[] = [];
  let matched = "";
  let usage: Usage | null = null;
  for await (const chunk of solver.solve(request, signal)) {
    if (chunk.kind === "text") pieces.push(chunk.text);
    else if (chunk.kind === "taken-back") pieces.length = 0;
    else if (chunk.kind === "matched") matched = chunk.what;
    else if (chunk.kind === "usage") usage = chunk.usage;
  }
  return { pieces, text: pieces.join(""), matched, usage };
}

/** What the solver fails with; throws when it does not fail. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** Terms of a trial for whom money is no matter. */
export function freely(purse: Partial<Purse> = {}, signal: AbortSignal = new AbortController().signal) {
  const all: Purse = {
    reserve: async () => ({
      kind: "reserved",
      reservation: { id: 1, day: 0, nanoUsd: 0, unpricedTokens: 0, parts: [] },
    }),
    settle: async () => {},
    ...purse,
  };
  return { purse: all, signal };
}
