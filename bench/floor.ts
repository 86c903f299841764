// The floor: the least program by hand that does what one message costs in the house. The same durable commits, as many and with the same facts in them, the 20 recent rows, the same call through the same client over a Pool; no personas, no director, no leases kept, no limits, no recovery.
import { createRequire } from "node:module";
import { join } from "node:path";
import { OpenAI } from "openai";
import { Pool, fetch as undiciFetch } from "undici";
import type { Contestant, Setting } from "./contestant.ts";

const SqliteDatabase = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

const RECENT_ROWS = 20;

// As `before` and `after` have them.
const COMMITS = 7;

const TABLES = `
  CREATE TABLE messages (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, name TEXT, text TEXT, reply_to TEXT, created_at INTEGER);
  CREATE TABLE turns (id TEXT PRIMARY KEY, message TEXT, state TEXT, trace TEXT);
  CREATE TABLE posts (id TEXT PRIMARY KEY, turn TEXT, text TEXT, state TEXT);
  CREATE TABLE decisions (message TEXT PRIMARY KEY, at INTEGER, decision TEXT);
  CREATE TABLE days (day INTEGER PRIMARY KEY, used INTEGER);
  CREATE TABLE budget (id INTEGER PRIMARY KEY, turn TEXT, reserved INTEGER, used INTEGER);
  CREATE TABLE channel (id INTEGER PRIMARY KEY, holder TEXT, fence INTEGER, due_at INTEGER, directed INTEGER);
  INSERT INTO channel VALUES (1, NULL, 0, NULL, 0);
`;

interface Row {
  readonly kind: "person" | "persona";
  readonly name: string;
  readonly text: string;
}

/** `documented`: the client is handed the Pool as its documentation says, by undici's own fetch. `lean`: by a fetch of a few lines over the Pool, as the house has one. */
export type Wire = "documented" | "lean";

export async function openFloor(setting: Setting, wire: Wire): Promise<Contestant> {
  const database = new SqliteDatabase(join(setting.folder, "floor.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(TABLES);
  const write = statements(database);
  const pool = new Pool(setting.llm, { connections: 8 });
  const client = new OpenAI({
    baseURL: `${setting.llm}/v1`,
    apiKey: "stub",
    maxRetries: 0,
    fetch: wire === "lean" ? fetchOver(pool) : documentedFetch(pool),
  });
  // With fewer in the house, the floor would do more than what it stands for.
  if (setting.commits < COMMITS) throw new Error(`the floor makes ${COMMITS} commits, the house ${setting.commits}`);
  let number = 0;
  let call = 0;

  /** What the house commits for one message, in its order. */
  const before = (id: string, turn: string, text: string): readonly (() => void)[] => [
    () => write.message.run(id, "person", "Mira", text, null, Date.now()),
    () => write.take.run("bench"),
    database.transaction(() => {
      write.decision.run(id, Date.now(), JSON.stringify({ turns: [turn], silences: [] }));
      write.turn.run(turn, id, "thinking", null);
    }),
    database.transaction(() => {
      call = Number(write.reserve.run(turn, 1_200).lastInsertRowid);
      write.day.run(today(), 1_200);
    }),
  ];
  const after = (turn: string, id: string, reply: Reply): readonly (() => void)[] => [
    database.transaction(() => {
      write.settle.run(reply.tokens, call);
      write.day.run(today(), reply.tokens - 1_200);
      write.post.run(`${turn}-1`, turn, reply.text, "sending");
      write.trace.run("saying", JSON.stringify({ messages: reply.messages, tokens: reply.tokens }), turn);
    }),
    database.transaction(() => {
      write.message.run(`${turn}-1`, "persona", "Ada", reply.text, id, Date.now());
      write.postState.run("said", `${turn}-1`);
      write.state.run("ended", turn);
    }),
    database.transaction(() => {
      write.decision.run(`${turn}-1`, Date.now(), JSON.stringify({ turns: [], silences: ["nobody named"] }));
      write.giveBack.run(number * 2);
    }),
  ];

  return {
    answer: async (text) => {
      number += 1;
      const id = `m${number}`;
      const turn = `t${number}`;
      const first = before(id, turn, text);
      for (const commit of first) commit();
      const rows = (write.recent.all(RECENT_ROWS) as Row[]).toReversed();
      const reply = await ask(client, setting.system, rows);
      const last = after(turn, id, reply);
      for (const commit of last) commit();
      for (let more = COMMITS; more < setting.commits; more += 1) write.take.run("bench");
    },
    close: async () => {
      await pool.close();
      database.close();
    },
  };
}

function statements(database: import("better-sqlite3").Database) {
  return {
    message: database.prepare(
      "INSERT INTO messages (id, kind, name, text, reply_to, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    recent: database.prepare("SELECT kind, name, text FROM messages ORDER BY seq DESC LIMIT ?"),
    turn: database.prepare("INSERT INTO turns VALUES (?, ?, ?, ?)"),
    state: database.prepare("UPDATE turns SET state = ? WHERE id = ?"),
    trace: database.prepare("UPDATE turns SET state = ?, trace = ? WHERE id = ?"),
    post: database.prepare("INSERT INTO posts VALUES (?, ?, ?, ?)"),
    postState: database.prepare("UPDATE posts SET state = ? WHERE id = ?"),
    decision: database.prepare("INSERT INTO decisions VALUES (?, ?, ?)"),
    day: database.prepare("INSERT INTO days VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET used = used + excluded.used"),
    reserve: database.prepare("INSERT INTO budget (turn, reserved, used) VALUES (?, ?, NULL)"),
    settle: database.prepare("UPDATE budget SET used = ? WHERE id = ?"),
    take: database.prepare("UPDATE channel SET holder = ?, fence = fence + 1 WHERE id = 1"),
    giveBack: database.prepare("UPDATE channel SET holder = NULL, due_at = NULL, directed = ? WHERE id = 1"),
  };
}

function today(): number {
  return Math.floor(Date.now() / 86_400_000);
}

interface Reply {
  readonly text: string;
  readonly tokens: number;
  readonly messages: readonly object[];
}

async function ask(client: OpenAI, system: string, rows: readonly Row[]): Promise<Reply> {
  const messages = [
    { role: "system" as const, content: system },
    ...rows.map((row) =>
      row.kind === "persona"
        ? { role: "assistant" as const, content: row.text }
        : { role: "user" as const, content: `${row.name}: ${row.text}` },
    ),
  ];
  const stream = await client.chat.completions.create({
    model: "stub-model",
    messages,
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: 400,
  });
  let text = "";
  let tokens = 0;
  for await (const event of stream) {
    text += event.choices[0]?.delta.content ?? "";
    tokens = event.usage?.total_tokens ?? tokens;
  }
  return { text, tokens, messages };
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** undici's own, told to use the Pool. */
function documentedFetch(pool: Pool): Fetch {
  // Node declares the same types once more under its own names.
  const fetchBy = undiciFetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  return (input, init) => fetchBy(input, { ...init, dispatcher: pool });
}

/** The shortest `fetch` that the client takes. */
function fetchOver(pool: Pool): Fetch {
  return async (input, init = {}) => {
    const { pathname } = new URL(String(input));
    const { statusCode, headers, body } = await pool.request({
      path: pathname,
      method: "POST",
      headers: Object.fromEntries(new Headers(init.headers)),
      body: String(init.body),
      signal: init.signal ?? null,
    });
    const shown = new Headers({ "content-type": String(headers["content-type"]) });
    const pieces = body.iterator({ destroyOnReturn: false });
    // The client stops at `[DONE]`; the end is read, so that the connection can be used again.
    const whole = { [Symbol.asyncIterator]: () => ({ next: () => pieces.next(), return: async () => drained(body) }) };
    return { ok: statusCode === 200, status: statusCode, headers: shown, body: whole } as unknown as Response;
  };
}

function drained(body: import("node:stream").Readable): { readonly done: true; readonly value: undefined } {
  body.resume();
  return { done: true, value: undefined };
}
