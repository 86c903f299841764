// Messages of the bot itself: read, sent, changed and removed ("Message Resource").
import { type Answer, type Call, param, read, type World } from "../call.ts";
import { holdsMessages, isThread } from "../channels.ts";
import { makeParts, needSomething, replaceParts } from "../making.ts";
import { LIMITS } from "../limits.ts";
import { createBody, editBody } from "../message-bodies.ts";
import { pingedBy } from "../mentions.ts";
import { channelPermissions, demand, has } from "../permissions.ts";
import { change, post, remove } from "../posting.ts";
import type { ChannelRecord, MessageRecord } from "../records.ts";
import { invalidField, refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { messageShape } from "../message-shapes.ts";
import { withoutContent } from "../intents.ts";
import { reopen } from "./threads.ts";

// "Nonce": checked against the messages of the past few minutes.
const NONCE_WITHIN_MS = 5 * 60_000;
// "Get Channel Messages": 1 to 100, 50 unless told.
const LIST_MAX = 100;
const LIST_DEFAULT = 50;

const MESSAGES = "/channels/{channel_id}/messages";
const MESSAGE = `${MESSAGES}/{message_id}`;

export const messageRoutes: readonly Route[] = [
  { method: "GET", path: MESSAGES, limit: LIMITS.messageRead, key: "bot", handle: list },
  { method: "POST", path: MESSAGES, limit: LIMITS.messageCreate, key: "bot", handle: create },
  { method: "GET", path: MESSAGE, limit: LIMITS.messageRead, key: "bot", handle: get },
  { method: "PATCH", path: MESSAGE, limit: LIMITS.messageEdit, key: "bot", handle: edit },
  { method: "DELETE", path: MESSAGE, limit: LIMITS.messageDelete, key: "bot", handle: erase },
  { method: "POST", path: "/channels/{channel_id}/typing", limit: LIMITS.typing, key: "bot", handle: typing },
];

function sayIn(world: World, channel: ChannelRecord): void {
  if (!holdsMessages(channel)) throw refusals.notInThisChannel();
  if (channel.recipients.some((id) => world.books.closedTo.has(id))) throw refusals.cannotMessageUser();
  demand(world.books, channel, [isThread(channel) ? "SendMessagesInThreads" : "SendMessages"]);
}

function readable(world: World, message: MessageRecord): ReturnType<typeof messageShape> {
  const shape = messageShape(world.books, message, world.at);
  // Without the privileged intent the text is missing here too ("Message Content Intent": applies to the HTTP API).
  const mayRead = world.door.privileged.has("messageContent") || message.guildId === null;
  return mayRead ? shape : withoutContent(shape, world.books.bot.user.id, world.books.bot.applicationId);
}

function list(call: Call, world: World): Answer {
  const channel = world.books.channel(param(call, "channel_id"));
  demand(world.books, channel, []);
  // "Get Channel Messages": without the right to read the history there are none, and it is no refusal.
  const may = channelPermissions(world.books, channel, world.books.bot.user.id);
  if (!has(may, "ReadMessageHistory")) return { status: 200, body: [] };
  const wanted = Number(call.query.get("limit") ?? LIST_DEFAULT);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > LIST_MAX) {
    throw invalidField(["limit"], "NUMBER_TYPE_MAX", `int value should be between 1 and ${LIST_MAX}.`);
  }
  const there = world.books
    .stored(channel.id)
    .filter(({ deletedAt, onlyFor }) => deletedAt === null && onlyFor === null);
  return { status: 200, body: window(there, call.query, wanted).map((message) => readable(world, message)) };
}

// Newest first, as Discord lists them; `after` takes those nearest to it.
function window(all: readonly MessageRecord[], query: URLSearchParams, wanted: number): readonly MessageRecord[] {
  const id = (name: string): bigint | null => (query.has(name) ? BigInt(query.get(name) ?? "0") : null);
  const [before, after, around] = [id("before"), id("after"), id("around")];
  if (after !== null) {
    return all
      .filter((message) => BigInt(message.id) > after)
      .slice(0, wanted)
      .toReversed();
  }
  if (before !== null) {
    return all
      .filter((message) => BigInt(message.id) < before)
      .slice(-wanted)
      .toReversed();
  }
  if (around === null) return all.slice(-wanted).toReversed();
  const middle = all.findIndex((message) => BigInt(message.id) >= around);
  const from = Math.max(0, (middle === -1 ? all.length : middle) - Math.floor(wanted / 2));
  return all.slice(from, from + wanted).toReversed();
}

function get(call: Call, world: World): Answer {
  const channel = world.books.channel(param(call, "channel_id"));
  demand(world.books, channel, ["ReadMessageHistory"]);
  return { status: 200, body: readable(world, visible(world, channel.id, param(call, "message_id"))) };
}

// What only one person sees is not there for this part of the API.
function visible(world: World, channelId: string, id: string): MessageRecord {
  const message = world.books.message(channelId, id);
  if (message.onlyFor !== null) throw refusals.unknownMessage();
  return message;
}

function create(call: Call, world: World): Answer {
  const { books, at } = world;
  const channel = books.channel(param(call, "channel_id"));
  sayIn(world, channel);
  const body = read(createBody, call.body);
  const open = reopen(world, channel);
  const nonce = body.nonce ?? null;
  if (nonce !== null && body.enforce_nonce === true) {
    const same = books.byNonce(channel.id, String(nonce), books.clock.now() - NONCE_WITHIN_MS);
    if (same !== null) return { status: 200, body: messageShape(books, same, at) };
  }
  const replied = repliedTo(world, channel, body.message_reference ?? null);
  const speakerId = books.bot.user.id;
  const parts = makeParts(world, channel.id, body, call.files);
  needSomething(parts);
  const allowed = body.allowed_mentions ?? null;
  const author = replied?.speaker.kind === "user" ? replied.speaker.userId : null;
  const message = post(world, {
    ...parts,
    channelId: channel.id,
    guildId: open.guildId,
    type: replied === null ? 0 : 19,
    speaker: { kind: "user", userId: speakerId },
    pinged: pingedBy(books, { channel, text: parts.text, allowed, repliedTo: author, speakerId }),
    nonce,
    replyTo: replied?.id ?? null,
    forwarded: null,
    interactionId: null,
    onlyFor: null,
  });
  if (nonce !== null) books.putNonce(channel.id, String(nonce), message.id);
  return { status: 200, body: messageShape(books, message, at), stored: message.id };
}

function repliedTo(
  world: World,
  channel: ChannelRecord,
  reference: { readonly message_id: string; readonly fail_if_not_exists?: boolean | null | undefined } | null,
): MessageRecord | null {
  if (reference === null) return null;
  const original = world.books.findMessage(reference.message_id);
  if (original?.deletedAt === null && original.channelId === channel.id) {
    demand(world.books, channel, ["ReadMessageHistory"]);
    return original;
  }
  if (reference.fail_if_not_exists === false) return null;
  throw invalidField(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
}

function edit(call: Call, world: World): Answer {
  const { books } = world;
  const channel = books.channel(param(call, "channel_id"));
  demand(books, channel, []);
  const message = visible(world, channel.id, param(call, "message_id"));
  const body = read(editBody, call.body);
  if (channel.isArchived) throw refusals.archivedThread();
  const isOwn = message.speaker.kind === "user" && message.speaker.userId === books.bot.user.id;
  if (!isOwn) throw refusals.notYourMessage();
  const changes = replaceParts(world, message, body, call.files);
  needSomething({ ...message, ...changes });
  const text = changes.text ?? message.text;
  const allowed = body.allowed_mentions ?? null;
  // An edit that says nothing about mentions pings as a create would.
  const pinged =
    changes.text === undefined && allowed === null
      ? message.pinged
      : pingedBy(books, { channel, text, allowed, repliedTo: null, speakerId: books.bot.user.id });
  return {
    status: 200,
    body: messageShape(books, change(world, message, { ...changes, pinged }), world.at),
    stored: message.id,
  };
}

function erase(call: Call, world: World): Answer {
  const { books } = world;
  const channel = books.channel(param(call, "channel_id"));
  demand(books, channel, []);
  const message = visible(world, channel.id, param(call, "message_id"));
  const isOwn = message.speaker.kind === "user" && message.speaker.userId === books.bot.user.id;
  if (!isOwn) demand(books, channel, ["ManageMessages"]);
  if (channel.isArchived) throw refusals.archivedThread();
  remove(world, message);
  return { status: 204 };
}

function typing(call: Call, world: World): Answer {
  const channel = world.books.channel(param(call, "channel_id"));
  sayIn(world, channel);
  const { user } = world.books.bot;
  const data = { channel_id: channel.id, user_id: user.id, timestamp: Math.floor(world.books.clock.now() / 1000) };
  const guild = channel.guildId === null ? {} : { guild_id: channel.guildId };
  world.gateway.announce("TYPING_START", { ...data, ...guild }, { guildId: channel.guildId, channelId: channel.id });
  return { status: 204 };
}
