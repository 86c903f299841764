// Characters as texts that people write and send: fields of forms, our own format, and OVOS's.
import { parseDocument } from "yaml";
import { personaId } from "../domain/ids.ts";
import { replaceMacros } from "../domain/macros.ts";
import type { Persona } from "../domain/persona.ts";
import { portraitOf } from "../domain/portrait.ts";
import type { Complaint } from "../errors.ts";
import { BadInput } from "../errors.ts";
import { readOvosJson } from "./ovos-json.ts";
import { readOwned } from "./owned-draft.ts";
import type { Characters, Imported } from "./personas.ts";
import { FILE_BYTES_MAX } from "./limits.ts";

/** One field of a form, and where it stands in the text. `lines`: a list with one entry a line. */
interface Place {
  readonly path: readonly string[];
  readonly kind: "line" | "lines" | "text";
}

const line = (...path: readonly string[]): Place => ({ path, kind: "line" });
const lines = (...path: readonly string[]): Place => ({ path, kind: "lines" });
const text = (...path: readonly string[]): Place => ({ path, kind: "text" });

const PLACES: Readonly<Record<string, Place>> = {
  name: line("name"),
  aliases: lines("aliases"),
  emoji: line("emoji"),
  avatar: line("avatar"),
  description: line("description"),
  gender: line("gender"),
  age: line("age"),
  education: line("education"),
  occupation: line("occupation"),
  hobbies: lines("hobbies"),
  traits: lines("persona", "traits"),
  behaviours: lines("persona", "behaviours"),
  replies: lines("persona", "replies"),
  goals: lines("goals"),
  skills: lines("skills"),
  knows: lines("knowledge", "knows"),
  outside: lines("knowledge", "outside"),
  declines: lines("knowledge", "declines"),
  greetings: lines("greetings"),
  scenario: text("scenario"),
  system: text("system"),
  post_history: text("post_history"),
};

const EMPTY = "version: 1\n";

/** What the text says, by field. A text that cannot be read says nothing. */
function textsOf(yaml: string): Readonly<Record<string, string>> {
  const value = documentOf(yaml).toJS() as unknown;
  return Object.fromEntries(
    Object.entries(PLACES).map(([field, { path }]) => [field, written(path.reduce(memberOf, value))]),
  );
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function written(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => oneLine(written(item))).join("\n");
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

/** The text with these fields as they are given; those that say the same stay as they stand. */
function withTexts(yaml: string, texts: Readonly<Record<string, string>>): string {
  const document = documentOf(yaml);
  const before = textsOf(yaml);
  for (const [field, given] of Object.entries(texts)) {
    const place = Object.hasOwn(PLACES, field) ? PLACES[field] : undefined;
    if (place === undefined) throw new RangeError(`a character has no field ${field}`);
    const now = given.replaceAll("\r\n", "\n").trim();
    if (now === before[field]) continue;
    const value = valueOf(now, place.kind);
    if (value === null) document.deleteIn(place.path);
    else if (place.path.length === 1 || document.getIn(place.path.slice(0, -1)) instanceof Object) {
      document.setIn(place.path, value);
    } else {
      // Above it stands nothing yet, or `persona:` with nothing after it.
      const [top = "", key = ""] = place.path;
      document.setIn([top], document.createNode({ [key]: value }));
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** Null: nothing is set. */
function valueOf(given: string, kind: Place["kind"]): string | readonly string[] | null {
  const items = given
    .split("\n")
    .map((item) => oneLine(item))
    .filter((item) => item !== "");
  if (items.length === 0) return null;
  switch (kind) {
    case "line":
      return items.join(" ");
    case "lines":
      return items;
    case "text":
      return given;
  }
}

function oneLine(item: string): string {
  return item.replaceAll(/\s+/gu, " ").trim();
}

function documentOf(yaml: string): ReturnType<typeof parseDocument> {
  // As persona.yaml is read.
  const document = parseDocument(yaml, { stringKeys: true, resolveKnownTags: false, logLevel: "silent" });
  return document.errors.length === 0 && document.contents !== null ? document : parseDocument(EMPTY);
}

/** A character as a text of its own: without keys, addresses of servers and files of the house. */
function yamlOf(persona: Persona): string {
  const { character, model } = persona;
  const parameters = Object.entries(model).filter(([, value]) => value !== null && !isNothing(value));
  const document = documentOf(EMPTY);
  const values: Readonly<Record<string, unknown>> = {
    name: persona.name,
    aliases: persona.aliases,
    emoji: persona.emoji,
    avatar: persona.avatar.kind === "url" ? persona.avatar.url : "",
    description: persona.description,
    persona: withoutNothing(character.voice),
    goals: character.goals,
    skills: character.skills,
    knowledge: withoutNothing(character.knowledge),
    gender: character.gender,
    age: character.age,
    education: character.education,
    occupation: character.occupation,
    hobbies: character.hobbies,
    scenario: character.scenario,
    system: character.system,
    post_history: character.postHistory,
    greetings: character.greetings,
    examples: character.examples,
    tags: persona.tags,
    languages: persona.languages,
    talkativeness: persona.talkativeness,
    model: Object.fromEntries(parameters),
  };
  for (const [key, value] of Object.entries(withoutNothing(values))) document.set(key, value);
  return document.toString({ lineWidth: 0 });
}

function withoutNothing(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "" || value === null || value === undefined;
}

// OVOS's names for what answers here ("ovos-persona").
const OVOS_MODEL = "ovos-solver-openai-plugin";
const OVOS_FAILURE = "ovos-solver-failure-plugin";

/** The character as an OVOS persona: its portrait is the model's system prompt. */
function ovosOf(persona: Persona): string {
  const prompt = [persona.character.system, portraitOf(persona)].filter((part) => part !== "").join("\n\n");
  // OVOS fills in nothing.
  const filled = replaceMacros(prompt, { char: persona.name, user: "the user" });
  const value = {
    name: persona.name,
    solvers: [OVOS_MODEL, OVOS_FAILURE],
    [OVOS_MODEL]: { system_prompt: filled },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Every mistake in a character's text; empty: it can live in a workspace. */
async function checkCharacter(
  handle: string,
  yaml: string,
  solverNames: ReadonlySet<string>,
): Promise<readonly Complaint[]> {
  const read = await readOwned({ id: personaId(handle), handle, yaml }, solverNames);
  return read.kind === "complaints" ? read.complaints : [];
}

// "PNG Signature", the first bytes of every PNG.
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

/** A character out of a file that somebody sent: our own format as it is, OVOS's in ours. Throws `BadInput`. */
async function readCharacter(
  file: { readonly name: string; readonly bytes: Uint8Array },
  solverNames: ReadonlySet<string>,
): Promise<Imported> {
  const wrong = (expected: string, got: string): BadInput =>
    new BadInput([{ where: oneLine(file.name), line: null, field: null, expected, got }]);
  const { bytes } = file;
  if (PNG.every((byte, at) => bytes[at] === byte)) throw wrong(EXPECTED, CARD);
  if (bytes.byteLength > FILE_BYTES_MAX) throw wrong(`at most ${FILE_BYTES_MAX} bytes`, "more");
  const content = decoded(bytes);
  if (content === null) throw wrong(EXPECTED, "bytes that are no text");
  const isJson = content.trimStart().startsWith("{") || /\.json$/iu.test(file.name);
  if (isJson && /"spec"\s*:\s*"chara_card/u.test(content)) throw wrong(EXPECTED, CARD);
  if (!isJson) return ours(file.name, content, solverNames);
  const where = { path: "", shown: oneLine(file.name), handle: "imported", folder: "", solverNames, brain: null };
  const read = readOvosJson(content, file.name.replace(/\.json$/iu, ""), where);
  if (read.kind === "complaints") throw new BadInput(read.complaints);
  const persona = { ...read.draft, world: null, version: "" };
  return { name: persona.name, yaml: yamlOf(persona), warnings: read.warnings };
}

const EXPECTED = "a persona in YAML, or an OVOS persona in JSON";
const CARD = "a character card, which the house will learn to read later";

async function ours(name: string, yaml: string, solverNames: ReadonlySet<string>): Promise<Imported> {
  const read = await readOwned({ id: personaId("imported"), handle: "imported", yaml }, solverNames);
  if (read.kind === "complaints") {
    throw new BadInput(read.complaints.map((complaint) => ({ ...complaint, where: oneLine(name) })));
  }
  const said = textsOf(yaml)["name"] ?? "";
  return { name: said === "" ? name.replace(/\.ya?ml$/iu, "") : read.draft.name, yaml, warnings: read.warnings };
}

/** Null: it is no text. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n");
  } catch {
    return null;
  }
}

/** All of the above for the solvers of this house. */
export function openCharacters(solverNames: ReadonlySet<string>, settled: () => Promise<void>): Characters {
  return {
    settled,
    check: (handle, yaml) => checkCharacter(handle, yaml, solverNames),
    textsOf,
    withTexts,
    yamlOf,
    ovosOf,
    read: (file) => readCharacter(file, solverNames),
  };
}
