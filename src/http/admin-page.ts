// The operator's pages: the simulator's form, the house's figures, clearing the feed, signing in.
import { html } from "hono/html";
import { sentenceOf } from "../errors.ts";
import type { WebHouse } from "./house.ts";
import { houseStrip } from "./strip.ts";
import type { Html } from "./text.ts";
import { dollars } from "./words.ts";

/** What stood in the simulator's form when it could not be posted. */
export interface AdminSent {
  readonly username: string;
  readonly message: string;
  readonly why: string;
}

/** `posted`: under which name something was posted just now; null: nothing was. */
export async function adminBody(house: WebHouse, sent: AdminSent | null, posted: string | null): Promise<Html> {
  const spent = await house.store.spent(house.clock.now());
  const notes = [...house.personas.complaints().map(sentenceOf), ...house.personas.warnings()];
  return html`<div class="main plain">
    <h1 class="title">Admin</h1>
    ${posted === null ? "" : html`<p class="done" role="status">Posted as <bdi>${posted}</bdi>. <a href="/">See it in the feed</a></p>`}
    <section class="house" aria-label="What is speaking and playing">${await houseStrip(house, "operator")}</section>
    <p>
      Spent today:
      ${dollars(spent.usd)}${spent.unpricedTokens > 0 ? ` and ${spent.unpricedTokens.toLocaleString("en")} tokens of unknown price` : ""}.
    </p>
    <h2>Post under any name</h2>
    <form method="post" action="/admin" class="box" aria-label="Post under any name" novalidate>
      <p class="fault" id="admin-fault" role="alert" ${sent === null ? "hidden" : ""}>${sent?.why ?? ""}</p>
      <label for="username">Name</label>
      <input id="username" name="username" value="${sent?.username ?? ""}" autocomplete="off" required />
      <label for="message">Message</label>
      <textarea id="message" name="message" rows="3" dir="auto" required>${sent?.message ?? ""}</textarea>
      <div class="row">
        <p class="hint">Any name but one of the cast’s.</p>
        <button type="submit">Post</button>
      </div>
    </form>
    <h2 id="files">Persona files</h2>
    ${
      notes.length === 0
        ? html`<p>Everything in them was understood.</p>`
        : html`<ul class="reasons">
            ${notes.map((note) => html`<li><code>${note}</code></li>`)}
          </ul>`
    }
    <h2>Start anew</h2>
    <form method="post" action="/admin/clear"><button type="submit" class="secondary">Clear the feed…</button></form>
  </div>`;
}

export function clearBody(posts: number): Html {
  return html`<div class="main plain">
    <h1 class="title">Clear the feed?</h1>
    <p class="lead">
      Everything that was said is deleted for good (up to ${posts} posts), with what the personas remember of it. The
      scene begins anew.
    </p>
    <form method="post" action="/admin/clear" class="row">
      <input type="hidden" name="sure" value="yes" />
      <a href="/admin" role="button" class="secondary outline">Keep everything</a>
      <button type="submit" class="danger">Clear the feed and start anew</button>
    </form>
  </div>`;
}

export function signInBody(to: string, why: string | null): Html {
  return html`<div class="main plain">
    <h1 class="title">Sign in</h1>
    <p>
      For the operator of this house. The token was shown at the first start; it lies in the file admin-token in the
      house’s data folder, unless TROUPE_ADMIN_TOKEN is set: then it is that.
    </p>
    <form method="post" action="/sign-in" class="box" aria-label="Sign in">
      <p class="fault" id="sign-in-fault" role="alert" ${why === null ? "hidden" : ""}>${why ?? ""}</p>
      <input type="hidden" name="to" value="${to}" />
      <!-- For programs that keep passwords. -->
      <input name="username" value="operator" autocomplete="username" aria-label="Account" readonly hidden />
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required />
      <div class="row"><span></span><button type="submit">Sign in</button></div>
    </form>
  </div>`;
}

/** A page that says one sentence, such as why something cannot be had. */
export function sentenceBody(title: string, sentence: string): Html {
  return html`<div class="main plain">
    <h1 class="title">${title}</h1>
    <p class="lead">${sentence}</p>
    <p><a href="/">To the feed</a></p>
  </div>`;
}
