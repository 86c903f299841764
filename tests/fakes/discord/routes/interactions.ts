// The first answer to an interaction: within three seconds, once, and of a kind that fits ("Interaction Callback").
import { InteractionResponseType as Type, InteractionType } from "discord.js";
import { z } from "zod";
import { type Answer, type Call, param, read, type World } from "../call.ts";
import { LIMITS } from "../limits.ts";
import { needSomething, replaceParts } from "../making.ts";
import { pingedBy } from "../mentions.ts";
import { editBody, FLAGS } from "../message-bodies.ts";
import { modalBody, modalOf } from "../modals.ts";
import { change, post } from "../posting.ts";
import type { Given, InteractionRecord } from "../records.ts";
import { invalidField, refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { messageShape } from "../message-shapes.ts";
import { ANSWER_WITHIN_MS, answerTo } from "./follow-ups.ts";

export const interactionRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/interactions/{interaction_id}/{interaction_token}/callback",
    limit: LIMITS.interaction,
    key: "token",
    handle: callback,
  },
];

const body = z.object({ type: z.number().int(), data: z.unknown().optional() });
// "Application Command Autocomplete": 25 choices.
const CHOICES_MAX = 25;
const choicesBody = z.object({
  choices: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        name_localizations: z.record(z.string(), z.string()).nullish(),
        value: z.union([z.string().max(100), z.number()]),
      }),
    )
    .max(CHOICES_MAX),
});
const deferBody = z.object({ flags: z.number().int().nullish() });

const MESSAGES: readonly number[] = [Type.ChannelMessageWithSource, Type.DeferredChannelMessageWithSource];
const UPDATES: readonly number[] = [Type.DeferredMessageUpdate, Type.UpdateMessage];

/** The kinds of answer that an interaction takes. */
function allowedFor(interaction: InteractionRecord): readonly number[] {
  const updates = interaction.messageId === null ? [] : UPDATES;
  switch (interaction.type) {
    case InteractionType.ApplicationCommandAutocomplete:
      return [Type.ApplicationCommandAutocompleteResult];
    case InteractionType.ApplicationCommand:
      return [...MESSAGES, Type.Modal];
    case InteractionType.MessageComponent:
      return [...MESSAGES, ...updates, Type.Modal];
    // A modal cannot answer a modal.
    case InteractionType.ModalSubmit:
      return [...MESSAGES, ...updates];
    case InteractionType.Ping:
      return [Type.Pong];
  }
}

interface Outcome {
  readonly given: Given;
  readonly originalId: string | null;
}

function callback(call: Call, world: World): Answer {
  const { books } = world;
  const interaction = books.interactions.get(param(call, "interaction_id"));
  if (interaction === undefined || interaction.token !== param(call, "interaction_token")) {
    throw refusals.unknownInteraction();
  }
  if (interaction.given !== null) throw refusals.alreadyAcknowledged();
  const now = books.clock.now();
  if (now - interaction.createdAt > ANSWER_WITHIN_MS) throw refusals.unknownInteraction();
  const { type, data } = read(body, call.body);
  const allowed = allowedFor(interaction);
  if (!allowed.includes(type)) {
    throw invalidField(["type"], "BASE_TYPE_CHOICES", `Value must be one of {${allowed.join(", ")}}.`);
  }
  const outcome = give(world, interaction, type, { body: data ?? {}, files: call.files });
  books.interactions.set(interaction.id, { ...interaction, ...outcome, givenAt: now });
  books.changed();
  const stored = outcome.given.kind === "message" ? { stored: outcome.given.messageId } : {};
  return call.query.get("with_response") === "true"
    ? { status: 200, body: response(world, interaction, type, outcome), ...stored }
    : { status: 204, ...stored };
}

function give(world: World, interaction: InteractionRecord, type: number, said: Pick<Call, "body" | "files">): Outcome {
  switch (type as Type) {
    case Type.ChannelMessageWithSource: {
      const message = answerTo(world, interaction, said);
      needSomething(message);
      const { id } = post(world, message);
      return { given: { kind: "message", messageId: id }, originalId: id };
    }
    case Type.DeferredChannelMessageWithSource: {
      const { flags } = read(deferBody, said.body);
      const messageId = world.books.ids.next();
      return {
        given: { kind: "deferred", isPrivate: ((flags ?? 0) & FLAGS.ephemeral) !== 0, messageId },
        originalId: messageId,
      };
    }
    case Type.DeferredMessageUpdate:
      return { given: { kind: "deferredUpdate" }, originalId: interaction.messageId };
    case Type.UpdateMessage:
      return update(world, interaction, said);
    case Type.ApplicationCommandAutocompleteResult: {
      const { choices } = read(choicesBody, said.body);
      return {
        given: { kind: "choices", choices: choices.map(({ name, value }) => ({ name, value })) },
        originalId: null,
      };
    }
    case Type.Modal:
      return { given: { kind: "modal", modal: modalOf(read(modalBody, said.body)) }, originalId: null };
    case Type.Pong:
    case Type.LaunchActivity:
    default:
      throw invalidField(["type"], "BASE_TYPE_CHOICES", "Value is not one that this fake takes.");
  }
}

function update(world: World, interaction: InteractionRecord, said: Pick<Call, "body" | "files">): Outcome {
  const { books } = world;
  const message = books.findMessage(interaction.messageId ?? "");
  if (message?.deletedAt !== null) throw refusals.unknownMessage();
  const parsed = read(editBody, said.body);
  const changes = replaceParts(world, message, parsed, said.files);
  needSomething({ ...message, ...changes });
  const saying = {
    channel: books.channel(message.channelId),
    text: changes.text ?? message.text,
    allowed: parsed.allowed_mentions ?? null,
    repliedTo: null,
    speakerId: books.bot.user.id,
  };
  const pinged = changes.text === undefined ? message.pinged : pingedBy(books, saying);
  change(world, message, { ...changes, pinged });
  return { given: { kind: "update" }, originalId: message.id };
}

function response(world: World, interaction: InteractionRecord, type: number, { given, originalId }: Outcome): object {
  const message = originalId === null ? null : world.books.findMessage(originalId);
  const isPrivate = given.kind === "deferred" ? given.isPrivate : (message?.onlyFor ?? null) !== null;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(originalId === null
        ? {}
        : {
            response_message_id: originalId,
            response_message_loading: given.kind === "deferred",
            response_message_ephemeral: isPrivate,
          }),
    },
    ...(message === null ? {} : { resource: { type, message: messageShape(world.books, message, world.at) } }),
  };
}
