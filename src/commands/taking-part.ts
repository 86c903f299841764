// How a persona takes part in a place, in the words that people choose from.
import { scopesOf } from "../domain/binding.ts";
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import { channelScope } from "../domain/ids.ts";
import type { RoomSettingName, RoomSettings, SettingRow } from "../domain/settings.ts";
import { roomSettings } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked } from "./asked.ts";
import { button, changerOf, wrong } from "./asked.ts";
import type { Button, Choice, Option } from "./command.ts";
import type { Words } from "./words-en.ts";
import { english } from "./words-en.ts";

interface Part {
  readonly label: "lively" | "named" | "sometimes";
  /** What such a persona does, after its name. */
  readonly said: "partLively" | "partNamed" | "partSometimes";
  readonly settings: readonly (readonly [RoomSettingName, string])[];
}

const PARTS: readonly Part[] = [
  { label: "named", said: "partNamed", settings: [["strategy", "named"]] },
  {
    label: "sometimes",
    said: "partSometimes",
    settings: [
      ["strategy", "natural"],
      ["talkativeness", "0.1"],
    ],
  },
  {
    label: "lively",
    said: "partLively",
    settings: [
      ["strategy", "natural"],
      ["talkativeness", "0.5"],
    ],
  },
];

/** The option that says how a persona takes part. */
export function partOption(need: "optional" | "required"): Option {
  const choices = partChoices(english);
  return { name: "how", summary: english.options.how, kind: "choice", isRequired: need === "required", choices };
}

export function partChoices({ choices }: Words): readonly Choice[] {
  return PARTS.map(({ label }) => ({ name: choices[label], value: label }));
}

/** Makes the persona take part as one of the choices says, and returns what it does, after its name. Throws `BadInput`. */
export async function takePartAs(asked: Asked, persona: PersonaId, scope: ScopeId, how: string): Promise<string> {
  const part = PARTS.find(({ label }) => label === how);
  if (part === undefined) throw wrong(asked, "how", asked.words.say.aButton, how);
  const by = changerOf(asked);
  for (const [name, value] of part.settings) {
    const row = { scope, persona, name, value, by: by.name, at: asked.house.clock.now() };
    await asked.house.store.registry.set(row, by);
  }
  return asked.words.say[part.said];
}

/** A button for each part. */
export function partButtons({ words }: Asked, persona: PersonaId, where: string): readonly Button[] {
  return partChoices(words).map(({ name, value }) => {
    return button(name, ["persona", "part"], { persona, how: value, where });
  });
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
export function partSaid(
  { say }: Words,
  settings: Pick<RoomSettings, "strategy" | "talkativeness">,
  own: number,
): string {
  const byStrategy = {
    named: say.partNamed,
    list: say.partList,
    pooled: say.partPooled,
    manual: say.partManual,
    natural: null,
  }[settings.strategy];
  if (byStrategy !== null) return byStrategy;
  const talkativeness = settings.talkativeness ?? own;
  const known = PARTS.find((part) =>
    part.settings.some(([name, value]) => name === "talkativeness" && Number(value) === talkativeness),
  );
  return known === undefined ? say.partOther(talkativeness) : say[known.said];
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
