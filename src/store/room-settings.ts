// Settings of rooms: what people set, for whom and where.
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import type { RoomSettingName, SettingRow } from "../domain/settings.ts";
import { isRoomSetting } from "../domain/settings.ts";
import type { Tables } from "./drizzle.ts";
import { and, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { settings } from "./registry-tables.ts";

/** Where one setting stands. */
export interface SettingPlace {
  readonly scope: ScopeId;
  readonly persona: PersonaId | null;
  readonly name: RoomSettingName;
}

export class RoomSettingRows {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  get(place: SettingPlace): string | null {
    return this.#queries.one.get(keyOf(place))?.value ?? null;
  }

  set(row: SettingRow): void {
    const { by, at } = row;
    this.#queries.set.run({ ...keyOf(row), value: row.value, by, at });
  }

  unset(place: SettingPlace): void {
    this.#queries.unset.run(keyOf(place));
  }

  of(scopes: readonly ScopeId[]): readonly SettingRow[] {
    return this.#queries.ofScopes.all({ scopes: JSON.stringify(scopes) }).flatMap((row) => toRow(row));
  }

  /** Every row of one setting. */
  named(name: RoomSettingName): readonly SettingRow[] {
    return this.#queries.named.all({ name }).flatMap((row) => toRow(row));
  }
}

function keyOf({ scope, persona, name }: SettingPlace) {
  return { scope, persona: persona ?? "", name } as const;
}

/** None for a setting that an older version knew. */
function toRow({ persona, name, ...row }: typeof settings.$inferSelect): readonly SettingRow[] {
  return isRoomSetting(name) ? [{ ...row, name, persona: persona === "" ? null : persona }] : [];
}

function prepare(tables: Tables) {
  const here = and(
    eq(settings.scope, given("scope")),
    eq(settings.persona, given("persona")),
    eq(settings.name, given("name")),
  );
  return {
    one: tables.select({ value: settings.value }).from(settings).where(here).prepare(),
    set: tables
      .insert(settings)
      .values({
        scope: value("scope"),
        persona: value("persona"),
        name: value("name"),
        value: value("value"),
        by: value("by"),
        at: value("at"),
      })
      .onConflictDoUpdate({
        target: [settings.scope, settings.persona, settings.name],
        set: { value: sql`excluded.value`, by: sql`excluded.by`, at: sql`excluded.at` },
      })
      .prepare(),
    unset: tables.delete(settings).where(here).prepare(),
    ofScopes: tables
      .select()
      .from(settings)
      .where(sql`${settings.scope} IN (SELECT value FROM json_each(${given("scopes")}))`)
      .prepare(),
    named: tables
      .select()
      .from(settings)
      .where(eq(settings.name, given("name")))
      .prepare(),
  };
}
