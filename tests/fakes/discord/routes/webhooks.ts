// Webhooks of a channel: made, found, changed, removed, and spoken through under any name and face ("Webhook Resource").
import { ChannelType } from "discord.js";
import { z } from "zod";
import { type Answer, type Call, param, read, snowflake, type World } from "../call.ts";
import { isThread } from "../channels.ts";
import { dataUri } from "../images.ts";
import { LIMITS } from "../limits.ts";
import { makeParts, needSomething, replaceParts } from "../making.ts";
import { pingedBy } from "../mentions.ts";
import { editBody, executeBody, webhookName } from "../message-bodies.ts";
import { demand } from "../permissions.ts";
import { change, post, remove } from "../posting.ts";
import type { ChannelRecord, MessageRecord, WebhookRecord } from "../records.ts";
import { refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { messageShape } from "../message-shapes.ts";
import { webhookShape } from "../shapes.ts";
import { editFollowUp, eraseFollowUp, followUp, getFollowUp } from "./follow-ups.ts";
import { openThread, reopen } from "./threads.ts";

const OF_CHANNEL = "/channels/{channel_id}/webhooks";
const ONE = "/webhooks/{webhook_id}";
const KEYED = `${ONE}/{webhook_token}`;
const SAID = `${KEYED}/messages/{message_id}`;
const ORIGINAL = `${KEYED}/messages/@original`;
// "Maximum number of webhooks reached (15)".
const WEBHOOKS_PER_CHANNEL = 15;

const manage = { limit: LIMITS.webhookManage, key: "bot" } as const;
const one = { limit: LIMITS.webhookOne, key: "bot" } as const;
const keyed = { limit: LIMITS.webhookOne, key: "token" } as const;
const said = { limit: LIMITS.webhookEdit, key: "token" } as const;

export const webhookRoutes: readonly Route[] = [
  { method: "GET", path: OF_CHANNEL, ...manage, handle: list },
  { method: "POST", path: OF_CHANNEL, ...manage, handle: create },
  { method: "GET", path: "/guilds/{guild_id}/webhooks", ...manage, handle: listGuild },
  { method: "GET", path: ONE, ...one, handle: get },
  { method: "PATCH", path: ONE, ...one, handle: modify },
  { method: "DELETE", path: ONE, ...one, handle: erase },
  { method: "GET", path: KEYED, ...keyed, handle: get },
  { method: "PATCH", path: KEYED, ...keyed, handle: modify },
  { method: "DELETE", path: KEYED, ...keyed, handle: erase },
  { method: "POST", path: KEYED, limit: LIMITS.webhookPost, key: "token", handle: execute },
  { method: "GET", path: SAID, ...said, handle: getSaid },
  { method: "PATCH", path: SAID, ...said, handle: editSaid },
  { method: "DELETE", path: SAID, ...said, handle: eraseSaid },
  { method: "GET", path: ORIGINAL, ...said, handle: getFollowUp },
  { method: "PATCH", path: ORIGINAL, ...said, handle: editFollowUp },
  { method: "DELETE", path: ORIGINAL, ...said, handle: eraseFollowUp },
];

const createHook = z.object({ name: webhookName, avatar: dataUri.nullish() });
const modifyHook = z.object({
  name: webhookName.nullish(),
  avatar: dataUri.nullish(),
  channel_id: snowflake.nullish(),
});

/** The webhook that the path names; with a token in the path it has to be the right one. */
function hookOf(call: Call, world: World): WebhookRecord {
  const hook = world.books.webhooks.get(param(call, "webhook_id"));
  if (hook === undefined) throw refusals.unknownWebhook();
  const token = call.params["webhook_token"];
  if (token !== undefined && token !== hook.token) throw refusals.invalidWebhookToken();
  if (token === undefined) demand(world.books, world.books.channel(hook.channelId), ["ManageWebhooks"]);
  return hook;
}

function tell(world: World, { guildId, channelId }: Pick<WebhookRecord, "channelId" | "guildId">): void {
  world.gateway.announce("WEBHOOKS_UPDATE", { guild_id: guildId, channel_id: channelId }, { guildId, channelId });
  world.books.changed();
}

function list(call: Call, world: World): Answer {
  const channel = world.books.channel(param(call, "channel_id"));
  demand(world.books, channel, ["ManageWebhooks"]);
  return { status: 200, body: world.books.webhooksOf(channel.id).map((hook) => shown(world, hook)) };
}

function listGuild(call: Call, world: World): Answer {
  const guild = world.books.guild(param(call, "guild_id"));
  const hooks = [...world.books.webhooks.values()].filter(({ guildId }) => guildId === guild.id);
  return { status: 200, body: hooks.map((hook) => shown(world, hook)) };
}

// The token of a webhook that belongs to another application is not shown.
function shown(world: World, hook: WebhookRecord): object {
  const { token, url, ...rest } = webhookShape(world.books, hook, world.at);
  const isForeign = hook.applicationId !== null && hook.applicationId !== world.books.bot.applicationId;
  return isForeign ? rest : { ...rest, token, url };
}

function create(call: Call, world: World): Answer {
  const { books } = world;
  const channel = books.channel(param(call, "channel_id"));
  if (channel.guildId === null || isThread(channel) || channel.type === ChannelType.GuildCategory) {
    throw refusals.notInThisChannel();
  }
  demand(books, channel, ["ManageWebhooks"]);
  const { name, avatar } = read(createHook, call.body);
  if (books.webhooksOf(channel.id).length >= WEBHOOKS_PER_CHANNEL) throw refusals.tooManyWebhooks();
  const hook: WebhookRecord = {
    id: books.ids.next(),
    token: `token-${books.ids.next()}`,
    guildId: channel.guildId,
    channelId: channel.id,
    name,
    avatar: avatar === null || avatar === undefined ? null : books.putImage(avatar.content),
    applicationId: books.bot.applicationId,
    userId: books.bot.user.id,
  };
  books.webhooks.set(hook.id, hook);
  tell(world, hook);
  return { status: 200, body: webhookShape(books, hook, world.at) };
}

function get(call: Call, world: World): Answer {
  const hook = hookOf(call, world);
  const { user, ...rest } = webhookShape(world.books, hook, world.at);
  return { status: 200, body: call.params["webhook_token"] === undefined ? { ...rest, user } : rest };
}

function modify(call: Call, world: World): Answer {
  const hook = hookOf(call, world);
  const body = read(modifyHook, call.body);
  const target =
    body.channel_id === null || body.channel_id === undefined || call.params["webhook_token"] !== undefined
      ? hook.channelId
      : body.channel_id;
  demand(world.books, world.books.channel(target), ["ManageWebhooks"]);
  const avatar =
    body.avatar === undefined ? hook.avatar : body.avatar === null ? null : world.books.putImage(body.avatar.content);
  const next = { ...hook, name: body.name ?? hook.name, avatar, channelId: target };
  world.books.webhooks.set(hook.id, next);
  tell(world, next);
  return { status: 200, body: webhookShape(world.books, next, world.at) };
}

function erase(call: Call, world: World): Answer {
  const hook = hookOf(call, world);
  world.books.webhooks.delete(hook.id);
  tell(world, hook);
  return { status: 204 };
}

function execute(call: Call, world: World): Answer {
  if (param(call, "webhook_id") === world.books.bot.applicationId) return followUp(call, world);
  const { books } = world;
  const hook = hookOf(call, world);
  const body = read(executeBody, call.body);
  const parts = makeParts(world, hook.channelId, body, call.files);
  needSomething(parts);
  const channel = placeOf(call, world, hook, body.thread_name ?? null);
  const allowed = body.allowed_mentions ?? null;
  const message = post(world, {
    ...parts,
    channelId: channel.id,
    guildId: channel.guildId,
    type: 0,
    speaker: {
      kind: "webhook",
      webhookId: hook.id,
      applicationId: hook.applicationId,
      name: body.username ?? hook.name,
      avatar: hook.avatar,
      avatarUrl: (body.avatar_url ?? "") === "" ? null : (body.avatar_url ?? null),
    },
    pinged: pingedBy(books, { channel, text: parts.text, allowed, repliedTo: null, speakerId: null }),
    nonce: null,
    replyTo: null,
    forwarded: null,
    interactionId: null,
    onlyFor: null,
  });
  // Without wait there is no answer, not even whether it was stored ("Execute Webhook").
  return call.query.get("wait") === "true"
    ? { status: 200, body: messageShape(books, message, world.at), stored: message.id }
    : { status: 204, stored: message.id };
}

// The channel of the webhook, or a thread in it.
function placeOf(call: Call, world: World, hook: WebhookRecord, threadName: string | null): ChannelRecord {
  const parent = world.books.channel(hook.channelId);
  const threadId = call.query.get("thread_id");
  const isForum = parent.type === ChannelType.GuildForum;
  if (threadId !== null) {
    const thread = world.books.channel(threadId);
    if (thread.parentId !== parent.id || !isThread(thread)) throw refusals.unknownChannel();
    return reopen(world, thread);
  }
  if (threadName === null && isForum) throw refusals.forumNeedsThread();
  if (threadName === null) return parent;
  if (!isForum) throw refusals.onlyForumsMakeThreads();
  return openThread(world, { parent, name: threadName, type: ChannelType.PublicThread, ownerId: hook.id });
}

// A post of this webhook; in a thread only when thread_id names the thread.
function saidBy(call: Call, world: World): { readonly message: MessageRecord; readonly channel: ChannelRecord } {
  const hook = hookOf(call, world);
  const channel = world.books.channel(call.query.get("thread_id") ?? hook.channelId);
  const message = world.books.message(channel.id, param(call, "message_id"));
  const isOwn = message.speaker.kind === "webhook" && message.speaker.webhookId === hook.id;
  if (!isOwn) throw refusals.unknownMessage();
  return { message, channel };
}

function isOfInteraction(call: Call, world: World): boolean {
  return param(call, "webhook_id") === world.books.bot.applicationId;
}

function getSaid(call: Call, world: World): Answer {
  if (isOfInteraction(call, world)) return getFollowUp(call, world);
  return { status: 200, body: messageShape(world.books, saidBy(call, world).message, world.at) };
}

function editSaid(call: Call, world: World): Answer {
  if (isOfInteraction(call, world)) return editFollowUp(call, world);
  const { message, channel } = saidBy(call, world);
  const body = read(editBody, call.body);
  if (channel.isArchived) throw refusals.archivedThread();
  const changes = replaceParts(world, message, body, call.files);
  needSomething({ ...message, ...changes });
  const text = changes.text ?? message.text;
  const allowed = body.allowed_mentions ?? null;
  const isSilent = changes.text === undefined && allowed === null;
  const pinged = isSilent
    ? message.pinged
    : pingedBy(world.books, { channel, text, allowed, repliedTo: null, speakerId: null });
  return {
    status: 200,
    body: messageShape(world.books, change(world, message, { ...changes, pinged }), world.at),
    stored: message.id,
  };
}

function eraseSaid(call: Call, world: World): Answer {
  if (isOfInteraction(call, world)) return eraseFollowUp(call, world);
  const { message, channel } = saidBy(call, world);
  if (channel.isArchived) throw refusals.archivedThread();
  remove(world, message);
  return { status: 204 };
}
