// Which session hears of which event, and what of a message it may read ("Gateway: Gateway Intents", "Message Content Intent").
import { type APIMessage, GatewayIntentBits } from "discord.js";

/** Who hears an event: the shard of the guild, with the intent, when the bot sees the channel. */
export interface Audience {
  readonly guildId: string | null;
  readonly channelId: string | null;
}

/** The intents that Discord gives only to applications that were allowed them. */
export const PRIVILEGED = {
  members: GatewayIntentBits.GuildMembers,
  presences: GatewayIntentBits.GuildPresences,
  messageContent: GatewayIntentBits.MessageContent,
} as const;

export type PrivilegedName = keyof typeof PRIVILEGED;

export const ALL_INTENTS = Object.values(GatewayIntentBits)
  .filter((bit) => typeof bit === "number")
  .reduce<number>((sum, bit) => sum | bit, 0);

const ALWAYS = new Set([
  "READY",
  "RESUMED",
  "INTERACTION_CREATE",
  "USER_UPDATE",
  "APPLICATION_COMMAND_PERMISSIONS_UPDATE",
]);

/** The intents of which one is needed; none for what everyone hears, null for an event that the fake was told to make up. */
export function intentFor(name: string, audience: Audience): number | null {
  if (ALWAYS.has(name)) return null;
  const isDirect = audience.guildId === null;
  if (name.startsWith("MESSAGE_REACTION_")) {
    return isDirect ? GatewayIntentBits.DirectMessageReactions : GatewayIntentBits.GuildMessageReactions;
  }
  if (name.startsWith("MESSAGE_")) return isDirect ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
  if (name === "TYPING_START") {
    return isDirect ? GatewayIntentBits.DirectMessageTyping : GatewayIntentBits.GuildMessageTyping;
  }
  if (name === "WEBHOOKS_UPDATE") return GatewayIntentBits.GuildWebhooks;
  if (name.startsWith("GUILD_MEMBER_")) return GatewayIntentBits.GuildMembers;
  if (/^(?:GUILD|CHANNEL|THREAD)_/.test(name)) return GatewayIntentBits.Guilds;
  return null;
}

/** The message as an application without the message-content intent gets it: its text, pictures and buttons are taken out. */
export function withoutContent<M extends APIMessage>(message: M, botId: string, applicationId: string): M {
  const original = message.referenced_message;
  const inside =
    original === null || original === undefined
      ? {}
      : { referenced_message: withoutContent(original, botId, applicationId) };
  const isOwn = message.author.id === botId || message.application_id === applicationId;
  const isMention = message.mentions.some(({ id }) => id === botId);
  if (isOwn || isMention) return { ...message, ...inside };
  return { ...message, content: "", embeds: [], attachments: [], components: [], ...inside };
}
