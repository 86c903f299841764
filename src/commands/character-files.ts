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
import { english } from "./words-en.ts";

// As many buttons as an answer holds on every platform.
const BUTTONS_MAX = 25;

async function copy(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const name = optionIn(asked, "name") ?? "";
  const { yaml } = await textOf(asked, characters, member);
  const handle = await freshHandle(asked, name);
  const id = await put(asked, characters, handle, characters.withTexts(yaml, { name, aliases: "" }));
  const { say } = asked.words;
  const text = `${say.isCopy(plain(name), plain(member.persona.name))}${faceLost(asked, member.persona)}`;
  return { ...textAnswer("private", text), buttons: [addButton(asked, id, name)] };
}

/** Pictures that lie in the house's files stay there. */
function faceLost({ words }: Asked, { avatar }: { readonly avatar: { readonly kind: string } }): string {
  return avatar.kind === "file" ? words.say.faceLost : "";
}

async function remove(asked: Asked, characters: Characters): Promise<Answer> {
  const { house, invocation, words } = asked;
  const { persona } = neededPersona(asked);
  const own = (await ownedIn(asked, neededWorkspace(asked))).find(({ id }) => id === persona.id);
  const name = plain(persona.name);
  const { workspaceWord } = invocation;
  if (own === undefined) {
    return textAnswer("private", words.say.ofTheHouse(name, workspaceWord));
  }
  // A copy stood in front of the house's own, which steps forward again.
  const original = originalOf(asked, own.handle);
  if (optionIn(asked, "sure") !== "on") {
    const { willDelete, willDeleteCopy } = words.say;
    const text = (original === undefined ? willDelete : willDeleteCopy)(name, workspaceWord);
    const sure = button(
      words.say.deleteIt(persona.name),
      ["persona", "delete"],
      { persona: persona.id, sure: "on" },
      "danger",
    );
    return { ...textAnswer("private", text), buttons: [sure] };
  }
  const { registry } = house.store;
  const by = changerOf(asked);
  const at = house.clock.now();
  const bindings = await registry.bindingsOf(own.id);
  await registry.deletePersona(own.id, by, at);
  if (original !== undefined) {
    for (const { scope } of bindings) await registry.bind({ persona: original, scope, by: by.name, at }, by);
  }
  await characters.settled();
  const again = restoreButton(asked, own.id, persona.name);
  const text = original === undefined ? words.say.isDeleted(name) : words.say.isDeletedCopy(name, workspaceWord);
  return { ...textAnswer("private", text), buttons: [again], as: "replace" };
}

/** The house's own persona of that handle; undefined: there is none. */
function originalOf({ house }: Asked, handle: string): PersonaId | undefined {
  return house.personas.of(null).find(({ persona }) => handleOf(persona.id) === handle)?.persona.id;
}

function restoreButton({ words }: Asked, id: PersonaId, name: string): ReturnType<typeof button> {
  return button(words.say.restoreIt(name), ["persona", "restore"], { which: id });
}

async function restore(asked: Asked, characters: Characters): Promise<Answer> {
  const { house } = asked;
  const { say } = asked.words;
  const now = house.clock.now();
  const all = await house.store.registry.personas(neededWorkspace(asked));
  const gone = all.filter(({ deletedAt }) => deletedAt !== null && now - deletedAt <= RESTORE_MS);
  const nameOf = ({ handle, yaml }: OwnedPersona): string => {
    const name = characters.textsOf(yaml)["name"] ?? "";
    return name === "" ? handle : name;
  };
  if (gone.length === 0) return textAnswer("private", say.nobodyDeleted);
  const which = optionIn(asked, "which");
  if (which === null) {
    const buttons = gone.slice(0, BUTTONS_MAX).map((each) => restoreButton(asked, each.id, nameOf(each)));
    return { ...textAnswer("private", say.whoDeleted), buttons };
  }
  const key = keyOf(which);
  const found = gone.find((each) => each.id === which || each.handle === key || keyOf(nameOf(each)) === key);
  const restored =
    found === undefined ? null : await house.store.registry.restorePersona(found.id, changerOf(asked), now);
  if (restored === null) throw wrong(asked, "which", say.oneOf(gone.map((each) => nameOf(each))), which);
  await characters.settled();
  const name = nameOf(restored);
  const isCopy = originalOf(asked, restored.handle) !== undefined;
  const text = (isCopy ? say.isBackCopy : say.isBack)(plain(name));
  return { ...textAnswer("private", text), buttons: [addButton(asked, restored.id, name)] };
}

async function exportFile(asked: Asked, characters: Characters): Promise<Answer> {
  const member = neededPersona(asked);
  const handle = handleOf(member.persona.id);
  const name = plain(member.persona.name);
  const { say } = asked.words;
  if (optionIn(asked, "format") === "ovos") {
    const file = { name: `${handle}.json`, type: "application/json", text: characters.ovosOf(member.persona) };
    return { ...textAnswer("private", say.asOvos(name)), files: [file] };
  }
  const { yaml } = await textOf(asked, characters, member);
  const file = { name: `${handle}.yaml`, type: "application/yaml", text: yaml };
  return {
    ...textAnswer("private", say.asYaml(name)),
    files: [file],
  };
}

async function importFile(asked: Asked, characters: Characters): Promise<Answer> {
  neededWorkspace(asked);
  const file = asked.invocation.files["file"];
  if (file === undefined) throw wrong(asked, "file", asked.words.say.needs.file, undefined);
  const { name, yaml, warnings } = await characters.read(file);
  const handle = await freshHandle(asked, name);
  const id = await put(asked, characters, handle, yaml);
  const lines = [asked.words.say.isMade(plain(name), asked.invocation.workspaceWord)];
  return {
    ...textAnswer("private", [...lines, ...warnings.map((each) => `- ${each}`)].join("\n")),
    buttons: [addButton(asked, id, name)],
  };
}

const NAME: Option = { name: "name", summary: english.options.copyName, kind: "text", isRequired: true, choices: [] };
const SURE: Option = {
  name: "sure",
  summary: english.options.sure,
  kind: "switch",
  isRequired: false,
  choices: [],
};
const WHICH: Option = { name: "which", summary: english.options.which, kind: "text", isRequired: false, choices: [] };
const FILE: Option = {
  name: "file",
  summary: english.options.file,
  kind: "file",
  isRequired: true,
  choices: [],
};
const FORMAT: Option = {
  name: "format",
  summary: english.options.format,
  kind: "choice",
  isRequired: false,
  choices: [
    { name: english.choices.yaml, value: "yaml" },
    { name: english.choices.ovos, value: "ovos" },
  ],
};

/** What is done with a character as a whole. */
export function characterFileCommands(characters: Characters): readonly Command[] {
  const { summaries } = english;
  const right = "workspace" as const;
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const who = personaOption(english.options.whom, "required");
  return [
    {
      ...byName,
      shape: shape(["persona", "copy"], summaries["persona copy"], { options: [who, NAME], right }),
      run: (asked) => copy(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "delete"], summaries["persona delete"], {
        options: [who, SURE],
        right,
      }),
      run: (asked) => remove(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "restore"], summaries["persona restore"], {
        options: [WHICH],
        right,
      }),
      run: (asked) => restore(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "export"], summaries["persona export"], { options: [who, FORMAT], right }),
      run: (asked) => exportFile(asked, characters),
    },
    {
      ...byName,
      shape: shape(["persona", "import"], summaries["persona import"], { options: [FILE], right }),
      run: (asked) => importFile(asked, characters),
    },
  ];
}
