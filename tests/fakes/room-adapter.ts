// A platform in memory on which personas live by being bound, with one workspace of channels, for stories.
import type { Adapter, AdapterEvents, Manner, Said, Sent, Traits } from "../../src/adapters/adapter.ts";
import { InDoubt, Refused } from "../../src/adapters/adapter.ts";
import type { Clock } from "../../src/clock.ts";
import type { AuthorId, ChannelId, MessageId } from "../../src/domain/ids.ts";
import { authorId, channelId, messageId, nativeOf, platformName, workspaceId } from "../../src/domain/ids.ts";
import type { Arrival, Author, Place } from "../../src/domain/message.ts";
import type { Persona } from "../../src/domain/persona.ts";
import type { Post } from "../../src/domain/turn.ts";

export const roomPlatform = platformName("room");
export const lounge: ChannelId = channelId(roomPlatform, "lounge");
export const workspace = workspaceId(roomPlatform, "harbour");

export const loungePlace: Place = {
  platform: roomPlatform,
  channel: lounge,
  parent: null,
  workspace,
  unnamed: "ignored",
  nsfw: false,
};

/** A direct message: it belongs to no workspace, and everything in it is for the house. */
export const directPlace: Place = {
  ...loungePlace,
  channel: channelId(roomPlatform, "direct"),
  workspace: null,
  unnamed: "answered",
};

/** The thread of a message in the lounge. */
export function threadOf(message: MessageId): Place {
  return { ...loungePlace, channel: channelId(roomPlatform, nativeOf(message)), parent: lounge };
}

/** A post as the platform got it. */
export interface Got {
  readonly post: Post;
  readonly as: Persona;
  readonly manner: Manner;
  readonly id: MessageId;
}

export class RoomAdapter implements Adapter {
  readonly platform = roomPlatform;
  readonly traits: Traits;
  readonly got: Got[] = [];
  /** What stands there, by message, in the order in which it was said. */
  readonly standing = new Map<MessageId, string>();
  /** In which thread it stands, where it is in one. */
  readonly threads = new Map<MessageId, Place>();
  /** All that personas did there, such as `say: Hello …`, `grow: Hello, Mira. …`, `edit: Hello, Mira.` and `remove`. */
  readonly deeds: string[] = [];
  /** What goes wrong with the next requests of each kind: `before` it is done, `after` it is done, or refused. */
  readonly troubles: {
    readonly on: "say" | "grow" | "edit";
    readonly error: Error;
    readonly when: "before" | "after";
  }[] = [];
  /** Posts whose sending ends in doubt, and which did not land. */
  losesPosts = false;
  /** Called after each post, as another bot in the channel would see it. */
  onPost: (got: Got) => Promise<void> = async () => {};
  readonly #gone = new Set<MessageId>();
  readonly #clock: Clock;
  #events: AdapterEvents | null = null;
  #count = 0;

  constructor(clock: Clock, traits: Partial<Traits> = {}) {
    this.#clock = clock;
    this.traits = {
      textCharsMax: 2000,
      resend: "safe",
      landsWithinMs: 0,
      cast: "bound",
      edits: true,
      limits: null,
      ...traits,
    };
  }

  async listen(events: AdapterEvents): Promise<void> {
    this.#events = events;
  }

  /** Somebody says something. */
  async hear(
    author: Pick<Author, "kind" | "name">,
    text: string,
    more: Partial<Pick<Arrival, "place" | "toHouse" | "replyTo" | "images">> = {},
  ): Promise<MessageId> {
    const id = messageId(roomPlatform, `${this.#clock.now()}-${(this.#count += 1)}`);
    await this.#heard().message(
      {
        id,
        place: loungePlace,
        author: { ...author, id: whoIs(author.name) },
        text,
        images: [],
        toHouse: false,
        asks: null,
        replyTo: null,
        createdAt: this.#clock.now(),
        ...more,
      },
      null,
    );
    return id;
  }

  /** Somebody sets a sign on a message. */
  async react(name: string, message: MessageId, sign: string): Promise<void> {
    await this.#heard().reacted({ message, place: loungePlace, by: { id: whoIs(name), name }, sign }, null);
  }

  /** The limit "house" holds for all that is said there, "home" for a channel with its threads, and any other for a channel alone. */
  async limitsOf(channel: ChannelId): Promise<Readonly<Record<string, string>>> {
    const home = channel.startsWith(`${lounge}-`) ? lounge : channel;
    const counted = Object.keys(this.traits.limits ?? {}).map((name) => {
      if (name === "house") return [name, "all"];
      return [name, nativeOf(name === "home" ? home : channel)];
    });
    return Object.fromEntries(counted) as Record<string, string>;
  }

  async send(post: Post, as: Persona, manner: Manner): Promise<Sent> {
    if (this.losesPosts) throw new InDoubt("the answer got lost");
    await this.#trouble("say", "before");
    const got = { post, as, manner, id: messageId(roomPlatform, post.id) };
    this.got.push(got);
    // Saying it twice says it once only where that is safe.
    const id =
      this.standing.has(got.id) && this.traits.resend === "find" ? messageId(roomPlatform, `${post.id}+`) : got.id;
    if (!this.standing.has(id)) this.standing.set(id, post.text);
    if (manner.thread !== null) this.threads.set(id, threadOf(manner.thread.of));
    this.deeds.push(`say: ${post.text}`);
    await this.#trouble("say", "after");
    await this.onPost(got);
    return this.#sent(post, got.id);
  }

  async find(post: Post): Promise<Sent | null> {
    const id = messageId(roomPlatform, post.id);
    if (!this.standing.has(id)) return null;
    return this.#sent(post, id);
  }

  async edit(said: Said, _as: Persona, text: string): Promise<void> {
    await this.#change("edit", said, text);
  }

  async grow(said: Said, _as: Persona, text: string): Promise<void> {
    await this.#change("grow", said, text);
  }

  async remove({ message }: Said): Promise<void> {
    this.deeds.push("remove");
    this.deletePost(message);
  }

  /** Somebody deletes a persona's post. */
  deletePost(message: MessageId): void {
    this.standing.delete(message);
    this.#gone.add(message);
  }

  async typing(): Promise<void> {}
  async close(): Promise<void> {}

  #sent(post: Post, message: MessageId): Sent {
    return { post: post.id, message, at: this.#clock.now(), thread: this.threads.get(message) ?? null };
  }

  async #change(kind: "edit" | "grow", { message, channel }: Said, text: string): Promise<void> {
    await this.#trouble(kind, "before");
    if (this.#gone.has(message) || channel !== (this.threads.get(message)?.channel ?? channel)) {
      throw new Refused("there is no such message");
    }
    this.deeds.push(`${kind}: ${text}`);
    this.standing.set(message, text);
    await this.#trouble(kind, "after");
  }

  async #trouble(on: "say" | "grow" | "edit", when: "before" | "after"): Promise<void> {
    const at = this.troubles.findIndex((each) => each.on === on && each.when === when);
    const [trouble] = at === -1 ? [] : this.troubles.splice(at, 1);
    if (trouble !== undefined) throw trouble.error;
  }

  #heard(): AdapterEvents {
    if (this.#events === null) throw new Error("nobody listens yet");
    return this.#events;
  }
}

export function whoIs(name: string): AuthorId {
  return authorId(roomPlatform, name.toLowerCase());
}
