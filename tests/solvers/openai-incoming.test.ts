// What a server sends, by undici's real Pool: read as it comes, broken off, dropped, and held back where nobody reads.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { Incoming } from "../../src/solvers/openai/incoming.ts";

interface Served {
  readonly pool: Pool;
  /** How many connections were opened. */
  readonly connections: () => number;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Served> {
  let connections = 0;
  const server = createServer(answer);
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  onTestFinished(async () => {
    await pool.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { pool, connections: () => connections };
}

function ask(pool: Pool, signal: AbortSignal | null = null): Incoming {
  const incoming = new Incoming(signal);
  pool.dispatch({ path: "/", method: "GET" }, incoming);
  return incoming;
}

/** All that is read of it, and what ended the reading. */
async function read(incoming: Incoming): Promise<{ readonly text: string; readonly error: unknown }> {
  let text = "";
  try {
    for await (const piece of incoming) text += Buffer.from(piece).toString();
    return { text, error: null };
  } catch (error) {
    return { text, error };
  }
}

test("an answer is read piece by piece while it comes, with its status and headers", async () => {
  const { pool } = await serve((_request, response) => {
    response.writeHead(201, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
    response.write("one ");
    setTimeout(() => response.end("two"), 50);
  });
  const incoming = ask(pool);
  const { status, headers } = await incoming.head;
  expect([status, headers.get("content-type"), headers.getSetCookie()]).toEqual([201, "text/plain", ["a=1", "b=2"]]);
  const first = await incoming.next();
  expect(Buffer.from(first.value ?? "").toString()).toBe("one ");
  expect(await read(incoming)).toEqual({ text: "two", error: null });
  expect(await incoming.next()).toEqual({ done: true, value: undefined });
});

test("an announcement before the answer is not the answer", async () => {
  const { pool } = await serve((_request, response) => {
    response.writeEarlyHints({ link: "</x>; rel=preload" });
    response.end("here");
  });
  const incoming = ask(pool);
  expect((await incoming.head).status).toBe(200);
  expect((await read(incoming)).text).toBe("here");
});

test("what came before the connection broke is read, then the reader is told", async () => {
  const { pool } = await serve((_request, response) => {
    response.write("half");
    setTimeout(() => response.destroy(), 50);
  });
  const incoming = ask(pool);
  await incoming.head;
  const { text, error } = await read(incoming);
  expect(text).toBe("half");
  expect(error).toMatchObject({ code: "UND_ERR_SOCKET" });
});

test("where nobody listens, the answer is an error", async () => {
  const { pool } = await serve(() => {});
  await pool.destroy();
  await expect(ask(pool).head).rejects.toMatchObject({ code: "UND_ERR_DESTROYED" });
});

test.each(["before", "after"] as const)("an abort %s the first word ends it with its reason", async (when) => {
  const { pool } = await serve((_request, response) => {
    if (when === "after") response.write("half");
  });
  const stop = new AbortController();
  const why = new Error("enough");
  const incoming = ask(pool, stop.signal);
  if (when === "after") await incoming.head;
  setTimeout(() => stop.abort(why), 50);
  if (when === "before") await expect(incoming.head).rejects.toBe(why);
  else expect(await read(incoming)).toEqual({ text: "half", error: why });
});

test("an abort while it waits for a connection ends it at once, and it is never asked", async () => {
  const asked: (string | undefined)[] = [];
  const { pool } = await serve((request, response) => {
    asked.push(request.url);
    setTimeout(() => response.end("first"), 100);
  });
  const first = ask(pool);
  const stop = new AbortController();
  const second = ask(pool, stop.signal);
  stop.abort("enough");
  await expect(second.head).rejects.toBe("enough");
  await expect(ask(pool, stop.signal).head).rejects.toBe("enough");
  await first.head;
  expect((await read(first)).text).toBe("first");
  await read(ask(pool));
  expect(asked).toHaveLength(2);
});

test("what is dropped costs no connection", async () => {
  const { pool, connections } = await serve((_request, response) => {
    response.write("one");
    setTimeout(() => response.end("two"), 20);
  });
  for (let round = 0; round < 5; round += 1) {
    const incoming = ask(pool);
    await incoming.head;
    for await (const _ of incoming) break;
  }
  expect(connections()).toBe(1);
});

test("a server that sends faster than it is read has to wait", async () => {
  const megabyte = "x".repeat(1_000_000);
  let written = 0;
  const { pool } = await serve((_request, response) => {
    const write = (): void => {
      while (written < 50) {
        written += 1;
        if (!response.write(megabyte)) return;
      }
      response.end();
    };
    response.on("drain", write);
    write();
  });
  const incoming = ask(pool);
  await incoming.head;
  await pause(300);
  // What the sockets of both sides hold is some megabytes.
  expect(written).toBeLessThan(40);
  expect((await read(incoming)).text).toHaveLength(50 * megabyte.length);
});
