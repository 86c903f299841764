// Reads OVOS personas as they are: a name, solvers in order, and a settings object for each.
import { personaId } from "../domain/ids.ts";
import type { SolverSpec } from "../domain/persona.ts";
import type { Complaint } from "../errors.ts";
import { messageOf, quoted } from "../errors.ts";
import { isVisible, manyLines, oneLine } from "./clean.ts";
import type { Draft, Drafted, PersonaFile } from "./draft.ts";
import { blankDraft, usualSolvers } from "./draft.ts";
import { DEPTH_MAX, ENTRIES_MAX, NAME_CHARS_MAX, SOLVERS_MAX, TEXT_CHARS_MAX } from "./limits.ts";
import { placeOf } from "./shape.ts";
import type { LineOf } from "./yaml-text.ts";
import { isOfSize } from "./yaml-text.ts";

// Plugins of OVOS that have their like here (their packages on PyPI; the first had two names).
const KNOWN: Readonly<Record<string, string>> = {
  "ovos-solver-openai-persona-plugin": "openai",
  "ovos-solver-openai-plugin": "openai",
  "ovos-chat-openai-plugin": "openai",
  "ovos-solver-rivescript-plugin": "rivescript",
  "ovos-solver-failure-plugin": "failure",
};

interface Found {
  readonly specs: readonly SolverSpec[];
  /** Keys whose objects went into a solver's settings. */
  readonly used: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** The persona that `text` describes, or what is wrong with it. Keys that are not known are kept as extensions. Never throws. */
export function readOvosJson(text: string, fileName: string, file: PersonaFile): Drafted {
  const lineOf: LineOf = (path) => lineOfKey(text, path[0]);
  const complain = (line: number | null, field: string | null, expected: string, got: string): Drafted => ({
    kind: "complaints",
    complaints: [{ where: file.shown, line, field, expected, got } satisfies Complaint],
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return complain(lineOfMistake(messageOf(error), text), null, "JSON", messageOf(error).split("\n")[0] ?? "");
  }
  if (!isRecord(value)) return complain(1, null, 'an object with "solvers" or "handlers"', quoted(value));
  if (!isOfSize(value)) return complain(null, null, `at most ${DEPTH_MAX} levels and ${ENTRIES_MAX} entries`, "more");
  const { name } = value;
  if (name !== undefined && name !== null && (typeof name !== "string" || name.length > NAME_CHARS_MAX)) {
    return complain(lineOf(["name"]), "name", `a name of at most ${NAME_CHARS_MAX} characters`, quoted(name));
  }
  // `handlers` is OVOS's newer word for the same list.
  const field = value["handlers"] === undefined ? "solvers" : "handlers";
  const solvers = value[field];
  if (!isListOfText(solvers) || solvers.length > SOLVERS_MAX) {
    return complain(lineOf([field]), field, `a list of solvers, at most ${SOLVERS_MAX}`, quoted(solvers));
  }
  const found = solversIn(solvers, value, field, file, lineOf);
  return { kind: "draft", lineOf, warnings: found.warnings, draft: draftOf(value, field, found, fileName, file) };
}

function draftOf(
  value: Readonly<Record<string, unknown>>,
  field: string,
  found: Found,
  fileName: string,
  file: PersonaFile,
): Draft {
  const blank = blankDraft(file);
  const name = oneLine(typeof value["name"] === "string" ? value["name"] : "");
  const model = found.specs.find((spec) => spec.name === "openai")?.settings ?? {};
  const traits = textOf(model["persona"]);
  const prompt = textOf(model["system_prompt"]);
  const rest = Object.entries(value).filter(([key]) => key !== "name" && key !== field && !found.used.has(key));
  return {
    ...blank,
    id: personaId(file.handle),
    name: isVisible(name) ? name : oneLine(fileName).slice(0, NAME_CHARS_MAX),
    character: {
      ...blank.character,
      // OVOS's older plugin takes a few words on what the persona is like, the newer one a whole instruction.
      voice: { ...blank.character.voice, traits: traits === "" ? [] : [traits] },
      system: prompt === "" ? textOf(model["initial_prompt"]) : prompt,
    },
    solvers: found.specs,
    extensions: Object.fromEntries(rest),
  };
}

/** The solvers that this house has, each with its settings; the others are skipped with a warning. No key or address in them means the house's. */
function solversIn(
  names: readonly string[],
  value: Readonly<Record<string, unknown>>,
  field: string,
  file: PersonaFile,
  lineOf: LineOf,
): Found {
  const specs: SolverSpec[] = [];
  const used = new Set<string>();
  const warnings: string[] = [];
  const place = placeOf(file.shown, lineOf([field]));
  for (const theirs of names) {
    const name = KNOWN[theirs] ?? theirs;
    if (!file.solverNames.has(name)) {
      warnings.push(`${place}: ${field}: the solver ${quoted(theirs)} is not there yet and is skipped`);
      continue;
    }
    // A single object under the package's name is read for the plugin too: OVOS's own example has it so.
    const key = [theirs, name === "openai" ? "ovos-openai-plugin" : theirs].find((each) => isRecord(value[each]));
    const own = key === undefined ? {} : value[key];
    const settings = isRecord(own) ? own : {};
    // OVOS's plugin brings a brain of its own; here a brain is a file, or the plain script.
    const isBrainless = name === "rivescript" && settings["brain"] === undefined;
    if (isBrainless && file.brain === null) {
      warnings.push(
        `${place}: ${field}: there is no brain for ${quoted(theirs)} beside the file, so it has the plain script`,
      );
    }
    if (key !== undefined) used.add(key);
    specs.push({ name, settings: isBrainless && file.brain !== null ? { ...settings, brain: file.brain } : settings });
  }
  if (specs.length > 0) return { specs, used, warnings };
  const usual = usualSolvers(file);
  warnings.push(
    `${place}: ${field}: none of its solvers is there, so it has ${usual.map((spec) => spec.name).join(", ")}`,
  );
  return { specs: usual, used, warnings };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? manyLines(value.slice(0, TEXT_CHARS_MAX)) : "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

/** Where a key first stands in the text. */
function lineOfKey(text: string, key: string | number | undefined): number | null {
  const at = text.indexOf(JSON.stringify(key ?? ""));
  return at === -1 ? null : text.slice(0, at).split("\n").length;
}

/** V8 tells the place of a mistake within its sentence: `(line 2 column 5)`, or nothing at an unexpected token or the end. */
function lineOfMistake(message: string, text: string): number | null {
  const line = /\(line (\d{1,9}) column/u.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  return /end of JSON input/u.test(message) ? text.split("\n").length : null;
}
