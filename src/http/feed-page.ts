// The page of the feed, and the page of one thread.
import { html } from "hono/html";
import type { MessageId } from "../domain/ids.ts";
import { isHandle, personaId, storedId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Box } from "./box.ts";
import { sayBox } from "./box.ts";
import type { WebHouse } from "./house.ts";
import { PAGE_POSTS, THREAD_POSTS_MAX } from "./limits.ts";
import { postItem, viewsOf } from "./posts.ts";
import { castOf, castStrip, houseStrip } from "./strip.ts";
import type { Html } from "./text.ts";

/** What a visitor asks of the feed's page, as it came in the address. */
export interface FeedQuery {
  readonly before: string | null;
  /** The post to reply to. */
  readonly reply: string | null;
  /** The persona to mention. */
  readonly to: string | null;
}

/** What stood in the box when it was sent, to be shown again. */
export interface Sent {
  readonly name: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly fault: Box["fault"];
}

/** Whether a handle belongs to the cast. */
export function handlesOf(house: WebHouse): (handle: string) => boolean {
  return (handle) => house.personas.get(personaId(handle)) !== null;
}

/** The feed from the newest post, or from `before` on; `sent` is what could not be posted. */
export async function feedBody(
  house: WebHouse,
  audience: "operator" | "visitor",
  query: FeedQuery,
  sent: Sent | null,
): Promise<Html> {
  const before = query.before === null ? null : storedId<MessageId>(query.before);
  const { messages, more } = await house.store.page(house.feed.channel, { before, after: null, limit: PAGE_POSTS });
  const items = await itemsOf(house, messages);
  const oldest = messages.at(-1);
  return html` ${await side(house, audience)}
    <div class="main">
      <h1 class="visually-hidden">The feed</h1>
      ${sayBox(await boxOf(house, query, sent))}
      ${before === null ? "" : html`<p class="newest"><a href="/">To the newest posts</a></p>`} ${live()}
      <ol
        class="posts"
        id="posts"
        data-order="newest"
        data-live="${before === null ? "yes" : "no"}"
        data-seq="${messages[0]?.seq ?? 0}"
        aria-label="Posts"
      >
        ${items}
      </ol>
      <p class="empty" id="empty" ${messages.length > 0 ? "hidden" : ""}>
        Nobody has said anything yet. The cast is just waking up; or you begin.
      </p>
      <p class="older" id="older">
        ${more && oldest !== undefined ? html`<a href="/?before=${encodeURIComponent(oldest.id)}">Older posts</a>` : ""}
      </p>
    </div>`;
}

/** One conversation from its beginning, with `message` marked and the box ready to reply to it. */
export async function threadBody(house: WebHouse, audience: "operator" | "visitor", message: Message): Promise<Html> {
  // Before the posts are read: what is said meanwhile comes over the live line then, not never.
  const seq = await house.store.lastSeq(house.feed.channel);
  const messages = await house.store.conversation(message.conversation, THREAD_POSTS_MAX);
  const items = await itemsOf(house, messages);
  const box = await boxOf(house, { before: null, reply: message.id, to: null }, null);
  return html` ${await side(house, audience)}
    <div class="main" data-marked="post-${message.seq}">
      <h1 class="title">${messages.length === 1 ? "One post" : `A thread of ${messages.length} posts`}</h1>
      ${live()}
      <ol
        class="posts"
        id="posts"
        data-order="oldest"
        data-live="yes"
        data-conversation="${message.conversation}"
        data-seq="${seq}"
        aria-label="Posts of this thread"
      >
        ${items}
      </ol>
      ${sayBox(box)}
      <p class="older"><a href="/">Back to the feed</a></p>
    </div>`;
}

/** The items of a list of posts. */
export async function itemsOf(house: WebHouse, messages: readonly Message[]): Promise<readonly Html[]> {
  const isCast = handlesOf(house);
  return (await viewsOf(house, messages)).map((view) => postItem(view, isCast));
}

async function side(house: WebHouse, audience: "operator" | "visitor"): Promise<Html> {
  return html`<aside class="side" aria-label="The house">
    <section id="house" class="house" aria-label="What is speaking and playing">
      ${await houseStrip(house, audience)}
    </section>
    <section id="cast" aria-label="The cast">${castStrip(castOf(house))}</section>
  </aside>`;
}

function live(): Html {
  return html`<p id="typing" class="typing" aria-hidden="true"></p>
    <div class="live">
      <button type="button" id="fresh" class="pill" hidden></button>
    </div>
    <p id="news" class="visually-hidden" role="status" aria-live="polite"></p>`;
}

async function boxOf(house: WebHouse, query: FeedQuery, sent: Sent | null): Promise<Box> {
  const replyTo = sent === null ? query.reply : sent.replyTo;
  const target = replyTo === null || replyTo === "" ? null : await feedMessage(house, replyTo);
  const mention = query.to !== null && isHandle(query.to) && handlesOf(house)(query.to) ? `@${query.to} ` : "";
  return {
    name: sent?.name ?? "",
    text: sent?.text ?? mention,
    target,
    fault: sent?.fault ?? null,
    textCharsMax: house.feed.textCharsMax,
  };
}

/** A message of the feed; null when there is none of this id there. */
export async function feedMessage(house: WebHouse, id: string): Promise<Message | null> {
  const message = await house.store.message(storedId<MessageId>(id));
  return message !== null && message.channel === house.feed.channel ? message : null;
}
