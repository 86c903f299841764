// What a member may do in a channel: roles first, then the channel's overwrites ("Permissions: Permission Overwrites").
import { OverwriteType, PermissionFlagsBits } from "discord.js";
import type { Books } from "./books.ts";
import { isThread } from "./channels.ts";
import type { ChannelRecord, GuildRecord } from "./records.ts";
import { refusals } from "./refusals.ts";

/** Names such as `ManageWebhooks`, as the library spells them. */
export type PermissionName = keyof typeof PermissionFlagsBits;

/** Everything that a permission bit exists for. */
export const ALL_PERMISSIONS = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n);

/** What everyone may do in a server that nobody has changed, as far as a bot meets it. */
export const EVERYONE_MAY = bits([
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "EmbedLinks",
  "AttachFiles",
  "AddReactions",
  "UseExternalEmojis",
  "ReadMessageHistory",
  "UseApplicationCommands",
]);

/** What the bot's own role gives unless a test says otherwise. */
export const BOT_MAY = bits(["ManageWebhooks", "ManageMessages", "ManageThreads"]);

export function bits(names: readonly PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | PermissionFlagsBits[name], 0n);
}

/** What `userId` may do in the guild as a whole. */
export function guildPermissions(guild: GuildRecord, userId: string): bigint {
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const roles = [guild.id, ...(guild.members.get(userId)?.roles ?? [])];
  const sum = roles.reduce((all, role) => all | (guild.roles.get(role)?.permissions ?? 0n), 0n);
  return has(sum, "Administrator") ? ALL_PERMISSIONS : sum;
}

/** What `userId` may do in a channel; a thread takes its parent's. Everything that counts, in a direct message. */
export function channelPermissions(books: Books, channel: ChannelRecord, userId: string): bigint {
  if (channel.guildId === null) {
    return bits(["ViewChannel", "SendMessages", "ReadMessageHistory", "AttachFiles", "EmbedLinks", "AddReactions"]);
  }
  const guild = books.guilds.get(channel.guildId);
  const member = guild?.members.get(userId);
  if (guild === undefined || (member === undefined && guild.ownerId !== userId)) return 0n;
  const base = guildPermissions(guild, userId);
  if (base === ALL_PERMISSIONS) return base;
  const place = isThread(channel) && channel.parentId !== null ? books.channels.get(channel.parentId) : channel;
  const overwrites = place?.overwrites ?? [];
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const roles = overwrites.filter(
    ({ id, type }) => type === OverwriteType.Role && (member?.roles.includes(id) ?? false),
  );
  const own = overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === userId);
  return [everyone, roles, own].reduce((sum, layer) => {
    const deny = layer.reduce((all, one) => all | one.deny, 0n);
    const allow = layer.reduce((all, one) => all | one.allow, 0n);
    return (sum & ~deny) | allow;
  }, base);
}

export function has(permissions: bigint, name: PermissionName): boolean {
  return (permissions & PermissionFlagsBits[name]) !== 0n;
}

/** Throws 50001 where the bot does not see the channel, 50013 where it lacks one of `names`. */
export function demand(books: Books, channel: ChannelRecord, names: readonly PermissionName[]): void {
  const may = channelPermissions(books, channel, books.bot.user.id);
  if (!has(may, "ViewChannel")) throw refusals.missingAccess();
  if (names.some((name) => !has(may, name))) throw refusals.missingPermissions();
}
