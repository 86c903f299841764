// The cast that files describe: from what was there before and a new look at the folders.
import { sep } from "node:path";
import type { PersonaId } from "../domain/ids.ts";
import { personaId } from "../domain/ids.ts";
import type { Persona, World } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";
import { nativeKey } from "../domain/words.ts";
import type { Complaint } from "../errors.ts";
import { BadInput, messageOf, quoted } from "../errors.ts";
import type { Solver, SolverKind } from "../solvers/solver.ts";
import { digestOf } from "./digest.ts";
import type { Draft } from "./draft.ts";
import type { Group, PersonaEntry, Scan, SceneEntry } from "./finds.ts";
import { PERSONAS_MAX } from "./limits.ts";
import type { Member } from "./personas.ts";
import type { SceneFile } from "./scene-yaml.ts";
import { pathOf } from "./shape.ts";
import type { LineOf } from "./yaml-text.ts";

export interface Cast {
  readonly members: readonly Member[];
  readonly byId: ReadonlyMap<PersonaId, Member>;
  readonly complaints: readonly Complaint[];
  readonly warnings: readonly string[];
  readonly scenes: readonly ScenePlan[];
  /** Of the look that it was made from. */
  readonly fingerprint: string;
  /** Changes whenever anything does that somebody outside can see. */
  readonly state: string;
  readonly kept: readonly Kept[];
  readonly shared: readonly Shared[];
}

/** What is remembered of one persona's file. */
interface Kept {
  readonly id: PersonaId;
  /** Absolute. */
  readonly path: string;
  readonly group: string;
  /** Of the version that was last looked at, good or not. */
  readonly digest: string;
  /** The last good version; null when there was none. */
  readonly member: Member | null;
  readonly complaints: readonly Complaint[];
  readonly warnings: readonly string[];
}

/** What is remembered of what a folder's personas share. */
interface Shared {
  readonly group: string;
  readonly digest: string;
  readonly scene: SceneFile | null;
  readonly complaints: readonly Complaint[];
  readonly warnings: readonly string[];
}

export const emptyCast: Cast = {
  members: [],
  byId: new Map(),
  complaints: [],
  warnings: [],
  scenes: [],
  fingerprint: "",
  state: "",
  kept: [],
  shared: [],
};

/** The cast after `scan`. Who did not change stays the very same member, who went wrong stays as last good, who is gone is gone. Never throws. */
export async function nextCast(before: Cast, scan: Scan, solverKinds: ReadonlyMap<string, SolverKind>): Promise<Cast> {
  const isUnread = (path: string): boolean =>
    scan.failed.some((failed) => path === failed || path.startsWith(`${failed}${sep}`));
  const shared = scan.groups.map((group) => sharedOf(group, before.shared));
  const kept: Kept[] = [];
  const complaints: Complaint[] = [...scan.complaints];
  for (const [i, group] of scan.groups.entries()) {
    const world = shared[i]?.scene?.world ?? null;
    for (const entry of group.entries) {
      if (kept.length < PERSONAS_MAX) {
        kept.push(await keptOf(entry, group.key, world, before.kept, solverKinds));
      } else {
        const expected = `at most ${PERSONAS_MAX} personas`;
        complaints.push({ where: entry.shown, line: null, field: null, expected, got: "one more" });
      }
    }
  }
  const seen = new Set(kept.map((each) => each.id));
  kept.push(...before.kept.filter((each) => !seen.has(each.id) && isUnread(each.path)));
  const groups = new Set(scan.groups.map((group) => group.key));
  shared.push(...before.shared.filter((each) => !groups.has(each.group) && isUnread(each.group)));
  return castOf(kept, shared, complaints, scan);
}

function castOf(kept: readonly Kept[], shared: readonly Shared[], found: readonly Complaint[], scan: Scan): Cast {
  const members = kept.flatMap((each) => (each.member === null ? [] : [each.member]));
  const byId = new Map(members.map((member) => [member.persona.id, member]));
  const complaints = [
    ...found,
    ...shared.flatMap((each) => each.complaints),
    ...kept.flatMap((each) => each.complaints),
  ];
  const warnings = [
    ...scan.warnings,
    ...shared.flatMap((each) => [...each.warnings, ...strangersIn(each.scene, byId)]),
    ...kept.flatMap((each) => each.warnings),
    ...sharedNames(members),
  ];
  const scenes = shared.flatMap((each) => (each.scene === null ? [] : [each.scene.plan]));
  const versions = members.map((member) => [member.persona.id, member.persona.version]);
  const state = digestOf(JSON.stringify([versions, complaints, warnings, scenes]));
  return { members, byId, complaints, warnings, scenes, fingerprint: scan.fingerprint, state, kept, shared };
}

function sharedOf(group: Group, before: readonly Shared[]): Shared {
  const entry: SceneEntry | null = group.scene;
  if (entry === null) return { group: group.key, digest: "", scene: null, complaints: [], warnings: [] };
  const last = before.find((each) => each.group === group.key) ?? null;
  if (last?.digest === entry.digest) return last;
  const read = entry.read();
  const base = { group: group.key, digest: entry.digest };
  return read.kind === "scene"
    ? { ...base, scene: read.scene, complaints: [], warnings: read.warnings }
    : { ...base, scene: last?.scene ?? null, complaints: read.complaints, warnings: last?.warnings ?? [] };
}

async function keptOf(
  entry: PersonaEntry,
  group: string,
  world: World | null,
  before: readonly Kept[],
  solverKinds: ReadonlyMap<string, SolverKind>,
): Promise<Kept> {
  const id = personaId(entry.handle);
  const digest = digestOf(entry.digest, JSON.stringify(world));
  const last = before.find((each) => each.id === id) ?? null;
  const base = { id, path: entry.path, group, digest };
  if (last?.digest === digest) return { ...last, ...base };
  const drafted = await entry.read();
  const wrong = (complaints: readonly Complaint[]): Kept => ({
    ...base,
    member: last?.member ?? null,
    complaints,
    warnings: last?.warnings ?? [],
  });
  if (drafted.kind === "complaints") return wrong(drafted.complaints);
  const persona: Persona = { ...drafted.draft, world, version: digest };
  const opened = await openSolvers(persona, drafted.lineOf, solverKinds);
  if (opened.kind === "complaints") return wrong(opened.complaints);
  return { ...base, member: { persona, solvers: opened.solvers }, complaints: [], warnings: drafted.warnings };
}

type Opened =
  | { readonly kind: "solvers"; readonly solvers: readonly Solver[] }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

async function openSolvers(
  persona: Persona,
  lineOf: LineOf,
  solverKinds: ReadonlyMap<string, SolverKind>,
): Promise<Opened> {
  const solvers: Solver[] = [];
  const complaints: Complaint[] = [];
  for (const spec of persona.solvers) {
    const kind = solverKinds.get(spec.name);
    if (kind === undefined) continue;
    try {
      solvers.push(await kind.open(persona, spec));
    } catch (error) {
      const field = `solvers[${persona.solvers.indexOf(spec)}]`;
      const unforeseen: Complaint = {
        where: persona.source,
        line: null,
        field,
        expected: `settings that ${spec.name} can work with`,
        got: messageOf(error),
      };
      complaints.push(...(error instanceof BadInput ? error.complaints : [unforeseen]));
    }
  }
  if (complaints.length === 0) return { kind: "solvers", solvers };
  return { kind: "complaints", complaints: complaints.map((complaint) => withLine(complaint, persona, lineOf)) };
}

/** A solver knows its field, `solvers[0].model` or `solvers: openai: model`, not the line that it stands in. */
function withLine(complaint: Complaint, draft: Draft, lineOf: LineOf): Complaint {
  if (complaint.line !== null || complaint.field === null || complaint.where !== draft.source) return complaint;
  const path = pathOf(complaint.field);
  const [top, which, ...rest] = path;
  if (top !== "solvers" || which === undefined) return { ...complaint, line: lineOf(path) };
  const place = typeof which === "number" ? which : draft.solvers.findIndex((spec) => spec.name === which);
  const spec = draft.solvers[place];
  return { ...complaint, line: lineOf(spec === undefined ? path : [top, place, spec.name, ...rest]) };
}

function strangersIn(scene: SceneFile | null, byId: ReadonlyMap<PersonaId, Member>): readonly string[] {
  const strangers = scene?.named.filter((each) => !byId.has(each.id)) ?? [];
  return strangers.map(
    (each) =>
      `${each.place}: ${each.field}: expected a persona of this house, got ${quoted(each.id)}; the scene goes on without`,
  );
}

/** Names that call more than one. */
function sharedNames(members: readonly Member[]): readonly string[] {
  const byName = Map.groupBy(
    members.flatMap(({ persona }) => {
      const names = new Map([persona.name, ...persona.aliases].map((name) => [nativeKey(name), name]));
      return [...names].map(([key, name]) => ({ key, name, source: persona.source }));
    }),
    (each) => each.key,
  );
  return [...byName.values()].flatMap((all) => {
    const [first, second] = all;
    if (first === undefined || second === undefined) return [];
    return [`${first.source} and ${second.source}: both go by ${quoted(first.name)}: whoever says it calls both`];
  });
}
