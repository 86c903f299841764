// Turns as SQLite has them, and as the house does.
import type { SQL } from "drizzle-orm";
import type {
  AuthorId,
  ChannelId,
  MessageId,
  PersonaId,
  SceneId,
  TriggerId,
  TurnId,
  WorkspaceId,
} from "../domain/ids.ts";
import type { Outcome, Turn, TurnReason, TurnState } from "../domain/turn.ts";
import { sql } from "./drizzle.ts";
import { value } from "./parameters.ts";
import { turns } from "./tables.ts";

/** What thinking needs to know of a turn. */
export interface TurnFacts {
  readonly n: number;
  readonly trigger: TriggerId;
  readonly channel: ChannelId;
  readonly persona: PersonaId;
  readonly askedBy: AuthorId | null;
  readonly conversation: MessageId | null;
  readonly depth: number;
  readonly unasked: boolean;
  readonly scene: SceneId | null;
  readonly state: TurnState;
  readonly createdAt: number;
  /** Of its channel. */
  readonly workspace: WorkspaceId | null;
}

/** Whether a turn is an open one of the channel, whose row the query reads too: what was asked before its `open_seq` is not even looked at. */
export const IS_OPEN_HERE = sql`(turns.channel = channels.id AND turns.asked >= channels.open_seq AND turns.state <> 'ended')`;

/** The same where the query reads turns alone. */
export function isOpenIn(channel: SQL): SQL {
  return sql`(turns.channel = ${channel}
    AND turns.asked >= (SELECT open_seq FROM channels WHERE id = ${channel}) AND turns.state <> 'ended')`;
}

/** The place of a trigger in its channel. A tick stands behind everything that was said before it. */
export const ASKED = sql<number>`coalesce((SELECT seq FROM messages WHERE id = ${value("trigger")}),
  (SELECT last_seq FROM channels WHERE id = ${value("channel")}), 0)`;

/** What is read of a turn, in the order in which `toTurn` takes it. */
export const TURN_COLUMNS = {
  id: turns.id,
  trigger: turns.trigger,
  channel: turns.channel,
  persona: turns.persona,
  reason: turns.reason,
  askedBy: turns.askedBy,
  replyTo: turns.replyTo,
  conversation: turns.conversation,
  depth: turns.depth,
  unasked: turns.unasked,
  scene: turns.scene,
  state: turns.state,
  outcome: turns.outcome,
  attempts: turns.attempts,
  createdAt: turns.createdAt,
};

type Columns = readonly [
  id: TurnId,
  trigger: TriggerId,
  channel: ChannelId,
  persona: PersonaId,
  reason: string,
  askedBy: AuthorId | null,
  replyTo: MessageId | null,
  conversation: MessageId | null,
  depth: number,
  unasked: 0 | 1,
  scene: SceneId | null,
  state: TurnState,
  outcome: string | null,
  attempts: number,
  createdAt: number,
];

export function toTurn(row: Columns): Turn {
  const outcome = row[12];
  return {
    id: row[0],
    trigger: row[1],
    channel: row[2],
    persona: row[3],
    reason: JSON.parse(row[4]) as TurnReason,
    askedBy: row[5],
    replyTo: row[6],
    conversation: row[7],
    depth: row[8],
    unasked: row[9] === 1,
    scene: row[10],
    state: row[11],
    outcome: outcome === null ? null : (JSON.parse(outcome) as Outcome),
    attempts: row[13],
    createdAt: row[14],
  };
}

type FactsColumns = readonly [
  n: number | null,
  trigger: TriggerId,
  channel: ChannelId,
  persona: PersonaId,
  askedBy: AuthorId | null,
  conversation: MessageId | null,
  depth: number,
  unasked: 0 | 1,
  state: TurnState,
  scene: SceneId | null,
  createdAt: number,
  workspace: WorkspaceId | null,
];

/** From a row of the channel, whether there is such a turn or not. */
export function toFacts(row: FactsColumns): { readonly turn: TurnFacts | null } {
  const [n, trigger, channel, persona, askedBy, conversation, depth, unasked, state, scene, createdAt, workspace] = row;
  if (n === null) return { turn: null };
  const facts = { n, trigger, channel, persona, askedBy, conversation, depth, unasked: unasked === 1 };
  return { turn: { ...facts, state, scene, createdAt, workspace } };
}
