// Personas with brains of a few lines, and a way to talk to them.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { seededChance } from "../../src/chance.ts";
import type { Persona } from "../../src/domain/persona.ts";
import type { Fields, Log } from "../../src/log.ts";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import type { Solver, SolverRequest } from "../../src/solvers/solver.ts";
import { makeMessage, makePersona } from "../people.ts";

/** A personas' folder with these files, made for one test. */
export function personasFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-brains-"));
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** Ada, whose folder is `ada` in a personas' folder. */
export function adaIn(folder: string, more: Partial<Persona> = {}): Persona {
  return makePersona("ada", { folder: join(folder, "ada"), source: join(folder, "ada/persona.yaml"), ...more });
}

/** A log that keeps what it was told. */
export function keptLog(): Log & { readonly warnings: { readonly phrase: string; readonly fields: Fields }[] } {
  const warnings: { readonly phrase: string; readonly fields: Fields }[] = [];
  const warn = (phrase: string, fields: Fields = {}): void => void warnings.push({ phrase, fields });
  return { debug: () => {}, info: () => {}, warn, error: warn, warnings };
}

/** What a solver gave, chunk kinds apart; null where there was none. */
export interface Given {
  readonly text: string | null;
  readonly state: string | null;
  readonly matched: string | null;
}

export async function ask(solver: Solver, request: SolverRequest): Promise<Given> {
  const given: { text: string | null; state: string | null; matched: string | null } = {
    text: null,
    state: null,
    matched: null,
  };
  for await (const chunk of solver.solve(request, new AbortController().signal)) {
    if (chunk.kind === "text") given.text = (given.text ?? "") + chunk.text;
    else if (chunk.kind === "state") given.state = chunk.state;
    else if (chunk.kind === "matched") given.matched = chunk.what;
  }
  return given;
}

/** Mira says `text` to Ada; `more` says what is otherwise. */
export function request(text: string, more: Partial<SolverRequest> = {}): SolverRequest {
  return {
    persona: makePersona("ada"),
    act: "answer",
    heard: { author: makeMessage("1", text).author, text },
    messages: [],
    model: null,
    recent: async () => [],
    cast: ["Ada", "Bruno"],
    state: null,
    chance: seededChance("one"),
    ...more,
  };
}

export interface Talk {
  readonly solver: Solver;
  readonly persona: Persona;
  /** Says something to the persona and gives what its solver gave. */
  readonly say: (text: string, more?: Partial<SolverRequest>) => Promise<Given>;
}

/** Ada with this brain. */
export async function talkTo(brain: string, log: Log = keptLog()): Promise<Talk> {
  const persona = adaIn(personasFolder({ "ada/brain.rive": brain }));
  const solver = await rivescriptKind({ log }).open(persona, { name: "rivescript", settings: {} });
  return { solver, persona, say: (text, more) => ask(solver, request(text, { persona, ...more })) };
}
