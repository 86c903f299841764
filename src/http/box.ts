// The box to post from, with what was written in it and what was wrong with that.
import { randomBytes } from "node:crypto";
import { html } from "hono/html";
import type { Message } from "../domain/message.ts";
import type { Html } from "./text.ts";
import { excerpt } from "./text.ts";

/** What stands in the box. */
export interface Box {
  readonly name: string;
  readonly text: string;
  /** The post that is replied to. */
  readonly target: Message | null;
  readonly fault: { readonly field: "name" | "text" | "replyTo"; readonly why: string } | null;
  readonly textCharsMax: number;
}

/** A key for a new form: the same form sent twice is one post. */
export function newKey(): string {
  return randomBytes(12).toString("hex");
}

export function sayBox(box: Box): Html {
  const { fault, target } = box;
  return html`<form method="post" action="/posts" class="box" id="say" aria-label="Write a post" novalidate>
    <input type="hidden" name="key" value="${newKey()}" />
    <input type="hidden" name="replyTo" value="${target?.id ?? ""}" />
    <p class="replying" ${target === null ? "hidden" : ""}>
      <span
        >Replying to <b>${target?.author.name ?? ""}</b>
        <q dir="auto">${target === null ? "" : excerpt(target.text)}</q></span
      >
      <a href="/" class="act" data-cancel>Cancel</a>
    </p>
    <p class="fault" id="say-fault" role="alert" ${fault === null ? "hidden" : ""}>${fault?.why ?? ""}</p>
    <label for="say-text">Your post</label>
    <textarea
      id="say-text"
      name="text"
      rows="3"
      dir="auto"
      required
      data-chars-max="${box.textCharsMax}"
      placeholder="Say something. Name somebody, or type @, and they will answer."
      ${flags(fault?.field === "text")}
    >
${box.text}</textarea>
    <div class="row">
      <label for="say-name">Your name</label>
      <input
        id="say-name"
        name="name"
        value="${box.name}"
        autocomplete="nickname"
        maxlength="200"
        required
        ${flags(fault?.field === "name")}
      />
      <p class="hint is-usual" id="say-hint">Ctrl + Enter</p>
      <button type="submit">Post</button>
    </div>
  </form>`;
}

function flags(isWrong: boolean): Html | "" {
  return isWrong ? html`aria-invalid="true" aria-describedby="say-fault" autofocus` : "";
}
