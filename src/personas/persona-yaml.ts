// Reads our own format: persona.yaml, version 1.
import { realpath, stat } from "node:fs/promises";
import { extname, isAbsolute, relative, resolve, sep } from "node:path";
import { personaId } from "../domain/ids.ts";
import type { Avatar, Character, Knowledge, ModelParameters, SolverSpec, Voice } from "../domain/persona.ts";
import type { Complaint } from "../errors.ts";
import { quoted } from "../errors.ts";
import { isVisible, listed, manyLines, oneLine } from "./clean.ts";
import type { Draft, Drafted, PersonaFile } from "./draft.ts";
import { blankDraft, usualSolvers } from "./draft.ts";
import { PICTURE_BYTES_MAX } from "./limits.ts";
import { PICTURES } from "./pictures.ts";
import type { PersonaFields } from "./persona-shape.ts";
import { personaShape } from "./persona-shape.ts";
import { checkShape, fieldOf } from "./shape.ts";
import type { Path } from "./yaml-text.ts";
import { parseYaml } from "./yaml-text.ts";

/** The persona that `text` describes, or every mistake in it. Never throws. */
export async function readPersonaYaml(text: string, file: PersonaFile): Promise<Drafted> {
  const parsed = parseYaml(text, file.shown);
  if (parsed.kind === "complaints") return parsed;
  const { lineOf } = parsed;
  const checked = checkShape(personaShape, parsed.value ?? undefined, file.shown, lineOf);
  if (checked.kind === "complaints") return checked;
  const complaints: Complaint[] = [];
  const complain = (path: Path, expected: string, got: unknown): void => {
    complaints.push({ where: file.shown, line: lineOf(path), field: fieldOf(path), expected, got: quoted(got) });
  };
  const fields = checked.value;
  const draft: Draft = {
    ...draftOf(fields, file),
    avatar: await avatarOf(fields.avatar, file, complain),
    solvers: solversOf(fields.solvers, file, complain),
    extensions: withUnknown(fields.extensions ?? {}, checked.unknown),
  };
  if (!isVisible(draft.name)) complain(["name"], "a name that can be seen", fields.name);
  if (complaints.length > 0) return { kind: "complaints", complaints };
  return { kind: "draft", draft, lineOf, warnings: [...parsed.warnings, ...checked.warnings] };
}

function draftOf(fields: PersonaFields, file: PersonaFile): Draft {
  const blank = blankDraft(file);
  return {
    ...blank,
    id: personaId(file.handle),
    name: oneLine(fields.name ?? blank.name),
    aliases: listed(fields.aliases, oneLine),
    emoji: oneLine(fields.emoji),
    description: oneLine(fields.description),
    character: characterOf(fields),
    tags: listed(fields.tags, oneLine),
    languages: listed(fields.languages, oneLine),
    talkativeness: fields.talkativeness ?? blank.talkativeness,
    model: modelOf(fields.model),
  };
}

function characterOf(fields: PersonaFields): Character {
  return {
    gender: oneLine(fields.gender),
    age: oneLine(typeof fields.age === "number" ? String(fields.age) : fields.age),
    education: oneLine(fields.education),
    occupation: oneLine(fields.occupation),
    hobbies: listed(fields.hobbies, oneLine),
    voice: voiceOf(fields.persona),
    goals: listed(fields.goals, manyLines),
    skills: listed(fields.skills, manyLines),
    knowledge: knowledgeOf(fields.knowledge),
    scenario: manyLines(fields.scenario),
    system: manyLines(fields.system),
    postHistory: manyLines(fields.post_history),
    greetings: listed(fields.greetings, manyLines),
    examples: (fields.examples ?? [])
      .map((example) => ({ user: manyLines(example.user), char: manyLines(example.char) }))
      .filter((example) => example.user !== "" && example.char !== ""),
  };
}

function voiceOf(voice: PersonaFields["persona"]): Voice {
  return {
    traits: listed(voice?.traits, manyLines),
    behaviours: listed(voice?.behaviours, manyLines),
    replies: listed(voice?.replies, manyLines),
  };
}

function knowledgeOf(knowledge: PersonaFields["knowledge"]): Knowledge {
  return {
    knows: listed(knowledge?.knows, manyLines),
    outside: listed(knowledge?.outside, manyLines),
    declines: listed(knowledge?.declines, manyLines),
  };
}

function modelOf(model: PersonaFields["model"]): ModelParameters {
  const name = oneLine(model?.model);
  return {
    model: name === "" ? null : name,
    temperature: model?.temperature ?? null,
    top_p: model?.top_p ?? null,
    presence_penalty: model?.presence_penalty ?? null,
    frequency_penalty: model?.frequency_penalty ?? null,
    max_tokens: model?.max_tokens ?? null,
    stop: listed(model?.stop, (stop) => stop),
    seed: model?.seed ?? null,
  };
}

type Complain = (path: Path, expected: string, got: unknown) => void;

function solversOf(value: PersonaFields["solvers"], file: PersonaFile, complain: Complain): readonly SolverSpec[] {
  const entries = typeof value === "string" ? [value] : (value ?? []);
  if (entries.length === 0) return usualSolvers(file);
  return entries.flatMap((entry, i): readonly SolverSpec[] => {
    const path = typeof value === "string" ? ["solvers"] : ["solvers", i];
    const [named, ...others] = typeof entry === "string" ? [[entry, null] as const] : Object.entries(entry);
    if (named === undefined || others.length > 0) {
      complain(path, "one solver in each entry", typeof entry === "string" ? entry : Object.keys(entry).join(", "));
      return [];
    }
    const [name, settings] = named;
    if (!file.solverNames.has(name)) {
      complain(path, `one of ${[...file.solverNames].join(", ")}`, name);
      return [];
    }
    return [{ name, settings: settings ?? {} }];
  });
}

async function avatarOf(value: PersonaFields["avatar"], file: PersonaFile, complain: Complain): Promise<Avatar> {
  const text = oneLine(value);
  const drawn: Avatar = { kind: "drawn" };
  if (text === "" || text === "drawn") return drawn;
  const wrong = (expected: string): Avatar => {
    complain(["avatar"], expected, value);
    return drawn;
  };
  if (/^[a-z][a-z0-9+.-]*:/iu.test(text)) {
    return isHttps(text) ? { kind: "url", url: text } : wrong("an address that begins with https://");
  }
  if (!PICTURES.includes(extname(text).toLowerCase())) {
    return wrong(`drawn, an https address, or a picture in the persona's folder (${PICTURES.join(", ")})`);
  }
  const path = resolve(file.folder, text);
  if (isAbsolute(text) || !isInside(path, file.folder)) return wrong("a picture in the persona's own folder");
  try {
    // A link must not lead out of the folder either: pictures are shown to everyone.
    const isOwn = isInside(await realpath(path), await realpath(file.folder));
    if (!isOwn) return wrong("a picture in the persona's own folder");
    const stats = await stat(path);
    const isFit = stats.isFile() && stats.size <= PICTURE_BYTES_MAX;
    if (!isFit) return wrong(`a picture of at most ${PICTURE_BYTES_MAX} bytes`);
  } catch {
    return wrong("a picture that is there and can be read");
  }
  return { kind: "file", path };
}

function isHttps(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && url.password === "";
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A file's own extensions, with the fields that nobody knows under `unknown`. */
function withUnknown(
  extensions: Readonly<Record<string, unknown>>,
  unknown: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (Object.keys(unknown).length === 0) return extensions;
  const own = extensions["unknown"];
  return { ...extensions, unknown: typeof own === "object" && own !== null ? { ...own, ...unknown } : unknown };
}
