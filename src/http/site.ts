// The site: every route behind one door.
import type { Hono } from "hono";
import { Hono as HonoApp } from "hono";
import { personaId } from "../domain/ids.ts";
import { HouseFault, messageOf } from "../errors.ts";
import type { Site } from "./answer.ts";
import { answerFault, wantsJson } from "./answer.ts";
import type { Asset } from "./assets.ts";
import { Avatars } from "./avatars.ts";
import { limitedBodies } from "./body.ts";
import { colourSheet } from "./colours.ts";
import { feedRoutes } from "./feed-routes.ts";
import type { WebContext, WebEnv } from "./guard.ts";
import { audienceOf, doorkeeper, Fault, headers } from "./guard.ts";
import type { LivePages } from "./live.ts";
import { operatorRoutes } from "./operator-routes.ts";
import { sceneRoutes } from "./scene-routes.ts";
import { usageRoutes } from "./usage-routes.ts";
import { castOf } from "./strip.ts";

/** All routes. `isStopping` tells when the server is on its way out. */
export function openSite(site: Site, live: LivePages, isStopping: () => boolean): Hono<WebEnv> {
  const { house } = site;
  const app = new HonoApp<WebEnv>({ strict: false });

  app.use(headers(house, () => pictureOrigins(site)));
  app.use(doorkeeper(house));
  app.use(limitedBodies);

  app.onError((error, c) => onError(error, c, site));
  app.notFound((c) => answerFault(c, site, new Fault(404, "There is no such page.")));

  app.get("/healthz", (c) => {
    c.header("Cache-Control", "no-store");
    if (isStopping()) return c.json({ status: "stopping" }, 503);
    if (!house.running.ready()) return c.json({ status: "starting" }, 503);
    return c.json({ ...house.running.health(), status: "ok", pages: live.count });
  });

  staticRoutes(app, site);
  feedRoutes(app, site, live);
  operatorRoutes(app, site, live);
  sceneRoutes(app, site);
  usageRoutes(app, site);
  return app;
}

function staticRoutes(app: Hono<WebEnv>, site: Site): void {
  const avatars = new Avatars();

  app.get("/static/:name", (c) => {
    const asset = site.assets.get(c.req.param("name"));
    if (asset === null) throw new Fault(404, "There is no such file.");
    return answerFile(c, asset);
  });

  app.get("/favicon.ico", (c) => c.redirect(site.assets.path("icon.svg"), 302));

  app.get("/colours.css", (c) => {
    const sheet = colourSheet(castOf(site.house));
    c.header("Cache-Control", c.req.query("v") === undefined ? "no-cache" : KEEP);
    return c.body(sheet, 200, { "Content-Type": "text/css; charset=utf-8" });
  });

  app.get("/avatars/:file", async (c) => {
    const handle = c.req.param("file").replace(/\.[a-z]+$/i, "");
    const member = site.house.personas.get(personaId(handle));
    if (member === null) throw new Fault(404, "Nobody of that handle lives here.");
    const picture = await avatars.of(member.persona);
    // A picture that is opened by itself is a document: it may run and load nothing.
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    c.header("Cross-Origin-Resource-Policy", "cross-origin");
    return answerFile(c, { ...picture, digest: member.persona.version.slice(0, 12) });
  });
}

const KEEP = "public, max-age=31536000, immutable";

// An address that carries the digest never changes what it means; any other is asked for again each time.
function answerFile(c: WebContext, asset: Asset): Response {
  const tag = `"${asset.digest.replaceAll(/[^\w.-]/g, "")}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", c.req.query("v") === asset.digest ? KEEP : "no-cache");
  if (c.req.header("if-none-match") === tag) return c.body(null, 304);
  return c.body(asset.bytes, 200, { "Content-Type": asset.type });
}

async function onError(error: Error, c: WebContext, site: Site): Promise<Response> {
  if (error instanceof Fault) {
    const mayTurn = error.status === 401 && c.req.method === "GET" && !wantsJson(c);
    const isPerson = (c.req.header("accept") ?? "").includes("text/html");
    if (mayTurn && isPerson) return c.redirect(`/sign-in?to=${encodeURIComponent(c.req.path)}`, 303);
    return answerFault(c, site, error);
  }
  site.house.log.error("a request failed", { path: c.req.path, error: messageOf(error) });
  if (error instanceof HouseFault) return answerFault(c, site, new Fault(503, whyClosed(c, error)));
  return c.json({ error: { message: "Something went wrong in the house; its log says what.", status: 500 } }, 500);
}

// The sentence may name files of this machine, and only the operator can do what it says.
function whyClosed(c: WebContext, { message }: HouseFault): string {
  if (audienceOf(c) === "visitor") return "The house cannot keep anything just now; its operator finds out why.";
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
}

function pictureOrigins(site: Site): readonly string[] {
  const addresses = castOf(site.house).flatMap(({ avatar }) => (avatar.kind === "url" ? [avatar.url] : []));
  return [...new Set(addresses.filter((url) => URL.canParse(url)).map((url) => new URL(url)))]
    .filter((url) => url.protocol === "https:")
    .map((url) => url.origin);
}
