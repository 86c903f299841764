// Characters themselves, from the chat: made and changed by forms.
import { hash } from "node:crypto";
import { handleFrom } from "../domain/handle.ts";
import type { PersonaId, WorkspaceId } from "../domain/ids.ts";
import { handleOf, ownedPersonaId } from "../domain/ids.ts";
import type { Complaint } from "../errors.ts";
import { BadInput } from "../errors.ts";
import type { Characters, Member } from "../personas/personas.ts";
import type { OwnedPersona } from "../store/registry.ts";
import type { Asked, Command } from "./asked.ts";
import {
  button,
  changerOf,
  commandSaid,
  complaintSaid,
  everyoneFor,
  neededPersona,
  NotAllowed,
  optionIn,
  personaOption,
  plain,
  shape,
  unfit,
  wrong,
} from "./asked.ts";
import type { CharacterPart, FieldShown } from "./characters.ts";
import { NEW_CHARACTER, PARTS } from "./characters.ts";
import type { Answer, Field, Option, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";
import type { Words } from "./words-en.ts";
import { english } from "./words-en.ts";

const EMPTY = "version: 1\n";

/** Whose characters are meant. A direct message has none of its own. */
export function neededWorkspace({ invocation, words }: Asked): WorkspaceId {
  const { workspace } = invocation.place;
  if (workspace !== null) return workspace;
  throw new NotAllowed(words.say.belongsTo(invocation.workspaceWord));
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

export function addButton({ words }: Asked, persona: PersonaId, name: string): TextAnswer["buttons"][number] {
  return button(words.say.putHere(name), ["persona", "add"], { persona }, "main");
}

function fieldOf({ words }: Asked, shown: FieldShown, value: string): Field {
  const { field, lines, charsMax } = shown;
  const hint = shown.hint === null ? "" : words.fields[shown.hint];
  return { name: field, label: words.fields[shown.label], hint, value, lines, isRequired: field === "name", charsMax };
}

async function create(asked: Asked): Promise<Answer> {
  neededWorkspace(asked);
  const fields = NEW_CHARACTER.map((shown) => fieldOf(asked, shown, optionIn(asked, shown.field) ?? ""));
  return { kind: "form", title: asked.words.fields.newPersona, path: ["persona", "created"], options: {}, fields };
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
  return orAgain(asked, ["persona", "create"], given, async () => {
    const handle = await freshHandle(asked, name);
    const id = await put(asked, characters, handle, characters.withTexts(EMPTY, texts));
    const { say } = asked.words;
    const text = `${say.isMade(plain(name), asked.invocation.workspaceWord)}${say.editMore}`;
    return { ...textAnswer("private", text), buttons: [addButton(asked, id, name)] };
  });
}

/** What was written into a form is not lost when it has a mistake: a button opens it as it was. */
async function orAgain(
  { words }: Asked,
  path: readonly string[],
  given: Readonly<Record<string, string>>,
  work: () => Promise<TextAnswer>,
): Promise<TextAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const lines = error.complaints.map((complaint) => complaintSaid(words, inForm(words, path, complaint)));
    const again = button(words.choices.openAgain, path, given, "main");
    return { ...textAnswer("private", lines.join("\n")), buttons: [again] };
  }
}

/** A complaint about a character's text, as about the field of the form that it was written into. */
function inForm(words: Words, path: readonly string[], complaint: Complaint): Complaint {
  const { say, fields } = words;
  const shown = [...NEW_CHARACTER, ...PARTS.flatMap((part) => part.fields)].find(
    (each) => each.field === complaint.field,
  );
  if (shown === undefined) return { ...complaint, line: null };
  const needs: Readonly<Record<string, string>> = { avatar: say.pictureNeeds, name: say.nameNeeds };
  const expected = needs[shown.field] ?? complaint.expected;
  return { ...complaint, where: commandSaid(words, path), line: null, field: fields[shown.label], expected };
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
  const { say } = asked.words;
  const shown = fields.map((field) => fieldOf(asked, field, optionIn(asked, field.field) ?? texts[field.field] ?? ""));
  const long = shown.find(({ value, charsMax }) => value.length > charsMax);
  if (long !== undefined) {
    throw unfit(asked, long.name, say.formMax(long.charsMax), say.soMany(long.value.length));
  }
  const options = { persona: member.persona.id, part: key, of: stampOf(yaml) };
  const title = `${member.persona.name}: ${asked.words.choices[label]}`;
  return { kind: "form", title, path: ["persona", "edited"], options, fields: shown };
}

async function edited(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const { key, fields } = partIn(asked);
  const { handle, yaml, isOwn } = await textOf(asked, characters, member);
  const given = Object.fromEntries(fields.map(({ field }) => [field, optionIn(asked, field) ?? ""]));
  const { say } = asked.words;
  return orAgain(asked, ["persona", "edit"], { ...given, persona: member.persona.id, part: key }, async () => {
    if (optionIn(asked, "of") !== stampOf(yaml)) {
      throw unfit(asked, null, say.asOpened, say.changedMeanwhile);
    }
    const next = characters.withTexts(yaml, given);
    const name = plain(member.persona.name);
    if (next === yaml) return textAnswer("private", say.nothingEdited(name));
    await put(asked, characters, handle, next);
    const { workspaceWord } = asked.invocation;
    const copy = isOwn ? "" : say.isCopied(workspaceWord);
    return textAnswer("private", `${say.isEdited(name)}${copy}`);
  });
}

function partIn(asked: Asked): CharacterPart {
  const key = optionIn(asked, "part") ?? "";
  const part = PARTS.find((each) => each.key === key);
  if (part === undefined) {
    const expected = asked.words.say.oneOf(PARTS.map((each) => each.key));
    throw wrong(asked, "part", expected, key);
  }
  return part;
}

const PART: Option = {
  name: "part",
  summary: english.options.part,
  kind: "choice",
  isRequired: true,
  choices: PARTS.map(({ key, label }) => ({ name: english.choices[label], value: key })),
};

/** Making and changing characters. */
export function characterCommands(characters: Characters): readonly Command[] {
  const { summaries } = english;
  const right = "workspace" as const;
  const who = personaOption(english.options.whom, "required");
  return [
    {
      offered: "by-name",
      answersWith: "form",
      shape: shape(["persona", "create"], summaries["persona create"], { right }),
      run: create,
    },
    {
      offered: "by-button",
      answersWith: "text",
      shape: shape(["persona", "created"], summaries["persona created"], { right }),
      run: (asked) => created(asked, characters),
    },
    {
      offered: "by-name",
      answersWith: "form",
      shape: shape(["persona", "edit"], summaries["persona edit"], {
        options: [who, PART],
        right,
      }),
      run: (asked) => edit(asked, characters),
    },
    {
      offered: "by-button",
      answersWith: "text",
      shape: shape(["persona", "edited"], summaries["persona edited"], { options: [who, PART], right }),
      run: (asked) => edited(asked, characters),
    },
  ];
}
