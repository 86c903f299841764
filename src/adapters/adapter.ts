// The port of adapters: one speaks one platform.
import type { ChannelId, MessageId, PlatformName, PostId } from "../domain/ids.ts";
import type { Arrival } from "../domain/message.ts";
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
}

export interface AdapterEvents {
  /** Resolves once the message is stored; only then may the platform be told "received". Says whether it was new. */
  message(arrival: Arrival): Promise<{ readonly fresh: boolean }>;
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
}

export interface Adapter {
  readonly platform: PlatformName;
  readonly traits: Traits;
  /** Begins to hear. An event is acknowledged to the platform when its handler resolves. */
  listen(events: AdapterEvents): Promise<void>;
  /** Says a post under the persona's name. Works without `listen`. Throws `Refused`, `Limited` or `InDoubt`. */
  send(post: Post, as: Persona, signal: AbortSignal): Promise<Sent>;
  /** After doubt, no sooner than `landsWithinMs`: where the post landed, or null. */
  find(post: Post): Promise<Sent | null>;
  /** Shows that the persona is writing, until it has spoken or a few seconds have passed. Failing to show it is no failure. */
  typing(channel: ChannelId, as: Persona): Promise<void>;
  close(): Promise<void>;
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

/** Nobody knows whether the post landed. */
export class InDoubt extends Error {
  override readonly name = "InDoubt";
}
