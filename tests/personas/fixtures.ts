// A personas folder that exists for one test, with solvers that only remember how they were opened.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { systemClock } from "../../src/clock.ts";
import type { PersonaId } from "../../src/domain/ids.ts";
import { personaId } from "../../src/domain/ids.ts";
import type { Persona } from "../../src/domain/persona.ts";
import { BadInput, sentenceOf } from "../../src/errors.ts";
import type { Log } from "../../src/log.ts";
import { silentLog } from "../../src/log.ts";
import type { PersonaFolder } from "../../src/personas/finds.ts";
import { openPersonas } from "../../src/personas/open.ts";
import type { Member, Personas } from "../../src/personas/personas.ts";
import type { Solver, SolverKind } from "../../src/solvers/solver.ts";

export class Folder {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  /** Writes files, with the folders that they need; text or bytes by their names. */
  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  remove(name: string): Promise<void> {
    return rm(join(this.path, name), { recursive: true });
  }
}

export async function newFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "troupe-personas-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const folder = new Folder(path);
  await folder.write(files);
  return folder;
}

/** A kind that opens for everyone but who sets `fail`. */
export function kindOf(name: string): SolverKind {
  return {
    name,
    open: (persona, spec) => {
      if (spec.settings["fail"] === "badly") throw new TypeError("this solver broke");
      if (spec.settings["fail"] !== undefined) {
        const place = persona.solvers.indexOf(spec);
        const base = { where: persona.source, line: null, expected: "no failure", got: "one" };
        throw new BadInput([{ ...base, field: `solvers[${place}].fail` }]);
      }
      return Promise.resolve(solverOf(name));
    },
  };
}

function solverOf(name: string): Solver {
  return {
    name,
    model: null,
    readiness: () => ({ kind: "free" }),
    // oxlint-disable-next-line require-yield -- it has nothing to say
    async *solve() {
      await Promise.resolve();
    },
  };
}

export interface House {
  readonly personas: Personas;
  sentences(): readonly string[];
  member(handle: string): Member;
  persona(handle: string): Persona;
  handles(): readonly PersonaId[];
}

export async function openHouse(
  folders: readonly (Folder | PersonaFolder)[],
  watch: "watch" | "read-once" = "read-once",
  scene: string | null = null,
  clock: Clock = systemClock,
  log: Log = silentLog,
): Promise<House> {
  const personas = await openPersonas({
    folders: folders.map((folder) => (folder instanceof Folder ? { path: folder.path, kind: "house" } : folder)),
    scene,
    kinds: ["openai", "rivescript", "failure"].map(kindOf),
    clock,
    log,
    watch,
  });
  onTestFinished(() => personas.close());
  const member = (handle: string): Member => {
    const found = personas.get(personaId(handle));
    if (found === null) throw new Error(`${handle} is not there: ${personas.complaints().map(sentenceOf).join("; ")}`);
    return found;
  };
  return {
    personas,
    sentences: () => personas.complaints().map(sentenceOf),
    member,
    persona: (handle) => member(handle).persona,
    handles: () => personas.all().map((each) => each.persona.id),
  };
}

/** What a house says of one persona.yaml, with the folder taken out of its sentences. */
export async function tryPersona(
  yaml: string | Uint8Array,
): Promise<{ readonly house: House; readonly said: readonly string[] }> {
  const folder = await newFolder({ "ada/persona.yaml": yaml });
  const house = await openHouse([folder]);
  return { house, said: house.sentences().map((sentence) => sentence.replaceAll(`${folder.path}/`, "")) };
}
