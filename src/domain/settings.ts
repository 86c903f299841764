// Settings that people change from the chat itself: each with its values, its default and whom it may be set for.
import { CAP_SETTINGS } from "./cap-settings.ts";
import type { PersonaId, ScopeId } from "./ids.ts";
import { readQuietHours } from "./quiet-hours.ts";
import { ROOM_STRATEGIES } from "./strategy.ts";

/** A setting as somebody set it. */
export interface SettingRow {
  readonly scope: ScopeId;
  /** Null: everyone in the scope. */
  readonly persona: PersonaId | null;
  readonly name: RoomSettingName;
  /** As its `read` takes it. */
  readonly value: string;
  /** Who set it, as shown to people. */
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

interface RoomSetting<Value> {
  /** What holds where nobody set it. */
  readonly usual: Value;
  readonly meaning: string;
  /** What a right value looks like, for people and complaints. */
  readonly expected: string;
  /** All values there are; null: too many to list. */
  readonly values: readonly string[] | null;
  /** Whether it may differ from persona to persona in one place. */
  readonly by: "place" | "persona";
  /** Null: wrong. */
  readonly read: (text: string) => Value | null;
}

function oneOf<const Value extends string>(
  values: readonly Value[],
  rest: { readonly usual: Value; readonly meaning: string; readonly by: RoomSetting<Value>["by"] },
): RoomSetting<Value> {
  const read = (text: string): Value | null => values.find((value) => value === text.trim().toLowerCase()) ?? null;
  return { ...rest, values, expected: `one of ${values.join(", ")}`, read };
}

function number<const Usual extends number | null>(
  from: number,
  to: number,
  rest: { readonly usual: Usual; readonly meaning: string; readonly by: "place" | "persona" },
): RoomSetting<number | Usual> {
  const read = (text: string): number | null => {
    const value = /^\d+(?:\.\d+)?$/u.test(text.trim()) ? Number(text) : Number.NaN;
    return value >= from && value <= to ? value : null;
  };
  return { ...rest, values: null, expected: `a number from ${from} to ${to}`, read };
}

// A Discord channel holds names of 100 characters at most; models' names are shorter.
const MODEL = /^[\w./:@+-]{1,100}$/u;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/u;

const matching =
  (pattern: RegExp) =>
  (text: string): string | null =>
    pattern.test(text.trim()) ? text.trim() : null;

/** Every setting of a room, in the order in which people see them. */
export const ROOM_SETTINGS = {
  strategy: oneOf(ROOM_STRATEGIES, {
    usual: "named",
    meaning:
      "who answers what names nobody: no one (named), whoever feels like it (natural), each in turn (list), one who has not just spoken (pooled); manual: only /ask is answered",
    by: "persona",
  }),
  talkativeness: number(0, 1, {
    usual: null,
    meaning: "how readily it joins in unasked under the strategy natural; unset: as its file says",
    by: "persona",
  }),
  "answer-in": oneOf(["channel", "thread"], {
    usual: "channel",
    meaning: "where people are answered: in the channel, or in a thread of their message",
    by: "place",
  }),
  window: number(1, 100, { usual: 20, meaning: "how many recent messages a persona has before it", by: "place" }),
  language: {
    usual: null,
    meaning: "the language in which personas answer; unset: the one they are addressed in",
    expected: "a language tag such as en, pt-BR or de",
    values: null,
    by: "persona",
    read: matching(LANGUAGE),
  } satisfies RoomSetting<string | null>,
  model: {
    usual: null,
    meaning: "the model that speaks; unset: the persona's own or the house's",
    expected: "a model's name such as gpt-4.1-mini",
    values: null,
    by: "persona",
    read: matching(MODEL),
  } satisfies RoomSetting<string | null>,
  streaming: oneOf(["off", "on"], { usual: "off", meaning: "show an answer while it is being written", by: "place" }),
  bots: oneOf(["off", "mention", "all"], {
    usual: "off",
    meaning: "whether other bots are answered: never, when they name a persona, or like people",
    by: "place",
  }),
  nsfw: oneOf(["off", "on"], { usual: "off", meaning: "whether personas speak in channels for adults", by: "place" }),
  ping: oneOf(["off", "on"], { usual: "off", meaning: "whether an answer pings the person answered", by: "place" }),
  previews: oneOf(["off", "on"], { usual: "off", meaning: "whether links in posts show a preview", by: "place" }),
  doubt: oneOf(["drop", "repeat"], {
    usual: "repeat",
    meaning: "a post that may not have arrived and cannot be found: say it again, or drop it",
    by: "place",
  }),
  retention: number(1, 3650, {
    usual: null,
    meaning: "days after which messages are forgotten; unset: never",
    by: "place",
  }),
  "quiet-hours": {
    usual: null,
    meaning: "hours in which personas talk only when asked, such as 22-7 Europe/Berlin; without a zone UTC",
    expected: "hours and a time zone such as 22-7 Europe/Berlin",
    values: null,
    by: "place",
    read: (text: string) => (readQuietHours(text) === null ? null : text.trim()),
  } satisfies RoomSetting<string | null>,
  mark: oneOf(["none", "name"], {
    usual: "none",
    meaning: "whether names say that this is an AI, as in Ada (AI)",
    by: "place",
  }),
  ...CAP_SETTINGS,
} as const;

export type RoomSettingName = keyof typeof ROOM_SETTINGS;

/** The value of each setting. */
export type RoomSettings = {
  readonly [Name in RoomSettingName]: (typeof ROOM_SETTINGS)[Name] extends RoomSetting<infer Value> ? Value : never;
};

/** Whether `name` is one of the settings. */
export function isRoomSetting(name: string): name is RoomSettingName {
  return Object.hasOwn(ROOM_SETTINGS, name);
}

/** The row that decides: the nearest scope wins, and in one scope what is set for the persona itself. `rows`: those of the scopes; `scopes`: nearest first. */
export function decidingRow(
  rows: readonly SettingRow[],
  scopes: readonly ScopeId[],
  name: RoomSettingName,
  persona: PersonaId | null,
): SettingRow | null {
  for (const scope of scopes) {
    const here = rows.filter((row) => row.scope === scope && row.name === name);
    const own = here.find((row) => row.persona !== null && row.persona === persona);
    const found = own ?? here.find((row) => row.persona === null);
    if (found !== undefined) return found;
  }
  return null;
}

/** All settings as they hold for `persona` (null: for the place itself) in a place. A stored value that cannot be read any more counts as not set. */
export function roomSettings(
  rows: readonly SettingRow[],
  scopes: readonly ScopeId[],
  persona: PersonaId | null,
): RoomSettings {
  const names = Object.keys(ROOM_SETTINGS).filter(isRoomSetting);
  const entries = names.map((name) => {
    const row = decidingRow(rows, scopes, name, persona);
    const setting: RoomSetting<unknown> = ROOM_SETTINGS[name];
    const value = row === null ? null : setting.read(row.value);
    return [name, value ?? setting.usual];
  });
  // Each value was read by the setting of its own name.
  return Object.fromEntries(entries) as RoomSettings;
}

/** What holds where nobody set anything. */
export const usualRoomSettings: RoomSettings = roomSettings([], [], null);
