// A platform in memory on which personas live by being bound, with one workspace of channels, for stories.
import type { Adapter, AdapterEvents, Manner, Said, Sent, Traits } from "../../src/adapters/adapter.ts";
import { InDoubt } from "../../src/adapters/adapter.ts";
import type { Clock } from "../../src/clock.ts";
import type { AuthorId, ChannelId, MessageId } from "../../src/domain/ids.ts";
import { authorId, channelId, messageId, platformName, workspaceId } from "../../src/domain/ids.ts";
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
  /** Posts whose sending ends in doubt, and which did not land. */
  losesPosts = false;
  /** Called after each post, as another bot in the channel would see it. */
  onPost: (got: Got) => Promise<void> = async () => {};
  readonly #clock: Clock;
  #events: AdapterEvents | null = null;
  #count = 0;

  constructor(clock: Clock, traits: Partial<Traits> = {}) {
    this.#clock = clock;
    this.traits = { textCharsMax: 2000, resend: "safe", landsWithinMs: 0, cast: "bound", edits: true, ...traits };
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

  async send(post: Post, as: Persona, manner: Manner): Promise<Sent> {
    if (this.losesPosts) throw new InDoubt("the answer got lost");
    const got = { post, as, manner, id: messageId(roomPlatform, post.id) };
    this.got.push(got);
    await this.onPost(got);
    return { post: post.id, message: got.id, at: this.#clock.now(), thread: null };
  }

  async find(): Promise<null> {
    return null;
  }

  async edit(_said: Said): Promise<void> {}
  async grow(_said: Said): Promise<void> {}
  async remove(_said: Said): Promise<void> {}
  async typing(): Promise<void> {}
  async close(): Promise<void> {}

  #heard(): AdapterEvents {
    if (this.#events === null) throw new Error("nobody listens yet");
    return this.#events;
  }
}

export function whoIs(name: string): AuthorId {
  return authorId(roomPlatform, name.toLowerCase());
}
