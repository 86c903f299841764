// A turn: one persona's duty to answer one trigger.
import type { AuthorId, ChannelId, MessageId, PersonaId, PostId, SceneId, TriggerId, TurnId } from "./ids.ts";

/** Why a persona takes a turn. */
export type TurnReason =
  /** `said` is the name as it stood in the text. */
  | { readonly kind: "named"; readonly said: string }
  | { readonly kind: "replied-to"; readonly post: MessageId }
  /** A person asked this persona by a command; `post`: to go on from that post of its own, null: a question. */
  | { readonly kind: "asked"; readonly post: MessageId | null }
  /** A person put this persona here by a command, and it opens a conversation. */
  | { readonly kind: "moved-in" }
  /** Nobody was named and this persona was chosen, by talkativeness, among so many. */
  | { readonly kind: "chosen"; readonly among: number; readonly share: number }
  /** Nobody was named, and of so many that take turns it was this persona's. */
  | { readonly kind: "in-turn"; readonly among: number }
  /** Nobody was named, and this persona was chosen, by talkativeness, among so many who had not spoken since the last person did. */
  | { readonly kind: "pooled"; readonly among: number }
  /** Nobody was named and this persona joined in unasked, which happens with this chance. */
  | { readonly kind: "joined-in"; readonly chance: number }
  /** A person told the personas of the channel to stop, and this one says that they heard. */
  | { readonly kind: "told-to-stop" }
  /** A scene's tick: to reply to a post, or to post anew. */
  | { readonly kind: "tick"; readonly scene: SceneId; readonly act: "reply" | "post" }
  /** The scene halts by itself, and one line says why and how to go on. */
  | { readonly kind: "scene-halts"; readonly name: string; readonly halt: SceneHalt; readonly locale: string | null };

/** Why a scene halts by itself. */
export type SceneHalt =
  | { readonly by: "posts"; readonly max: number }
  | { readonly by: "end" }
  /** It goes on by itself later. */
  | { readonly by: "rest"; readonly why: string };

/** Why a persona, or everybody, stays silent. */
export type SilenceReason =
  | { readonly kind: "not-named" }
  | { readonly kind: "another-chosen"; readonly chosen: PersonaId }
  /** Nobody was named, and only who is named speaks here. */
  | { readonly kind: "nobody-named" }
  /** Nobody was named, and the persona might have joined in with this chance, but did not. */
  | { readonly kind: "not-inclined"; readonly chance: number }
  /** Enough others joined in already. */
  | { readonly kind: "others-joined" }
  /** The same author wrote on: the last message of the burst counts. */
  | { readonly kind: "wrote-on" }
  /** It speaks only when a command asks it. */
  | { readonly kind: "manual" }
  | { readonly kind: "foreign-bot" }
  | { readonly kind: "scene-decides" }
  /** The house said it through a persona, such as that a brake holds: no persona answers that. */
  | { readonly kind: "house-line" }
  /** Talk among personas fades with each step. */
  | { readonly kind: "faded"; readonly chance: number }
  /** The channel is one for adults, and nobody with the right to do so let personas speak there. */
  | { readonly kind: "adults-only" }
  /** A person said "stop" with this message. */
  | { readonly kind: "told-to-stop" }
  /** What nobody asked for rests since a person said "stop". */
  | { readonly kind: "stopped" }
  /** What nobody asked for rests at this hour. */
  | { readonly kind: "quiet-hours" }
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

/** `in-doubt`: nobody knows whether it was said, and by the settings of the place it is not said again. */
export type WithdrawnWhy = "trigger-deleted" | "opted-out" | "stopped" | "in-doubt";

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
  /** `leaving`: its turn was withdrawn while it stood, or may have stood, on the platform: it is taken back there. */
  readonly state: "ready" | "sending" | "said" | "withdrawn" | "leaving";
  /** When it was made, epoch ms. */
  readonly readyAt: number;
  /** When its sending last began, epoch ms; null before the first try. */
  readonly sendingAt: number | null;
  /** Not to be tried before, epoch ms. */
  readonly dueAt: number;
  /** Where it stands already while its text still grows; null: nowhere, or nobody knows. */
  readonly landed: Standing | null;
}

/** Where on its platform a post stands. */
export interface Standing {
  readonly message: MessageId;
  /** The post's own channel, or a thread of it. */
  readonly channel: ChannelId;
}
