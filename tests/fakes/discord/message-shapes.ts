// A message as Discord sends it; the compiler holds it to the types of the library, the tests to Discord's own description.
import { createHash } from "node:crypto";
import { type APIAttachment, type APIMessage, type APIUser, MessageReferenceType } from "discord.js";
import type { Books } from "./books.ts";
import type { AttachmentRecord, MessageRecord, Speaker } from "./records.ts";
import { type Addresses, iso, userShape, NO_FLAGS } from "./shapes.ts";

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
