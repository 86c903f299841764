// What follows the first answer to an interaction: more messages, and the original one changed or removed ("Receiving and Responding: Followup Messages").
import { type Answer, type Call, param, read, type World } from "../call.ts";
import { FLAGS, createBody, editBody } from "../message-bodies.ts";
import { makeParts, needSomething, replaceParts } from "../making.ts";
import { pingedBy } from "../mentions.ts";
import { change, type NewMessage, post, remove } from "../posting.ts";
import type { InteractionRecord, MessageRecord } from "../records.ts";
import { refusals } from "../refusals.ts";
import { messageShape } from "../message-shapes.ts";

/** The first answer has to come within three seconds, everything else within fifteen minutes ("Interaction Callback"). */
export const ANSWER_WITHIN_MS = 3000;
const TOKEN_LIVES_MS = 15 * 60_000;

/** The message that answers an interaction, not yet stored: the bot's own, and only for the person when it is private. */
export function answerTo(
  world: World,
  interaction: InteractionRecord,
  call: Pick<Call, "body" | "files">,
  id?: string,
): NewMessage {
  const { books } = world;
  const body = read(createBody, call.body);
  const parts = makeParts(world, interaction.channelId, body, call.files);
  const channel = books.channel(interaction.channelId);
  const speakerId = books.bot.user.id;
  return {
    ...parts,
    ...(id === undefined ? {} : { id }),
    channelId: channel.id,
    guildId: interaction.guildId,
    type: 20,
    // Through the application's own webhook, under the bot's name: no other name or face is taken.
    speaker: {
      kind: "webhook",
      webhookId: books.bot.applicationId,
      applicationId: books.bot.applicationId,
      name: books.bot.user.username,
      avatar: books.bot.user.avatar,
      avatarUrl: null,
    },
    pinged: pingedBy(books, {
      channel,
      text: parts.text,
      allowed: body.allowed_mentions ?? null,
      repliedTo: null,
      speakerId,
    }),
    nonce: null,
    replyTo: null,
    forwarded: null,
    interactionId: interaction.id,
    onlyFor: (parts.flags & FLAGS.ephemeral) === 0 ? null : interaction.userId,
  };
}

/** The interaction that a token stands for, as long as it lives. */
function ofToken(call: Call, world: World): InteractionRecord {
  const token = param(call, "webhook_token");
  const interaction = [...world.books.interactions.values()].find((one) => one.token === token);
  if (interaction === undefined) throw refusals.unknownWebhook();
  if (world.books.clock.now() - interaction.createdAt > TOKEN_LIVES_MS) throw refusals.invalidWebhookToken();
  // Before the first answer there is nothing to follow.
  if (interaction.given === null) throw refusals.unknownWebhook();
  return interaction;
}

export function followUp(call: Call, world: World): Answer {
  const { books, at } = world;
  const interaction = ofToken(call, world);
  const waiting = interaction.given?.kind === "deferred" ? interaction.originalId : null;
  const message = answerTo(world, interaction, call, waiting ?? undefined);
  needSomething(message);
  // The first follow-up after "thinking" takes its place, and is as private as that was.
  const record =
    waiting === null
      ? message
      : {
          ...message,
          onlyFor: interaction.given?.kind === "deferred" && interaction.given.isPrivate ? interaction.userId : null,
        };
  const stored = post(world, record);
  const followUps = [...interaction.followUps, stored.id];
  const given = waiting === null ? interaction.given : ({ kind: "message", messageId: stored.id } as const);
  books.interactions.set(interaction.id, { ...interaction, followUps, given });
  books.changed();
  return { status: 200, body: messageShape(books, stored, at), stored: stored.id };
}

function found(
  call: Call,
  world: World,
): { readonly interaction: InteractionRecord; readonly message: MessageRecord | null } {
  const interaction = ofToken(call, world);
  const id = call.params["message_id"] ?? interaction.originalId;
  const isOwn = id !== null && (id === interaction.originalId || interaction.followUps.includes(id));
  if (!isOwn) throw refusals.unknownMessage();
  const message = world.books.findMessage(id);
  if (message !== null && message.deletedAt !== null) throw refusals.unknownMessage();
  return { interaction, message };
}

export function getFollowUp(call: Call, world: World): Answer {
  const { message } = found(call, world);
  if (message === null) throw refusals.unknownMessage();
  return { status: 200, body: messageShape(world.books, message, world.at) };
}

export function editFollowUp(call: Call, world: World): Answer {
  const { books, at } = world;
  const { interaction, message } = found(call, world);
  const { given } = interaction;
  if (message === null && given?.kind === "deferred") {
    // Editing the original of "thinking" fills it in.
    const fresh = answerTo(world, interaction, call, given.messageId);
    needSomething(fresh);
    const stored = post(world, { ...fresh, onlyFor: given.isPrivate ? interaction.userId : null });
    books.interactions.set(interaction.id, { ...interaction, given: { kind: "message", messageId: stored.id } });
    books.changed();
    return { status: 200, body: messageShape(books, stored, at), stored: stored.id };
  }
  if (message === null) throw refusals.unknownMessage();
  const body = read(editBody, call.body);
  const changes = replaceParts(world, message, body, call.files);
  needSomething({ ...message, ...changes });
  const channel = books.channel(message.channelId);
  const allowed = body.allowed_mentions ?? null;
  const saying = {
    channel,
    text: changes.text ?? message.text,
    allowed,
    repliedTo: null,
    speakerId: books.bot.user.id,
  };
  const pinged = changes.text === undefined && allowed === null ? message.pinged : pingedBy(books, saying);
  return {
    status: 200,
    body: messageShape(books, change(world, message, { ...changes, pinged }), at),
    stored: message.id,
  };
}

export function eraseFollowUp(call: Call, world: World): Answer {
  const { message } = found(call, world);
  if (message === null) throw refusals.unknownMessage();
  remove(world, message);
  return { status: 204 };
}
