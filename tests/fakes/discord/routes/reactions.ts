// Reactions of the bot itself ("Create Reaction", "Delete Own Reaction").
import { ReactionType } from "discord.js";
import { type Answer, type Call, param, type World } from "../call.ts";
import { LIMITS } from "../limits.ts";
import { emojiName } from "../message-shapes.ts";
import { demand } from "../permissions.ts";
import { audienceOf } from "../posting.ts";
import type { Route } from "../route.ts";

const MINE = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me";

export const reactionRoutes: readonly Route[] = [
  { method: "PUT", path: MINE, limit: LIMITS.reaction, key: "bot", handle: (call, world) => react(call, world, "add") },
  {
    method: "DELETE",
    path: MINE,
    limit: LIMITS.reaction,
    key: "bot",
    handle: (call, world) => react(call, world, "remove"),
  },
];

function react(call: Call, world: World, what: "add" | "remove"): Answer {
  const { books, gateway } = world;
  const channel = books.channel(param(call, "channel_id"));
  demand(books, channel, what === "add" ? ["AddReactions", "ReadMessageHistory"] : ["ReadMessageHistory"]);
  const message = books.message(channel.id, param(call, "message_id"));
  const emoji = param(call, "emoji_name");
  const users = new Set(message.reactions.get(emoji));
  if (what === "add") users.add(books.bot.user.id);
  else users.delete(books.bot.user.id);
  const others = [...message.reactions].filter(([name]) => name !== emoji);
  books.putMessage({ ...message, reactions: new Map(users.size === 0 ? others : [...others, [emoji, users]]) });
  const inGuild = channel.guildId === null ? {} : { guild_id: channel.guildId };
  const data = {
    user_id: books.bot.user.id,
    channel_id: channel.id,
    message_id: message.id,
    emoji: emojiName(emoji),
    burst: false as const,
    type: ReactionType.Normal,
    ...inGuild,
  };
  gateway.announce(what === "add" ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE", data, audienceOf(message));
  return { status: 204 };
}
