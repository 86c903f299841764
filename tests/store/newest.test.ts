// What is kept in memory of a channel's newest messages: never anything else than what stands in the file.
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { arrival, asked, decide, finish, main, message, NOW, postOf, say, take } from "./samples.ts";

const Database = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

const file = () => join(mkdtempSync(join(tmpdir(), "troupe-newest-")), "troupe.db");
const open = (path: string) => openSqliteStore(path, { log: silentLog, secret: null });

const WINDOWS = [1, 5, 20];

/** What a store that was open all along reads, beside what one reads that has just been opened. */
async function expectSame(path: string, stores: readonly Store[]): Promise<void> {
  const fresh = await open(path);
  for (const limit of WINDOWS) {
    const expected = await fresh.recentMessages(main, null, limit);
    for (const store of stores) expect(await store.recentMessages(main, null, limit)).toEqual(expected);
  }
  await fresh.close();
}

test("whatever two processes do to a channel in turns, each reads what stands in the file", async () => {
  const path = file();
  const stores = await Promise.all([open(path), open(path)]);
  const chance = seededChance("newest");
  for (let step = 0; step < 120; step += 1) {
    const store = stores[Math.floor(chance("who", String(step)) * 2)] ?? stores[0];
    const act = chance("what", String(step));
    const earlier = message(`m${Math.floor(chance("which", String(step)) * step)}`);
    if (act < 0.7) await store.recordMessage(arrival(`m${step}`, { replyTo: earlier }), 3, null, NOW + step);
    else if (act < 0.8) await store.registry.editMessage(earlier, `edited at ${step}`, 2, null);
    else if (act < 0.9) await store.registry.deleteMessages([earlier], NOW, null);
    else if (act < 0.97) await store.recordMessage(arrival(`m${step - 1}`), 3, null, NOW + step);
    else await store.clearChannel(main, NOW + step);
    await expectSame(path, stores);
  }
  await Promise.all(stores.map((store) => store.close()));
});

test("what a persona said is read back as it stands in the file, also where its echo came in first", async () => {
  const path = file();
  const store = await open(path);
  for (let number = 0; number < 30; number += 1) {
    await store.recordMessage(arrival(`m${number}`), 3, null, NOW);
    await expectSame(path, [store]);
    const { lease } = await take(store);
    const turn = asked(`m${number}`);
    await decide(store, lease, [turn]);
    await store.beginTurn(lease, turn.id, usualBrakes, NOW);
    const post = postOf(turn);
    await store.finishTurn(lease, finish(turn, [post]), NOW);
    await store.recordSending(lease, post.id, NOW);
    if (number % 3 === 0) await store.recordMessage(arrival(`said${number}`), 3, null, NOW);
    await say(store, lease, post.id, `said${number}`);
    await expectSame(path, [store]);
    await store.closeChannel(lease, null);
  }
  await store.close();
});

test("what could not be stored is not read either", async () => {
  const path = file();
  const store = await open(path);
  for (let number = 0; number < 25; number += 1) await store.recordMessage(arrival(`m${number}`), 3, null, NOW);
  await store.recentMessages(main, null, 20);
  const other = new Database(path);
  other.exec(
    "CREATE TRIGGER broken AFTER INSERT ON messages WHEN new.text = 'refused' BEGIN SELECT RAISE(ABORT, 'no room'); END",
  );
  // So that what this store keeps is from after the other's change.
  await store.recentMessages(main, null, 20);
  const recorded = await Promise.allSettled(
    ["kept", "refused", "kept too"].map((text, index) =>
      store.recordMessage(arrival(`n${index}`, { text }), 3, { key: "shard", value: text }, NOW),
    ),
  );
  expect(recorded.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  await expectSame(path, [store]);
  other.exec("DROP TRIGGER broken");
  other.exec("CREATE TRIGGER broken BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await store.recentMessages(main, null, 20);
  await expect(store.recordMessage(arrival("n9"), 3, { key: "shard", value: "2" }, NOW)).rejects.toThrow("no room");
  await expectSame(path, [store]);
  other.close();
  await store.close();
});

test("a channel with long messages, or with very many, is read as it stands in the file", async () => {
  const path = file();
  const store = await open(path);
  for (let number = 0; number < 260; number += 1) {
    const text = number % 50 === 49 ? "long ".repeat(8_000) : `short ${number}`;
    await store.recordMessage(arrival(`m${number}`, { text }), 3, null, NOW);
    if (number % 10 === 9) await expectSame(path, [store]);
    else await store.recentMessages(main, null, 20);
  }
  await expectSame(path, [store]);
  await store.close();
});
