// Text of people and personas as HTML: never markup, with addresses of the web and names of the cast marked.
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** A piece of HTML that is safe to put into a page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

// Each alternative is bounded and none overlaps another, so the time is linear in the text.
const MARKS = /https?:\/\/[^\s<>"'`\\^{|}]{1,500}|(?<![\p{L}\p{N}@._-])@[a-z0-9][a-z0-9_-]{0,31}/giu;

/** `text` with web addresses as links that carry no recommendation, and `@handle` of the cast in the persona's colour. */
export function marked(text: string, isHandle: (handle: string) => boolean): readonly Html[] {
  const parts: Html[] = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    const said = found[0].startsWith("@") ? found[0] : trimAddress(found[0]);
    const piece = said.startsWith("@") ? mention(said, isHandle) : link(said);
    if (piece === null) continue;
    parts.push(html`${text.slice(from, found.index)}`, piece);
    from = found.index + said.length;
  }
  parts.push(html`${text.slice(from)}`);
  return parts;
}

// Punctuation at the end belongs to the sentence, not to the address; so does a bracket that the address did not open.
function trimAddress(address: string): string {
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const isLoose = /[.,;:!?'"”»*_~]/u.test(last) || (last === ")" && !address.slice(0, end).includes("("));
    if (!isLoose) break;
  }
  return address.slice(0, end);
}

function link(address: string): Html | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  if ((protocol !== "http:" && protocol !== "https:") || hostname === "") return null;
  return html`<a href="${address}" rel="nofollow noopener noreferrer ugc" target="_blank">${address}</a>`;
}

function mention(said: string, isHandle: (handle: string) => boolean): Html | null {
  const handle = said.slice(1).toLowerCase();
  return isHandle(handle) ? html`<span class="mention c-${handle}">${said}</span>` : null;
}

// Two lines of a quote on a phone.
const EXCERPT_CHARS_MAX = 160;

/** The beginning of `text` on one line, cut between characters. */
export function excerpt(text: string): string {
  const flat = text.replaceAll(/\s+/gu, " ").trim();
  if (flat.length <= EXCERPT_CHARS_MAX) return flat;
  return `${flat
    .slice(0, EXCERPT_CHARS_MAX)
    .toWellFormed()
    .replace(/\uFFFD$/u, "")}…`;
}

/** `text` in one line of at most `charsMax` characters, cut at the end of a word where it is longer. */
export function shortened(text: string, charsMax: number): string {
  const flat = text.replaceAll(/\s+/gu, " ").trim();
  if (flat.length <= charsMax) return flat;
  const start = flat.slice(0, charsMax);
  const lastSpace = start.lastIndexOf(" ");
  // A text without spaces, as in Chinese, is cut where it is full.
  const cut = lastSpace > charsMax / 2 ? start.slice(0, lastSpace) : start.slice(0, -1);
  return `${cut.toWellFormed().replace(/[\s,;:–—\uFFFD-]+$/u, "")}…`;
}
