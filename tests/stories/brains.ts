// The house cast's brains as their files stand, and a way to ask one of them directly.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seededChance } from "../../src/chance.ts";
import { authorId, feedPlatform, personaAuthorId } from "../../src/domain/ids.ts";
import type { Author } from "../../src/domain/message.ts";
import { silentLog } from "../../src/log.ts";
import { openPersonas } from "../../src/personas/open.ts";
import type { Member } from "../../src/personas/personas.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import type { Act, SolverKind } from "../../src/solvers/solver.ts";
import { VirtualClock } from "../virtual-clock.ts";

export const houseFolder = join(import.meta.dirname, "../../personas");

/** One of a brain's replies, as it stands in the file. */
export interface ScriptLine {
  readonly file: string;
  readonly lineNumber: number;
  readonly topic: string;
  readonly trigger: string;
  readonly text: string;
}

/** A trigger and what it leads to: the label that it redirects to, or null where it answers itself. */
export interface ScriptTrigger {
  readonly topic: string;
  readonly trigger: string;
  readonly redirect: string | null;
}

export interface Script {
  readonly lines: readonly ScriptLine[];
  readonly triggers: readonly ScriptTrigger[];
}

/** Reads `file` below the personas' folder. Only what the house cast uses: topics, triggers, replies, conditions, redirects. */
export function readScript(file: string): Script {
  const lines: ScriptLine[] = [];
  const triggers: ScriptTrigger[] = [];
  let topic = "random";
  let trigger = "";
  for (const [at, raw] of readFileSync(join(houseFolder, file), "utf8").split("\n").entries()) {
    const line = raw.trim();
    const rest = line.slice(1).trim();
    if (line.startsWith("> topic")) topic = line.split(/\s+/)[2] ?? "";
    else if (line.startsWith("+")) {
      trigger = rest.replaceAll(/\{weight=\d+\}/g, "");
      triggers.push({ topic, trigger, redirect: null });
    } else if (line.startsWith("@")) {
      triggers.push({ topic, trigger, redirect: rest.split(" ")[0] ?? "" });
    } else if (line.startsWith("-") || line.startsWith("*")) {
      const text = line.startsWith("*") ? rest.replace(/^.*?=>\s*/, "") : rest;
      lines.push({ file, lineNumber: at + 1, topic, trigger, text });
    }
  }
  return { lines, triggers };
}

/** The words that all of the cast share: which opening leads to which answer. */
export const commonScript = "shared/common.rive";

/** Triggers of the shared file as a trace shows them, with the label that each leads to. */
export function labelsOf(script: Script): ReadonlyMap<string, string> {
  const led = script.triggers.filter((each) => each.redirect !== null);
  return new Map(led.map((each) => [each.trigger, each.redirect ?? ""]));
}

const noModel: SolverKind = {
  name: "openai",
  open: async () => ({
    name: "openai",
    model: null,
    readiness: () => ({ kind: "unable", why: "no model is set", untilMended: false }),
    solve: async function* solve() {
      // A model that is not set says nothing.
    },
  }),
};

/** The house cast, read as a start reads it. */
export async function houseCast(): Promise<readonly Member[]> {
  const personas = await openPersonas({
    folders: [{ path: houseFolder, kind: "house" }],
    scene: null,
    kinds: [noModel, rivescriptKind({ log: silentLog }), failureKind()],
    clock: new VirtualClock(),
    log: silentLog,
    watch: "read-once",
  });
  const complaints = personas.complaints();
  if (complaints.length > 0) throw new Error(JSON.stringify(complaints));
  return personas.all();
}

export interface Said {
  readonly text: string;
  /** Topic and trigger, such as `cast: [*] @goat [*]`. */
  readonly matched: string;
  readonly state: string | null;
}

/** What `member`'s brain says to `text`; `seed` stands for the turn. */
export async function askBrain(
  member: Member,
  act: Act,
  heard: { readonly name: string; readonly text: string } | null,
  seed: string,
  state: string | null = null,
): Promise<Said> {
  const solver = member.solvers.find((each) => each.name === "rivescript");
  if (solver === undefined) throw new Error(`${member.persona.name} has no brain`);
  const said = { text: "", matched: "", state: null as string | null };
  const author: Author | null =
    heard === null
      ? null
      : act === "reply"
        ? { id: personaAuthorId(member.persona.id), kind: "persona", name: heard.name }
        : { id: authorId(feedPlatform, heard.name), kind: "person", name: heard.name };
  const request = {
    persona: member.persona,
    act,
    heard: heard === null || author === null ? null : { author, text: heard.text },
    messages: [],
    model: null,
    recent: async () => [],
    cast: [],
    state,
    chance: seededChance(seed),
  };
  for await (const chunk of solver.solve(request, new AbortController().signal)) {
    if (chunk.kind === "text") said.text += chunk.text;
    else if (chunk.kind === "matched") said.matched = chunk.what;
    else if (chunk.kind === "state") said.state = chunk.state;
  }
  return said;
}
