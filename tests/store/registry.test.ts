// What people set up and want forgotten, as it lies in the file: together or not at all, and gone for good.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { authorId, feedPlatform, houseScope } from "../../src/domain/ids.ts";
import { HouseFault } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { arrival, asked, bob, bruno, decide, finish, main, message, NOW, postOf, take, trace } from "./samples.ts";

const Database = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

const file = () => join(mkdtempSync(join(tmpdir(), "troupe-registry-")), "troupe.db");
const open = (path: string) => openSqliteStore(path, { log: silentLog, secret: null });

/** Whether a text is anywhere in the database or its log. */
function holds(path: string, text: string): boolean {
  return [path, `${path}-wal`].some((each) => existsSync(each) && readFileSync(each).includes(text));
}

test("a message and its checkpoint are stored together or not at all", async () => {
  const path = file();
  const store = await open(path);
  await store.recordMessage(arrival("a"), 1, { key: "shard", value: "1" }, NOW);
  const other = new Database(path);
  other.exec("CREATE TRIGGER broken BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await expect(store.recordMessage(arrival("b"), 1, { key: "shard", value: "2" }, NOW)).rejects.toThrow("no room");
  expect(await store.registry.checkpoint("shard")).toBe("1");
  other.exec("DROP TRIGGER broken");
  other.exec("CREATE TRIGGER broken BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await expect(store.recordMessage(arrival("b"), 1, { key: "shard", value: "2" }, NOW)).rejects.toThrow("no room");
  expect(await store.message(message("b"))).toBeNull();
  await expect(store.registry.deleteMessages([message("a")], NOW, { key: "shard", value: "2" })).rejects.toThrow(
    "no room",
  );
  expect(await store.message(message("a"))).not.toBeNull();
  other.close();
  await store.close();
});

test("a change and its entry in the audit list are stored together or not at all", async () => {
  const path = file();
  const store = await open(path);
  const other = new Database(path);
  other.exec("CREATE TRIGGER broken BEFORE INSERT ON audits BEGIN SELECT RAISE(ABORT, 'no room'); END");
  other.close();
  const carol = { id: bob.id, name: "Carol" };
  const scope = houseScope;
  await expect(store.registry.bind({ persona: bruno, scope, by: "Carol", at: NOW }, carol)).rejects.toThrow("no room");
  expect(await store.registry.bindings([scope])).toEqual([]);
  await expect(store.registry.stop(main, carol, NOW)).rejects.toThrow("no room");
  expect((await store.registry.place(main))?.stoppedAt ?? null).toBeNull();
  await store.close();
});

test("whatever is made of a message goes with it, thoughts under way and earlier texts included", async () => {
  const path = file();
  const store = await open(path);
  const secret = "Zanzibarzipfel";
  await store.recordMessage(arrival("a", { text: secret }), 1, null, NOW);
  const dan = { ...bob, id: authorId(feedPlatform, "dan") };
  await store.recordMessage(arrival("b", { author: dan }), 1, null, NOW);
  await store.registry.addVersion(
    message("a"),
    { text: `${secret}, made anew`, tokens: 1, by: { solver: null, model: null } },
    NOW,
  );
  const { lease } = await take(store);
  const named = asked("a", { reason: { kind: "named", said: secret } });
  const thinking = asked("b", { persona: bruno });
  await decide(store, lease, [named]);
  await decide(store, lease, [thinking]);
  const quoted = { trace: { ...trace, messages: [{ role: "user" as const, content: secret }] } };
  await store.finishTurn(lease, finish(named, [postOf(named, 1, { text: secret })], quoted), NOW);
  await store.beginTurn(lease, thinking.id, usualBrakes, NOW);
  expect(holds(path, secret)).toBe(true);
  await store.registry.forget(bob.id, NOW);
  expect(holds(path, secret)).toBe(false);
  await store.finishTurn(lease, finish(thinking, [], quoted), NOW);
  expect(holds(path, secret)).toBe(false);
  await store.close();
});

test("who opted out leaves nothing in the file", async () => {
  const path = file();
  const store = await open(path);
  await store.registry.optOut(bob.id, NOW);
  await store.recordMessage(arrival("a", { text: "Quittenquark" }), 1, { key: "shard", value: "1" }, NOW);
  expect(holds(path, "Quittenquark")).toBe(false);
  expect(await store.registry.checkpoint("shard")).toBe("1");
  await store.close();
});

test("without a secret nothing is kept, and one sentence says so", async () => {
  const store = await open(":memory:");
  await expect(store.registry.keep("token", "x")).rejects.toThrow(HouseFault);
  await expect(store.registry.keep("token", "x")).rejects.toThrow(/without the house's secret/u);
  expect(await store.registry.kept("token")).toBeNull();
  await store.close();
});
