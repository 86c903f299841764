// What is found while folders are looked through: entries that are read later, where they changed.
import { stat } from "node:fs/promises";
import type { Complaint } from "../errors.ts";
import type { Drafted } from "./draft.ts";
import type { ReadScene } from "./scene-yaml.ts";
import type { Located } from "./text-file.ts";
import { codeOf } from "./text-file.ts";

/** A folder of personas: the house's own, or a microblog world. In a house folder, worlds are folders with a setting.txt. */
export interface PersonaFolder {
  /** As given at the command line. */
  readonly path: string;
  readonly kind: "house" | "world";
}

/** A persona that was found. */
export interface PersonaEntry {
  readonly handle: string;
  /** Absolute. */
  readonly path: string;
  readonly shown: string;
  /** Changes whenever anything does that `read` may look at. */
  readonly digest: string;
  read(): Promise<Drafted>;
}

/** What personas share that stand in one folder. */
export interface Group {
  /** The folder, absolute. */
  readonly key: string;
  readonly entries: readonly PersonaEntry[];
  readonly scene: SceneEntry | null;
}

export interface SceneEntry {
  readonly shown: string;
  readonly digest: string;
  read(): ReadScene;
}

export interface Scan {
  readonly groups: readonly Group[];
  readonly complaints: readonly Complaint[];
  readonly warnings: readonly string[];
  /** The same as long as nothing changed. */
  readonly fingerprint: string;
  /** Files and folders that could not be read, absolute: who was in them is not gone. */
  readonly failed: readonly string[];
}

/** What is found while looking; a handle goes to the first who has it. */
export interface Finds {
  readonly solverNames: ReadonlySet<string>;
  readonly taken: Map<string, string>;
  readonly groups: Group[];
  readonly complaints: Complaint[];
  readonly warnings: string[];
  readonly failed: string[];
}

/** A folder or file that cannot be read now: who was in it is not gone. */
export function fail(folder: Located, expected: string, got: string, finds: Finds): void {
  finds.failed.push(folder.path);
  finds.complaints.push({ where: folder.shown, line: null, field: null, expected, got });
}

/** A complaint about a file as a whole. */
export function complaintOf(file: Located, expected: string, got: string): Complaint {
  return { where: file.shown, line: null, field: null, expected, got };
}

/** Whether a file is there, if only to say that it cannot be read. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // Reading it will say so.
    return codeOf(error) === "EACCES" || codeOf(error) === "ELOOP";
  }
}
