// A turn: one persona's duty to answer one trigger.
import type { AuthorId, ChannelId, MessageId, PersonaId, PostId, SceneId, TriggerId, TurnId } from "./ids.ts";

/** Why a persona takes a turn. */
export type TurnReason =
  /** `said` is the name as it stood in the text. */
  | { readonly kind: "named"; readonly said: string }
  | { readonly kind: "replied-to"; readonly post: MessageId }
  /** Nobody was named and this persona was chosen, by talkativeness, among so many. */
  | { readonly kind: "chosen"; readonly among: number; readonly share: number }
  /** A scene's tick: to reply to a post, or to post anew. */
  | { readonly kind: "tick"; readonly scene: SceneId; readonly act: "reply" | "post" };

/** Why a persona, or everybody, stays silent. */
export type SilenceReason =
  | { readonly kind: "not-named" }
  | { readonly kind: "another-chosen"; readonly chosen: PersonaId }
  | { readonly kind: "foreign-bot" }
  | { readonly kind: "scene-decides" }
  /** Talk among personas fades with each step. */
  | { readonly kind: "faded"; readonly chance: number }
  | { readonly kind: "empty-text" }
  | { readonly kind: "nobody-here" };

/** What the director decided for one trigger. */
export interface Decision {
  readonly trigger: TriggerId;
  readonly turns: readonly NewTurn[];
  readonly silences: readonly Silence[];
}

export interface Silence {
  /** Null: everybody. */
  readonly persona: PersonaId | null;
  readonly reason: SilenceReason;
}

export interface NewTurn {
  readonly id: TurnId;
  readonly trigger: TriggerId;
  readonly channel: ChannelId;
  readonly persona: PersonaId;
  readonly reason: TurnReason;
  /** Who asked; null for a tick. */
  readonly askedBy: AuthorId | null;
  /** The message to reply to; null to post anew. */
  readonly replyTo: MessageId | null;
  /** Null: the post begins a conversation of its own. */
  readonly conversation: MessageId | null;
  /** The post's depth: the trigger's plus one. */
  readonly depth: number;
  /** True when no person asked for it. */
  readonly unasked: boolean;
  readonly scene: SceneId | null;
}

export type TurnState = "waiting" | "thinking" | "saying" | "ended";

/** How a turn ended. */
export type Outcome =
  | { readonly kind: "replied" }
  /** One short honest notice instead of an answer. */
  | { readonly kind: "noticed"; readonly why: string }
  /** The same author's later message is answered instead, by `into`. */
  | { readonly kind: "folded"; readonly into: TurnId }
  | { readonly kind: "withdrawn"; readonly why: WithdrawnWhy; readonly detail: string };

export type WithdrawnWhy = "trigger-deleted" | "opted-out" | "stopped";

export interface Turn extends NewTurn {
  readonly state: TurnState;
  readonly outcome: Outcome | null;
  /** How often thinking was begun. */
  readonly attempts: number;
  readonly createdAt: number;
}

/** One message to be said on a platform. */
export interface Post {
  readonly id: PostId;
  readonly turn: TurnId;
  /** From 1. */
  readonly part: number;
  readonly channel: ChannelId;
  readonly persona: PersonaId;
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly conversation: MessageId | null;
  readonly depth: number;
  readonly unasked: boolean;
  readonly scene: SceneId | null;
  readonly solver: string;
  readonly model: string | null;
  readonly state: "ready" | "sending" | "said" | "withdrawn";
  /** When it was made, epoch ms. */
  readonly readyAt: number;
  /** When its sending last began, epoch ms; null before the first try. */
  readonly sendingAt: number | null;
  /** Not to be tried before, epoch ms. */
  readonly dueAt: number;
}
