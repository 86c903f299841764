// The newest messages of busy channels, kept in memory: every turn reads them, and all but the last it read before.
import type { ChannelId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";

// As many channels as a house talks in at the same time, and as many messages as the largest window of a room, twice over, so that a list is cut now and then only.
const CHANNELS_MAX = 100;
const MESSAGES_MAX = 200;

// A channel in which people write more than this into its newest messages is read from the disk: a hundred such lists are 10 MB.
const CHARS_MAX = 50_000;

/** What is known of the newest messages. It is right as long as it is told of every change that this process makes. */
export class Newest {
  readonly #version: () => unknown;
  #seenVersion: unknown = null;
  readonly #lists = new Map<ChannelId, Message[]>();

  /** `version` gives another value after every commit of another process. */
  constructor(version: () => unknown) {
    this.#version = version;
  }

  /** The newest `limit` messages of the channel, oldest first; null: not known. */
  last(channel: ChannelId, limit: number): readonly Message[] | null {
    const list = this.#known(channel);
    return list === null || list.length < limit ? null : list.slice(-limit);
  }

  /** Everything after that place, oldest first; null: not known. */
  after(channel: ChannelId, seq: number): readonly Message[] | null {
    const list = this.#known(channel);
    const first = list?.[0];
    if (list === null || first === undefined || first.seq > seq + 1) return null;
    // Few are: from the end.
    return list.slice(list.findLastIndex((message) => message.seq <= seq) + 1);
  }

  /** These are the newest of the channel, as they were just read. */
  keep(channel: ChannelId, messages: readonly Message[]): void {
    const chars = messages.reduce((sum, { text }) => sum + text.length, 0);
    if (chars > CHARS_MAX || messages.length > MESSAGES_MAX) return;
    const [oldest] = this.#lists.keys();
    if (this.#lists.size >= CHANNELS_MAX && oldest !== undefined) this.#lists.delete(oldest);
    this.#lists.set(channel, [...messages]);
  }

  /** A message came to stand at the end of its channel. */
  add(message: Message): void {
    const list = this.#lists.get(message.channel);
    if (list === undefined) return;
    list.push(message);
    if (list.length <= MESSAGES_MAX) return;
    // Read anew, and counted anew, when it is next asked for.
    this.#lists.delete(message.channel);
  }

  forget(channel: ChannelId): void {
    this.#lists.delete(channel);
  }

  forgetAll(): void {
    this.#lists.clear();
  }

  #known(channel: ChannelId): readonly Message[] | null {
    const version = this.#version();
    if (version !== this.#seenVersion) this.#lists.clear();
    this.#seenVersion = version;
    return this.#lists.get(channel) ?? null;
  }
}
