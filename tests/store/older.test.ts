// A database of an earlier version: what it holds is there after the tables were made anew.
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postId, sceneId, tickId, turnId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { ada, here, main, message, NOW, trace } from "./samples.ts";

const Database = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

const MIGRATIONS = new URL("../../migrations/", import.meta.url);
const TROUPE = 0x54_52_50_45;

test("what an earlier version stored is there after the tables were made anew", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "troupe-older-")), "troupe.db");
  const turn = turnId(message("hello"), ada);
  const old = new Database(path);
  for (const name of ["0000_house", "0001_discord", "0002_asking"]) {
    old.exec(readFileSync(new URL(`${name}.sql`, MIGRATIONS), "utf8"));
  }
  old.pragma(`application_id = ${TROUPE}`);
  old.pragma("user_version = 3");
  old.exec(
    "INSERT INTO channels (id, platform, unnamed, last_seq, directed_seq, due_at) VALUES ('feed:main', 'feed', 'answered', 2, 2, 1)",
  );
  const say = old.prepare(
    "INSERT INTO messages (n, id, channel, seq, author_id, author_kind, author_name, text, conversation, depth, tokens, created_at) VALUES (?, ?, 'feed:main', ?, 'feed:bob', 'person', 'Bob', ?, ?, 0, 1, ?)",
  );
  say.run(7, message("hello"), 1, "hello", message("hello"), NOW);
  say.run(9, message("more"), 2, "more", message("hello"), NOW + 1);
  old
    .prepare(
      'INSERT INTO turns (n, id, trigger, channel, asked, persona, reason, depth, unasked, state, outcome, created_at) VALUES (5, ?, ?, \'feed:main\', 1, \'ada\', \'{"kind":"chosen","among":1,"share":1}\', 1, 0, \'saying\', \'{"kind":"replied"}\', ?)',
    )
    .run(turn, message("hello"), NOW);
  old
    .prepare(
      "INSERT INTO posts (n, id, turn, part, channel, persona, text, depth, unasked, solver, ready_at, due_at) VALUES (3, ?, ?, 1, 'feed:main', 'ada', 'Hello, Bob', 1, 0, 'openai', ?, ?)",
    )
    .run(postId(turn, 1), turn, NOW, NOW);
  old.prepare("INSERT INTO traces (n, turn, at, trace) VALUES (1, ?, ?, ?)").run(turn, NOW, JSON.stringify(trace));
  const decide = old.prepare("INSERT INTO decisions (trigger, channel, at, decision) VALUES (?, 'feed:main', ?, ?)");
  old
    .prepare(
      "INSERT INTO scenes (id, channel, plan, state, started_at) VALUES ('shared', 'feed:main', '{}', '{\"kind\":\"running\"}', 0)",
    )
    .run();
  const triggers = [message("hello"), tickId(sceneId("shared"), 3)];
  for (const trigger of triggers) decide.run(trigger, NOW, JSON.stringify({ trigger, turns: [], silences: [] }));
  old.close();

  const store = await openSqliteStore(path, { log: silentLog, secret: null });
  expect((await store.recentMessages(main, null, 10)).map(({ seq, text }) => [seq, text])).toEqual([
    [1, "hello"],
    [2, "more"],
  ]);
  expect((await store.conversation(message("hello"), 10)).length).toBe(2);
  expect(await store.turn(turn)).toMatchObject({ turn: { state: "saying" }, trace });
  const opened = await store.openChannel(main, here, NOW);
  expect(opened?.work.posts).toMatchObject([{ id: postId(turn, 1), text: "Hello, Bob", state: "ready" }]);
  for (const trigger of triggers) expect((await store.decision(trigger))?.decision.trigger).toBe(trigger);
  await store.close();
});
