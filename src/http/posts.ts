// A post as HTML: the same string for every page that shows it.
import { html } from "hono/html";
import { nativeOf } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Speaking } from "../solvers/solver.ts";
import { colourOf, onColour } from "./colours.ts";
import type { WebHouse } from "./house.ts";
import type { Html } from "./text.ts";
import { excerpt, marked } from "./text.ts";
import { ago, badgeOf } from "./words.ts";

/** What a post is shown with. */
export interface PostView {
  readonly message: Message;
  /** What it replies to; null: nothing, or it is gone. */
  readonly target: Message | null;
  readonly persona: Persona | null;
  readonly speaking: Speaking;
  readonly now: number;
}

/** Reads what a post is shown with: the posts it replies to are looked for among `messages` first. */
export async function viewsOf(house: WebHouse, messages: readonly Message[]): Promise<readonly PostView[]> {
  const known = new Map(messages.map((message) => [message.id, message]));
  const speaking = house.running.speaking();
  const now = house.clock.now();
  return Promise.all(
    messages.map(async (message) => ({
      message,
      target:
        message.replyTo === null ? null : (known.get(message.replyTo) ?? (await house.store.message(message.replyTo))),
      persona: personaOf(house, message),
      speaking,
      now,
    })),
  );
}

/** The persona that said a message; null for people, and for personas that have left. */
export function personaOf(house: WebHouse, message: Message): Persona | null {
  return message.spoken === null ? null : (house.personas.get(message.spoken.persona)?.persona ?? null);
}

/** One post, as an item of a list. */
export function postItem(view: PostView, isHandle: (handle: string) => boolean): Html {
  const { message, persona } = view;
  const path = encodeURIComponent(message.id);
  const handle = message.spoken?.persona ?? null;
  const badge = badgeOf(message, view.speaking);
  return html`<li
    class="post ${handle === null ? "of-person" : `c-${handle}`}"
    id="post-${message.seq}"
    data-seq="${message.seq}"
    data-id="${message.id}"
    data-conversation="${message.conversation}"
    data-name="${message.author.name}"
    ${handle === null ? "" : html`data-handle="${handle}"`}
  >
    <article aria-labelledby="by-${message.seq}">
      ${face(message, persona)}
      <header>
        ${byline(view)} ${handle === null ? "" : html`<span class="handle">@${handle}</span>`}
        <a class="when" href="/thread/${path}">${timeOf(message.createdAt, view.now)}</a>
      </header>
      ${quote(view)}
      <p class="text" dir="auto">${marked(message.text, isHandle)}</p>
      <footer>
        <a class="act" href="/?reply=${path}#say" data-reply aria-label="Reply to ${message.author.name}">Reply</a>
        <a class="act" href="/thread/${path}">Thread</a>
        ${
          message.spoken === null
            ? html`<a class="act for-operator" href="/decisions/${path}">Who answers?</a>`
            : html`<a class="act for-operator" href="/turns/${message.spoken.turn}">Why?</a>`
        }
        ${badge === null ? "" : html`<span class="badge" title="${badgeWords[badge]}">${badge}</span>`}
      </footer>
    </article>
  </li>`;
}

const badgeWords = {
  scripted: "A script wrote this line, not the model.",
  notice: "The house says why there is no answer.",
} as const;

function byline({ message, persona }: PostView): Html {
  const name = html`<bdi>${message.author.name}</bdi>`;
  if (persona === null) return html`<span class="name" id="by-${message.seq}">${name}</span>`;
  const emoji = persona.emoji === "" ? "" : html` <span class="emoji" aria-hidden="true">${persona.emoji}</span>`;
  return html`<span class="who"
    ><a
      class="name"
      id="by-${message.seq}"
      href="/?to=${persona.id}#say"
      data-mention="${persona.id}"
      title="Mention ${message.author.name}"
      >${name}</a
    >${emoji}</span
  >`;
}

function quote({ message, target }: PostView): Html | "" {
  if (message.replyTo === null) return "";
  if (target === null) return html`<p class="quote gone">in reply to a post that is gone</p>`;
  const colour = target.spoken === null ? "of-person" : `c-${target.spoken.persona}`;
  return html`<blockquote class="quote ${colour}">
    <a href="/thread/${encodeURIComponent(target.id)}"
      ><span class="name"><bdi>${target.author.name}</bdi></span> <span dir="auto">${excerpt(target.text)}</span></a
    >
  </blockquote>`;
}

/** When a post was made, as a short word that the page keeps true. */
export function timeOf(at: number, now: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso.slice(0, 16).replace("T", " ")} UTC">${ago(at, now)}</time>`;
}

/** A face: the persona's avatar, or a disc with the initials in the name's colour. */
export function face(message: Message, persona: Persona | null): Html {
  return persona === null ? disc(message.author.name) : portrait(persona);
}

export function portrait(persona: Persona): Html {
  return html`<img class="face" src="${avatarPath(persona)}" alt="" width="48" height="48" decoding="async" />`;
}

/** Where a persona's avatar is served, or lies when its file names an address of the web. */
export function avatarPath(persona: Persona): string {
  if (persona.avatar.kind === "url") return persona.avatar.url;
  return `/avatars/${persona.id}.${avatarEnding(persona)}?v=${encodeURIComponent(persona.version.slice(0, 12))}`;
}

/** The ending of an avatar's file; drawn ones are SVG. */
export function avatarEnding(persona: Persona): string {
  if (persona.avatar.kind !== "file") return "svg";
  return persona.avatar.path.slice(persona.avatar.path.lastIndexOf(".") + 1).toLowerCase();
}

// Presentation attributes, not styles: the content policy allows no inline style.
function disc(name: string): Html {
  const colour = colourOf(name);
  return html`<svg class="face" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
    <circle cx="24" cy="24" r="24" fill="${colour}" />
    <text x="24" y="25" fill="${onColour(colour)}" text-anchor="middle" dominant-baseline="central">
      ${initials(name)}
    </text>
  </svg>`;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The first characters of the first and the last word; for one word, of that. */
export function initials(name: string): string {
  const words = name.split(/[\s_-]+/u).filter((word) => word !== "");
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return chosen.map((word) => firstGrapheme(word ?? "")).join("");
}

// A pile of combining marks counts as one character; more than this of it would leave the disc.
const GRAPHEME_UNITS_MAX = 8;

function firstGrapheme(word: string): string {
  const first = graphemes.segment(word)[Symbol.iterator]().next();
  const text = first.done === true ? "" : first.value.segment;
  return (text.length > GRAPHEME_UNITS_MAX ? String.fromCodePoint(text.codePointAt(0) ?? 32) : text).toUpperCase();
}

/** A post for programs. */
export interface PostJson {
  readonly id: string;
  readonly author: { readonly name: string; readonly handle: string; readonly kind: "person" | "persona" };
  readonly text: string;
  readonly replyTo: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A message as the JSON feed gives it. A person's handle is its name folded: the same for the same writer. */
export function postJson(message: Message): PostJson {
  return {
    id: message.id,
    author: {
      name: message.author.name,
      handle: message.spoken?.persona ?? nativeOf(message.author.id),
      kind: message.author.kind === "persona" ? "persona" : "person",
    },
    text: message.text,
    replyTo: message.replyTo,
    createdAt: new Date(message.createdAt).toISOString(),
  };
}
