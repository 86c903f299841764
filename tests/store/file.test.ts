// The database file: what goes to the disk together, what is gone from it, and what is said when it cannot be used.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { authorId, feedPlatform } from "../../src/domain/ids.ts";
import { HouseFault } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { arrival, asked, decide, finish, main, message, NOW, postOf, take, trace } from "./samples.ts";

const Database = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

const folder = () => mkdtempSync(join(tmpdir(), "troupe-file-"));
const open = (path: string) => openSqliteStore(path, { log: silentLog, secret: null });

/** Commits in the write-ahead log: frames that give the size of the database (SQLite, "WAL File Format"). */
function commitsIn(path: string): number {
  const log = readFileSync(`${path}-wal`);
  const frameBytes = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) if (log.readUInt32BE(at + 4) !== 0) commits += 1;
  return commits;
}

test("operations that wait together share one commit, those that come after another", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const record = (native: string) => store.recordMessage(arrival(native), 1, null, NOW);
  const before = commitsIn(path);
  await Promise.all(Array.from({ length: 50 }, (_, index) => record(`together${index}`)));
  expect(commitsIn(path)).toBe(before + 1);
  for (const native of ["a", "b", "c"]) await record(native);
  expect(commitsIn(path)).toBe(before + 4);
  expect(await store.lastSeq(main)).toBe(53);
  await store.close();
});

test("operations that different callbacks of one turn of the event loop ask for share one commit", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const record = (native: string) => store.recordMessage(arrival(native), 1, null, NOW);
  const before = commitsIn(path);
  const later = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) await Promise.resolve();
    return record(`after${rounds}`);
  };
  await Promise.all([record("a"), later(3), later(20)]);
  expect(commitsIn(path)).toBe(before + 1);
  await store.close();
});

test("a burst larger than a transaction may be is stored all the same", async () => {
  const store = await open(":memory:");
  const burst = Array.from({ length: 1_234 }, (_, index) => store.recordMessage(arrival(`m${index}`), 1, null, NOW));
  expect((await Promise.all(burst)).every((each) => each.fresh)).toBe(true);
  expect(await store.lastSeq(main)).toBe(1_234);
  await store.close();
});

test("what was cleared is gone from the file and its log", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const secret = "Zanzibarzipfel";
  const isThere = () => [path, `${path}-wal`].some((each) => existsSync(each) && readFileSync(each).includes(secret));
  await store.recordMessage(arrival("a", { text: `${secret} ${"x".repeat(9_000)}` }), 1, null, NOW);
  const { lease } = await take(store);
  const turn = asked("a", { reason: { kind: "named", said: secret } });
  await decide(store, lease, [turn]);
  const state = { solver: "rivescript", author: turn.askedBy ?? ("" as never), value: secret };
  await store.finishTurn(lease, finish(turn, [postOf(turn, 1, { text: secret })], { state }), NOW);
  expect(isThere()).toBe(true);
  await store.clearChannel(main, NOW);
  expect(isThere()).toBe(false);
  await store.close();
  expect(isThere()).toBe(false);
});

test("what a person deleted, edited or asked to forget is gone from the file and its log", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const isThere = (secret: string) =>
    [path, `${path}-wal`].some((each) => existsSync(each) && readFileSync(each).includes(secret));
  const secrets = ["Quittenquark", "Zwiebelzwist", "Muschelmut", "Kapernkunst"];
  const [deleted = "", edited = "", forgotten = "", named = ""] = secrets;
  const dan = authorId(feedPlatform, "dan");
  await store.recordMessage(arrival("a", { text: `${deleted} ${"x".repeat(9_000)}` }), 1, null, NOW);
  await store.recordMessage(arrival("b", { text: edited }), 1, null, NOW);
  const hers = arrival("c", { text: forgotten });
  await store.recordMessage({ ...hers, author: { ...hers.author, id: dan } }, 1, null, NOW);
  const { lease } = await take(store);
  const turn = asked("b");
  await decide(store, lease, [turn]);
  // What was decided about a message may hold a word of it.
  const decisions = [
    { trigger: arrival("a").id, turns: [asked("a", { reason: { kind: "named", said: named } })], silences: [] },
  ];
  await store.recordDecisions(lease, { throughSeq: 3, decisions, folds: [], tick: null }, NOW);
  const said = { ...trace, messages: secrets.map((content) => ({ role: "user" as const, content })) };
  await store.finishTurn(lease, finish(turn, [], { trace: said }), NOW);
  expect(secrets.map(isThere)).toEqual([true, true, true, true]);
  await store.registry.deleteMessages([arrival("a").id], NOW, null);
  await store.registry.editMessage(arrival("b").id, "never mind", 2, null);
  await store.registry.forget(dan, NOW);
  expect(secrets.map(isThere)).toEqual([false, false, false, false]);
  await store.close();
});

test("what is kept sealed cannot be read in the file, nor opened with another secret", async () => {
  const path = join(folder(), "troupe.db");
  const sealed = (secret: string) => openSqliteStore(path, { log: silentLog, secret });
  const store = await sealed("one secret");
  await store.registry.keep("token", "Quittenquark");
  await store.close();
  expect(readFileSync(path).includes("Quittenquark")).toBe(false);
  const again = await sealed("one secret");
  expect(await again.registry.kept("token")).toBe("Quittenquark");
  await again.close();
  const other = await sealed("another secret");
  await expect(other.registry.kept("token")).rejects.toThrow(/sealed under another TROUPE_SECRET/);
  await other.close();
});

test("what another process is reading is gone once it has read", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  await store.recordMessage(arrival("a", { text: "Zanzibarzipfel" }), 1, null, NOW);
  const reader = new Database(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM messages").get();
  await store.clearChannel(main, NOW);
  expect(await store.message(message("a"))).toBeNull();
  expect(readFileSync(`${path}-wal`).includes("Zanzibarzipfel")).toBe(true);
  reader.exec("COMMIT");
  reader.close();
  await expect.poll(() => readFileSync(`${path}-wal`).includes("Zanzibarzipfel"), { timeout: 5_000 }).toBe(false);
  await store.close();
});

test("a post whose trigger was deleted is not said", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  await store.recordMessage(arrival("a"), 1, null, NOW);
  const { lease } = await take(store);
  await decide(store, lease, [asked("a")]);
  await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))]), NOW);
  const other = new Database(path);
  other.exec("DELETE FROM messages");
  other.close();
  expect(await store.recordSending(lease, postOf(asked("a")).id, NOW)).toBe(false);
  await store.close();
});

test("an operation waits while another program holds the file, and goes on when that lets go", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const other = new Database(path);
  other.exec("BEGIN IMMEDIATE");
  let isDone = false;
  const recorded = store.recordMessage(arrival("a"), 1, null, NOW).then((result) => {
    isDone = true;
    return result;
  });
  // The next operation is refused the lock as well; reading goes on meanwhile.
  expect(await store.lastSeq(main)).toBe(0);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(isDone).toBe(false);
  other.exec("COMMIT");
  other.close();
  expect(await recorded).toEqual({ fresh: true });
  await store.close();
});

test("a file that stays locked is named in one sentence, at start and at work", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  const locker = new Database(path);
  const fresh = join(folder(), "fresh.db");
  const lockerOfFresh = new Database(fresh);
  locker.exec("BEGIN IMMEDIATE");
  lockerOfFresh.exec("BEGIN EXCLUSIVE");
  const says = (each: string) =>
    `the database ${each} is locked by another program: close that program, then start again`;
  await Promise.all([
    expect(store.recordMessage(arrival("a"), 1, null, NOW)).rejects.toThrow(new HouseFault(says(path))),
    expect(open(fresh)).rejects.toThrow(new HouseFault(says(fresh))),
  ]);
  locker.exec("COMMIT");
  lockerOfFresh.exec("COMMIT");
  locker.close();
  lockerOfFresh.close();
  expect(await store.recordMessage(arrival("b"), 1, null, NOW)).toEqual({ fresh: true });
  await store.close();
});

async function faultAt(path: string): Promise<string> {
  const fault: unknown = await open(path).then(
    () => "it opened",
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(HouseFault);
  const { message: sentence } = fault as HouseFault;
  expect(sentence).not.toContain("\n");
  return sentence;
}

test("a folder that cannot be written is named, with what to do", async () => {
  const blocked = join(folder(), "a-file");
  writeFileSync(blocked, "");
  expect(await faultAt(join(blocked, "data", "troupe.db"))).toMatch(/cannot be written: let this user write/u);
  const aFolder = join(folder(), "troupe.db");
  mkdirSync(aFolder);
  expect(await faultAt(aFolder)).toMatch(/cannot be written: let this user write/u);
});

test("a file that is no database is left as it is and named", async () => {
  const path = join(folder(), "troupe.db");
  const text = "Dear diary, ".repeat(500);
  writeFileSync(path, text);
  expect(await faultAt(path)).toBe(
    `the database ${path} is not a database: move that file away, or name another one in DATABASE_URL`,
  );
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("another program's database is left as it is and named", async () => {
  const path = join(folder(), "contacts.db");
  const theirs = new Database(path);
  theirs.exec("CREATE TABLE contacts (name TEXT); INSERT INTO contacts VALUES ('Bob')");
  theirs.close();
  expect(await faultAt(path)).toMatch(/belongs to another program: name another file in DATABASE_URL/u);
  const again = new Database(path);
  expect(again.prepare("SELECT count(*) FROM sqlite_master").pluck().get()).toBe(1);
  again.close();
});

test("a database that a newer Troupe wrote is refused and left as it is", async () => {
  const path = join(folder(), "troupe.db");
  await (await open(path)).close();
  const newer = new Database(path);
  const known = newer.pragma("user_version", { simple: true }) as number;
  newer.pragma(`user_version = ${known + 1}`);
  newer.close();
  expect(await faultAt(path)).toMatch(/was written by a newer Troupe .*: update Troupe, or name another file/u);
});

test("a database that is damaged is named, at start and at work", async () => {
  const path = join(folder(), "troupe.db");
  const store = await open(path);
  await store.recordMessage(arrival("a", { text: "x".repeat(40_000) }), 1, null, NOW);
  await store.close();
  const damaged = await open(path);
  truncateSync(path, 8_192);
  const sentence = /is damaged: put a copy of it back, or move it away/u;
  await expect(damaged.message(message("a"))).rejects.toThrow(HouseFault);
  await expect(damaged.message(message("a"))).rejects.toThrow(sentence);
  await expect(damaged.recordMessage(arrival("b"), 1, null, NOW)).rejects.toThrow(sentence);
  await damaged.close();
  expect(await faultAt(path)).toMatch(sentence);
});

test("a second start finds everything as it was", async () => {
  const path = join(folder(), "deep", "down", "troupe.db");
  const first = await open(path);
  await first.recordMessage(arrival("a"), 1, null, NOW);
  await first.close();
  const second = await open(path);
  expect((await second.message(message("a")))?.text).toBe("hello from a");
  expect((await second.recordMessage(arrival("b"), 1, null, NOW)).fresh).toBe(true);
  await second.close();
});

test("many that open a new file at once all find its tables", async () => {
  const path = join(folder(), "troupe.db");
  const stores = await Promise.all(Array.from({ length: 5 }, () => open(path)));
  const recorded = await Promise.all(stores.map((store) => store.recordMessage(arrival("a"), 1, null, NOW)));
  expect(recorded.filter((each) => each.fresh)).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});
