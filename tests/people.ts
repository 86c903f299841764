// Personas, messages, turns and posts for tests: whole ones, of which a test says only what matters to it.
import {
  authorId,
  channelId,
  feedPlatform,
  messageId,
  personaAuthorId,
  personaId,
  postId,
  turnId,
} from "../src/domain/ids.ts";
import type { Payer } from "../src/domain/budget.ts";
import type { MessageId } from "../src/domain/ids.ts";
import type { Arrival, Message, Spoken } from "../src/domain/message.ts";
import type { Persona } from "../src/domain/persona.ts";
import { unsaid } from "../src/domain/persona.ts";
import type { AdapterEvents } from "../src/adapters/adapter.ts";
import type { NewTurn, Post, Turn } from "../src/domain/turn.ts";

export const feedChannel = channelId(feedPlatform, "main");

export function makePersona(handle: string, more: Partial<Persona> = {}): Persona {
  return {
    ...unsaid,
    id: personaId(handle),
    name: handle.charAt(0).toUpperCase() + handle.slice(1),
    world: null,
    solvers: [],
    version: "1",
    source: `personas/${handle}.yaml`,
    folder: "personas",
    ...more,
  };
}

/** A person's message in the feed. */
export function makeMessage(native: string, text: string, more: Partial<Message> = {}): Message {
  const id = messageId(feedPlatform, native);
  return {
    id,
    channel: feedChannel,
    seq: 1,
    author: { id: authorId(feedPlatform, "mira"), kind: "person", name: "Mira" },
    text,
    images: [],
    toHouse: false,
    asks: null,
    replyTo: null,
    conversation: id,
    depth: 0,
    tokens: Math.ceil(text.length / 4),
    createdAt: 0,
    spoken: null,
    ...more,
  };
}

/** A persona's message in the feed. */
export function makePersonaMessage(
  native: string,
  handle: string,
  text: string,
  more: Partial<Message> & { readonly said?: Partial<Spoken> } = {},
): Message {
  const { said, ...rest } = more;
  const persona = personaId(handle);
  return makeMessage(native, text, {
    author: { id: personaAuthorId(persona), kind: "persona", name: makePersona(handle).name },
    depth: 1,
    spoken: {
      turn: turnId(messageId(feedPlatform, "before"), persona),
      persona,
      scene: null,
      solver: "rivescript",
      model: null,
      unasked: false,
      ...said,
    },
    ...rest,
  });
}

/** A turn that answers a person's message and waits. */
export function makeTurn(trigger: MessageId, handle: string, more: Partial<Turn> = {}): Turn {
  const persona = personaId(handle);
  return {
    id: turnId(trigger, persona),
    trigger,
    channel: feedChannel,
    persona,
    reason: { kind: "named", said: handle },
    askedBy: authorId(feedPlatform, "mira"),
    replyTo: trigger,
    conversation: trigger,
    depth: 1,
    unasked: false,
    scene: null,
    state: "waiting",
    outcome: null,
    attempts: 0,
    createdAt: 0,
    ...more,
  };
}

/** On whose account a turn's calls are made, where nobody set a cap. */
export function payerOf({ id, persona, channel, scene }: NewTurn, more: Partial<Payer> = {}): Payer {
  return { turn: id, persona, place: { channel, parent: null, workspace: null }, scene, caps: [], ...more };
}

/** The first post of a turn, ready to be said. */
export function makePost(turn: Turn, text: string, more: Partial<Post> = {}): Post {
  return {
    id: postId(turn.id, 1),
    turn: turn.id,
    part: 1,
    channel: turn.channel,
    persona: turn.persona,
    text,
    replyTo: turn.replyTo,
    conversation: turn.conversation,
    depth: turn.depth,
    unasked: turn.unasked,
    scene: turn.scene,
    solver: "rivescript",
    model: null,
    state: "ready",
    readyAt: 0,
    sendingAt: null,
    dueAt: 0,
    landed: null,
    ...more,
  };
}

export function makeArrival(native: string, text: string, more: Partial<Arrival> = {}): Arrival {
  return {
    id: messageId(feedPlatform, native),
    place: {
      platform: feedPlatform,
      channel: feedChannel,
      parent: null,
      workspace: null,
      unnamed: "answered",
      nsfw: false,
    },
    author: { id: authorId(feedPlatform, "mira"), kind: "person", name: "Mira" },
    text,
    images: [],
    toHouse: false,
    asks: null,
    replyTo: null,
    createdAt: 0,
    ...more,
  };
}

/** Hears everything and does nothing; a test says what it minds. */
export const deafEvents: AdapterEvents = {
  message: async () => ({ fresh: true }),
  edited: async () => {},
  deleted: async () => {},
  reacted: async () => {},
  gone: async () => {},
  heard: async () => {},
  watched: async () => {},
};
