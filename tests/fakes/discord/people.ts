// What a test says and does as the people, and the foreign bots, of the chat.
import type { World } from "./call.ts";
import type { Places, Ref } from "./places.ts";
import { pingedBy } from "./mentions.ts";
import { audienceOf, change, eventShape, type NewMessage, post, remove } from "./posting.ts";
import type { AttachmentRecord, ChannelRecord, MessageRecord, Speaker } from "./records.ts";
import { type Said, saidOf } from "./said.ts";
import { bareMemberShape } from "./guild-shapes.ts";
import { emojiName } from "./message-shapes.ts";
import { userShape } from "./shapes.ts";

/** A file that comes with a message. */
export interface File {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer | string;
}

export interface SayMore {
  readonly replyTo?: { readonly id: string };
  /** A reply that leaves its author in peace. */
  readonly ping?: "off";
  readonly attachments?: readonly File[];
}

export interface People {
  /** Someone says something: a person by name, or anyone by reference, a foreign bot included. */
  say(place: Ref, who: Ref | string, text: string, more?: SayMore): Said;
  /** A foreign webhook says something under a name of its own, as PluralKit does. */
  proxy(place: Ref, name: string, text: string): Said;
  /** Passes a message on to another channel. */
  forward(place: Ref, who: Ref | string, message: { readonly id: string }): Said;
  edit(message: { readonly id: string }, text: string): Said;
  /** A moderator or the author deletes it; many go in one event. */
  remove(...messages: readonly { readonly id: string }[]): void;
  react(message: { readonly id: string }, who: Ref | string, emoji: string): void;
  type(place: Ref, who: Ref | string): void;
  /** What the text of a mention is. */
  mention(of: Ref): string;
  /** A mention of the bot itself. */
  readonly mentionBot: string;
}

export function people(world: World, { user, member }: Pick<Places, "member" | "user">): People {
  const { books, gateway, at } = world;
  const at_ = (message: MessageRecord): Said => saidOf(books, at, message);
  const known = (id: string): MessageRecord => {
    const message = books.findMessage(id);
    if (message?.deletedAt !== null) throw new Error(`no message ${id} stands anywhere`);
    return message;
  };
  const whoIs = (who: Ref | string, channel: ChannelRecord): Ref => {
    const person = typeof who === "string" ? user(who) : who;
    const { guildId } = channel;
    const guild = guildId === null ? undefined : books.guilds.get(guildId);
    // Whoever speaks in a guild is a member of it.
    if (guild !== undefined && !guild.members.has(person.id)) member({ id: guild.id, name: guild.name }, person);
    return person;
  };
  const files = (channelId: string, given: readonly File[]): readonly AttachmentRecord[] =>
    given.map(({ name, type, content }) => ({
      id: books.ids.next(),
      filename: name,
      contentType: type,
      description: null,
      content: Buffer.from(content),
      channelId,
    }));
  const say = (place: Ref, speaker: Speaker, text: string, more: Partial<NewMessage>): Said => {
    const channel = books.channel(place.id);
    const speakerId = speaker.kind === "user" ? speaker.userId : null;
    const pinged = pingedBy(books, { channel, text, allowed: null, repliedTo: null, speakerId });
    return at_(
      post(world, {
        channelId: channel.id,
        guildId: channel.guildId,
        type: 0,
        speaker,
        text,
        embeds: [],
        components: [],
        attachments: [],
        nonce: null,
        flags: 0,
        pinged,
        replyTo: null,
        forwarded: null,
        interactionId: null,
        onlyFor: null,
        ...more,
      }),
    );
  };

  return {
    say: (place, who, text, more = {}) => {
      const channel = books.channel(place.id);
      const speakerId = whoIs(who, channel).id;
      const original = more.replyTo === undefined ? null : books.findMessage(more.replyTo.id);
      const author = original?.speaker.kind === "user" && more.ping !== "off" ? original.speaker.userId : null;
      const pinged = pingedBy(books, { channel, text, allowed: null, repliedTo: author, speakerId });
      const attachments = files(channel.id, more.attachments ?? []);
      return say(place, { kind: "user", userId: speakerId }, text, {
        pinged,
        attachments,
        replyTo: more.replyTo?.id ?? null,
        type: more.replyTo === undefined ? 0 : 19,
      });
    },
    proxy: (place, name, text) => {
      const foreign = books.ids.next();
      return say(
        place,
        {
          kind: "webhook",
          webhookId: foreign,
          applicationId: "466378653216014359",
          name,
          avatar: null,
          avatarUrl: null,
        },
        text,
        {},
      );
    },
    forward: (place, who, { id }) => {
      const speakerId = whoIs(who, books.channel(place.id)).id;
      return say(place, { kind: "user", userId: speakerId }, "", { forwarded: known(id).id });
    },
    edit: ({ id }, text) => {
      const message = known(id);
      const channel = books.channel(message.channelId);
      const speakerId = message.speaker.kind === "user" ? message.speaker.userId : null;
      return at_(
        change(world, message, {
          text,
          pinged: pingedBy(books, { channel, text, allowed: null, repliedTo: null, speakerId }),
        }),
      );
    },
    remove: (...messages) => {
      const records = messages.map(({ id }) => known(id));
      const [first] = records;
      if (first === undefined) return;
      if (records.length === 1) {
        remove(world, first);
        return;
      }
      const deletedAt = books.clock.now();
      for (const record of records) books.putMessage({ ...record, deletedAt });
      const guild = first.guildId === null ? {} : { guild_id: first.guildId };
      gateway.announce(
        "MESSAGE_DELETE_BULK",
        { ids: records.map(({ id }) => id), channel_id: first.channelId, ...guild },
        audienceOf(first),
      );
    },
    react: ({ id }, who, emoji) => {
      const message = known(id);
      const channel = books.channel(message.channelId);
      const person = whoIs(who, channel);
      const users = new Set([...(message.reactions.get(emoji) ?? []), person.id]);
      books.putMessage({ ...message, reactions: new Map([...message.reactions, [emoji, users]]) });
      const membership =
        channel.guildId === null ? undefined : books.guilds.get(channel.guildId)?.members.get(person.id);
      const inGuild = channel.guildId === null ? {} : { guild_id: channel.guildId };
      const member =
        membership === undefined
          ? {}
          : { member: { ...bareMemberShape(membership), user: userShape(books.user(person.id)) } };
      const data = {
        user_id: person.id,
        channel_id: channel.id,
        message_id: id,
        message_author_id: eventShape(world, message).author.id,
        emoji: emojiName(emoji),
        burst: false as const,
        type: 0,
        ...inGuild,
        ...member,
      };
      gateway.announce("MESSAGE_REACTION_ADD", data, audienceOf(message));
    },
    type: (place, who) => {
      const channel = books.channel(place.id);
      const inGuild = channel.guildId === null ? {} : { guild_id: channel.guildId };
      const data = {
        channel_id: channel.id,
        user_id: whoIs(who, channel).id,
        timestamp: Math.floor(books.clock.now() / 1000),
        ...inGuild,
      };
      gateway.announce("TYPING_START", data, { guildId: channel.guildId, channelId: channel.id });
    },
    mention: ({ id }) => (books.channels.has(id) ? `<#${id}>` : books.users.has(id) ? `<@${id}>` : `<@&${id}>`),
    mentionBot: `<@${books.bot.user.id}>`,
  };
}
