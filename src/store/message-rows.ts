// Messages as SQLite has them, and as the house does.
import type { AuthorId, ChannelId, MessageId, PersonaId, SceneId, TurnId } from "../domain/ids.ts";
import type { AuthorKind, Image, Message } from "../domain/message.ts";
import { messages } from "./tables.ts";

/** What is read of a message, in the order in which `toMessage` takes it. */
export const MESSAGE_COLUMNS = {
  id: messages.id,
  channel: messages.channel,
  seq: messages.seq,
  authorId: messages.authorId,
  authorKind: messages.authorKind,
  authorName: messages.authorName,
  text: messages.text,
  replyTo: messages.replyTo,
  conversation: messages.conversation,
  depth: messages.depth,
  tokens: messages.tokens,
  createdAt: messages.createdAt,
  turn: messages.turn,
  persona: messages.persona,
  scene: messages.scene,
  solver: messages.solver,
  model: messages.model,
  unasked: messages.unasked,
  images: messages.images,
  toHouse: messages.toHouse,
  asks: messages.asks,
};

type Columns = readonly [
  id: MessageId,
  channel: ChannelId,
  seq: number,
  authorId: AuthorId,
  authorKind: AuthorKind,
  authorName: string,
  text: string,
  replyTo: MessageId | null,
  conversation: MessageId,
  depth: number,
  tokens: number,
  createdAt: number,
  turn: TurnId | null,
  persona: PersonaId | null,
  scene: SceneId | null,
  solver: string | null,
  model: string | null,
  unasked: 0 | 1,
  images: string | null,
  toHouse: 0 | 1,
  asks: PersonaId | null,
];

export const noImages: readonly Image[] = [];

export function toMessage(row: Columns): Message {
  const [turn, persona, scene, solver, model, unasked] = [row[12], row[13], row[14], row[15], row[16], row[17]];
  return {
    id: row[0],
    channel: row[1],
    seq: row[2],
    author: { id: row[3], kind: row[4], name: row[5] },
    text: row[6],
    images: row[18] === null ? noImages : (JSON.parse(row[18]) as readonly Image[]),
    toHouse: row[19] === 1,
    asks: row[20],
    replyTo: row[7],
    conversation: row[8],
    depth: row[9],
    tokens: row[10],
    createdAt: row[11],
    spoken:
      turn === null || persona === null || solver === null
        ? null
        : { turn, persona, scene, solver, model, unasked: unasked === 1 },
  };
}

// How a message that nobody of the house said came to be.
const UNSPOKEN = { turn: null, persona: null, scene: null, solver: null, model: null, unasked: false };

/** `message` by the names of its columns. */
export function rowOf(message: Message): Record<string, unknown> {
  const { author, images, spoken, ...rest } = message;
  return {
    ...rest,
    ...(spoken ?? UNSPOKEN),
    authorId: author.id,
    authorKind: author.kind,
    authorName: author.name,
    images: images.length === 0 ? null : images,
  };
}
