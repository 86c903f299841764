// The port of personas: who lives in this house, kept up to date with their files.
import type { PersonaId, WorkspaceId } from "../domain/ids.ts";
import type { Persona } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";
import type { Complaint } from "../errors.ts";
import type { Solver } from "../solvers/solver.ts";

/** A persona that is ready to speak: its solvers are open, in the order in which they are tried. */
export interface Member {
  readonly persona: Persona;
  readonly solvers: readonly Solver[];
}

export interface Personas {
  /** Everyone whose file could be read, by handle. A persona whose file went wrong stays as it last was. */
  all(): readonly Member[];
  /** Everyone who can be bound in a workspace: the house's own, and the workspace's, which hide those of the house with the same handle. Null: the house's own. */
  of(workspace: WorkspaceId | null): readonly Member[];
  get(id: PersonaId): Member | null;
  /** Mistakes in the files now: these keep a file's new version from being used. */
  complaints(): readonly Complaint[];
  /** What was kept but not understood, such as unknown fields: one sentence each. */
  warnings(): readonly string[];
  /** Scenes that the files describe; their order is the order of the files. */
  scenes(): readonly ScenePlan[];
  /** Called after any of the above changed. Returns the way to stop it. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** A character out of a file that somebody sent. */
export interface Imported {
  readonly name: string;
  /** In the house's own format. */
  readonly yaml: string;
  /** What was kept but does nothing, or was left out: one sentence each. */
  readonly warnings: readonly string[];
}

/** Characters as texts that people write and send. */
export interface Characters {
  /** Every mistake in a character's text; empty: it can live in a workspace. */
  check(handle: string, yaml: string): Promise<readonly Complaint[]>;
  /** What the text says, by field; lists have one entry a line. Fields that are not set are empty. */
  textsOf(yaml: string): Readonly<Record<string, string>>;
  /** The text with these fields as they are given; those that say the same stay as they stand, comments and all. */
  withTexts(yaml: string, texts: Readonly<Record<string, string>>): string;
  /** A character as a text of its own: without keys, addresses of servers and files of the house. */
  yamlOf(persona: Persona): string;
  /** The same as an OVOS persona. */
  ovosOf(persona: Persona): string;
  /** Resolves once everybody who was put into the store before can be bound. */
  settled(): Promise<void>;
  /** Throws `BadInput`. */
  read(file: { readonly name: string; readonly bytes: Uint8Array }): Promise<Imported>;
}
