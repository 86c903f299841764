// Characters as a whole, from the chat: copied, deleted and restored, sent out and taken in as files.
import type { PersonaId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { Characters } from "../personas/personas.ts";
import { RESTORE_MS } from "../store/registry.ts";
import type { OwnedPersona } from "../store/registry.ts";
import type { Asked, Command } from "./asked.ts";
import { button, changerOf, keyOf, neededPersona, optionIn, personaOption, plain, shape, wrong } from "./asked.ts";
import { addButton, freshHandle, neededWorkspace, ownedIn, put, textOf } from "./character.ts";
import type { Answer, Option } from "./command.ts";
import { textAnswer } from "./command.ts";

// As many buttons as an answer holds on every platform.
const BUTTONS_MAX = 25;

async function copy(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const name = optionIn(asked, "name") ?? "";
  const { yaml } = await textOf(asked, characters, member);
  const handle = await freshHandle(asked, name);
  const id = await put(asked, characters, handle, characters.withTexts(yaml, { name, aliases: "" }));
  const text = `**${plain(name)}** is a copy of ${plain(member.persona.name)}, and lives nowhere yet.${faceLost(member.persona)}`;
  return { ...textAnswer("private", text), buttons: [addButton(id, name)] };
}

/** Pictures that lie in the house's files stay there. */
function faceLost({ avatar }: { readonly avatar: { readonly kind: string } }): string {
  return avatar.kind === "file" ? " Its picture is drawn: /persona edit gives it the address of another." : "";
}

async function remove(asked: Asked, characters: Characters): Promise<Answer> {
  const { house, invocation } = asked;
  const { persona } = neededPersona(asked);
  const own = (await ownedIn(asked, neededWorkspace(asked))).find(({ id }) => id === persona.id);
  const name = plain(persona.name);
  const { workspaceWord } = invocation;
  if (own === undefined) {
    const text = `${name} belongs to the house and cannot be deleted from a ${workspaceWord}. /persona remove takes it from here.`;
    return textAnswer("private", text);
  }
  if (optionIn(asked, "sure") !== "on") {
    const text = `**${name}** itself will be deleted and live nowhere in this ${workspaceWord} any more. For 30 days /persona restore brings it back.`;
    const sure = button(`Delete ${persona.name}`, ["persona", "delete"], { persona: persona.id, sure: "on" }, "danger");
    return { ...textAnswer("private", text), buttons: [sure] };
  }
  await house.store.registry.deletePersona(own.id, changerOf(asked), house.clock.now());
  await characters.settled();
  const text = `**${name}** is deleted. For 30 days /persona restore brings it back; where it lived has to be said again.`;
  return { ...textAnswer("private", text), buttons: [restoreButton(own.id, persona.name)], as: "replace" };
}

function restoreButton(id: PersonaId, name: string): ReturnType<typeof button> {
  return button(`Restore ${name}`, ["persona", "restore"], { which: id });
}

async function restore(asked: Asked, characters: Characters): Promise<Answer> {
  const { house } = asked;
  const now = house.clock.now();
  const all = await house.store.registry.personas(neededWorkspace(asked));
  const gone = all.filter(({ deletedAt }) => deletedAt !== null && now - deletedAt <= RESTORE_MS);
  const nameOf = ({ handle, yaml }: OwnedPersona): string => {
    const name = characters.textsOf(yaml)["name"] ?? "";
    return name === "" ? handle : name;
  };
  if (gone.length === 0) return textAnswer("private", "Nobody was deleted here in the last 30 days.");
  const which = optionIn(asked, "which");
  if (which === null) {
    const buttons = gone.slice(0, BUTTONS_MAX).map((each) => restoreButton(each.id, nameOf(each)));
    return { ...textAnswer("private", "Who was deleted in the last 30 days:"), buttons };
  }
  const key = keyOf(which);
  const found = gone.find((each) => each.id === which || each.handle === key || keyOf(nameOf(each)) === key);
  const restored =
    found === undefined ? null : await house.store.registry.restorePersona(found.id, changerOf(asked), now);
  if (restored === null) throw wrong(asked, "which", `one of ${gone.map((each) => nameOf(each)).join(", ")}`, which);
  await characters.settled();
  const name = nameOf(restored);
  const text = `**${plain(name)}** is back, and lives nowhere yet.`;
  return { ...textAnswer("private", text), buttons: [addButton(restored.id, name)] };
}

async function exportFile(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const handle = handleOf(member.persona.id);
  const name = plain(member.persona.name);
  if (optionIn(asked, "format") === "ovos") {
    const file = { name: `${handle}.json`, type: "application/json", text: characters.ovosOf(member.persona) };
    return { ...textAnswer("private", `**${name}** as an OVOS persona.`), files: [file] };
  }
  const { yaml } = await textOf(asked, characters, member);
  const file = { name: `${handle}.yaml`, type: "application/yaml", text: yaml };
  return {
    ...textAnswer("private", `**${name}**, to be kept or sent on; /persona import takes it in.`),
    files: [file],
  };
}

async function importFile(asked: Asked, characters: Characters): Promise<Answer> {
  neededWorkspace(asked);
  const file = asked.invocation.files["file"];
  if (file === undefined) throw wrong(asked, "file", "a file", undefined);
  const { name, yaml, warnings } = await characters.read(file);
  const handle = await freshHandle(asked, name);
  const id = await put(asked, characters, handle, yaml);
  const lines = [`**${plain(name)}** is there for this ${asked.invocation.workspaceWord}, and lives nowhere yet.`];
  return {
    ...textAnswer("private", [...lines, ...warnings.map((each) => `- ${each}`)].join("\n")),
    buttons: [addButton(id, name)],
  };
}

const NAME: Option = { name: "name", summary: "What the copy is called", kind: "text", isRequired: true, choices: [] };
const SURE: Option = {
  name: "sure",
  summary: "Do it without asking again",
  kind: "switch",
  isRequired: false,
  choices: [],
};
const WHICH: Option = { name: "which", summary: "Who was deleted", kind: "text", isRequired: false, choices: [] };
const FILE: Option = {
  name: "file",
  summary: "A persona as YAML or OVOS JSON",
  kind: "file",
  isRequired: true,
  choices: [],
};
const FORMAT: Option = {
  name: "format",
  summary: "As which file",
  kind: "choice",
  isRequired: false,
  choices: [
    { name: "YAML, the house's own", value: "yaml" },
    { name: "OVOS JSON", value: "ovos" },
  ],
};

/** What is done with a character as a whole. */
export function characterFileCommands(characters: Characters): readonly Command[] {
  const right = "workspace" as const;
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const who = personaOption("Whom", "required");
  return [
    {
      ...byName,
      shape: shape(["persona", "copy"], "Make a character like another one", { options: [who, NAME], right }),
      run: (asked) => copy(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "delete"], "Delete a character itself, wherever it lives here", {
        options: [who, SURE],
        right,
      }),
      run: (asked) => remove(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "restore"], "Bring a deleted character back, within 30 days", {
        options: [WHICH],
        right,
      }),
      run: (asked) => restore(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "export"], "A character as a file", { options: [who, FORMAT], right }),
      run: (asked) => exportFile(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "import"], "Make a character from a file", { options: [FILE], right }),
      run: (asked) => importFile(asked, characters),
    },
  ];
}
