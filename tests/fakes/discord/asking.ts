// A person's interaction with the bot, as INTERACTION_CREATE carries it.
import { randomBytes } from "node:crypto";
import { ChannelType, type GatewayInteractionCreateDispatchData, type InteractionType } from "discord.js";
import type { World } from "./call.ts";
import { channelPermissions } from "./permissions.ts";
import type { InteractionRecord } from "./records.ts";
import { eventShape } from "./posting.ts";
import { channelShape, memberShape } from "./guild-shapes.ts";
import { userShape } from "./shapes.ts";

/** What a person does. */
export interface Deed {
  readonly type: InteractionType;
  readonly channelId: string;
  readonly userId: string;
  readonly data: object;
  /** The message that carried the button; null for commands. */
  readonly messageId: string | null;
}

/** Writes it down and tells the shard that hears of the guild. */
export function ask(world: World, deed: Deed): InteractionRecord {
  const { books, gateway } = world;
  const channel = books.channel(deed.channelId);
  const record: InteractionRecord = {
    id: books.ids.next(),
    token: randomBytes(24).toString("hex"),
    type: deed.type,
    userId: deed.userId,
    channelId: channel.id,
    guildId: channel.guildId,
    createdAt: books.clock.now(),
    messageId: deed.messageId,
    given: null,
    givenAt: null,
    originalId: null,
    followUps: [],
  };
  books.interactions.set(record.id, record);
  const message = deed.messageId === null ? null : books.findMessage(deed.messageId);
  const data = {
    id: record.id,
    application_id: books.bot.applicationId,
    type: deed.type,
    token: record.token,
    version: 1,
    data: deed.data,
    channel_id: channel.id,
    channel: channelShape(books, channel),
    app_permissions: channelPermissions(books, channel, books.bot.user.id).toString(),
    locale: books.locales.get(deed.userId) ?? "en-US",
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
    context: channel.type === ChannelType.DM ? 1 : 0,
    ...whoAsks(world, deed),
    ...(message === null ? {} : { message: eventShape(world, message) }),
  };
  // One shape for every kind of interaction; the library's type is a union over them.
  const event = data as unknown as GatewayInteractionCreateDispatchData;
  gateway.announce("INTERACTION_CREATE", event, { guildId: channel.guildId, channelId: channel.id });
  books.changed();
  return record;
}

function whoAsks(world: World, { channelId, userId }: Deed): object {
  const { books } = world;
  const channel = books.channel(channelId);
  const guild = channel.guildId === null ? undefined : books.guilds.get(channel.guildId);
  const member = guild?.members.get(userId);
  if (guild === undefined || member === undefined) {
    return { user: userShape(books.user(userId)), authorizing_integration_owners: { 0: "0" } };
  }
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: guild.locale, features: [] },
    guild_locale: guild.locale,
    member: { ...memberShape(books, member), permissions: channelPermissions(books, channel, userId).toString() },
    authorizing_integration_owners: { 0: guild.id },
  };
}
