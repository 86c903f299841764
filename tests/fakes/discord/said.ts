// A message as a test and the judge look at it.
import type { APIEmbed } from "discord.js";
import type { Books } from "./books.ts";
import { everyComponent } from "./components.ts";
import { FLAGS } from "./message-bodies.ts";
import type { MessageRecord, Pinged } from "./records.ts";
import type { Addresses } from "./shapes.ts";

/** A button or a menu under a message. */
export interface Control {
  readonly label: string;
  readonly customId: string | null;
  readonly isDisabled: boolean;
  readonly options: readonly string[];
}

export interface Said {
  readonly id: string;
  readonly channelId: string;
  readonly guildId: string | null;
  /** The name that shows. */
  readonly author: string;
  readonly authorId: string;
  readonly isBot: boolean;
  readonly webhookId: string | null;
  readonly applicationId: string | null;
  /** The face that shows: the address given with the post, or where the webhook's own is served. */
  readonly avatarUrl: string | null;
  readonly text: string;
  readonly embeds: readonly APIEmbed[];
  readonly controls: readonly Control[];
  readonly attachments: readonly { readonly filename: string; readonly content: Buffer }[];
  readonly replyTo: string | null;
  readonly nonce: string | number | null;
  readonly flags: number;
  readonly hasPreviewsOff: boolean;
  /** The one person who sees it; null for everyone. */
  readonly onlyFor: string | null;
  readonly pinged: Pinged;
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  /** What stood there before each edit. */
  readonly earlier: readonly string[];
}

export function saidOf(books: Books, at: Addresses, message: MessageRecord): Said {
  const { speaker } = message;
  const user = speaker.kind === "user" ? books.user(speaker.userId) : null;
  const isInteraction = speaker.kind === "webhook" && speaker.webhookId === books.bot.applicationId;
  return {
    id: message.id,
    channelId: message.channelId,
    guildId: message.guildId,
    author:
      user?.displayName ?? (speaker.kind === "webhook" && !isInteraction ? speaker.name : books.bot.user.displayName),
    authorId: speaker.kind === "user" ? speaker.userId : speaker.webhookId,
    isBot: user?.isBot ?? true,
    webhookId: speaker.kind === "webhook" ? speaker.webhookId : null,
    applicationId: speaker.kind === "webhook" ? speaker.applicationId : null,
    avatarUrl: faceOf(at, message),
    text: message.text,
    embeds: message.embeds,
    controls: controlsOf(message),
    attachments: message.attachments.map(({ filename, content }) => ({ filename, content })),
    replyTo: message.replyTo,
    nonce: message.nonce,
    flags: message.flags,
    hasPreviewsOff: (message.flags & FLAGS.suppressEmbeds) !== 0,
    onlyFor: message.onlyFor,
    pinged: message.pinged,
    reactions: Object.fromEntries([...message.reactions].map(([emoji, users]) => [emoji, [...users]])),
    createdAt: message.createdAt,
    editedAt: message.editedAt,
    deletedAt: message.deletedAt,
    earlier: message.earlier,
  };
}

function faceOf(at: Addresses, { speaker }: MessageRecord): string | null {
  if (speaker.kind === "user") return null;
  const own = speaker.avatar === null ? null : `${at.cdn}/avatars/${speaker.webhookId}/${speaker.avatar}.png`;
  return speaker.avatarUrl ?? own;
}

function controlsOf(message: MessageRecord): readonly Control[] {
  return everyComponent(message.components)
    .filter((node) => "custom_id" in node || "url" in node)
    .map((node) => {
      const options: unknown = node["options"];
      return {
        label:
          textOf(node["label"]) ??
          textOf(node["placeholder"]) ??
          textOf((node["emoji"] as { name?: unknown } | undefined)?.name) ??
          "",
        customId: textOf(node["custom_id"]),
        isDisabled: node["disabled"] === true,
        options: Array.isArray(options) ? options.map((option: { readonly label: string }) => option.label) : [],
      };
    });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
