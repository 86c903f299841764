// The house's personas and those that workspaces made for themselves, as one; kept up to date with the store.
import type { PersonaId, WorkspaceId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { Persona } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";
import type { Complaint } from "../errors.ts";
import { messageOf, sentenceOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Solver, SolverKind } from "../solvers/solver.ts";
import type { OwnedPersona, Registry } from "../store/registry.ts";
import { digestOf } from "./digest.ts";
import { readOwned } from "./owned-draft.ts";
import type { Member, Personas } from "./personas.ts";

export interface OwnedOptions {
  readonly registry: Pick<Registry, "onRegistryChange" | "personas">;
  /** The solvers of this house. */
  readonly kinds: readonly SolverKind[];
  readonly log: Log;
}

/** Adds to `files` those that workspaces made. Closing it closes `files` too, and so does failing to open. */
export async function withOwnedPersonas(files: Personas, options: OwnedOptions): Promise<AllPersonas> {
  const all = new HousePersonas(files, options);
  try {
    await all.open();
    return all;
  } catch (error) {
    await all.close();
    throw error;
  }
}

/** All personas of a house. */
export interface AllPersonas extends Personas {
  /** Resolves once everything that the store held before the call is read. */
  settled(): Promise<void>;
}

/** One workspace's persona as it was last read. */
interface Read {
  readonly workspace: WorkspaceId;
  readonly digest: string;
  /** Null: the text cannot be read (any more). */
  readonly member: Member | null;
}

class HousePersonas implements AllPersonas {
  readonly #files: Personas;
  readonly #options: OwnedOptions;
  readonly #kinds: ReadonlyMap<string, SolverKind>;
  readonly #listeners = new Set<() => void>();
  #unwatch: readonly (() => void)[] = [];
  #owned: ReadonlyMap<PersonaId, Read> = new Map();
  /** The reading that is under way, and whether something changed since it began. */
  #reading: Promise<void> | null = null;
  #changedSince = false;
  #isClosed = false;

  constructor(files: Personas, options: OwnedOptions) {
    this.#files = files;
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
  }

  async open(): Promise<void> {
    this.#owned = await this.#read();
    this.#unwatch = [
      this.#files.onChange(() => {
        this.#changed();
        this.#readAgain();
      }),
      this.#options.registry.onRegistryChange(() => this.#readAgain()),
    ];
  }

  all(): readonly Member[] {
    return this.#files.all();
  }

  of(workspace: WorkspaceId | null): readonly Member[] {
    const house = this.#files.of(workspace);
    if (workspace === null) return house;
    const own = [...this.#owned.values()].flatMap((each) =>
      each.workspace === workspace && each.member !== null ? [each.member] : [],
    );
    if (own.length === 0) return house;
    const handles = new Set(own.map(({ persona }) => handleOf(persona.id)));
    return [...house.filter(({ persona }) => !handles.has(handleOf(persona.id))), ...own];
  }

  get(id: PersonaId): Member | null {
    return this.#owned.get(id)?.member ?? this.#files.get(id);
  }

  complaints(): readonly Complaint[] {
    return this.#files.complaints();
  }

  warnings(): readonly string[] {
    return this.#files.warnings();
  }

  scenes(): readonly ScenePlan[] {
    return this.#files.scenes();
  }

  async settled(): Promise<void> {
    await this.#reading;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#unwatch) stop();
    this.#listeners.clear();
    await this.#reading;
    await this.#files.close();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** A change while a reading is under way is read after it. */
  #readAgain(): void {
    this.#changedSince = true;
    this.#reading ??= this.#readUntilCurrent().finally(() => {
      this.#reading = null;
    });
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#changedSince && !this.#isClosed) {
      this.#changedSince = false;
      try {
        const before = this.#owned;
        this.#owned = await this.#read();
        if (isChanged(before, this.#owned)) this.#changed();
      } catch (error) {
        this.#options.log.error("the personas of workspaces could not be read", { why: messageOf(error) });
      }
    }
  }

  async #read(): Promise<ReadonlyMap<PersonaId, Read>> {
    const rows = await this.#options.registry.personas(null);
    const living = rows.filter(({ deletedAt }) => deletedAt === null);
    const read = new Map<PersonaId, Read>();
    for (const row of living) read.set(row.id, await this.#readOne(row));
    return read;
  }

  /** Who did not change stays the very same member. */
  async #readOne(row: OwnedPersona): Promise<Read> {
    const before = this.#owned.get(row.id);
    const original = this.#originalOf(row.handle);
    const digest = digestOf(`${row.yaml}${original?.version ?? ""}`);
    if (before?.digest === digest) return before;
    const base = { workspace: row.workspace, digest };
    const drafted = await readOwned(row, new Set(this.#kinds.keys()));
    if (drafted.kind === "complaints") return this.#unreadable(row, sentencesOf(drafted.complaints), base);
    const persona: Persona = { ...drafted.draft, world: null, version: digest };
    try {
      return { ...base, member: { persona: withFaceOf(original, persona), solvers: await this.#open(persona) } };
    } catch (error) {
      return this.#unreadable(row, messageOf(error), base);
    }
  }

  /** The house's own persona that one of this handle stands in front of; null: there is none. */
  #originalOf(handle: string): Persona | null {
    return this.#files.of(null).find(({ persona }) => handleOf(persona.id) === handle)?.persona ?? null;
  }

  async #open(persona: Persona): Promise<readonly Solver[]> {
    const solvers: Solver[] = [];
    for (const spec of persona.solvers) {
      const kind = this.#kinds.get(spec.name);
      if (kind !== undefined) solvers.push(await kind.open(persona, spec));
    }
    return solvers;
  }

  /** The text was good when it was put there: the house has changed since, and it lives on as it was. */
  #unreadable(row: OwnedPersona, why: string, base: Omit<Read, "member">): Read {
    this.#options.log.warn("a persona of a workspace cannot be read", { persona: row.id, why });
    return { ...base, member: this.#owned.get(row.id)?.member ?? null };
  }
}

/** A copy without a picture of its own keeps the one that lies in the house's files: its text can name no file. */
function withFaceOf(original: Persona | null, copy: Persona): Persona {
  if (original?.avatar.kind !== "file" || copy.avatar.kind !== "drawn") return copy;
  return { ...copy, avatar: original.avatar };
}

function sentencesOf(complaints: readonly Complaint[]): string {
  return complaints.map(sentenceOf).join("; ");
}

function isChanged(before: ReadonlyMap<PersonaId, Read>, now: ReadonlyMap<PersonaId, Read>): boolean {
  return before.size !== now.size || [...now].some(([id, read]) => before.get(id)?.digest !== read.digest);
}
