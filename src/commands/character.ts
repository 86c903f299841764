// Characters themselves, from the chat: made and changed by forms.
import { hash } from "node:crypto";
import { handleFrom } from "../domain/handle.ts";
import type { PersonaId, WorkspaceId } from "../domain/ids.ts";
import { handleOf, ownedPersonaId } from "../domain/ids.ts";
import type { Complaint } from "../errors.ts";
import { BadInput, sentenceOf } from "../errors.ts";
import type { Characters, Member } from "../personas/personas.ts";
import type { OwnedPersona } from "../store/registry.ts";
import type { Asked, Command } from "./asked.ts";
import {
  button,
  changerOf,
  everyoneFor,
  neededPersona,
  NotAllowed,
  optionIn,
  personaOption,
  plain,
  shape,
  wrong,
} from "./asked.ts";
import type { FieldShown } from "./characters.ts";
import { NEW_CHARACTER, PARTS } from "./characters.ts";
import type { Answer, Field, Option, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";

const EMPTY = "version: 1\n";

/** Whose characters are meant. A direct message has none of its own. */
export function neededWorkspace({ invocation }: Asked): WorkspaceId {
  const { workspace } = invocation.place;
  if (workspace !== null) return workspace;
  const word = invocation.workspaceWord;
  throw new NotAllowed(`A character belongs to a ${word}: make and change it there.`);
}

/** The workspace's own personas that live. */
export async function ownedIn({ house }: Asked, workspace: WorkspaceId): Promise<readonly OwnedPersona[]> {
  const all = await house.store.registry.personas(workspace);
  return all.filter(({ deletedAt }) => deletedAt === null);
}

/** A member as a text that the workspace may change: its own, or a copy of the house's. */
export async function textOf(
  asked: Asked,
  characters: Characters,
  { persona }: Member,
): Promise<{ readonly handle: string; readonly yaml: string; readonly isOwn: boolean }> {
  const handle = handleOf(persona.id);
  const own = (await ownedIn(asked, neededWorkspace(asked))).find((each) => each.handle === handle);
  return own === undefined
    ? { handle, yaml: characters.yamlOf(persona), isOwn: false }
    : { handle, yaml: own.yaml, isOwn: true };
}

/** Keeps a character. Throws `BadInput` with what keeps it from living. */
export async function put(asked: Asked, characters: Characters, handle: string, yaml: string): Promise<PersonaId> {
  const workspace = neededWorkspace(asked);
  const complaints = await characters.check(handle, yaml);
  if (complaints.length > 0) throw new BadInput(complaints);
  const by = changerOf(asked);
  const id = ownedPersonaId(handle, workspace);
  const at = asked.house.clock.now();
  await asked.house.store.registry.putPersona({ id, workspace, handle, yaml, by: by.name, at }, by);
  // Whoever is told that it is there may press a button at once.
  await characters.settled();
  return id;
}

/** A handle for a name that nobody here has yet, not even somebody deleted who may be restored. */
export async function freshHandle(asked: Asked, name: string): Promise<string> {
  const owned = await asked.house.store.registry.personas(neededWorkspace(asked));
  const here = everyoneFor(asked).map(({ persona }) => handleOf(persona.id));
  return handleFrom(name, new Set([...here, ...owned.map(({ handle }) => handle)]));
}

export function addButton(persona: PersonaId, name: string): TextAnswer["buttons"][number] {
  return button(`Put ${name} here`, ["persona", "add"], { persona }, "main");
}

function fieldOf(shown: FieldShown, value: string): Field {
  const { field, label, hint, lines, charsMax } = shown;
  return { name: field, label, hint, value, lines, isRequired: field === "name", charsMax };
}

async function create(asked: Asked): Promise<Answer> {
  neededWorkspace(asked);
  const fields = NEW_CHARACTER.map((shown) => fieldOf(shown, optionIn(asked, shown.field) ?? ""));
  return { kind: "form", title: "A new persona", path: ["persona", "created"], options: {}, fields };
}

// What it does not know stands in the same field, after this word.
const NOT = /^not\b[\s:]*/iu;

async function created(asked: Asked, characters: Characters): Promise<Answer> {
  neededWorkspace(asked);
  const given = Object.fromEntries(NEW_CHARACTER.map(({ field }) => [field, optionIn(asked, field) ?? ""]));
  const lines = (given["knows"] ?? "").split("\n").map((line) => line.trim());
  const texts = {
    ...given,
    knows: lines.filter((line) => !NOT.test(line)).join("\n"),
    outside: lines.flatMap((line) => (NOT.test(line) ? [line.replace(NOT, "")] : [])).join("\n"),
  };
  const name = given["name"] ?? "";
  return orAgain(["persona", "create"], given, async () => {
    const handle = await freshHandle(asked, name);
    const id = await put(asked, characters, handle, characters.withTexts(EMPTY, texts));
    const text = `**${plain(name)}** is there for this ${asked.invocation.workspaceWord}, and lives nowhere yet. /persona edit says more about the character.`;
    return { ...textAnswer("private", text), buttons: [addButton(id, name)] };
  });
}

/** What was written into a form is not lost when it has a mistake: a button opens it as it was. */
async function orAgain(
  path: readonly string[],
  given: Readonly<Record<string, string>>,
  work: () => Promise<TextAnswer>,
): Promise<TextAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const text = said(error.complaints);
    return { ...textAnswer("private", text), buttons: [button("Open the form again", path, given, "main")] };
  }
}

function said(complaints: readonly Complaint[]): string {
  return complaints.map((complaint) => sentenceOf({ ...complaint, line: null })).join("\n");
}

/** Which text a form was made from: nobody's change is lost because two had the form open. */
function stampOf(yaml: string): string {
  return hash("sha256", yaml).slice(0, 8);
}

async function edit(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const { key, label, fields } = partIn(asked);
  const { yaml } = await textOf(asked, characters, member);
  const texts = characters.textsOf(yaml);
  const shown = fields.map((field) => fieldOf(field, optionIn(asked, field.field) ?? texts[field.field] ?? ""));
  const long = shown.find(({ value, charsMax }) => value.length > charsMax);
  if (long !== undefined) {
    const expected = `at most ${long.charsMax} characters in a form; /persona export and /persona import take longer ones`;
    throw wrong(asked, long.name, expected, `${long.value.length} of them`);
  }
  const options = { persona: member.persona.id, part: key, of: stampOf(yaml) };
  const title = `${member.persona.name}: ${label}`;
  return { kind: "form", title, path: ["persona", "edited"], options, fields: shown };
}

async function edited(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const { key, fields } = partIn(asked);
  const { handle, yaml, isOwn } = await textOf(asked, characters, member);
  const given = Object.fromEntries(fields.map(({ field }) => [field, optionIn(asked, field) ?? ""]));
  return orAgain(["persona", "edit"], { ...given, persona: member.persona.id, part: key }, async () => {
    if (optionIn(asked, "of") !== stampOf(yaml)) {
      throw wrong(
        asked,
        null,
        "the character as it was when you opened the form",
        "a change by somebody else meanwhile",
      );
    }
    const next = characters.withTexts(yaml, given);
    const name = plain(member.persona.name);
    if (next === yaml) return textAnswer("private", `Nothing about **${name}** was changed.`);
    await put(asked, characters, handle, next);
    const { workspaceWord } = asked.invocation;
    const copy = isOwn ? "" : ` This ${workspaceWord} has its own copy from now on; the house's own stays as it is.`;
    return textAnswer("private", `**${name}** is changed.${copy}`);
  });
}

function partIn(asked: Asked): {
  readonly key: string;
  readonly label: string;
  readonly fields: readonly FieldShown[];
} {
  const key = optionIn(asked, "part") ?? "";
  const part = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined;
  if (part === undefined) throw wrong(asked, "part", `one of ${Object.keys(PARTS).join(", ")}`, key);
  return { key, ...part };
}

const PART: Option = {
  name: "part",
  summary: "Which part of the character",
  kind: "choice",
  isRequired: true,
  choices: Object.entries(PARTS).map(([value, { label }]) => ({ name: label, value })),
};

/** Making and changing characters. */
export function characterCommands(characters: Characters): readonly Command[] {
  const right = "workspace" as const;
  const who = personaOption("Whom", "required");
  return [
    {
      offered: "by-name",
      answersWith: "form",
      shape: shape(["persona", "create"], "Make a new character, which can then be put anywhere here", { right }),
      run: create,
    },
    {
      offered: "by-button",
      answersWith: "text",
      shape: shape(["persona", "created"], "A new character, as the form says", { right }),
      run: (asked) => created(asked, characters),
    },
    {
      offered: "by-name",
      answersWith: "form",
      shape: shape(["persona", "edit"], "Change a part of a character; one of the house's is copied first", {
        options: [who, PART],
        right,
      }),
      run: (asked) => edit(asked, characters),
    },
    {
      offered: "by-button",
      answersWith: "text",
      shape: shape(["persona", "edited"], "A character, as the form says", { options: [who, PART], right }),
      run: (asked) => edited(asked, characters),
    },
  ];
}
