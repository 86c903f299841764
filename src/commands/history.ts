// The history of a place: who changed what, and how to take the last change back.
import { scopesOf } from "../domain/binding.ts";
import { isCap } from "../domain/cap-settings.ts";
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import { channelScope, handleOf, workspaceScope } from "../domain/ids.ts";
import type { RoomSettingName } from "../domain/settings.ts";
import { isRoomSetting } from "../domain/settings.ts";
import type { AuditEntry } from "../store/registry.ts";
import type { Asked, Command } from "./asked.ts";
import { changerOf, commandSaid, everyoneFor, needRight, NotAllowed, plain, scopeName, shape } from "./asked.ts";
import { needCapRight } from "./caps.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { english } from "./words-en.ts";

// As many as fit into one answer.
const SHOWN_MAX = 15;
// Changes that cannot be taken back stand among those that can.
const LOOKED_AT_MAX = 50;
const VALUE_CHARS_MAX = 60;

// Between a setting and the persona that it was set for, in an entry's subject.
const OF = " of ";

// Written after a change was taken back, so that the next undo goes one further; `after` says how many entries taking back wrote.
const UNDONE = "settings undo";

async function history(asked: Asked): Promise<Answer> {
  const scopes = scopesOf(asked.invocation.place);
  const all = await asked.house.store.registry.audit(scopes, LOOKED_AT_MAX);
  const entries = all.filter((entry) => entry.what !== UNDONE).slice(0, SHOWN_MAX);
  if (entries.length === 0) return textAnswer("private", asked.words.say.nothingChanged);
  const lines = entries.map((entry) => `- ${timeOf(entry.at)} ${plain(entry.by.name)}: ${saidOf(asked, entry)}`);
  return textAnswer("private", [asked.words.say.changes, ...lines].join("\n"));
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

function saidOf(asked: Asked, { what, subject, before, after, scope }: AuditEntry): string {
  const deed = commandSaid(asked.words, what.split(" ")).slice(1);
  const isSetting = what.startsWith("settings");
  const [name = "", whose] = isSetting ? subject.split(OF) : [subject];
  const whom = whose === undefined ? "" : asked.words.say.forWhom(plain(whose));
  const change = isSetting ? ` ${shown(asked, before)} → ${shown(asked, after)}` : "";
  return `${[deed, plain(name)].join(" ").trim()}${whom}${change} (${scopeName(asked, scope)})`;
}

function shown({ words }: Asked, value: string | null): string {
  return value === null ? words.say.unset : `\`${value.replaceAll("`", "").slice(0, VALUE_CHARS_MAX)}\``;
}

async function undo(asked: Asked): Promise<Answer> {
  const { registry } = asked.house.store;
  const entries = await registry.audit(scopesToUndo(asked), LOOKED_AT_MAX);
  for (const entry of standing(entries)) {
    const takeBack = inverseOf(asked, entry);
    if (takeBack === null) continue;
    const written = await takeBack();
    const { scope, what, subject } = entry;
    const marker = { scope, what: UNDONE, subject: `${what} ${subject}`, before: null, after: String(written) };
    await registry.recordAudit({ ...marker, by: changerOf(asked), at: asked.house.clock.now() });
    const text = asked.words.say.takenBack(saidOf(asked, entry), plain(entry.by.name), timeOf(entry.at));
    return textAnswer("private", text);
  }
  return textAnswer("private", asked.words.say.nothingToUndo);
}

const UNDOABLE: ReadonlySet<string> = new Set(["settings set", "settings reset", "persona add", "persona remove"]);

/** The changes that nobody took back, without what taking back wrote itself; newest first. */
function standing(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  const written = new Map<ScopeId, number>();
  const undone = new Map<ScopeId, number>();
  return entries.filter(({ scope, what, after }) => {
    if (what === UNDONE) {
      written.set(scope, Number(after));
      undone.set(scope, (undone.get(scope) ?? 0) + 1);
      return false;
    }
    if (!UNDOABLE.has(what)) return false;
    for (const left of [written, undone]) {
      const count = left.get(scope) ?? 0;
      if (count === 0) continue;
      left.set(scope, count - 1);
      return false;
    }
    return true;
  });
}

/** Where the person may change something: the thread, its channel, and the workspace for those who manage it. */
function scopesToUndo(asked: Asked): readonly ScopeId[] {
  const { channel, parent, workspace } = asked.invocation.place;
  const near = [channelScope(channel), ...(parent === null ? [] : [channelScope(parent)])];
  if (workspace === null) return near;
  try {
    needRight(asked, "workspace");
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    return near;
  }
  return [...near, workspaceScope(workspace)];
}

/** Takes a change back and says how many entries of the audit list that made; null: it is not taken back this way. */
function inverseOf(asked: Asked, { what, subject, before, scope }: AuditEntry): (() => Promise<number>) | null {
  const { house } = asked;
  const { registry } = house.store;
  const by = changerOf(asked);
  const at = house.clock.now();
  if (what === "persona add") {
    return async () => {
      const bindings = await registry.bindings([scope]);
      let count = 0;
      for (const { persona } of bindings.filter((each) => handleOf(each.persona) === subject)) {
        if (await registry.unbind(persona, scope, by, at)) count += 1;
      }
      return count;
    };
  }
  if (what === "persona remove") {
    const persona = byHandle(asked, subject);
    return persona === null
      ? null
      : async () => ((await registry.bind({ persona, scope, by: by.name, at }, by)) ? 1 : 0);
  }
  const [name = "", handle] = subject.split(OF);
  if (!isRoomSetting(name)) return null;
  if (isCap(name)) needCapRight(asked);
  return () => putBack(asked, { scope, name, handle: handle ?? null, value: before });
}

interface Former {
  readonly scope: ScopeId;
  readonly name: RoomSettingName;
  readonly handle: string | null;
  readonly value: string | null;
}

async function putBack(asked: Asked, { scope, name, handle, value }: Former): Promise<number> {
  const { registry } = asked.house.store;
  const by = changerOf(asked);
  const at = asked.house.clock.now();
  const rows = await registry.settings([scope]);
  const row = rows.find(
    (each) => each.name === name && handle === (each.persona === null ? null : handleOf(each.persona)),
  );
  const persona = row?.persona ?? (handle === null ? null : byHandle(asked, handle));
  // Whose persona is gone needs nothing put back.
  if (handle !== null && persona === null) return 0;
  if (value === null) return (await registry.unset({ scope, persona, name }, by, at)) === null ? 0 : 1;
  await registry.set({ scope, persona, name, value, by: by.name, at }, by);
  return 1;
}

function byHandle(asked: Asked, handle: string): PersonaId | null {
  return everyoneFor(asked).find(({ persona }) => handleOf(persona.id) === handle)?.persona.id ?? null;
}

const byName = { offered: "by-name", answersWith: "text" } as const;

export const historyCommands: readonly Command[] = [
  {
    ...byName,
    shape: shape(["settings", "undo"], english.summaries["settings undo"], { right: "channel" }),
    run: undo,
  },
  { ...byName, shape: shape(["settings", "history"], english.summaries["settings history"]), run: history },
];
