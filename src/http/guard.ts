// The door: host and origin, sign-in, limits of size, and the headers of every answer.
import { hash, timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import type { Caller } from "./access.ts";
import { FORWARDING_HEADERS, isLoopbackAddress, isTrustworthy, judge } from "./access.ts";
import type { WebHouse } from "./house.ts";
import { SESSION_MS } from "./limits.ts";

/** What is known of whoever asks. */
export interface Visitor {
  /** At this machine, by a loopback name, through no proxy. */
  readonly isLocal: boolean;
  readonly isSignedIn: boolean;
  readonly address: string;
}

export interface WebEnv {
  Bindings: HttpBindings;
  Variables: { visitor: Visitor };
}

export type WebContext = Context<WebEnv>;

/** An answer that is one sentence. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503;
  readonly retryAfterSeconds: number | null;
  constructor(status: Fault["status"], sentence: string, retryAfterSeconds: number | null = null) {
    super(sentence);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const COOKIE = "troupe_session";

/** Lets in who may come in, and notes as whom. */
export function doorkeeper(house: WebHouse): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const caller = callerOf(c);
    const verdict = judge(caller, house.settings.publicUrl);
    if (verdict.kind === "refused") throw new Fault(403, verdict.why);
    c.set("visitor", {
      isLocal: verdict.isLocal,
      isSignedIn: await isSignedIn(c, house),
      address: addressOf(c, caller.address),
    });
    await next();
  };
}

/** Lets in only who is local or signed in. */
export function operatorsOnly(c: WebContext): void {
  const { isLocal, isSignedIn } = c.get("visitor");
  if (!isLocal && !isSignedIn) throw notSignedIn();
}

export function notSignedIn(): Fault {
  return new Fault(401, "Sign in first: this is for the operator of the house.");
}

/** Whether whoever asks sees what the operator sees. */
export function audienceOf(c: WebContext): "operator" | "visitor" {
  const { isLocal, isSignedIn } = c.get("visitor");
  return isLocal || isSignedIn ? "operator" : "visitor";
}

/** Headers of every answer. `pictures`: where else pictures may come from. */
export function headers(house: WebHouse, pictures: () => readonly string[]): MiddlewareHandler<WebEnv> {
  const isolated = headersOf(pictures, { crossOriginOpenerPolicy: true, originAgentCluster: true });
  const plain = headersOf(pictures, { crossOriginOpenerPolicy: false, originAgentCluster: false });
  const { publicUrl } = house.settings;
  return (c, next) => (isTrustworthy(c.req.header("host") ?? "", publicUrl) ? isolated(c, next) : plain(c, next));
}

/** How a page is kept apart from others, which browsers do for trustworthy origins only and complain about elsewhere (HTML Standard, "Cross-origin opener policies"). */
type Isolation = Readonly<Record<"crossOriginOpenerPolicy" | "originAgentCluster", boolean>>;

function headersOf(pictures: () => readonly string[], isolation: Isolation): MiddlewareHandler<WebEnv> {
  return secureHeaders({
    ...isolation,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:", (_c, _directive) => pictures().join(" ")],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // With "no-referrer" browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header").
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    // The server speaks plain HTTP; whoever puts TLS before it sets this there.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
    // A route that says it more strictly is right.
    overwrite: false,
  });
}

/** Whether `token` is the operator's. Takes the same time whatever is wrong with it. */
export function isToken(token: string, house: WebHouse): boolean {
  const own = house.settings.adminToken;
  if (own === null || own === "") return false;
  return timingSafeEqual(hash("sha256", token, "buffer"), hash("sha256", own, "buffer"));
}

/** Signs the visitor in: the answer carries a cookie that ends with the session. */
export async function signIn(c: WebContext, house: WebHouse): Promise<void> {
  const endsAt = house.clock.now() + SESSION_MS;
  const isSecure = house.settings.publicUrl?.startsWith("https:") === true && !c.get("visitor").isLocal;
  await setSignedCookie(c, COOKIE, String(endsAt), sessionKey(house), {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isSecure,
    maxAge: SESSION_MS / 1000,
  });
}

export function signOut(c: WebContext): void {
  deleteCookie(c, COOKIE, { path: "/" });
}

async function isSignedIn(c: WebContext, house: WebHouse): Promise<boolean> {
  const authorization = c.req.header("authorization") ?? "";
  if (/^bearer /i.test(authorization)) return isToken(authorization.slice("bearer ".length).trim(), house);
  if (house.settings.adminToken === null || c.req.header("cookie") === undefined) return false;
  const endsAt = await getSignedCookie(c, sessionKey(house), COOKIE);
  return typeof endsAt === "string" && Number(endsAt) > house.clock.now();
}

// Another token makes another key, which ends all sessions of the old one.
function sessionKey(house: WebHouse): string {
  return hash("sha256", `session\u0000${house.settings.adminToken ?? ""}`);
}

function callerOf(c: WebContext): Caller {
  const header = (name: string): string | null => c.req.header(name) ?? null;
  return {
    method: c.req.method,
    host: header("host"),
    origin: header("origin"),
    fetchSite: header("sec-fetch-site"),
    fetchMode: header("sec-fetch-mode"),
    fetchDest: header("sec-fetch-dest"),
    address: c.env.incoming.socket.remoteAddress ?? "",
    isForwarded: FORWARDING_HEADERS.some((name) => header(name) !== null),
  };
}

// Behind a proxy on this machine, the last hop that it names is whom it talked to.
function addressOf(c: WebContext, socketAddress: string): string {
  const forwarded = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return forwarded !== "" && isLoopbackAddress(socketAddress) ? forwarded : socketAddress;
}
