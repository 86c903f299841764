// Records as Discord sends them; the compiler holds each to the types of the library, the tests to Discord's own description.
import { createHash } from "node:crypto";
import {
  ChannelType,
  type APIApplication,
  type APIAttachment,
  type APIChannel,
  type APIEmoji,
  type APIGuildMember,
  type APIMessage,
  type APIRole,
  type APIUser,
  type APIWebhook,
  type GuildMemberFlags,
  MessageReferenceType,
  type RoleFlags,
  type UserFlags,
  WebhookType,
} from "discord.js";
import type { Books } from "./books.ts";
import { isThread } from "./channels.ts";
import { ALL_PERMISSIONS } from "./permissions.ts";
import type {
  AttachmentRecord,
  ChannelRecord,
  EmojiRecord,
  GuildRecord,
  MemberRecord,
  MessageRecord,
  RoleRecord,
  Speaker,
  UserRecord,
  WebhookRecord,
} from "./records.ts";

/** Puts the fake's own address before what it serves itself. */
export interface Addresses {
  readonly cdn: string;
  readonly api: string;
}

// None of the flags: 0 is no member of the library's enum.
const NO_FLAGS = 0 as UserFlags;

/** A time as Discord writes it. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace("Z", "000+00:00");
}

/** Beside the library's type: Discord's description demands more of a user than the library's type does. */
export function userShape(user: UserRecord) {
  return {
    id: user.id,
    username: user.username,
    global_name: user.isBot ? null : user.displayName,
    discriminator: user.isBot ? "0000" : "0",
    avatar: user.avatar,
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    primary_guild: null,
    bot: user.isBot,
  } satisfies APIUser;
}

function speakerShape(books: Books, speaker: Speaker) {
  if (speaker.kind === "user") return userShape(books.user(speaker.userId));
  // What answers an interaction is said by the application's own webhook, and shows as the bot.
  if (speaker.webhookId === books.bot.applicationId) return userShape(books.bot.user);
  return {
    id: speaker.webhookId,
    username: speaker.name,
    global_name: null,
    discriminator: "0000",
    avatar: speaker.avatarUrl === null ? speaker.avatar : createHash("md5").update(speaker.avatarUrl).digest("hex"),
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    primary_guild: null,
    bot: true,
  } satisfies APIUser;
}

export function attachmentShape(attachment: AttachmentRecord, at: Addresses) {
  const url = `${at.cdn}/attachments/${attachment.channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.content.length,
    url,
    proxy_url: url,
    content_type: attachment.contentType,
    ...(attachment.description === null ? {} : { description: attachment.description }),
  } satisfies APIAttachment;
}

/** A message as REST gives it; the gateway adds guild and member. */
export function messageShape(books: Books, message: MessageRecord, at: Addresses): APIMessage {
  const basic = basicMessageShape(books, message, at);
  const to = message.replyTo;
  if (to === null) return basic;
  const original = books.findMessage(to);
  return { ...basic, referenced_message: original?.deletedAt === null ? basicMessageShape(books, original, at) : null };
}

function basicMessageShape(books: Books, message: MessageRecord, at: Addresses): APIMessage {
  const { speaker } = message;
  const reference = message.replyTo ?? message.forwarded;
  const forwarded = message.forwarded === null ? null : books.findMessage(message.forwarded);
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channelId,
    author: speakerShape(books, speaker),
    content: message.text,
    timestamp: iso(message.createdAt),
    edited_timestamp: message.editedAt === null ? null : iso(message.editedAt),
    tts: false,
    mention_everyone: message.pinged.isEveryone,
    mentions: message.pinged.users.map((id) => userShape(books.user(id))),
    mention_roles: [...message.pinged.roles],
    attachments: message.attachments.map((attachment) => attachmentShape(attachment, at)),
    embeds: [...message.embeds],
    pinned: message.isPinned,
    flags: message.flags,
    components: [...message.components],
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.reactions.size === 0 ? {} : { reactions: reactionShapes(books, message) }),
    ...(speaker.kind === "webhook" ? { webhook_id: speaker.webhookId } : {}),
    ...(speaker.kind === "webhook" && speaker.applicationId !== null ? { application_id: speaker.applicationId } : {}),
    ...(reference === null
      ? {}
      : {
          message_reference: {
            type: message.replyTo === null ? MessageReferenceType.Forward : MessageReferenceType.Default,
            channel_id: message.channelId,
            message_id: reference,
            ...(message.guildId === null ? {} : { guild_id: message.guildId }),
          },
        }),
    ...(forwarded === null ? {} : { message_snapshots: [{ message: snapshotShape(books, forwarded, at) }] }),
  };
}

function snapshotShape(books: Books, message: MessageRecord, at: Addresses) {
  const {
    type,
    content,
    timestamp,
    edited_timestamp,
    mentions,
    mention_roles,
    attachments,
    embeds,
    flags,
    components,
  } = basicMessageShape(books, message, at);
  return {
    type,
    content,
    timestamp,
    edited_timestamp,
    mentions,
    mention_roles,
    attachments,
    embeds,
    flags: flags ?? 0,
    components: components ?? [],
  };
}

function reactionShapes(books: Books, message: MessageRecord): NonNullable<APIMessage["reactions"]> {
  return [...message.reactions].map(([name, users]) => ({
    emoji: emojiName(name),
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    burst_colors: [],
    me_burst: false,
    burst_me: false,
    burst_count: 0,
    me: users.has(books.bot.user.id),
  }));
}

/** `👍`, or `name:id` for one of a guild's or an application's own. */
export function emojiName(name: string): { readonly id: string | null; readonly name: string } {
  const [plain = name, id] = name.split(":");
  return { id: id ?? null, name: plain };
}

export function channelShape(books: Books, channel: ChannelRecord): APIChannel {
  return rawChannelShape(books, channel) as APIChannel;
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

/** `token` is shown to whoever may manage the webhook. */
export function webhookShape(books: Books, webhook: WebhookRecord, at: Addresses): APIWebhook {
  return {
    id: webhook.id,
    type: WebhookType.Incoming,
    name: webhook.name,
    avatar: webhook.avatar,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: webhook.applicationId,
    token: webhook.token,
    url: `${at.api}/webhooks/${webhook.id}/${webhook.token}`,
    user: userShape(books.user(webhook.userId)),
  };
}

export function emojiShape(books: Books, emoji: EmojiRecord) {
  return {
    id: emoji.id,
    name: emoji.name,
    roles: [],
    require_colons: true,
    managed: false,
    animated: emoji.isAnimated,
    available: true,
    user: userShape(books.bot.user),
  } satisfies APIEmoji;
}

/** `flags` tell which privileged intents the application was given. */
export function applicationShape(books: Books, flags: number) {
  const owner = [...books.users.values()].find(({ isBot }) => !isBot) ?? books.bot.user;
  return {
    id: books.bot.applicationId,
    name: books.bot.user.displayName,
    icon: null,
    description: "",
    type: null,
    bot: userShape(books.bot.user),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags,
    flags_new: flags.toString(),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userShape(owner),
    approximate_guild_count: [...books.guilds.values()].filter(({ isJoined }) => isJoined).length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  } satisfies Partial<Record<keyof APIApplication, unknown>> & Record<string, unknown>;
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
    system_channel_id: null,
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
    preferred_locale: guild.locale,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}
