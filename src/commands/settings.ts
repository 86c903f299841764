// Settings of a place: what holds here, where it comes from, and how to change it.
import { scopesOf } from "../domain/binding.ts";
import { isCap } from "../domain/cap-settings.ts";
import type { PersonaId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { RoomSettingName, SettingRow } from "../domain/settings.ts";
import { decidingRow, isRoomSetting, ROOM_SETTINGS } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked, Command } from "./asked.ts";
import {
  everyoneFor,
  keyOf,
  needRoom,
  optionIn,
  personaIn,
  personaOption,
  plain,
  shape,
  somewhere,
  WHERE,
  wrong,
} from "./asked.ts";
import { needCapRight } from "./caps.ts";
import type { Answer, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import { historyCommands } from "./history.ts";
import type { Target } from "./setting-change.ts";
import { setFor, targetOf, unsetFor } from "./setting-change.ts";
import { rowsFor } from "./taking-part.ts";
import { english } from "./words-en.ts";

const NAMES: readonly RoomSettingName[] = Object.keys(ROOM_SETTINGS).filter(isRoomSetting);

function settingIn(asked: Asked): RoomSettingName | null {
  const said = optionIn(asked, "setting");
  if (said === null) return null;
  const name = keyOf(said);
  if (!isRoomSetting(name)) throw wrong(asked, "setting", asked.words.say.oneOf(NAMES), said);
  return name;
}

function neededSetting(asked: Asked): RoomSettingName {
  const name = settingIn(asked);
  if (name === null) throw wrong(asked, "setting", asked.words.say.oneOf(NAMES), undefined);
  return name;
}

async function show(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  await needRoom(asked);
  const only = settingIn(asked);
  const member = personaIn(asked);
  const persona = member?.persona.id ?? null;
  const rows = await house.store.registry.settings(scopesOf(invocation.place));
  const names = only === null ? NAMES : [only];
  const lines = names.flatMap((name) => linesFor(asked, rows, name, persona));
  const about = member === null ? say.thisPlace : say.personaHere(plain(member.persona.name));
  const head = only === null ? say.whatHolds(about) : asked.words.meanings[only];
  const hint = only === null ? [] : [say.takes(asked.words.expected[only])];
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
  const line = `- **${name}**: ${valueOf(asked, name, row)} · ${sourceOf(asked, row)}`;
  if (persona !== null) return [line];
  const own = rows.filter((each) => each.name === name && each.persona !== null);
  return [line, ...own.map((each) => `  - ${valueOf(asked, name, each)} · ${sourceOf(asked, each)}`)];
}

function valueOf({ words }: Asked, name: RoomSettingName, row: SettingRow | null): string {
  const { usual } = ROOM_SETTINGS[name];
  const value = row === null ? usual : row.value;
  return value === null ? words.say.unset : `\`${String(value).replaceAll("`", "")}\``;
}

function sourceOf(asked: Asked, row: SettingRow | null): string {
  const { say } = asked.words;
  if (row === null) return say.usual;
  const binds = row.persona === null ? say.everyone : personaName(asked, row.persona);
  const day = new Date(row.at).toISOString().slice(0, 10);
  return say.setFor(binds, somewhere(asked, row.scope).at, plain(row.by), day);
}

function personaName(asked: Asked, id: PersonaId): string {
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, id));
  return plain(member?.persona.name ?? handleOf(id));
}

async function set(asked: Asked): Promise<Answer> {
  const { say } = asked.words;
  const name = neededSetting(asked);
  const setting = ROOM_SETTINGS[name];
  const said = optionIn(asked, "value") ?? "";
  if (setting.read(said) === null) throw wrong(asked, name, asked.words.expected[name], said);
  if (isCap(name)) needCapRight(asked);
  const value = setting.values === null ? said : said.toLowerCase();
  const member = personaIn(asked);
  if (member !== null && setting.by === "place") {
    throw wrong(asked, "persona", say.forAll(name), member.persona.name);
  }
  const target = await targetOf(asked, member);
  const was = await setFor(asked, target, name, value);
  const text = say.isSet(name, value, target.whom, target.where);
  return textAnswer("private", `${text}${was}${await nearer(asked, name, target)}${say.undoHint}`);
}

/** What is set nearer by wins: whoever sets something further away is told. */
async function nearer(asked: Asked, name: RoomSettingName, { persona, scope }: Target): Promise<string> {
  const scopes = scopesOf(asked.invocation.place);
  const rows = rowsFor(await asked.house.store.registry.settings(scopes), persona);
  const row = decidingRow(rows, scopes, name, persona);
  // Of caps on money each holds.
  if (row === null || row.scope === scope || name === "budget") return "";
  return asked.words.say.staysNearer(row.value, sourceOf(asked, row));
}

async function reset(asked: Asked): Promise<Answer> {
  const name = neededSetting(asked);
  const member = personaIn(asked);
  if (isCap(name)) needCapRight(asked);
  return unsetFor(asked, await targetOf(asked, member), name);
}

const SETTING: Omit<Option, "isRequired"> = {
  name: "setting",
  summary: english.options.setting,
  kind: "setting",
  choices: [],
};
const VALUE: Option = { name: "value", summary: english.options.value, kind: "value", isRequired: true, choices: [] };
const whom = personaOption(english.options.forThisAlone, "optional");
const { summaries } = english;
const byName = { offered: "by-name", answersWith: "text" } as const;

export const settingsCommands: readonly Command[] = [
  {
    ...byName,
    shape: shape(["settings", "show"], summaries["settings show"], {
      options: [{ ...SETTING, isRequired: false }, whom],
    }),
    run: show,
  },
  {
    ...byName,
    shape: shape(["settings", "set"], summaries["settings set"], {
      options: [{ ...SETTING, isRequired: true }, VALUE, whom, WHERE],
      right: "channel",
    }),
    run: set,
  },
  {
    ...byName,
    shape: shape(["settings", "reset"], summaries["settings reset"], {
      options: [{ ...SETTING, isRequired: true }, whom, WHERE],
      right: "channel",
    }),
    run: reset,
  },
  ...historyCommands,
];
