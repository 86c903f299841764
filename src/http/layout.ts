// The frame of every page: head, header, and the way to the content for a keyboard.
import { html } from "hono/html";
import type { Assets } from "./assets.ts";
import type { Html } from "./text.ts";

export interface Frame {
  readonly title: string;
  /** Whether whoever looks may see and do what is not public. */
  readonly isOperator: boolean;
  /** Whether whoever looks can sign out again. */
  readonly isSignedIn: boolean;
  readonly assets: Assets;
  readonly colours: string;
}

/** A whole page. `body` is the content of `<main>`. */
export function page(frame: Frame, body: Html, kind: "live" | "plain"): Html {
  const { assets } = frame;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f1e9" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#15121b" />
        <title>${frame.title}</title>
        <link rel="icon" type="image/svg+xml" href="${assets.path("icon.svg")}" />
        <link rel="stylesheet" href="${assets.path("pico.css")}" />
        <link rel="stylesheet" href="${assets.path("troupe.css")}" />
        <link rel="stylesheet" href="${frame.colours}" id="colours" />
        ${kind === "live" ? html`<script type="module" src="${assets.path("feed.js")}"></script>` : html`<script type="module" src="${assets.path("times.js")}"></script>`}
      </head>
      <body class="${frame.isOperator ? "is-operator" : "is-visitor"}">
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <div class="bar">
            <a class="brand" href="/"><img src="${assets.path("icon.svg")}" alt="" width="28" height="28" /> Troupe</a>
            <nav aria-label="House">
              ${
                frame.isOperator
                  ? html`<a href="/admin">Admin</a> <a href="/export.jsonl" download>Export</a>`
                  : html`<a href="/sign-in">Sign in</a>`
              }
              ${frame.isSignedIn ? html`<form method="post" action="/sign-out"><button type="submit">Sign out</button></form>` : ""}
            </nav>
          </div>
        </header>
        <main id="content" class="stage" tabindex="-1">${body}</main>
      </body>
    </html>`;
}
