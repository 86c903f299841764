// A scene: a conversation that personas hold by themselves in a channel.
import type { ChannelId, PersonaId, SceneId } from "./ids.ts";

/** How a scene goes; times in seconds. */
export interface ScenePlan {
  readonly id: SceneId;
  readonly name: string;
  /** Empty: everyone bound to the channel. */
  readonly cast: readonly PersonaId[];
  /** Seconds between posts. */
  readonly seconds: number;
  /** Seconds between posts while somebody watches, from–to; null: `seconds`. */
  readonly watchedSeconds: readonly [number, number] | null;
  /** So many posts in so many seconds at the start of a run; null: at the usual pace from the first. */
  readonly opening: { readonly posts: number; readonly seconds: number } | null;
  /** Chance to reply rather than post anew: 0 never, 1 always. */
  readonly replyChance: number;
  /** How many recent posts by others may be replied to. */
  readonly candidates: number;
  /** Posts until the scene pauses. */
  readonly postLimit: number;
  /** Replies deep at most in one thread of the scene. */
  readonly threadMax: number;
}

export type SceneState =
  | { readonly kind: "running" }
  /** By a person, until a person resumes it. */
  | { readonly kind: "paused"; readonly why: string }
  /** Its post limit is reached. */
  | { readonly kind: "finished"; readonly why: string }
  /** By itself; goes on when `until` (epoch ms) has come or, where it is null, when what it waits for happens. */
  | { readonly kind: "resting"; readonly why: string; readonly until: number | null };

/** The state of a scene whose file is gone: it is not played, and goes on when its file is back. */
export const offStage = { kind: "finished", why: "its file is gone" } as const satisfies SceneState;

export function isOffStage(state: SceneState): boolean {
  return state.kind === "finished" && state.why === offStage.why;
}

/** A scene as the store keeps it. */
export interface Scene {
  readonly plan: ScenePlan;
  readonly channel: ChannelId;
  readonly state: SceneState;
  /** Ticks taken, ever: the number of the next one. */
  readonly ticks: number;
  /** Posts in this run. */
  readonly posts: number;
  /** When this run began, epoch ms. */
  readonly startedAt: number;
  /** When its next tick is due, epoch ms; null when it is not running. */
  readonly dueAt: number | null;
}

export const usualPace = {
  seconds: 60,
  replyChance: 0.75,
  candidates: 20,
  postLimit: 50,
  threadMax: 6,
} as const;
