// Queries that drizzle builds and better-sqlite3 runs: values go in by name and as drizzle would encode them, rows come out in order.
import { expect, test } from "vitest";
import type { Connection } from "../../src/store/drizzle.ts";
import { drizzle, eq, integer, SqliteDatabase, sqliteTable, text } from "../../src/store/drizzle.ts";
import { given, value } from "../../src/store/parameters.ts";
import { prepareRead, prepareWrite } from "../../src/store/prepared.ts";

const pets = sqliteTable("pets", {
  n: integer().primaryKey(),
  name: text(),
  likes: text({ mode: "json" }).$type<readonly string[]>().notNull(),
  tame: integer({ mode: "boolean" }).notNull(),
});

function open() {
  const connection: Connection = new SqliteDatabase(":memory:");
  connection.exec("CREATE TABLE pets (n INTEGER PRIMARY KEY, name TEXT, likes TEXT NOT NULL, tame INTEGER NOT NULL)");
  const tables = drizzle(connection);
  return {
    add: prepareWrite(
      tables,
      tables.insert(pets).values({ name: value("name"), likes: value("likes"), tame: value("tame") }),
    ),
    rename: prepareWrite(
      tables,
      tables
        .update(pets)
        .set({ name: "nobody" })
        .where(eq(pets.name, given("name"))),
    ),
    tame: prepareRead(
      tables,
      tables
        .select({ likes: pets.likes, name: pets.name })
        .from(pets)
        .where(eq(pets.tame, given("tame")))
        .orderBy(pets.n),
      ([likes, name]: readonly [string, string | null]) => ({ name, likes }),
    ),
  };
}

test("values are stored as drizzle would store them, and rows come as SQLite has them", () => {
  const { add, rename, tame } = open();
  expect(add.insert({ tame: true, likes: ["milk"], name: "Mog", more: "than it takes" })).toBe(1);
  expect(add.insert({ tame: false, likes: [], name: null })).toBe(2);
  expect(add.insert({ tame: true, likes: [], name: null })).toBe(3);
  const mog = { name: "Mog", likes: '["milk"]' };
  expect(tame.all({ tame: 1 })).toEqual([mog, { name: null, likes: "[]" }]);
  expect(tame.get({ tame: 1 })).toEqual(mog);
  expect([rename.run({ name: "Mog" }), rename.run({ name: "Mog" })]).toEqual([1, 0]);
  expect(tame.get({ tame: 7 })).toBeNull();
});

test("a value that is missing is refused: SQLite would take it for null", () => {
  const { add, tame } = open();
  expect(() => add.run({ tame: true, likes: [] })).toThrow("no value was given for name");
  expect(() => tame.get({})).toThrow("no value was given for tame");
});
