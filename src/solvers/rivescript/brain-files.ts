// Finds and reads the files of a persona's brain, and none outside the personas' folder.
import { lstat, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Persona, SolverSpec } from "../../domain/persona.ts";
import type { Complaint } from "../../errors.ts";
import { BadInput, quoted } from "../../errors.ts";
import type { BrainFile } from "./syntax.ts";

const DEFAULT_BRAIN = "brain.rive";
// RiveScript's own endings ("The RiveScript Working Draft"); no other file is read as a brain, so no complaint ever quotes one.
const ENDINGS = new Set([".rive", ".rs"]);
// The largest public brains, all files together, are under 1 MB.
const FILE_BYTES_MAX = 2_000_000;
const FILES_MAX = 20;

/** The files that `spec.brain` names, or `brain.rive`; null: it names none, and there is no `brain.rive`. Throws BadInput for a wrong setting and for a file that is missing or out of bounds. */
export async function brainFiles(persona: Persona, spec: SolverSpec): Promise<readonly BrainFile[] | null> {
  const setting = spec.settings["brain"];
  if ((setting === undefined || setting === null) && (await isMissing(path.join(persona.folder, DEFAULT_BRAIN)))) {
    return null;
  }
  const names = namesIn(persona, setting);
  const results = await Promise.all(names.map((name) => readOne(persona, name)));
  const complaints = results.flatMap((result) => ("complaint" in result ? [result.complaint] : []));
  if (complaints.length > 0) throw new BadInput(complaints);
  return results.flatMap((result) => ("complaint" in result ? [] : [result]));
}

function namesIn(persona: Persona, setting: unknown): readonly string[] {
  if (setting === undefined || setting === null) return [DEFAULT_BRAIN];
  const names: readonly unknown[] = Array.isArray(setting) ? setting : [setting];
  const texts = names.filter((name) => typeof name === "string" && name !== "");
  if (texts.length === 0 || texts.length !== names.length || texts.length > FILES_MAX) {
    throw new BadInput([about(persona, `a file or a list of at most ${FILES_MAX} files`, quoted(setting))]);
  }
  return texts.filter((name) => typeof name === "string");
}

// A link that leads nowhere is there: reading it says what is wrong.
async function isMissing(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return false;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    return code === "ENOENT" || code === "ENOTDIR";
  }
}

async function readOne(persona: Persona, name: string): Promise<BrainFile | { readonly complaint: Complaint }> {
  const wrong = (expected: string): { readonly complaint: Complaint } => ({
    complaint: about(persona, expected, quoted(name)),
  });
  if (path.isAbsolute(name) || name.includes("\0")) return wrong("a file relative to the persona's folder");
  if (!ENDINGS.has(path.extname(name))) return wrong("a RiveScript file, its name ending in .rive");
  const tree = path.resolve(persona.folder, "..");
  const asked = path.resolve(persona.folder, name);
  if (!isInside(asked, tree)) return wrong("a file inside the personas' folder");
  try {
    // A link is judged by where it leads.
    const [realTree, real] = await Promise.all([realpath(tree), realpath(asked)]);
    if (!isInside(real, realTree)) return wrong("a file inside the personas' folder");
    const { size } = await stat(real);
    if (size > FILE_BYTES_MAX) return wrong(`a file of at most ${FILE_BYTES_MAX / 1_000_000} MB`);
    return { name: path.relative(process.cwd(), asked), text: (await readFile(real, "utf8")).replace(/^\uFEFF/, "") };
  } catch {
    return wrong("a file that can be read");
  }
}

function isInside(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== "" && way !== ".." && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

function about(persona: Persona, expected: string, got: string): Complaint {
  return { where: persona.source, line: null, field: "solvers: rivescript: brain", expected, got };
}
