// How a persona takes part in a place, in the words that people choose from.
import { scopesOf } from "../domain/binding.ts";
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import { channelScope } from "../domain/ids.ts";
import type { RoomSettingName, RoomSettings, SettingRow } from "../domain/settings.ts";
import { roomSettings } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked } from "./asked.ts";
import { button } from "./asked.ts";
import type { Button, Choice } from "./command.ts";

interface Part {
  readonly label: string;
  /** What such a persona does, after its name. */
  readonly said: string;
  readonly settings: readonly (readonly [RoomSettingName, string])[];
}

const PARTS: Readonly<Record<string, Part>> = {
  named: { label: "Only when named", said: "answers only when named", settings: [["strategy", "named"]] },
  sometimes: {
    label: "Now and then",
    said: "joins in now and then",
    settings: [
      ["strategy", "natural"],
      ["talkativeness", "0.1"],
    ],
  },
  lively: {
    label: "Lively",
    said: "joins in readily",
    settings: [
      ["strategy", "natural"],
      ["talkativeness", "0.5"],
    ],
  },
};

export const PART_CHOICES: readonly Choice[] = Object.entries(PARTS).map(([value, { label }]) => ({
  name: label,
  value,
}));

/** Null: there is no such part. */
export function partOf(value: string): Part | null {
  return Object.hasOwn(PARTS, value) ? (PARTS[value] ?? null) : null;
}

/** A button for each part. */
export function partButtons(persona: PersonaId, where: string): readonly Button[] {
  return PART_CHOICES.map(({ name, value }) => button(name, ["persona", "part"], { persona, how: value, where }));
}

/** `rows` as they hold for the persona: what was set for the house's own holds for a workspace's copy of it too. */
export function rowsFor(rows: readonly SettingRow[], persona: PersonaId | null): readonly SettingRow[] {
  if (persona === null) return rows;
  return rows.map((row) => (row.persona !== null && isSame(row.persona, persona) ? { ...row, persona } : row));
}

/** The scopes that reach what `scope` is about, as seen from the place of the command, nearest first. */
export function scopesFrom({ invocation }: Asked, scope: ScopeId): readonly ScopeId[] {
  const all = scopesOf(invocation.place);
  return all.includes(scope) ? all.slice(all.indexOf(scope)) : all;
}

/** How `persona` takes part, after its name. */
export function partSaid(settings: Pick<RoomSettings, "strategy" | "talkativeness">, own: number): string {
  if (settings.strategy === "named") return "answers only when named";
  const talkativeness = settings.talkativeness ?? own;
  const known = Object.values(PARTS).find((part) =>
    part.settings.some(([name, value]) => name === "talkativeness" && Number(value) === talkativeness),
  );
  return known?.said ?? `joins in with a talkativeness of ${talkativeness}`;
}

/** The settings that hold for the persona in the scope. */
export async function settingsIn(asked: Asked, scope: ScopeId, persona: PersonaId): Promise<RoomSettings> {
  const scopes = scopesFrom(asked, scope);
  const rows = await asked.house.store.registry.settings(scopes);
  return roomSettings(rowsFor(rows, persona), scopes, persona);
}

/** The scope of the place itself. */
export function ownScope({ invocation }: Asked): ScopeId {
  return channelScope(invocation.place.channel);
}
