// A draft: a persona as one file describes it, before its world and its solvers are there.
import type { Persona } from "../domain/persona.ts";
import { unsaid } from "../domain/persona.ts";
import type { Complaint } from "../errors.ts";
import type { Located } from "./text-file.ts";
import type { LineOf } from "./yaml-text.ts";

/** What a persona's file says; what it shares with the others of its folder comes later. */
export type Draft = Omit<Persona, "world" | "version">;

/** A persona's file, and what is known of it before it is read. */
export interface PersonaFile extends Located {
  readonly handle: string;
  /** The folder that its solvers' files and its picture are in, absolute. */
  readonly folder: string;
  /** Solvers that this house has. */
  readonly solverNames: ReadonlySet<string>;
  /** The brain that lies there for it: `brain.rive` in a folder of its own, `<handle>.rive` beside a single file; null: none. */
  readonly brain: string | null;
}

export type Drafted =
  | { readonly kind: "draft"; readonly draft: Draft; readonly lineOf: LineOf; readonly warnings: readonly string[] }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

/** The solvers of a persona that names none: a model where there is one, its brain or else the plain script, and always the one that says something. */
export function usualSolvers(file: Pick<PersonaFile, "brain" | "solverNames">): Persona["solvers"] {
  const script = { name: "rivescript", settings: file.brain === null ? {} : { brain: file.brain } };
  const specs = [{ name: "openai", settings: {} }, script, { name: "failure", settings: {} }];
  return specs.filter((spec) => file.solverNames.has(spec.name));
}

/** A persona of whom nothing is said but its handle. */
export function blankDraft(file: PersonaFile): Omit<Draft, "id"> {
  return {
    ...unsaid,
    name: nameFromHandle(file.handle),
    solvers: usualSolvers(file),
    source: file.shown,
    folder: file.folder,
  };
}

/** `Mary Ann` for `mary-ann`. */
function nameFromHandle(handle: string): string {
  const words = handle.split(/[-_]+/u).filter((word) => word !== "");
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ");
}
