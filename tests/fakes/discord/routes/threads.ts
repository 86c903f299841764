// Threads and forum posts: opened from a message, without one, and woken from the archive ("Threads").
import { ChannelType } from "discord.js";
import { z } from "zod";
import { type Answer, type Call, param, read, snowflake, type World } from "../call.ts";
import { isThread } from "../channels.ts";
import { LIMITS } from "../limits.ts";
import { makeParts, needSomething } from "../making.ts";
import { pingedBy } from "../mentions.ts";
import { createBody } from "../message-bodies.ts";
import { channelPermissions, demand, has } from "../permissions.ts";
import { post } from "../posting.ts";
import type { ChannelRecord } from "../records.ts";
import { invalidField, refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { channelShape, threadShape } from "../guild-shapes.ts";
import { messageShape } from "../message-shapes.ts";
import { iso } from "../shapes.ts";

export const threadRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/channels/{channel_id}/messages/{message_id}/threads",
    limit: LIMITS.threadCreate,
    key: "bot",
    handle: fromMessage,
  },
  { method: "POST", path: "/channels/{channel_id}/threads", limit: LIMITS.threadCreate, key: "bot", handle: open },
  { method: "PATCH", path: "/channels/{channel_id}", limit: LIMITS.channelModify, key: "bot", handle: modify },
  {
    method: "PUT",
    path: "/channels/{channel_id}/thread-members/@me",
    limit: LIMITS.channelRead,
    key: "bot",
    handle: join,
  },
  { method: "GET", path: "/guilds/{guild_id}/threads/active", limit: LIMITS.guildRead, key: "bot", handle: active },
];

// "Start Thread": how long until it goes to the archive by itself, in minutes.
const common = {
  name: z.string().min(1).max(100),
  auto_archive_duration: z.literal([60, 1440, 4320, 10_080]).nullish(),
  rate_limit_per_user: z.number().int().min(0).max(21_600).nullish(),
};
const fromMessageBody = z.object(common);
const openBody = z.object({ ...common, type: z.number().int().nullish(), invitable: z.boolean().nullish() });
const forumBody = z.object({ ...common, applied_tags: z.array(snowflake).max(5).nullish(), message: createBody });

const modifyBody = z.object({ archived: z.boolean().optional(), locked: z.boolean().optional() });

const KINDS = [ChannelType.PrivateThread, ChannelType.PublicThread, ChannelType.AnnouncementThread] as const;

/** What makes a thread. */
export interface NewThread {
  readonly parent: ChannelRecord;
  readonly name: string;
  readonly type: ChannelType.AnnouncementThread | ChannelType.PrivateThread | ChannelType.PublicThread;
  readonly ownerId: string;
  /** Of a thread on a message: that message's id, which is the thread's id too. */
  readonly id?: string;
}

/** Opens a thread and tells the gateway. */
export function openThread(world: World, { parent, name, type, ownerId, id }: NewThread): ChannelRecord {
  const thread: ChannelRecord = {
    ...parent,
    id: id ?? world.books.ids.next(),
    type,
    parentId: parent.id,
    name,
    topic: null,
    overwrites: [],
    ownerId,
    isArchived: false,
    isLocked: false,
    lastMessageId: null,
    messageCount: 0,
  };
  world.books.channels.set(thread.id, thread);
  const data = { ...threadShape(world.books, thread), newly_created: true as const };
  world.gateway.announce("THREAD_CREATE", data, { guildId: thread.guildId, channelId: thread.id });
  world.books.changed();
  return thread;
}

/** Wakes an archived thread that somebody writes in; a locked one refuses ("Threads: Active & Archived Threads"). */
export function reopen(world: World, channel: ChannelRecord): ChannelRecord {
  if (!channel.isArchived) return channel;
  const may = channelPermissions(world.books, channel, world.books.bot.user.id);
  if (channel.isLocked && !has(may, "ManageThreads")) throw refusals.archivedThread();
  const awake = { ...channel, isArchived: false };
  world.books.channels.set(channel.id, awake);
  world.gateway.announce("THREAD_UPDATE", threadShape(world.books, awake), {
    guildId: channel.guildId,
    channelId: channel.id,
  });
  return awake;
}

// "Modify Channel: Thread": who may write in it may open it again, unless it is locked; all else is for those who manage threads.
function modify(call: Call, world: World): Answer {
  const thread = world.books.channel(param(call, "channel_id"));
  const { archived = thread.isArchived, locked = thread.isLocked } = read(modifyBody, call.body);
  if (!isThread(thread)) throw refusals.notInThisChannel();
  const isOpened = !archived && !thread.isLocked && locked === thread.isLocked;
  demand(world.books, thread, [isOpened ? "SendMessagesInThreads" : "ManageThreads"]);
  const next = { ...thread, isArchived: archived, isLocked: locked };
  world.books.channels.set(thread.id, next);
  world.gateway.announce("THREAD_UPDATE", threadShape(world.books, next), {
    guildId: thread.guildId,
    channelId: thread.id,
  });
  return { status: 200, body: channelShape(world.books, next) };
}

function fromMessage(call: Call, world: World): Answer {
  const parent = world.books.channel(param(call, "channel_id"));
  demand(world.books, parent, ["CreatePublicThreads"]);
  const message = world.books.message(parent.id, param(call, "message_id"));
  const { name } = read(fromMessageBody, call.body);
  if (isThread(parent) || parent.guildId === null) throw refusals.notInThisChannel();
  if (world.books.channels.has(message.id)) throw refusals.threadAlreadyThere();
  const type =
    parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
  const thread = openThread(world, { parent, name, type, ownerId: world.books.bot.user.id, id: message.id });
  return { status: 201, body: asCreated(world, thread) };
}

function open(call: Call, world: World): Answer {
  const { books } = world;
  const parent = books.channel(param(call, "channel_id"));
  if (isThread(parent) || parent.guildId === null) throw refusals.notInThisChannel();
  const ownerId = books.bot.user.id;
  if (parent.type === ChannelType.GuildForum) return forumPost(call, world, parent);
  const { name, type } = read(openBody, call.body);
  // Without a type it is a private one ("Start Thread without Message").
  const kind = KINDS.find((one) => (one as number) === (type ?? ChannelType.PrivateThread));
  if (kind === undefined) throw invalidField(["type"], "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.");
  demand(books, parent, [kind === ChannelType.PrivateThread ? "CreatePrivateThreads" : "CreatePublicThreads"]);
  return { status: 201, body: asCreated(world, openThread(world, { parent, name, type: kind, ownerId })) };
}

function forumPost(call: Call, world: World, parent: ChannelRecord): Answer {
  const { books } = world;
  demand(books, parent, ["SendMessages"]);
  const { name, message: body } = read(forumBody, call.body);
  const parts = makeParts(world, parent.id, body, call.files);
  needSomething(parts);
  const ownerId = books.bot.user.id;
  const thread = openThread(world, { parent, name, type: ChannelType.PublicThread, ownerId });
  const allowed = body.allowed_mentions ?? null;
  const message = post(world, {
    ...parts,
    // The first message of a forum post has the id of its thread.
    id: thread.id,
    channelId: thread.id,
    guildId: thread.guildId,
    type: 0,
    speaker: { kind: "user", userId: ownerId },
    pinged: pingedBy(books, { channel: thread, text: parts.text, allowed, repliedTo: null, speakerId: ownerId }),
    nonce: null,
    replyTo: null,
    forwarded: null,
    interactionId: null,
    onlyFor: null,
  });
  const body201 = { ...asCreated(world, books.channel(thread.id)), message: messageShape(books, message, world.at) };
  return { status: 201, body: body201, stored: message.id };
}

function asCreated(world: World, thread: ChannelRecord): object {
  return { ...(channelShape(world.books, thread) as object), member: memberOf(world, thread) };
}

function memberOf(world: World, thread: ChannelRecord): object {
  return { id: thread.id, user_id: world.books.bot.user.id, join_timestamp: iso(world.books.clock.now()), flags: 0 };
}

function join(call: Call, world: World): Answer {
  const thread = world.books.channel(param(call, "channel_id"));
  if (!isThread(thread)) throw refusals.notInThisChannel();
  demand(world.books, thread, []);
  if (thread.isArchived) throw refusals.archivedThread();
  return { status: 204 };
}

function active(call: Call, world: World): Answer {
  const guild = world.books.guild(param(call, "guild_id"));
  const threads = [...world.books.channels.values()].filter(
    (channel) => channel.guildId === guild.id && isThread(channel) && !channel.isArchived,
  );
  return {
    status: 200,
    body: { threads: threads.map((thread) => channelShape(world.books, thread)), members: [], has_more: false },
  };
}
