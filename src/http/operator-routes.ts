// The routes for the operator: the simulator's form, clearing, traces, export, figures, signing in.
import type { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { MessageId, TriggerId, TurnId } from "../domain/ids.ts";
import { isTick, platformOf, storedId } from "../domain/ids.ts";
import type { Count } from "./house.ts";
import type { LivePages } from "./live.ts";
import type { AdminSent } from "./admin-page.ts";
import { adminBody, clearBody, signInBody } from "./admin-page.ts";
import type { Site } from "./answer.ts";
import { answerPage, wantsJson } from "./answer.ts";
import { newKey } from "./box.ts";
import { exportLines } from "./export.ts";
import { fieldsOf } from "./form.ts";
import type { WebContext, WebEnv } from "./guard.ts";
import { Fault, isToken, notSignedIn, operatorsOnly, signIn, signOut } from "./guard.ts";
import { metricsOf } from "./metrics.ts";
import { Pace } from "./pace.ts";
import { decisionBody, decisionJson, turnBody, turnJson } from "./why-page.ts";
import type { DecisionRecord, TurnRecord } from "../store/store.ts";

export function operatorRoutes(app: Hono<WebEnv>, site: Site, live: LivePages): void {
  adminRoutes(app, site);
  whyRoutes(app, site);
  signInRoutes(app, site);

  app.get("/export.jsonl", (c) => {
    operatorsOnly(c);
    c.header("Content-Type", "application/x-ndjson; charset=utf-8");
    c.header("Content-Disposition", 'attachment; filename="feed.jsonl"');
    c.header("Cache-Control", "no-store");
    return c.body(exportLines(site.house));
  });

  app.get("/metrics", async (c) => {
    operatorsOnly(c);
    const { text, type } = await metricsOf([...site.house.running.figures(), pagesOpen(live)]);
    return c.text(text, 200, { "Content-Type": type });
  });
}

function pagesOpen(live: LivePages): Count {
  return {
    name: "troupe_pages_open",
    help: "Pages of the feed that are open.",
    readings: [{ labels: {}, value: live.count }],
  };
}

function adminRoutes(app: Hono<WebEnv>, site: Site): void {
  const { house } = site;
  const answerAdmin = async (c: WebContext, sent: AdminSent | null): Promise<Response> =>
    answerPage(c, site, {
      title: "Admin · Troupe",
      body: await adminBody(house, sent, sent === null ? takePosted(c) : null),
      kind: "plain",
      status: sent === null ? 200 : 422,
    });

  app.get("/admin", async (c) => {
    operatorsOnly(c);
    return answerAdmin(c, null);
  });

  app.post("/admin", async (c) => {
    operatorsOnly(c);
    const fields = await fieldsOf(c);
    const username = fields.get("username") ?? "";
    const message = fields.get("message") ?? "";
    const posted = await house.feed.post({ name: username, text: message, replyTo: null, key: newKey() });
    if (posted.kind === "closed") throw new Fault(503, "The house is not open yet: try again in a moment.", 2);
    if (posted.kind === "posted") {
      setCookie(c, POSTED, username.trim(), { ...postedCookie, maxAge: POSTED_SECONDS });
      return c.redirect("/admin", 302);
    }
    if (wantsJson(c)) throw new Fault(422, posted.why);
    return answerAdmin(c, { username, message, why: posted.why });
  });

  // Whoever reloads the question, or follows it from the history, is shown where it was asked.
  app.get("/admin/clear", (c) => {
    operatorsOnly(c);
    return c.redirect("/admin", 302);
  });

  app.post("/admin/clear", async (c) => {
    operatorsOnly(c);
    const { store, feed, clock, running } = house;
    const fields = c.req.header("content-type") === undefined ? new Map<string, string>() : await fieldsOf(c);
    if (fields.get("sure") !== "yes") {
      const body = clearBody(await store.lastSeq(feed.channel));
      return answerPage(c, site, { title: "Clear the feed? · Troupe", body, kind: "plain", status: 200 });
    }
    await store.clearChannel(feed.channel, clock.now());
    await running.wake(feed.channel);
    return wantsJson(c) ? c.json({ ok: true }) : c.redirect("/", 303);
  });
}

// What was just posted, from the answer to the form to the page that it leads to.
const POSTED = "troupe_posted";
const POSTED_SECONDS = 30;
const postedCookie = { path: "/admin", httpOnly: true, sameSite: "Strict" } as const;

/** Under which name something was posted just now; told once. */
function takePosted(c: WebContext): string | null {
  const name = getCookie(c, POSTED);
  if (name === undefined) return null;
  deleteCookie(c, POSTED, postedCookie);
  return name;
}

function whyRoutes(app: Hono<WebEnv>, site: Site): void {
  const { house } = site;

  app.get("/api/turns/:id", async (c) => c.json(await turnJson(house, await turnOf(c, site))));

  app.get("/turns/:id", async (c) => {
    const body = await turnBody(house, await turnOf(c, site));
    return answerPage(c, site, { title: "Why? · Troupe", body, kind: "plain", status: 200 });
  });

  app.get("/api/decisions/:trigger", async (c) => c.json(decisionJson(house, await decisionOf(c, site))));

  app.get("/decisions/:trigger", async (c) => {
    const record = await decisionOf(c, site);
    const { trigger } = record.decision;
    const body = await decisionBody(house, record, isTick(trigger) ? null : await house.store.message(trigger));
    return answerPage(c, site, { title: "Who answers? · Troupe", body, kind: "plain", status: 200 });
  });
}

function signInRoutes(app: Hono<WebEnv>, site: Site): void {
  const { house } = site;
  const pace = new Pace(house.settings.limits.signInsPerMinute, "That was a lot of tries.");
  const answerForm = (c: WebContext, to: string, why: string | null): Promise<Response> =>
    answerPage(c, site, {
      title: "Sign in · Troupe",
      body: signInBody(to, why),
      kind: "plain",
      status: why === null ? 200 : 401,
    });

  app.get("/sign-in", (c) => answerForm(c, ownPath(c.req.query("to")), null));

  app.post("/sign-in", async (c) => {
    await pace.take(c.get("visitor").address);
    const fields = await fieldsOf(c);
    const to = ownPath(fields.get("to"));
    if (!isToken((fields.get("token") ?? "").trim(), house)) return answerForm(c, to, "That is not the token.");
    await signIn(c, house);
    return c.redirect(to, 303);
  });

  app.post("/sign-out", (c) => {
    signOut(c);
    return c.redirect("/", 303);
  });
}

// Turns of the feed may be seen at this machine; all others, and all from elsewhere, take a sign-in.
async function turnOf(c: WebContext, site: Site): Promise<TurnRecord> {
  operatorsOnly(c);
  const record = await site.house.store.turn(storedId<TurnId>(c.req.param("id") ?? ""));
  const isSignedIn = c.get("visitor").isSignedIn;
  if (record === null) throw new Fault(404, "There is no such turn, or it was forgotten: traces are kept for 7 days.");
  if (!isSignedIn && platformOf(record.turn.channel) !== site.house.feed.channel.split(":")[0]) throw notSignedIn();
  return record;
}

async function decisionOf(c: WebContext, site: Site): Promise<DecisionRecord> {
  operatorsOnly(c);
  const { house } = site;
  const trigger = storedId<MessageId>(c.req.param("trigger") ?? "") as TriggerId;
  const record = await house.store.decision(trigger);
  if (record === null) {
    throw new Fault(404, "Nothing was decided about this yet, or it was forgotten: decisions are kept for 7 days.");
  }
  if (!c.get("visitor").isSignedIn && !(await isOfFeed(site, record))) throw notSignedIn();
  return record;
}

async function isOfFeed(site: Site, { decision }: DecisionRecord): Promise<boolean> {
  const { store, feed } = site.house;
  if (!isTick(decision.trigger)) return (await store.message(decision.trigger))?.channel === feed.channel;
  const scenes = await store.scenes(feed.channel);
  return scenes.some(({ plan }) => decision.trigger.startsWith(`tick:${plan.id}:`));
}

/** A path of this site, whatever was asked for: never an address elsewhere. */
function ownPath(asked: string | undefined): string {
  const path = asked ?? "/";
  return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : "/";
}
