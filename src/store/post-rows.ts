// Posts as SQLite has them, and as the house does.
import type { ChannelId, MessageId, PersonaId, SceneId, TriggerId, TurnId } from "../domain/ids.ts";
import { postId } from "../domain/ids.ts";
import type { Post, Standing, TurnState } from "../domain/turn.ts";
import { value } from "./parameters.ts";
import { posts } from "./tables.ts";

/** What a post has when it is stored first. */
export const NEW_POST = {
  turn: value("turn"),
  part: value("part"),
  channel: value("channel"),
  persona: value("persona"),
  text: value("text"),
  replyTo: value("replyTo"),
  conversation: value("conversation"),
  depth: value("depth"),
  unasked: value("unasked"),
  scene: value("scene"),
  solver: value("solver"),
  model: value("model"),
  readyAt: value("readyAt"),
  dueAt: value("dueAt"),
};

/** What is read of a post, in the order in which `toPost` takes it. */
export const POST_COLUMNS = {
  turn: posts.turn,
  part: posts.part,
  channel: posts.channel,
  persona: posts.persona,
  text: posts.text,
  replyTo: posts.replyTo,
  conversation: posts.conversation,
  depth: posts.depth,
  unasked: posts.unasked,
  scene: posts.scene,
  solver: posts.solver,
  model: posts.model,
  state: posts.state,
  readyAt: posts.readyAt,
  sendingAt: posts.sendingAt,
  dueAt: posts.dueAt,
  landed: posts.landed,
};

type Columns = readonly [
  turn: TurnId,
  part: number,
  channel: ChannelId,
  persona: PersonaId,
  text: string,
  replyTo: MessageId | null,
  conversation: MessageId | null,
  depth: number,
  unasked: 0 | 1,
  scene: SceneId | null,
  solver: string,
  model: string | null,
  state: Post["state"],
  readyAt: number,
  sendingAt: number | null,
  dueAt: number,
  landed: string | null,
];

export function toPost(row: readonly [...Columns, ...unknown[]]): Post {
  return {
    id: postId(row[0], row[1]),
    turn: row[0],
    part: row[1],
    channel: row[2],
    persona: row[3],
    text: row[4],
    replyTo: row[5],
    conversation: row[6],
    depth: row[7],
    unasked: row[8] === 1,
    scene: row[9],
    solver: row[10],
    model: row[11],
    state: row[12],
    readyAt: row[13],
    sendingAt: row[14],
    dueAt: row[15],
    landed: row[16] === null ? null : (JSON.parse(row[16]) as Standing),
  };
}

/** A post that may not be there, whether a message is, and the newest place in the channel. */
export interface Landed {
  readonly post: Post | null;
  readonly isKnown: boolean;
  readonly lastSeq: number;
}

type LandedColumns = readonly [...(Columns | Absent<Columns>), isKnown: 0 | 1, lastSeq: number];

type Absent<Row extends readonly unknown[]> = { readonly [Each in keyof Row]: null };

export function toLanded(row: LandedColumns): Landed {
  return { post: row[0] === null ? null : toPost(row), isKnown: row[17] === 1, lastSeq: row[18] };
}

/** What decides whether a post may be sent. */
export interface Sendable {
  readonly state: Post["state"];
  readonly turn: TurnId;
  readonly unasked: boolean;
  readonly turnChannel: ChannelId | null;
  readonly turnState: TurnState | null;
  readonly trigger: TriggerId | null;
  /** Whether the trigger is a message that is still there. */
  readonly isTriggerThere: boolean;
}

type SendableColumns = readonly [
  state: Post["state"] | null,
  turn: TurnId,
  unasked: 0 | 1,
  turnChannel: ChannelId | null,
  turnState: TurnState | null,
  trigger: TriggerId | null,
  isTriggerThere: 0 | 1,
];

export function toSendable(row: SendableColumns): { readonly post: Sendable | null } {
  const [state, turn, unasked, turnChannel, turnState, trigger, isTriggerThere] = row;
  if (state === null) return { post: null };
  const post = { state, turn, unasked: unasked === 1, turnChannel, turnState, trigger };
  return { post: { ...post, isTriggerThere: isTriggerThere === 1 } };
}
