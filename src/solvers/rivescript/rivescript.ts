// The solver that speaks from a script: RiveScript brains, without a model, a key or a network.
import { hash } from "node:crypto";
import type { Fingerprint } from "../../domain/likeness.ts";
import { fingerprintOf } from "../../domain/likeness.ts";
import { languageOf } from "../../domain/language.ts";
import type { Persona, SolverSpec } from "../../domain/persona.ts";
import type { Log } from "../../log.ts";
import type { Solver, SolverChunk, SolverKind, SolverRequest } from "../solver.ts";
import { Brain } from "./brain.ts";
import { brainFiles } from "./brain-files.ts";
import { plainScript } from "./plain.ts";
import type { FingerprintOf, Line, Means } from "./search.ts";
import { SAID_BEFORE_MAX, Search } from "./search.ts";
import type { Remembered } from "./state.ts";
import { readState, writeState } from "./state.ts";

// Brains compiled and kept; a house has about as many as personas, and edited files leave their old ones here.
const BRAINS_MAX = 50;
// Texts whose fingerprints are kept: the recent messages of several channels.
const FINGERPRINTS_MAX = 1_000;

/** Speaks from RiveScript brains: `brain` names the file or files, `brain.rive` in the persona's folder by default; a persona that has neither answers people from the plain script. Brains with the same files are compiled once. */
export function rivescriptKind(deps: { readonly log: Log }): SolverKind {
  const brains = new Map<string, Promise<Brain>>();
  const fingerprint = rememberFingerprints();
  return {
    name: "rivescript",
    open: async (persona: Persona, spec: SolverSpec): Promise<Solver> => {
      const own = await brainFiles(persona, spec);
      const files = own ?? [await plainScript()];
      const key = hash("sha1", JSON.stringify(files));
      const known = brains.get(key);
      const brain = known ?? Brain.compile(files, deps.log);
      if (known === undefined) keepBrain(brains, key, brain);
      return solverFrom(await brain, own === null ? "plain" : "own", fingerprint, deps.log);
    },
  };
}

function keepBrain(brains: Map<string, Promise<Brain>>, key: string, brain: Promise<Brain>): void {
  const [oldest] = brains.keys();
  if (brains.size >= BRAINS_MAX && oldest !== undefined) brains.delete(oldest);
  brains.set(key, brain);
  // A brain with a mistake is read again when it is asked for again; the mistake itself goes to whoever asked.
  brain.catch(() => brains.delete(key));
}

function rememberFingerprints(): FingerprintOf {
  const known = new Map<string, Fingerprint>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= FINGERPRINTS_MAX) known.clear();
    const made = fingerprintOf(text);
    known.set(text, made);
    return made;
  };
}

function solverFrom(brain: Brain, script: Means["script"], fingerprint: FingerprintOf, log: Log): Solver {
  const warned = new Set<string>();
  const warn = (what: string, persona: Persona): void => {
    if (warned.has(what)) return;
    warned.add(what);
    log.warn("a brain gave machinery instead of words", { persona: persona.id, what });
  };
  return {
    name: "rivescript",
    model: null,
    readiness: () => ({ kind: "free" }),
    solve: (request, signal) => solve(request, signal, { brain, script, fingerprint, warn }),
  };
}

async function* solve(request: SolverRequest, signal: AbortSignal, means: Means): AsyncGenerator<SolverChunk> {
  // Nobody has written what it would say among its like.
  if (means.script === "plain" && request.act !== "answer") return;
  const remembered = readState(request.state);
  const before = (await request.recent()).filter((message) => message.author.kind === "persona");
  const search = new Search(request, remembered, before.slice(-SAID_BEFORE_MAX), means);
  signal.throwIfAborted();
  const found = await search.find();
  signal.throwIfAborted();
  if (search.matched !== "") yield { kind: "matched", what: search.matched };
  if (found === null || isLeftToOthers(request, found, means)) return;
  if (request.act !== "post") yield { kind: "state", state: stateAfter(request, remembered, found) };
  yield { kind: "text", text: found.text };
}

// The plain script's last word is English; the next solver knows more languages.
function isLeftToOthers(request: SolverRequest, found: Line, means: Means): boolean {
  return means.script === "plain" && found.answer.trigger === "*" && languageOf(request.heard?.text ?? "") !== "en";
}

function stateAfter(request: SolverRequest, remembered: Remembered, found: Line): string {
  // The cast's topic is the call's own; what a person had begun goes on where it stood.
  const topic = request.act === "answer" ? found.answer.after.topic : remembered.topic;
  return writeState({ ...found.answer.after, topic, said: found.text });
}
