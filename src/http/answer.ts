// Answers: a page, JSON or one sentence, by what the asker takes.
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { sentenceBody } from "./admin-page.ts";
import type { Assets } from "./assets.ts";
import type { Fault, WebContext } from "./guard.ts";
import { audienceOf } from "./guard.ts";
import type { WebHouse } from "./house.ts";
import { page } from "./layout.ts";
import { castOf, coloursPath } from "./strip.ts";
import type { Html } from "./text.ts";

/** What every route answers with. */
export interface Site {
  readonly house: WebHouse;
  readonly assets: Assets;
}

/** A whole page with this content. */
export async function answerPage(
  c: WebContext,
  site: Site,
  content: { readonly title: string; readonly body: Html; readonly kind: "live" | "plain"; readonly status: number },
): Promise<Response> {
  const frame = {
    title: content.title,
    isOperator: c.get("visitor") !== undefined && audienceOf(c) === "operator",
    isSignedIn: c.get("visitor")?.isSignedIn ?? false,
    assets: site.assets,
    colours: coloursPath(castOf(site.house)),
  };
  c.header("Cache-Control", "no-store");
  return c.html(await page(frame, content.body, content.kind), content.status as ContentfulStatusCode);
}

/** Whether the asker is a program: by the path, by what it accepts, or by what it sent. */
export function wantsJson(c: WebContext): boolean {
  const accept = c.req.header("accept") ?? "";
  if (c.req.path.startsWith("/api/") || c.req.path.endsWith(".json")) return true;
  if (accept.includes("text/html")) return false;
  return accept.includes("application/json") || isJsonBody(c);
}

export function isJsonBody(c: WebContext): boolean {
  return /^application\/json\b/i.test(c.req.header("content-type") ?? "");
}

/** What went wrong, as one sentence in the form that the asker takes. */
export async function answerFault(c: WebContext, site: Site, fault: Fault): Promise<Response> {
  if (fault.retryAfterSeconds !== null) c.header("Retry-After", String(fault.retryAfterSeconds));
  if (fault.status === 401) c.header("WWW-Authenticate", "Bearer");
  c.header("Cache-Control", "no-store");
  if (wantsJson(c)) return c.json({ error: { message: fault.message, status: fault.status } }, fault.status);
  const accept = c.req.header("accept") ?? "";
  if (!accept.includes("text/html")) return c.text(`${fault.message}\n`, fault.status);
  const title = TITLES[fault.status];
  if (fault.status === 403) {
    // Whoever comes by a foreign name gets the sentence and no page of ours.
    return c.html(
      await html`<!doctype html>
        <html lang="en">
          <meta charset="utf-8" />
          <title>${title}</title>
          <p>${fault.message}</p>
        </html>`,
      403,
    );
  }
  return answerPage(c, site, { title, body: sentenceBody(title, fault.message), kind: "plain", status: fault.status });
}

const TITLES: Readonly<Record<Fault["status"], string>> = {
  400: "That does not work",
  401: "Sign in first",
  403: "Not from there",
  404: "There is nothing here",
  405: "Not this way",
  409: "Not just now",
  413: "That is too long",
  415: "That cannot be read",
  422: "That does not work",
  429: "Too fast",
  503: "Not now",
};
