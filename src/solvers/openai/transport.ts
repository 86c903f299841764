// The wire: OpenAI's client over one undici Pool for each server, loaded when it is first needed.
import type { OpenAI } from "openai";
import type { Pool } from "undici";
import { Incoming } from "./incoming.ts";
import type { Head } from "./incoming.ts";
import { ANSWER_MS, CONNECT_MS, CONNECTIONS_MAX, IDLE_MS, KEEP_ALIVE_MS, RESPONSE_BYTES_MAX } from "./limits.ts";
import { OPENAI_URL } from "./server.ts";
import type { Server } from "./server.ts";

/** The server answered, but with a page for people. */
export class NotAnApi extends Error {
  override readonly name = "NotAnApi";
}

/** Clients and pools of one house. Personas that ask the same server share both. */
export class Transport {
  readonly #env: (name: string) => string | undefined;
  readonly #clients = new Map<string, Promise<OpenAI>>();
  readonly #pools = new Map<string, Pool>();
  #isClosed = false;

  constructor(env: (name: string) => string | undefined) {
    this.#env = env;
  }

  /** True once `close` was called: nothing can be asked any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The client for this server. The first call loads the libraries. Rejects when the transport is closed. */
  client(server: Server): Promise<OpenAI> {
    const known = this.#clients.get(server.id);
    if (known !== undefined) return known;
    const opening = this.#open(server);
    this.#clients.set(server.id, opening);
    return opening;
  }

  /** Closes every connection, the busy ones too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    this.#clients.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  async #open(server: Server): Promise<OpenAI> {
    const [library, undici] = await Promise.all([import("openai"), import("undici")]);
    if (this.#isClosed) throw new Error("the house is closing");
    const { origin } = new URL(server.baseUrl);
    const pool =
      this.#pools.get(origin) ??
      new undici.Pool(origin, {
        connections: CONNECTIONS_MAX,
        connect: { timeout: CONNECT_MS },
        keepAliveTimeout: KEEP_ALIVE_MS,
        // A second line only: Patience, by the house's clock, is always first.
        headersTimeout: ANSWER_MS,
        bodyTimeout: 2 * IDLE_MS,
        maxResponseSize: RESPONSE_BYTES_MAX,
      });
    this.#pools.set(origin, pool);
    // What the environment says of the account is OpenAI's business only.
    const isOpenai = origin === new URL(OPENAI_URL).origin;
    return new library.OpenAI({
      baseURL: server.baseUrl,
      apiKey: server.apiKey,
      adminAPIKey: null,
      organization: isOpenai ? (this.#env("OPENAI_ORG_ID") ?? null) : null,
      project: isOpenai ? (this.#env("OPENAI_PROJECT_ID") ?? null) : null,
      fetch: fetchOver(pool),
      // retry.ts decides what is repeated.
      maxRetries: 0,
      // A second line, too.
      timeout: 2 * ANSWER_MS,
      logLevel: "off",
    });
  }
}

// `fetch` as far as the client needs it. undici's own fetch costs a sixth more of the whole call, Node's half as much again (measured on a streamed answer of 20 pieces).
function fetchOver(pool: Pool): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const incoming = new Incoming(init.signal ?? null);
    pool.dispatch(
      {
        path: `${url.pathname}${url.search}`,
        method: init.method === "POST" ? "POST" : "GET",
        headers: init.headers instanceof Headers ? init.headers : new Headers(init.headers),
        body: typeof init.body === "string" ? init.body : null,
      },
      incoming,
    );
    return asResponse(await incoming.head, incoming, url.pathname.endsWith("/chat/completions") ? "chat" : "other");
  };
}

async function asResponse({ status, headers }: Head, body: Incoming, asked: "chat" | "other"): Promise<Response> {
  // These have no body, and Response insists on it.
  if (status === 204 || status === 304) {
    await body.return();
    return new Response(null, { status, headers });
  }
  if (status !== 200) return new Response(body, { status, headers });
  const kind = headers.get("content-type") ?? "";
  // The client stops listening at `[DONE]`, which would cost the connection: what is left, the end of the body, is dropped. When the client gives up before, it aborts, and that closes the connection.
  if (kind.startsWith("text/event-stream")) return asStream(headers, body);
  if (kind.startsWith("text/html")) {
    await body.return();
    throw new NotAnApi("it answered with a web page");
  }
  if (kind.startsWith("application/json") && asked === "chat") {
    const event = Buffer.from(asEvent(await new Response(body).text()));
    return new Response(event, { status, headers: { "content-type": "text/event-stream" } });
  }
  return new Response(body, { status, headers });
}

// The client reads a stream by these four alone; a real Response would carry each piece through a web stream, a tenth of the whole call.
function asStream(headers: Headers, body: AsyncIterable<Uint8Array>): Response {
  return { ok: true, status: 200, headers, body } as unknown as Response;
}

// A server that does not stream sends its answer whole: it becomes a stream of one event.
function asEvent(json: string): string {
  if (json.trimStart().startsWith("data:")) return json;
  const lines = json.replaceAll(/\r\n?/gu, "\n").split("\n");
  return `${lines.map((line) => `data: ${line}`).join("\n")}\n\n`;
}
