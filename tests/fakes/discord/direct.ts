// Direct messages: one channel for each person, opened once.
import { ChannelType } from "discord.js";
import type { Books } from "./books.ts";
import type { ChannelRecord, UserRecord } from "./records.ts";

/** The direct messages of `user` and the bot, opened if they are not yet. */
export function openDirect(books: Books, user: UserRecord): ChannelRecord {
  const open = [...books.channels.values()].find(
    (channel) => channel.type === ChannelType.DM && channel.recipients.includes(user.id),
  );
  if (open !== undefined) return open;
  const channel = bareChannel(books.ids.next(), ChannelType.DM, { recipients: [user.id] });
  books.channels.set(channel.id, channel);
  return channel;
}

/** A channel with nothing said about it but what is given. */
export function bareChannel(id: string, type: ChannelRecord["type"], more: Partial<ChannelRecord>): ChannelRecord {
  return {
    id,
    type,
    guildId: null,
    parentId: null,
    name: "",
    topic: null,
    isNsfw: false,
    overwrites: [],
    recipients: [],
    ownerId: null,
    isArchived: false,
    isLocked: false,
    lastMessageId: null,
    messageCount: 0,
    ...more,
  };
}
