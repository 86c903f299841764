// The routes of the feed: its pages, posting, the live line, and the feed as JSON.
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import type { MessageId } from "../domain/ids.ts";
import { storedId } from "../domain/ids.ts";
import { cleanText } from "../domain/message.ts";
import { quoted } from "../errors.ts";
import type { Site } from "./answer.ts";
import { answerPage, isJsonBody, wantsJson } from "./answer.ts";
import { newKey } from "./box.ts";
import type { Sent } from "./feed-page.ts";
import { feedBody, feedMessage, threadBody } from "./feed-page.ts";
import { fieldsOf } from "./form.ts";
import type { WebContext, WebEnv } from "./guard.ts";
import { audienceOf, Fault } from "./guard.ts";
import type { FeedPosted } from "./house.ts";
import { JSON_POSTS_MAX, PAGE_POSTS } from "./limits.ts";
import type { LivePages, Since } from "./live.ts";
import { Pace } from "./pace.ts";
import { postJson } from "./posts.ts";

const TITLE = "Troupe";

export function feedRoutes(app: Hono<WebEnv>, site: Site, live: LivePages): void {
  const { house } = site;
  const pace = {
    elsewhere: new Pace(house.settings.limits.postsPerMinute, "That was a lot of posts at once."),
    local: new Pace(house.settings.limits.postsPerMinuteLocal, "That was a lot of posts at once."),
  };

  app.get("/", async (c) => {
    const query = { before: asked(c, "before"), reply: asked(c, "reply"), to: asked(c, "to") };
    const body = await feedBody(house, audienceOf(c), query, null);
    return answerPage(c, site, { title: TITLE, body, kind: "live", status: 200 });
  });

  app.get("/thread/:id", async (c) => {
    const message = await feedMessage(house, c.req.param("id"));
    if (message === null) throw new Fault(404, "There is no such post: it may have been cleared away.");
    const body = await threadBody(house, audienceOf(c), message);
    return answerPage(c, site, { title: `Thread · ${TITLE}`, body, kind: "live", status: 200 });
  });

  app.post("/posts", async (c) => {
    const { isLocal, address } = c.get("visitor");
    await (isLocal ? pace.local : pace.elsewhere).take(address);
    return takePost(c, site);
  });

  app.get("/events", async (c) => {
    if (!live.hasRoom(c.get("visitor").address)) {
      throw new Fault(503, "Too many pages are open: close some and come back.", 30);
    }
    const { outgoing } = c.env;
    outgoing.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
      "X-Content-Type-Options": "nosniff",
    });
    outgoing.flushHeaders();
    if (c.req.method === "HEAD") {
      outgoing.end();
      return RESPONSE_ALREADY_SENT;
    }
    const as = { audience: audienceOf(c), address: c.get("visitor").address };
    await live.open(outgoing, as, sinceOf(c));
    return RESPONSE_ALREADY_SENT;
  });

  app.get("/feed.json", async (c) => {
    const limit = limitOf(c);
    const [before, after] = await Promise.all([bound(c, site, "before"), bound(c, site, "after")]);
    const { messages, more } = await house.store.page(house.feed.channel, { before, after, limit });
    // Upwards from `after` the next page is newer, in all other cases it is older.
    const next = after !== null && before === null ? messages[0] : messages.at(-1);
    c.header("Cache-Control", "no-store");
    return c.json({ posts: messages.map(postJson), next: more ? (next?.id ?? null) : null });
  });
}

async function takePost(c: WebContext, site: Site): Promise<Response> {
  const { house } = site;
  const fields = await fieldsOf(c);
  const text = fields.get("text") ?? "";
  const name = fields.get("name") ?? "";
  const replyTo = fields.get("replyTo") ?? "";
  const target = replyTo === "" ? null : await feedMessage(house, replyTo);
  if (replyTo !== "" && target === null) {
    const why = "The post that you reply to is gone; post anew instead.";
    return answerRefused(c, site, { name, text, replyTo: null, fault: { field: "replyTo", why } });
  }
  const key = fields.get("key") ?? "";
  const draft = { name, text, replyTo: target?.id ?? null, key: key === "" ? newKey() : key };
  const posted: FeedPosted = await house.feed.post(draft);
  switch (posted.kind) {
    case "closed":
      throw new Fault(503, "The house is not open yet: try again in a moment.", 2);
    case "refused":
      return answerRefused(c, site, { name, text: cleanText(text), replyTo, fault: posted });
    case "posted":
      if (wantsJson(c)) return c.json({ id: posted.id }, 201);
      return c.redirect(target === null ? "/" : `/thread/${encodeURIComponent(posted.id)}`, 303);
  }
}

async function answerRefused(c: WebContext, site: Site, sent: Sent): Promise<Response> {
  const { fault } = sent;
  if (wantsJson(c) || isJsonBody(c)) {
    return c.json({ error: { message: fault?.why ?? "", field: fault?.field ?? null, status: 422 } }, 422);
  }
  const query = { before: null, reply: null, to: null };
  const body = await feedBody(site.house, audienceOf(c), query, sent);
  return answerPage(c, site, { title: TITLE, body, kind: "live", status: 422 });
}

function asked(c: WebContext, name: string): string | null {
  const value = c.req.query(name);
  return value === undefined || value === "" ? null : value;
}

// The browser says by itself where the line broke; a page just loaded says where it stands.
function sinceOf(c: WebContext): Since | null {
  const said = c.req.header("last-event-id") ?? c.req.query("since") ?? "";
  return /^\d{1,15}$/.test(said) ? { seq: Number(said) } : null;
}

function limitOf(c: WebContext): number {
  const said = c.req.query("limit");
  if (said === undefined) return PAGE_POSTS;
  const limit = /^\d{1,6}$/.test(said) ? Number(said) : 0;
  if (limit < 1 || limit > JSON_POSTS_MAX) {
    throw new Fault(400, `limit: expected a whole number from 1 to ${JSON_POSTS_MAX}, got ${quoted(said)}.`);
  }
  return limit;
}

async function bound(c: WebContext, site: Site, name: "before" | "after"): Promise<MessageId | null> {
  const said = c.req.query(name);
  if (said === undefined) return null;
  if ((await feedMessage(site.house, said)) === null) {
    throw new Fault(400, `${name}: expected the id of a post, got ${quoted(said)}.`);
  }
  return storedId<MessageId>(said);
}
