// Storing, changing and removing a message, whoever does it, with the events that follow.
import { type APIEmbed, EmbedType } from "discord.js";
import type { World } from "./call.ts";
import type { DispatchData } from "./gateway.ts";
import { FLAGS } from "./message-bodies.ts";
import { together } from "./mentions.ts";
import type { MessageRecord } from "./records.ts";
import { bareMemberShape } from "./guild-shapes.ts";
import { messageShape } from "./message-shapes.ts";

/** A message about to be stored; the books give it id and time. */
export type NewMessage = Omit<
  MessageRecord,
  "createdAt" | "deletedAt" | "earlier" | "editedAt" | "id" | "isPinned" | "reactions"
> & {
  readonly id?: string;
};

/** Stores it and tells the gateway, unless only one person sees it. */
export function post(world: World, message: NewMessage): MessageRecord {
  const { books } = world;
  const record: MessageRecord = {
    ...message,
    id: message.id ?? books.ids.next(),
    createdAt: books.clock.now(),
    editedAt: null,
    deletedAt: null,
    earlier: [],
    reactions: new Map(),
    isPinned: false,
  };
  books.putMessage(record);
  if (record.onlyFor === null) {
    world.gateway.announce("MESSAGE_CREATE", eventShape(world, record), audienceOf(record));
  }
  return preview(world, record);
}

/** What an edit changes. */
export type Changes = Partial<
  Pick<MessageRecord, "attachments" | "components" | "embeds" | "flags" | "pinged" | "text">
>;

/** Changes it and tells the gateway. What the edit pings is added to what was pinged before. */
export function change(world: World, message: MessageRecord, changes: Changes): MessageRecord {
  const isNewText = changes.text !== undefined && changes.text !== message.text;
  const record: MessageRecord = {
    ...message,
    ...changes,
    pinged: changes.pinged === undefined ? message.pinged : together(message.pinged, changes.pinged),
    earlier: isNewText ? [...message.earlier, message.text] : message.earlier,
    editedAt: world.books.clock.now(),
  };
  world.books.putMessage(record);
  announceUpdate(world, record);
  return isNewText ? preview(world, record) : record;
}

/** Marks it deleted and tells the gateway. */
export function remove(world: World, message: MessageRecord): void {
  world.books.putMessage({ ...message, deletedAt: world.books.clock.now() });
  if (message.onlyFor !== null) return;
  const { id, channelId, guildId } = message;
  const data = { id, channel_id: channelId, ...(guildId === null ? {} : { guild_id: guildId }) };
  world.gateway.announce("MESSAGE_DELETE", data, audienceOf(message));
}

/** The event of a message: what REST gives, with the guild and the author's membership. */
export function eventShape(world: World, message: MessageRecord): DispatchData<"MESSAGE_CREATE"> {
  const { books, at } = world;
  const guild = message.guildId === null ? undefined : books.guilds.get(message.guildId);
  const member = message.speaker.kind === "user" ? guild?.members.get(message.speaker.userId) : undefined;
  return {
    ...messageShape(books, message, at),
    ...(message.guildId === null ? {} : { guild_id: message.guildId }),
    ...(member === undefined ? {} : { member: bareMemberShape(member) }),
  };
}

export function audienceOf({ guildId, channelId }: MessageRecord): {
  readonly guildId: string | null;
  readonly channelId: string;
} {
  return { guildId, channelId };
}

function announceUpdate(world: World, record: MessageRecord): void {
  if (record.onlyFor !== null) return;
  world.gateway.announce("MESSAGE_UPDATE", eventShape(world, record), audienceOf(record));
}

// Discord looks at links afterwards: the preview comes as an update that is no edit. An address in <> gets none.
function preview(world: World, record: MessageRecord): MessageRecord {
  const links = [...record.text.matchAll(/(?<!<)https?:\/\/[^\s>)\]]+/g)].map(([url]) => url);
  if (links.length === 0 || (record.flags & FLAGS.suppressEmbeds) !== 0) return record;
  const embeds = links.map((url): APIEmbed => ({ type: EmbedType.Link, url, title: url }));
  const shown = { ...record, embeds: [...record.embeds.filter(({ type }) => type !== EmbedType.Link), ...embeds] };
  world.books.putMessage(shown);
  announceUpdate(world, shown);
  return shown;
}
