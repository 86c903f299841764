// How a command changes one setting: where, for whom, and what is told of it afterwards.
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import type { RoomSettingName, SettingRow } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import type { Member } from "../personas/personas.ts";
import type { Asked } from "./asked.ts";
import { changerOf, needRoom, plain, reachIn, scopeFor, somewhere } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";

/** What a setting is changed for. */
export interface Target {
  readonly scope: ScopeId;
  /** Null: everyone in the scope. */
  readonly persona: PersonaId | null;
  /** Both as they are told. */
  readonly whom: string;
  readonly where: string;
}

/** What the command says that it is for. `member`: the persona that it names; null: none. Throws where that may not be changed. */
export async function targetOf(asked: Asked, member: Member | null): Promise<Target> {
  const scope = scopeFor(asked, reachIn(asked) ?? "channel");
  await needRoom(asked);
  return {
    scope,
    persona: member?.persona.id ?? null,
    whom: member === null ? "" : asked.words.say.forWhom(plain(member.persona.name)),
    where: somewhere(asked, scope).at,
  };
}

/** Whether the row is set for exactly that scope and persona; a server's own copy counts as its original. */
export function isRowOf(row: SettingRow, { scope, persona }: Pick<Target, "scope" | "persona">): boolean {
  if (row.scope !== scope) return false;
  return persona === null ? row.persona === null : row.persona !== null && isSame(row.persona, persona);
}

/** Sets it. Returns what is told of the value that it had; nothing where it had none. */
export async function setFor(asked: Asked, target: Target, name: RoomSettingName, value: string): Promise<string> {
  const { store, clock } = asked.house;
  const { scope, persona } = target;
  const by = changerOf(asked);
  const before = await store.registry.set({ scope, persona, name, value, by: by.name, at: clock.now() }, by);
  return before === null ? "" : asked.words.say.itWas(before);
}

/** Takes it back, and says so. */
export async function unsetFor(asked: Asked, target: Target, name: RoomSettingName): Promise<Answer> {
  const { store, clock } = asked.house;
  const { say } = asked.words;
  const { scope, whom, where } = target;
  const rows = await store.registry.settings([scope]);
  const row = rows.find((each) => each.name === name && isRowOf(each, target));
  if (row === undefined) return textAnswer("private", say.wasNotSet(name, whom, where));
  await store.registry.unset({ scope, persona: row.persona, name }, changerOf(asked), clock.now());
  return textAnswer("private", say.isUnset(name, whom, where, row.value));
}
