// Where something stands on Discord, in the house's words.
import { channelId, discordPlatform, workspaceId } from "../../domain/ids.ts";
import type { Place } from "../../domain/message.ts";
import type { ChannelFacts } from "./shapes.ts";

export function placeOf(facts: ChannelFacts): Place {
  return {
    platform: discordPlatform,
    channel: channelId(discordPlatform, facts.id),
    parent: facts.parent === null ? null : channelId(discordPlatform, facts.parent),
    workspace: facts.guild === null ? null : workspaceId(discordPlatform, facts.guild),
    // In a direct message whatever is said is said to the bot.
    unnamed: facts.isDirect ? "answered" : "ignored",
    nsfw: facts.nsfw,
  };
}
