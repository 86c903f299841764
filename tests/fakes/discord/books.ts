// The books of the fake Discord: everything that stands there, and the log that is never shortened.
import { randomBytes } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import type {
  AttachmentRecord,
  ChannelRecord,
  CommandRecord,
  EmojiRecord,
  GuildRecord,
  InteractionRecord,
  MessageRecord,
  RequestRecord,
  UserRecord,
  WebhookRecord,
} from "./records.ts";
import { refusals } from "./refusals.ts";
import { Snowflakes } from "./snowflakes.ts";

/** Who the bot is. */
export interface BotIdentity {
  readonly applicationId: string;
  readonly user: UserRecord;
}

export class Books {
  readonly clock: Clock;
  readonly ids: Snowflakes;
  readonly bot: BotIdentity;
  readonly users = new Map<string, UserRecord>();
  readonly guilds = new Map<string, GuildRecord>();
  readonly channels = new Map<string, ChannelRecord>();
  readonly webhooks = new Map<string, WebhookRecord>();
  readonly emojis = new Map<string, EmojiRecord>();
  /** People who take no direct messages from the bot. */
  readonly closedTo = new Set<string>();
  /** In which language people have their client, where not in English. */
  readonly locales = new Map<string, string>();
  /** Files that came with a command or a form. */
  readonly uploads = new Map<string, AttachmentRecord>();
  readonly images = new Map<string, Buffer>();
  readonly interactions = new Map<string, InteractionRecord>();
  readonly requests: RequestRecord[] = [];
  /** The bot's commands as registered last. */
  commands: readonly CommandRecord[] = [];
  /** Commands of single guilds. */
  readonly guildCommands = new Map<string, readonly CommandRecord[]>();
  // Every message ever stored, by channel and in order; a deleted one stays, marked.
  readonly #messages = new Map<string, Map<string, MessageRecord>>();
  readonly #channelOf = new Map<string, string>();
  readonly #nonces = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
    this.ids = new Snowflakes(clock);
    // Bot and application share an id, as those of today do.
    const id = this.ids.next();
    const user: UserRecord = { id, username: "troupe", displayName: "Troupe", isBot: true, avatar: null };
    this.bot = { applicationId: id, user };
    this.users.set(id, user);
  }

  /** Calls back at each change until the returned function is called. */
  watch(look: () => void): () => void {
    this.#waiting.add(look);
    return () => this.#waiting.delete(look);
  }

  /** Tells whoever waits that something is different now. */
  changed(): void {
    for (const look of this.#waiting) look();
  }

  channel(id: string): ChannelRecord {
    const channel = this.channels.get(id);
    if (channel === undefined) throw refusals.unknownChannel();
    return channel;
  }

  guild(id: string): GuildRecord {
    const guild = this.guilds.get(id);
    if (guild === undefined || !guild.isJoined) throw refusals.unknownGuild();
    return guild;
  }

  user(id: string): UserRecord {
    const user = this.users.get(id);
    if (user === undefined) throw refusals.unknownUser();
    return user;
  }

  /** A message that still stands in the channel. */
  message(channelId: string, id: string): MessageRecord {
    const message = this.#messages.get(channelId)?.get(id);
    if (message === undefined || message.deletedAt !== null) throw refusals.unknownMessage();
    return message;
  }

  /** A message wherever it stands, deleted ones included; null for an id that no message has. */
  findMessage(id: string): MessageRecord | null {
    const channelId = this.#channelOf.get(id);
    return (channelId === undefined ? undefined : this.#messages.get(channelId)?.get(id)) ?? null;
  }

  /** What was ever stored in a channel, oldest first, deleted ones included. */
  stored(channelId: string): readonly MessageRecord[] {
    return [...(this.#messages.get(channelId)?.values() ?? [])];
  }

  /** Everything ever stored, channel by channel. */
  everything(): readonly MessageRecord[] {
    return [...this.#messages.values()].flatMap((channel) => [...channel.values()]);
  }

  putMessage(message: MessageRecord): void {
    const channel = this.#messages.get(message.channelId) ?? new Map<string, MessageRecord>();
    const isNew = !channel.has(message.id);
    channel.set(message.id, message);
    this.#messages.set(message.channelId, channel);
    this.#channelOf.set(message.id, message.channelId);
    const place = this.channels.get(message.channelId);
    if (isNew && place !== undefined && message.onlyFor === null) {
      const messageCount = place.messageCount + 1;
      this.channels.set(place.id, { ...place, lastMessageId: message.id, messageCount });
    }
    this.changed();
  }

  /** The message that carries this nonce in this channel already, when it is young enough. */
  byNonce(channelId: string, nonce: string, since: number): MessageRecord | null {
    const id = this.#nonces.get(`${channelId} ${nonce}`);
    const message = id === undefined ? null : this.findMessage(id);
    return message === null || message.createdAt < since ? null : message;
  }

  putNonce(channelId: string, nonce: string, messageId: string): void {
    this.#nonces.set(`${channelId} ${nonce}`, messageId);
  }

  webhooksOf(channelId: string): readonly WebhookRecord[] {
    return [...this.webhooks.values()].filter((webhook) => webhook.channelId === channelId);
  }

  /** Keeps an image and gives the hash that stands for it. */
  putImage(content: Buffer): string {
    const hash = randomBytes(16).toString("hex");
    this.images.set(hash, content);
    return hash;
  }
}
