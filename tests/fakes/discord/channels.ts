// The few questions that are asked of a channel everywhere.
import { ChannelType } from "discord.js";
import type { ChannelRecord } from "./records.ts";

const THREADS: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

export function isThread(channel: ChannelRecord): boolean {
  return THREADS.includes(channel.type);
}

/** Where messages can stand; a forum and a category hold none. */
export function holdsMessages(channel: ChannelRecord): boolean {
  return channel.type !== ChannelType.GuildForum && channel.type !== ChannelType.GuildCategory;
}
