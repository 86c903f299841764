// Settings of a place: what holds here, where it comes from, and how to change it.
import { scopesOf } from "../domain/binding.ts";
import type { PersonaId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { RoomSettingName, SettingRow } from "../domain/settings.ts";
import { decidingRow, isRoomSetting, ROOM_SETTINGS } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked, Command } from "./asked.ts";
import {
  changerOf,
  everyoneFor,
  keyOf,
  needRoom,
  optionIn,
  personaIn,
  personaOption,
  plain,
  reachIn,
  scopeFor,
  scopeName,
  shape,
  WHERE,
  wrong,
} from "./asked.ts";
import type { Answer, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import { historyCommands } from "./history.ts";
import { rowsFor } from "./taking-part.ts";

const NAMES: readonly RoomSettingName[] = Object.keys(ROOM_SETTINGS).filter(isRoomSetting);

function settingIn(asked: Asked): RoomSettingName | null {
  const said = optionIn(asked, "setting");
  if (said === null) return null;
  const name = keyOf(said);
  if (!isRoomSetting(name)) throw wrong(asked, "setting", `one of ${NAMES.join(", ")}`, said);
  return name;
}

function neededSetting(asked: Asked): RoomSettingName {
  const name = settingIn(asked);
  if (name === null) throw wrong(asked, "setting", `one of ${NAMES.join(", ")}`, undefined);
  return name;
}

async function show(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  await needRoom(asked);
  const only = settingIn(asked);
  const member = personaIn(asked);
  const persona = member?.persona.id ?? null;
  const rows = await house.store.registry.settings(scopesOf(invocation.place));
  const names = only === null ? NAMES : [only];
  const lines = names.flatMap((name) => linesFor(asked, rows, name, persona));
  const about = member === null ? "this place" : `${plain(member.persona.name)} in this place`;
  const head = only === null ? `What holds for ${about}:` : ROOM_SETTINGS[only].meaning;
  const hint = only === null ? [] : [`It takes ${ROOM_SETTINGS[only].expected}.`];
  return textAnswer("private", [head, ...lines, ...hint].join("\n"));
}

/** The setting, and below it what was set for single personas where nobody in particular is meant. */
function linesFor(
  asked: Asked,
  rows: readonly SettingRow[],
  name: RoomSettingName,
  persona: PersonaId | null,
): readonly string[] {
  const scopes = scopesOf(asked.invocation.place);
  const row = decidingRow(rowsFor(rows, persona), scopes, name, persona);
  const line = `- **${name}**: ${valueOf(name, row)} · ${sourceOf(asked, row)}`;
  if (persona !== null) return [line];
  const own = rows.filter((each) => each.name === name && each.persona !== null);
  return [line, ...own.map((each) => `  - ${valueOf(name, each)} · ${sourceOf(asked, each)}`)];
}

function valueOf(name: RoomSettingName, row: SettingRow | null): string {
  const { usual } = ROOM_SETTINGS[name];
  const value = row === null ? usual : row.value;
  return value === null ? "unset" : `\`${String(value).replaceAll("`", "")}\``;
}

function sourceOf(asked: Asked, row: SettingRow | null): string {
  if (row === null) return "as usual, set by nobody";
  const binds = row.persona === null ? "everyone" : personaName(asked, row.persona);
  return `set for ${binds} in ${scopeName(asked, row.scope)} by ${plain(row.by)}, ${new Date(row.at).toISOString().slice(0, 10)}`;
}

function personaName(asked: Asked, id: PersonaId): string {
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, id));
  return plain(member?.persona.name ?? handleOf(id));
}

async function set(asked: Asked): Promise<Answer> {
  const { house } = asked;
  const name = neededSetting(asked);
  const setting = ROOM_SETTINGS[name];
  const said = optionIn(asked, "value") ?? "";
  if (setting.read(said) === null) throw wrong(asked, name, setting.expected, said);
  const value = setting.values === null ? said : said.toLowerCase();
  const member = personaIn(asked);
  if (member !== null && setting.by === "place") {
    throw wrong(asked, "persona", `nobody, since ${name} holds for all who live in a place`, member.persona.name);
  }
  const scope = scopeFor(asked, reachIn(asked) ?? "channel");
  await needRoom(asked);
  const by = changerOf(asked);
  const persona = member?.persona.id ?? null;
  const before = await house.store.registry.set(
    { scope, persona, name, value, by: by.name, at: house.clock.now() },
    by,
  );
  const whom = member === null ? "" : ` for ${plain(member.persona.name)}`;
  const was = before === null ? "" : ` It was \`${before}\`.`;
  const text = `**${name}** is \`${value}\`${whom} in ${scopeName(asked, scope)} now.${was}`;
  return textAnswer("private", `${text}${await nearer(asked, name, persona, scope)} /settings undo takes it back.`);
}

/** What is set nearer by wins: whoever sets something further away is told. */
async function nearer(asked: Asked, name: RoomSettingName, persona: PersonaId | null, scope: string): Promise<string> {
  const scopes = scopesOf(asked.invocation.place);
  const rows = rowsFor(await asked.house.store.registry.settings(scopes), persona);
  const row = decidingRow(rows, scopes, name, persona);
  if (row === null || row.scope === scope) return "";
  return ` Here it stays \`${row.value}\`, which is ${sourceOf(asked, row)}.`;
}

async function reset(asked: Asked): Promise<Answer> {
  const { house } = asked;
  const name = neededSetting(asked);
  const member = personaIn(asked);
  const scope = scopeFor(asked, reachIn(asked) ?? "channel");
  await needRoom(asked);
  const rows = await house.store.registry.settings([scope]);
  const id = member?.persona.id ?? null;
  const row = rows.find(
    (each) =>
      each.name === name && (id === null ? each.persona === null : each.persona !== null && isSame(each.persona, id)),
  );
  const whom = member === null ? "" : ` for ${plain(member.persona.name)}`;
  const here = scopeName(asked, scope);
  if (row === undefined) return textAnswer("private", `**${name}** was not set${whom} in ${here}.`);
  await house.store.registry.unset({ scope, persona: row.persona, name }, changerOf(asked), house.clock.now());
  return textAnswer("private", `**${name}** is no longer set${whom} in ${here}; it was \`${row.value}\`.`);
}

const SETTING: Omit<Option, "isRequired"> = { name: "setting", summary: "Which setting", kind: "setting", choices: [] };
const VALUE: Option = { name: "value", summary: "The new value", kind: "value", isRequired: true, choices: [] };
const whom = personaOption("For this persona alone", "optional");
const byName = { offered: "by-name", answersWith: "text" } as const;

export const settingsCommands: readonly Command[] = [
  {
    ...byName,
    shape: shape(["settings", "show"], "What holds here, who set it, and whom it binds", {
      options: [{ ...SETTING, isRequired: false }, whom],
    }),
    run: show,
  },
  {
    ...byName,
    shape: shape(["settings", "set"], "Change a setting", {
      options: [{ ...SETTING, isRequired: true }, VALUE, whom, WHERE],
      right: "channel",
    }),
    run: set,
  },
  {
    ...byName,
    shape: shape(["settings", "reset"], "Take a setting back, so that it is as it usually is", {
      options: [{ ...SETTING, isRequired: true }, whom, WHERE],
      right: "channel",
    }),
    run: reset,
  },
  ...historyCommands,
];
