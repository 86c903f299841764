// What the books of the fake Discord hold: one plain record for each thing, replaced when it changes.
import type {
  APIApplicationCommand,
  APIEmbed,
  APIMessage,
  ChannelType,
  InteractionType,
  OverwriteType,
} from "discord.js";

export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly isBot: boolean;
  readonly avatar: string | null;
}

export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
  readonly isMentionable: boolean;
  readonly isManaged: boolean;
}

export interface MemberRecord {
  readonly userId: string;
  readonly nick: string | null;
  readonly roles: readonly string[];
  readonly joinedAt: number;
}

export interface GuildRecord {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: ReadonlyMap<string, RoleRecord>;
  readonly members: ReadonlyMap<string, MemberRecord>;
  /** In an outage: Discord itself cannot reach the guild. */
  readonly isUnavailable: boolean;
  /** Whether the bot is a member. */
  readonly isJoined: boolean;
  readonly locale: string;
  /** Where Discord itself says who joined; null: nowhere. */
  readonly systemChannelId: string | null;
  /** Where Discord tells moderators of a community what concerns them. */
  readonly publicUpdatesChannelId: string | null;
}

export interface OverwriteRecord {
  readonly id: string;
  readonly type: OverwriteType;
  readonly allow: bigint;
  readonly deny: bigint;
}

/** The kinds of channel that the fake knows. */
export type ChannelKind =
  | ChannelType.AnnouncementThread
  | ChannelType.DM
  | ChannelType.GuildAnnouncement
  | ChannelType.GuildCategory
  | ChannelType.GuildForum
  | ChannelType.GuildText
  | ChannelType.GuildVoice
  | ChannelType.PrivateThread
  | ChannelType.PublicThread;

export interface ChannelRecord {
  readonly id: string;
  readonly type: ChannelKind;
  readonly guildId: string | null;
  readonly parentId: string | null;
  readonly name: string;
  readonly topic: string | null;
  readonly isNsfw: boolean;
  readonly overwrites: readonly OverwriteRecord[];
  /** Of a direct message: who takes part besides the bot. */
  readonly recipients: readonly string[];
  readonly ownerId: string | null;
  readonly isArchived: boolean;
  readonly isLocked: boolean;
  readonly lastMessageId: string | null;
  readonly messageCount: number;
}

export interface WebhookRecord {
  readonly id: string;
  readonly token: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly name: string;
  readonly avatar: string | null;
  /** Whose it is: the bot's application, another one, or none when a person made it. */
  readonly applicationId: string | null;
  readonly userId: string;
}

export interface AttachmentRecord {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly description: string | null;
  readonly content: Buffer;
  readonly channelId: string;
}

/** Who said a message, as it shows. */
export type Speaker =
  | { readonly kind: "user"; readonly userId: string }
  | {
      readonly kind: "webhook";
      readonly webhookId: string;
      readonly applicationId: string | null;
      readonly name: string;
      readonly avatar: string | null;
      /** The address given with the post, when it brought its own face. */
      readonly avatarUrl: string | null;
    };

/** Who was really pinged. */
export interface Pinged {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly isEveryone: boolean;
}

export interface MessageRecord {
  readonly id: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly type: number;
  readonly speaker: Speaker;
  readonly text: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly embeds: readonly APIEmbed[];
  readonly components: NonNullable<APIMessage["components"]>;
  readonly attachments: readonly AttachmentRecord[];
  readonly nonce: string | number | null;
  readonly flags: number;
  /** Everyone that the create and the edits have pinged. */
  readonly pinged: Pinged;
  readonly replyTo: string | null;
  readonly forwarded: string | null;
  readonly reactions: ReadonlyMap<string, ReadonlySet<string>>;
  /** The interaction that this answers. */
  readonly interactionId: string | null;
  /** Who alone sees it. */
  readonly onlyFor: string | null;
  /** What stood there before each edit. */
  readonly earlier: readonly string[];
  readonly isPinned: boolean;
}

export interface EmojiRecord {
  readonly id: string;
  readonly name: string;
  readonly isAnimated: boolean;
  readonly content: Buffer;
}

export type CommandRecord = APIApplicationCommand;

/** An answer that the bot gave to an interaction. */
export type Given =
  | { readonly kind: "message"; readonly messageId: string }
  | { readonly kind: "deferred"; readonly isPrivate: boolean; readonly messageId: string }
  | { readonly kind: "deferredUpdate" }
  | { readonly kind: "update" }
  | {
      readonly kind: "choices";
      readonly choices: readonly { readonly name: string; readonly value: string | number }[];
    }
  | { readonly kind: "modal"; readonly modal: ModalShown };

export interface ModalShown {
  readonly customId: string;
  readonly title: string;
  readonly fields: readonly ModalField[];
}

export interface ModalField {
  readonly customId: string;
  readonly label: string;
  readonly value: string | null;
  readonly isRequired: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  /** What stands in it while it is empty. */
  readonly hint: string;
  readonly lines: "many" | "one";
  /** How the answer is sent back: in an action row or in a label, with which type. */
  readonly holder: "label" | "row";
  readonly type: number;
}

export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly createdAt: number;
  /** The message that carried the button. */
  readonly messageId: string | null;
  /** What the message above answered, for the original of an update. */
  readonly given: Given | null;
  readonly givenAt: number | null;
  /** The message that @original names. */
  readonly originalId: string | null;
  readonly followUps: readonly string[];
}

/** One request as the judge sees it; nothing is ever taken out of the list. */
export interface RequestRecord {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The route of the description, such as `POST /channels/{channel_id}/messages`; the bare path where none fits. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly files: readonly string[];
  readonly status: number;
  /** Discord's error code, when it was refused with one. */
  readonly code: number | null;
  /** The message that it stored. */
  readonly stored: string | null;
  /** The fault that was put in its way. */
  readonly fault: string | null;
  /** Which limit refused it. */
  readonly limitedBy: string | null;
  /** Whoever asked was gone when the answer came. */
  isUnheard: boolean;
}
