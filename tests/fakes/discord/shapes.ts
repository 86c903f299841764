// People and what belongs to the application, as Discord sends them; the compiler holds each to the types of the library.
import {
  type APIApplication,
  type APIEmoji,
  type APIUser,
  type APIWebhook,
  type UserFlags,
  WebhookType,
} from "discord.js";
import type { Books } from "./books.ts";
import type { EmojiRecord, UserRecord, WebhookRecord } from "./records.ts";

/** Puts the fake's own address before what it serves itself. */
export interface Addresses {
  readonly cdn: string;
  readonly api: string;
}

/** None of the flags: 0 is no member of the library's enum. */
export const NO_FLAGS = 0 as UserFlags;

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
