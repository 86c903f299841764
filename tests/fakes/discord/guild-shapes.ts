// Guilds, channels, roles and members as Discord sends them.
import {
  type APIChannel,
  type APIThreadChannel,
  type GatewayChannelUpdateDispatchData,
  type APIGuild,
  type APIGuildMember,
  type APIRole,
  type GuildMemberFlags,
  type Locale,
  type RoleFlags,
  ChannelType,
} from "discord.js";
import type { Books } from "./books.ts";
import { isThread } from "./channels.ts";
import { ALL_PERMISSIONS } from "./permissions.ts";
import type { ChannelRecord, GuildRecord, MemberRecord, RoleRecord } from "./records.ts";
import { iso, userShape } from "./shapes.ts";

export function channelShape(books: Books, channel: ChannelRecord): APIChannel {
  return rawChannelShape(books, channel) as APIChannel;
}

/** A channel of a guild, as its events carry it. */
export function guildChannelShape(books: Books, channel: ChannelRecord): GatewayChannelUpdateDispatchData {
  return rawChannelShape(books, channel) as GatewayChannelUpdateDispatchData;
}

export function threadShape(books: Books, thread: ChannelRecord): APIThreadChannel {
  return rawChannelShape(books, thread) as APIThreadChannel;
}

// The library's type of a channel is one union member for each kind; the kind is data here.
function rawChannelShape(books: Books, channel: ChannelRecord): object {
  const common = { id: channel.id, type: channel.type, flags: 0, last_message_id: channel.lastMessageId };
  if (channel.guildId === null) {
    return { ...common, recipients: channel.recipients.map((id) => userShape(books.user(id))) };
  }
  if (isThread(channel)) {
    return {
      ...common,
      guild_id: channel.guildId,
      parent_id: channel.parentId,
      name: channel.name,
      owner_id: channel.ownerId ?? books.bot.user.id,
      message_count: channel.messageCount,
      total_message_sent: channel.messageCount,
      member_count: 1,
      rate_limit_per_user: 0,
      thread_metadata: {
        archived: channel.isArchived,
        auto_archive_duration: 1440,
        archive_timestamp: iso(books.clock.now()),
        locked: channel.isLocked,
        create_timestamp: iso(books.clock.now()),
      },
    };
  }
  return {
    ...common,
    guild_id: channel.guildId,
    parent_id: channel.parentId,
    name: channel.name,
    position: 0,
    nsfw: channel.isNsfw,
    topic: channel.topic,
    rate_limit_per_user: 0,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
    ...(channel.type === ChannelType.GuildForum
      ? { available_tags: [], default_reaction_emoji: null, default_sort_order: null, default_forum_layout: 0 }
      : {}),
  };
}

export function roleShape(guild: GuildRecord, role: RoleRecord) {
  // "Role Tags": the role that Discord makes for a bot names it.
  const owner = role.isManaged ? [...guild.members.values()].find(({ roles }) => roles.includes(role.id)) : undefined;
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions.toString(),
    position: role.id === guild.id ? 0 : 1,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.isManaged,
    mentionable: role.isMentionable,
    icon: null,
    unicode_emoji: null,
    flags: 0 as RoleFlags,
    ...(owner === undefined ? {} : { tags: { bot_id: owner.userId } }),
  } satisfies Omit<APIRole, "color"> & { readonly color: number };
}

export function memberShape(books: Books, member: MemberRecord) {
  return { ...bareMemberShape(member), user: userShape(books.user(member.userId)) } satisfies APIGuildMember;
}

/** A member as a message carries it: without its user. */
export function bareMemberShape(member: MemberRecord) {
  return {
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: [...member.roles],
    joined_at: iso(member.joinedAt),
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
  };
}

/** What the bot may do where the bot asks for its own membership in "Get Current User Guilds". */
export function myGuildShape(guild: GuildRecord) {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    banner: null,
    owner: false,
    permissions: ALL_PERMISSIONS.toString(),
    features: [],
  };
}

export function guildShape(guild: GuildRecord) {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300 as const,
    system_channel_id: guild.systemChannelId,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [...guild.roles.values()].map((role) => roleShape(guild, role)),
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: guild.locale as Locale,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: guild.publicUpdatesChannelId,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

/** A guild as its events carry it. */
export function guildEventShape(guild: GuildRecord) {
  return { ...guildShape(guild), hub_type: null } satisfies APIGuild;
}
