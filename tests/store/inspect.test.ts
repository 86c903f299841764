// The doctor's look into the database: sound, missing, damaged, not a database.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openConnection } from "../../src/store/connection.ts";
import { inspectDatabase } from "../../src/store/inspect.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-inspect-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "troupe.db");
}

async function makeDatabase(): Promise<string> {
  const file = newFile();
  const store = await openSqliteStore(file, { log: silentLog, secret: null });
  await store.close();
  return file;
}

test("a sound database is told to be sound, also while a house has it open", async () => {
  const file = newFile();
  const store = await openSqliteStore(file, { log: silentLog, secret: null });
  onTestFinished(() => store.close());
  expect(await inspectDatabase(file)).toMatch(/is sound and up to date: 0 messages, \d+ KB$/u);
  await store.beat(processId("house-one"), Date.now());
  expect(await inspectDatabase(file)).toMatch(/ KB; 1 running Troupe works on it$/u);
});

test("a database that is not there yet is none to worry about, and is not made", async () => {
  const file = newFile();
  expect(await inspectDatabase(file)).toBe(`${file} is made at first start`);
  expect(existsSync(file)).toBe(false);
});

test.each(["messages", "turns"])("damage in the table %s is told with what to do", async (table) => {
  const file = await makeDatabase();
  const connection = await openConnection(file);
  const size = connection.pragma("page_size", { simple: true }) as number;
  const page = connection.prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").pluck().get(table) as number;
  connection.close();
  const bytes = readFileSync(file);
  bytes.fill(0x55, (page - 1) * size, page * size);
  writeFileSync(file, bytes);
  await expect(inspectDatabase(file)).rejects.toThrow(/is damaged.*put a/u);
});

test("a file that is no database is told", async () => {
  const file = newFile();
  writeFileSync(file, "hello ".repeat(1000));
  await expect(inspectDatabase(file)).rejects.toThrow(/is not a database/u);
});
