// The port of adapters: one speaks one platform.
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { AuthorId, ChannelId, MessageId, PersonaId, PlatformName, PostId } from "../domain/ids.ts";
import type { Arrival, Place } from "../domain/message.ts";
import type { Limit } from "../domain/pace.ts";
import type { Persona } from "../domain/persona.ts";
import type { Post } from "../domain/turn.ts";

/** What a platform can do, as data. */
export interface Traits {
  /** Longest text of one post, in UTF-16 code units as the platform counts. */
  readonly textCharsMax: number;
  /** `safe`: sending the same post id twice says it once. `find`: a post in doubt must be looked for first. */
  readonly resend: "safe" | "find";
  /** After this long a request that was sent can no longer land, in ms. */
  readonly landsWithinMs: number;
  /** Who lives in a channel in which nobody was bound: the house's whole cast, or nobody. */
  readonly cast: "everyone" | "bound";
  /** Whether what was said can be changed and taken back. */
  readonly edits: boolean;
  /** What the platform takes of posts and changes of posts in which time, by a name of the adapter's own, such as `webhook`; null: as much as there is. */
  readonly limits: Readonly<Record<string, Limit>> | null;
}

/** How a post is to be said, by the settings of its place. */
export interface Manner {
  /** The one person whom the post may ping; null: nobody. */
  readonly ping: AuthorId | null;
  readonly linkPreviews: "shown" | "hidden";
  /** Whether the name says that this is an AI. */
  readonly mark: "none" | "name";
  /** What was asked by a command and stands nowhere there: it is told above the post. Null: what is answered is there to be read. */
  readonly asked: { readonly by: string; readonly text: string } | null;
  /** What it answers, when that stands further up; null: a reader sees it by itself. */
  readonly refersTo: { readonly message: MessageId; readonly author: string } | null;
  /** The message in whose thread it is said, and its text, after which the thread is named where it is made first; null: in the channel. Where no thread can be made, it is said in the channel all the same. */
  readonly thread: { readonly of: MessageId; readonly about: string } | null;
}

export const plainManner: Manner = {
  ping: null,
  linkPreviews: "hidden",
  mark: "none",
  asked: null,
  refersTo: null,
  thread: null,
};

/** A post that stands on the platform. */
export interface Said {
  readonly message: MessageId;
  readonly channel: ChannelId;
  readonly persona: PersonaId;
  readonly part: number;
}

/** A person set a sign on a message, or took it back: only setting counts. */
export interface Reaction {
  readonly message: MessageId;
  readonly place: Place;
  readonly by: { readonly id: AuthorId; readonly name: string };
  /** As it is shown, such as `🛑`. */
  readonly sign: string;
}

export interface AdapterEvents {
  /** Resolves once the message is stored; only then may the platform be told "received". Says whether it was new. */
  message(arrival: Arrival, checkpoint: Checkpoint | null): Promise<{ readonly fresh: boolean }>;
  /** The text of a message changed. One that is not known is left alone. */
  edited(message: MessageId, text: string, checkpoint: Checkpoint | null): Promise<void>;
  /** Messages are gone from the platform: they are gone from memory too. */
  deleted(messages: readonly MessageId[], checkpoint: Checkpoint | null): Promise<void>;
  reacted(reaction: Reaction, checkpoint: Checkpoint | null): Promise<void>;
  /** The channel is gone from the platform, with its threads. */
  gone(from: ChannelId, checkpoint: Checkpoint | null): Promise<void>;
  /** Heard, and nothing to be done about it but to remember how far. */
  heard(checkpoint: Checkpoint): Promise<void>;
  /** Somebody is looking at this channel now. */
  watched(channel: ChannelId): Promise<void>;
}

/** Where a post landed. */
export interface Sent {
  readonly post: PostId;
  /** The platform's id of it. */
  readonly message: MessageId;
  /** By the platform's clock, epoch ms. */
  readonly at: number;
  /** Where it stands, when that is not the post's own channel but a thread of it; else null. */
  readonly thread: Place | null;
}

export interface Adapter {
  readonly platform: PlatformName;
  readonly traits: Traits;
  /** Begins to hear, first what was missed since the checkpoints that it wrote. An event is acknowledged to the platform when its handler resolves. */
  listen(events: AdapterEvents): Promise<void>;
  /** Under which of its limits a post in the channel comes, and what the platform counts there: such as `{ webhook: "7" }`. Where there are limits it is asked before every post, so it answers at once where it can. Never rejects: what keeps it from knowing keeps `send` from sending. */
  limitsOf(channel: ChannelId): Promise<Readonly<Record<string, string>>>;
  /** Says a post under the persona's name. Works without `listen`. Throws `Refused`, `Limited` or `InDoubt`. */
  send(post: Post, as: Persona, manner: Manner, signal: AbortSignal): Promise<Sent>;
  /** After doubt, no sooner than `landsWithinMs`: where the post landed, or null. */
  find(post: Post): Promise<Sent | null>;
  /** Changes what a post says. Throws as `send` does. */
  edit(said: Said, as: Persona, text: string, manner: Manner, signal: AbortSignal): Promise<void>;
  /** Changes what a post says that is still being written: more is to come. Throws as `edit` does. */
  grow(said: Said, as: Persona, text: string, manner: Manner, signal: AbortSignal): Promise<void>;
  /** Takes a post back; one that is gone already is no failure. Throws as `send` does. */
  remove(said: Said, signal: AbortSignal): Promise<void>;
  /** Shows that the persona is writing, until it has spoken or a few seconds have passed. Failing to show it is no failure. */
  typing(channel: ChannelId, as: Persona): Promise<void>;
  close(): Promise<void>;
}

/** What an adapter must remember between runs, such as webhooks, sessions and claims: encrypted, shared by all processes. Keys are the adapter's own. */
export interface Keep {
  get(key: string): Promise<string | null>;
  /** Null forgets it. */
  put(key: string, value: string | null): Promise<void>;
  /** The same for a while: it is forgotten some time after `forMs`. */
  lend(key: string, value: string, forMs: number): Promise<void>;
  /** True once in `forMs` for each key, whoever asks. */
  claim(key: string, forMs: number): Promise<boolean>;
  /** Whether the key is this process's: it becomes so when it is nobody's, or that of a process that has died. */
  hold(key: string): Promise<boolean>;
  /** How far was heard under this checkpoint's key; null: nothing yet. */
  checkpoint(key: string): Promise<string | null>;
}

/** The platform will not take this post, now or later. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Not now: try again at `retryAt`, epoch ms. */
export class Limited extends Error {
  override readonly name = "Limited";
  readonly retryAt: number;
  constructor(message: string, retryAt: number) {
    super(message);
    this.retryAt = retryAt;
  }
}

/** The platform itself said that its limit is reached: so it is for everybody who comes under it. */
export class LimitReached extends Limited {}

/** Nobody knows whether the post landed. */
export class InDoubt extends Error {
  override readonly name = "InDoubt";
}
