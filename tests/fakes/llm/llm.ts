// A fake OpenAI-compatible server on loopback: chat completions, streamed or whole, and the list of models, well-behaved or not.
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { completion, errorBody, events, modelList } from "./shapes.ts";
import type { ReplyOptions } from "./shapes.ts";

/** One answer to a request for a completion. */
export type Step =
  /** A well-formed answer; streamed when the request asks for it. */
  | ({ readonly kind: "reply" } & ReplyOptions)
  /** An error status with OpenAI's error body, or with `body` as it is. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly code?: string;
      readonly type?: string;
      readonly param?: string;
      readonly message?: string;
      readonly body?: string;
    }
  /** Bytes as they are, each part written by itself; a function part is waited for before what follows. */
  | {
      readonly kind: "raw";
      readonly status?: number;
      readonly contentType?: string;
      readonly parts: readonly (string | Uint8Array | (() => Promise<void>))[];
      /** `end`: in good order. `cut`: the connection breaks. `stall`: nothing more comes, and the connection stays. */
      readonly ending: "end" | "cut" | "stall";
    }
  /** The connection breaks before a byte of the answer. */
  | { readonly kind: "hang-up" }
  /** Nothing comes at all. */
  | { readonly kind: "silence" };

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; null where there was none or it is not JSON. */
  readonly body: unknown;
  readonly rawBody: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
  /** Resolves when the connection under this request is closed. */
  readonly closed: Promise<void>;
}

export interface FakeLlmOptions {
  /** What is answered when the script is over: a text, or a function of the request's body. Default: "Hello from the fake." */
  readonly reply?: string | ((body: unknown) => string | Step);
  /** The first answers, in order. */
  readonly script?: readonly Step[];
  /** Default: one, `fake-model`. Null: no such page. */
  readonly models?: readonly string[] | null;
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
  /** Only this key is accepted. */
  readonly apiKey?: string;
}

export interface FakeLlm {
  /** The base URL, with `/v1`. */
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** The requests for a completion. */
  readonly chats: readonly SeenRequest[];
  /** Adds to the script. */
  next(...steps: readonly Step[]): void;
  /** Resolves when so many completions have been asked for. */
  asked(times: number): Promise<void>;
  close(): Promise<void>;
}

// A prompt of the largest context has a few MB; a test that sends more has run away.
const BODY_CHARS_MAX = 64 * 1024 * 1024;

/** Starts a fake server on a free port of 127.0.0.1. */
export async function startFakeLlm(options: FakeLlmOptions = {}): Promise<FakeLlm> {
  const requests: SeenRequest[] = [];
  const chats: SeenRequest[] = [];
  const script = [...(options.script ?? [])];
  const waiting = new Set<() => void>();
  let connections = 0;
  const numbers = new WeakMap<object, number>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const closed = new Promise<void>((resolve) => request.socket.once("close", () => resolve()));
    const rawBody = await read(request);
    const path = (request.url ?? "").split("?")[0] ?? "";
    const seen = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      body: parsed(rawBody),
      rawBody,
      connection: numbers.get(request.socket) ?? 0,
      closed,
    };
    requests.push(seen);
    const isChat = seen.method === "POST" && path === "/v1/chat/completions";
    if (isChat) chats.push(seen);
    for (const look of waiting) look();
    if (options.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      await give(
        response,
        { kind: "status", status: 401, code: "invalid_api_key", message: "Incorrect API key" },
        seen,
      );
    } else if (isChat) {
      await give(response, script.shift() ?? usual(options, seen.body), seen);
    } else if (seen.method === "GET" && path === "/v1/models" && options.models !== null) {
      sendJson(response, 200, modelList(options.models ?? ["fake-model"]));
    } else {
      sendJson(response, 404, errorBody({ message: `Unknown request URL: ${seen.method} ${path}` }));
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => numbers.set(socket, (connections += 1)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    chats,
    next: (...steps) => {
      script.push(...steps);
    },
    asked: (times) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (chats.length < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function usual(options: FakeLlmOptions, body: unknown): Step {
  const reply = typeof options.reply === "function" ? options.reply(body) : options.reply;
  return typeof reply === "object" ? reply : { kind: "reply", text: reply ?? "Hello from the fake." };
}

async function give(response: ServerResponse, step: Step, request: SeenRequest): Promise<void> {
  switch (step.kind) {
    case "reply":
      giveReply(response, step, request.body);
      break;
    case "status":
      if (step.body === undefined) sendJson(response, step.status, errorBody(step), step.headers);
      else response.writeHead(step.status, { "content-type": "text/html", ...step.headers }).end(step.body);
      break;
    case "raw":
      await giveRaw(response, step);
      break;
    case "hang-up":
      response.socket?.destroy();
      break;
    case "silence":
      break;
  }
}

function giveReply(response: ServerResponse, step: Step & { readonly kind: "reply" }, body: unknown): void {
  const { model = "fake-model", stream = false } = (body ?? {}) as {
    readonly model?: string;
    readonly stream?: boolean;
  };
  if (!stream) {
    sendJson(response, 200, completion(step, model));
    return;
  }
  const { stream_options: streaming } = body as { readonly stream_options?: { readonly include_usage?: boolean } };
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  for (const event of events(step, model, streaming?.include_usage === true)) {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end("data: [DONE]\n\n");
}

async function giveRaw(response: ServerResponse, step: Step & { readonly kind: "raw" }): Promise<void> {
  response.writeHead(step.status ?? 200, { "content-type": step.contentType ?? "text/event-stream" });
  response.flushHeaders();
  for (const part of step.parts) {
    if (typeof part === "function") await part();
    else await new Promise((resolve) => response.write(part, resolve));
  }
  if (step.ending === "end") response.end();
  else if (step.ending === "cut") response.socket?.destroy();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let text = "";
  for await (const piece of request) {
    text += String(piece);
    if (text.length > BODY_CHARS_MAX) throw new Error("the request is too large for the fake");
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
