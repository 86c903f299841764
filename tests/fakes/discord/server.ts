// The HTTP side: takes a request through faults, key, limits and description to its route, and writes every one down.
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Answer, Call, Upload, World } from "./call.ts";
import { serveFile } from "./cdn.ts";
import type { Description } from "./description.ts";
import type { Asked, Faults, Trouble } from "./faults.ts";
import { type Limited, limitHeaders, type Limits } from "./limits.ts";
import type { RequestRecord } from "./records.ts";
import { Refusal, invalidField, refusals } from "./refusals.ts";
import { type Match, matchRoute, type Route } from "./route.ts";
import { channelOfFare } from "./fare.ts";
import { BROKEN_JSON, readBody } from "./bodies.ts";

/** What the server needs beside the world. */
export interface Workshop {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly limits: Limits;
  readonly faults: Faults;
  readonly description: Description;
}

const API = "/api/v10";

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** For the log. */
  readonly code: number | null;
  readonly stored: string | null;
  readonly limitedBy: string | null;
}

interface Received {
  readonly asked: Asked;
  readonly match: Match | "no method" | null;
  readonly query: URLSearchParams;
  readonly files: readonly Upload[];
  readonly token: string | null;
  readonly reason: string | null;
}

/** Answers one request, and never throws for what the request says. */
export async function serve(shop: Workshop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fake");
  if (!url.pathname.startsWith("/api/")) {
    serveFile(shop.world, url.pathname, response);
    return;
  }
  const content = await buffer(request).catch(() => null);
  // Whoever went away in the middle of a request has asked for nothing.
  if (content === null) return;
  const received = receive(shop, request, url, content);
  const trouble = shop.faults.meet(received.asked);
  if (trouble?.kind === "held" && trouble.when === "before") await trouble.until;
  const early = refusedBefore(trouble);
  const reply = early ?? answer(shop, received);
  const record = log(shop, received, reply, trouble);
  if (trouble?.kind === "held" && trouble.when === "after") await trouble.until;
  record.isUnheard = request.socket.destroyed;
  if (trouble?.kind === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  const isLate = trouble?.kind === "status" && trouble.when === "after";
  send(response, isLate ? brokenReply(trouble.status) : reply);
}

function receive(shop: Workshop, request: IncomingMessage, url: URL, content: Buffer): Received {
  const method = request.method ?? "GET";
  const path = url.pathname.startsWith(API) ? url.pathname.slice(API.length) : url.pathname;
  const match = url.pathname.startsWith(`${API}/`) ? matchRoute(shop.routes, method, path) : null;
  const { body, files } = readBody(request.headers["content-type"] ?? "", content);
  const route = match === null || match === "no method" ? `${method} ${path}` : `${method} ${match.route.path}`;
  const authorization = request.headers.authorization ?? "";
  const reason = request.headers["x-audit-log-reason"];
  return {
    asked: { method, path, route, body },
    match,
    query: url.searchParams,
    files,
    token: authorization.startsWith("Bot ") ? authorization.slice("Bot ".length) : null,
    reason: typeof reason === "string" ? decodeURIComponent(reason) : null,
  };
}

// What keeps a request from doing anything at all.
function refusedBefore(trouble: Trouble | null): Reply | null {
  if (trouble === null) return null;
  if (trouble.kind === "limited") {
    return limitedReply({ scope: trouble.scope, name: "a fault", retryAfterMs: trouble.retryAfterMs }, {}, 1);
  }
  if (trouble.kind === "status" && trouble.when === "before") return brokenReply(trouble.status);
  return trouble.kind === "reset" && trouble.when === "before" ? brokenReply(0) : null;
}

function answer(shop: Workshop, received: Received): Reply {
  const { match } = received;
  if (match === null) return refusalReply(refusals.notFound(), {});
  if (match === "no method") return refusalReply(refusals.methodNotAllowed(), {});
  const { limited, state } = shop.limits.take(channelOfFare(shop.world.books, match, received.query));
  const headers = limitHeaders(state);
  const reply =
    limited === null ? admit(shop, match, received, headers) : limitedReply(limited, headers, shop.limits.faster);
  // What is refused counts towards the ban, unless a limit that others share refused it ("Invalid Request Limit").
  const isRefused =
    reply.status === 401 || reply.status === 403 || (reply.status === 429 && limited?.scope !== "shared");
  if (isRefused) shop.limits.refused();
  if (limited?.scope !== "cloudflare") shop.description.answer(match.route, reply.status, reply.body);
  return reply;
}

function admit(shop: Workshop, match: Match, received: Received, headers: Readonly<Record<string, string>>): Reply {
  const isBot = shop.world.door.knows(received.token);
  if (match.route.key === "bot" && !isBot) return refusalReply(refusals.unauthorized(), headers);
  if (received.asked.body === BROKEN_JSON) return refusalReply(refusals.brokenJson(), headers);
  shop.description.request(match.route, received);
  return run(shop, match, { ...received, isBot }, headers);
}

function run(
  shop: Workshop,
  match: Match,
  received: Received & { readonly isBot: boolean },
  headers: Readonly<Record<string, string>>,
): Reply {
  const { query, files, isBot, reason } = received;
  const call: Call = { params: match.params, query, body: received.asked.body, files, isBot, reason };
  try {
    needIds(match);
    const done: Answer = match.route.handle(call, shop.world);
    return { status: done.status, headers, body: done.body, code: null, stored: done.stored ?? null, limitedBy: null };
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error, headers);
    throw error;
  }
}

function needIds(match: Match): void {
  const bad = Object.entries(match.params).find(
    ([name, value]) => name.endsWith("_id") && value !== "@me" && value !== "@original" && !/^\d{1,20}$/.test(value),
  );
  if (bad !== undefined) throw invalidField([bad[0]], "NUMBER_TYPE_COERCE", `Value "${bad[1]}" is not snowflake.`);
}

function refusalReply(refusal: Refusal, headers: Readonly<Record<string, string>>): Reply {
  return { status: refusal.status, headers, body: refusal.body(), code: refusal.code, stored: null, limitedBy: null };
}

function brokenReply(status: number): Reply {
  return {
    status,
    headers: {},
    body: status >= 500 ? { message: `${status}: Internal Server Error`, code: 0 } : "",
    code: null,
    stored: null,
    limitedBy: null,
  };
}

function limitedReply(limited: Limited, headers: Readonly<Record<string, string>>, faster: number): Reply {
  const { scope, name, retryAfterMs } = limited;
  // Whole seconds as Discord writes them; where the limits run faster, the fraction counts.
  const seconds = faster === 1 ? Math.ceil(retryAfterMs / 1000).toString() : (retryAfterMs / 1000).toFixed(3);
  const told = { status: 429, code: null, stored: null, limitedBy: name };
  if (scope === "cloudflare") {
    const page =
      "<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head><body>Error 1015: You are being rate limited</body></html>";
    return {
      ...told,
      headers: { "content-type": "text/html; charset=UTF-8", "retry-after": seconds, server: "cloudflare" },
      body: page,
    };
  }
  const global = scope === "global" ? { "x-ratelimit-global": "true" } : {};
  return {
    ...told,
    headers: { ...headers, "retry-after": seconds, "x-ratelimit-scope": scope, ...global, via: "1.1 google" },
    body: {
      message: "You are being rate limited.",
      retry_after: retryAfterMs / 1000,
      global: scope === "global",
      code: 0,
    },
  };
}

function log(shop: Workshop, received: Received, reply: Reply, trouble: Trouble | null): RequestRecord {
  const { asked, query, files } = received;
  const fault = trouble === null ? null : "when" in trouble ? `${trouble.kind} ${trouble.when}` : trouble.kind;
  const record: RequestRecord = {
    at: shop.world.books.clock.now(),
    ...asked,
    query: Object.fromEntries(query),
    files: files.map(({ filename }) => filename),
    status: reply.status,
    code: reply.code,
    stored: reply.stored,
    fault,
    limitedBy: reply.limitedBy,
    isUnheard: false,
  };
  shop.world.books.requests.push(record);
  shop.world.books.changed();
  return record;
}

function send(response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === "string";
  const headers = { "content-type": isText ? "text/plain" : "application/json", ...reply.headers };
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  response.writeHead(reply.status, headers).end(isText ? reply.body : JSON.stringify(reply.body));
}
