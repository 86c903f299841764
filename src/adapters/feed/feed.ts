// The feed: the platform of our own, where people and personas post on one page.
import { hash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { ChannelId, MessageId, PlatformName } from "../../domain/ids.ts";
import { authorId, channelId, feedPlatform, messageId } from "../../domain/ids.ts";
import type { Place } from "../../domain/message.ts";
import { cleanText } from "../../domain/message.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Post } from "../../domain/turn.ts";
import { HouseFault } from "../../errors.ts";
import type { Adapter, AdapterEvents, Manner, Sent, Traits } from "../adapter.ts";
import { Refused } from "../adapter.ts";
import { foldName, isVisible, NAME_CHARS_MAX, passesFor, tidyName } from "./names.ts";

/** The one channel of the feed. */
export const feedChannel: ChannelId = channelId(feedPlatform, "main");

// About two screens of a phone: longer is an essay, and the page keeps every post open.
const TEXT_CHARS_MAX = 4000;

// A scene looks for watchers every few seconds; more often than this says nothing new.
const WATCHED_EVERY_MS = 10_000;

const place: Place = {
  platform: feedPlatform,
  channel: feedChannel,
  parent: null,
  workspace: null,
  unnamed: "answered",
  nsfw: false,
};

/** What somebody wrote. */
export interface Draft {
  readonly name: string;
  readonly text: string;
  readonly replyTo: MessageId | null;
  /** The same key, name and words are one post, however often they are sent. */
  readonly key: string;
}

export type Posted =
  | { readonly kind: "posted"; readonly id: MessageId }
  /** `why` is one sentence for the writer. */
  | { readonly kind: "refused"; readonly field: "name" | "text"; readonly why: string }
  /** Nobody listens yet, or any more. */
  | { readonly kind: "closed" };

/** Speaks the feed. What is said here needs no wire: the store shows it, so sending twice is saying once. */
export class FeedAdapter implements Adapter {
  readonly platform: PlatformName = feedPlatform;
  readonly traits: Traits = {
    textCharsMax: TEXT_CHARS_MAX,
    resend: "safe",
    landsWithinMs: 0,
    cast: "everyone",
    edits: false,
    limits: null,
  };
  readonly channel: ChannelId = feedChannel;
  readonly place = place;
  readonly textCharsMax: number = TEXT_CHARS_MAX;
  readonly #cast: () => readonly Persona[];
  readonly #clock: Clock;
  readonly #typing = new Set<(as: Persona) => void>();
  #events: AdapterEvents | null = null;
  #watchedAt: number | null = null;

  /** `cast`: everyone whose name a person may not take. */
  constructor(cast: () => readonly Persona[], clock: Clock) {
    this.#cast = cast;
    this.#clock = clock;
  }

  async listen(events: AdapterEvents): Promise<void> {
    if (this.#events !== null) throw new HouseFault("The feed is listened to already; it can be listened to once.");
    this.#events = events;
  }

  async send(post: Post, _as: Persona, _manner: Manner, signal: AbortSignal): Promise<Sent> {
    signal.throwIfAborted();
    return this.#sent(post);
  }

  async limitsOf(): Promise<Readonly<Record<string, string>>> {
    return {};
  }

  async find(post: Post): Promise<Sent | null> {
    return this.#sent(post);
  }

  async edit(): Promise<void> {
    throw new Refused("posts in the feed stay as they were said");
  }

  grow(): Promise<void> {
    return this.edit();
  }

  async remove(): Promise<void> {
    throw new Refused("posts in the feed stay where they are");
  }

  async typing(channel: ChannelId, as: Persona): Promise<void> {
    if (channel !== feedChannel) return;
    for (const listener of this.#typing) listener(as);
  }

  async close(): Promise<void> {
    this.#events = null;
    this.#typing.clear();
  }

  /** Takes a person's post. Resolves once it is stored; the same draft twice is one post. */
  async post(draft: Draft): Promise<Posted> {
    if (this.#events === null) return { kind: "closed" };
    const name = tidyName(cleanText(draft.name));
    const text = cleanText(draft.text);
    const refusal = this.#refusal(name, text);
    if (refusal !== null) return refusal;
    const author = authorId(feedPlatform, foldName(name));
    const id = messageId(
      feedPlatform,
      hash("sha1", [draft.key, author, draft.replyTo ?? "", text].join("\u0000")).slice(0, 20),
    );
    await this.#events.message(
      {
        id,
        place,
        author: { id: author, kind: "person", name },
        text,
        images: [],
        toHouse: false,
        asks: null,
        replyTo: draft.replyTo,
        createdAt: this.#clock.now(),
      },
      null,
    );
    return { kind: "posted", id };
  }

  /** Calls `listener` when a persona begins to write. Returns the way to stop it. */
  onTyping(listener: (as: Persona) => void): () => void {
    this.#typing.add(listener);
    return () => this.#typing.delete(listener);
  }

  /** Somebody has a page open now; told on at most every ten seconds. */
  async watched(): Promise<void> {
    const now = this.#clock.now();
    if (this.#events === null) return;
    if (this.#watchedAt !== null && now - this.#watchedAt < WATCHED_EVERY_MS) return;
    this.#watchedAt = now;
    await this.#events.watched(feedChannel);
  }

  #refusal(name: string, text: string): Posted | null {
    const refused = (field: "name" | "text", why: string): Posted => ({ kind: "refused", field, why });
    if (!isVisible(name)) return refused("name", "Say who you are: a post needs a name that can be seen.");
    if (name.length > NAME_CHARS_MAX) {
      return refused("name", `That name has ${name.length} characters; ${NAME_CHARS_MAX} fit.`);
    }
    const persona = passesFor(name, this.#cast());
    if (persona !== null) {
      return refused(
        "name",
        `${persona.name} is one of the cast, and nobody else posts under that name: choose another.`,
      );
    }
    if (text === "") return refused("text", "There is nothing in the box yet: write something to post.");
    if (text.length > TEXT_CHARS_MAX) {
      return refused("text", `Your text has ${figure(text.length)} characters; ${figure(TEXT_CHARS_MAX)} fit.`);
    }
    return null;
  }

  #sent(post: Post): Sent {
    return { post: post.id, message: messageId(feedPlatform, post.id), at: this.#clock.now(), thread: null };
  }
}

function figure(count: number): string {
  return count.toLocaleString("en");
}
