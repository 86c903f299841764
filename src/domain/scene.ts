// A scene: a conversation that personas hold by themselves in a channel.
import type { AuthorId, ChannelId, PersonaId, SceneId } from "./ids.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { SceneStrategy } from "./strategy.ts";

/** What a scene is about, in the words of whoever made it: data for the prompt, never a template. Empty texts say nothing. */
export interface SceneWorld {
  readonly setting: string;
  readonly tone: string;
  readonly rules: string;
}

/** `microblog`: short posts, each reply beginning with `@name`. `house`: as personas talk anyway. */
export type SceneStyle = "house" | "microblog";

/** When a scene ends. */
export type SceneEnd =
  /** At this time, epoch ms. */
  | { readonly kind: "at"; readonly at: number }
  /** So long after its run began. */
  | { readonly kind: "after"; readonly ms: number };

/** Who started a scene. */
export interface SceneStarter {
  readonly id: AuthorId;
  readonly name: string;
  /** The platform's language tag of the person; null: unknown. */
  readonly locale: string | null;
}

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
  readonly strategy: SceneStrategy;
  readonly style: SceneStyle;
  /** Null: only what the personas' own files say of their world. */
  readonly world: SceneWorld | null;
  /** The hours of the day in which it plays, from–to; null: all. */
  readonly hours: QuietHours | null;
  /** Null: at its post limit only. */
  readonly end: SceneEnd | null;
  /** Null: it is a file's. */
  readonly by: SceneStarter | null;
}

/** How a scene is of which nobody says otherwise, in what was added since the first scenes were stored. */
export const usualScene = {
  strategy: "microblog",
  style: "house",
  world: null,
  hours: null,
  end: null,
  by: null,
} as const satisfies Partial<ScenePlan>;

export type SceneState =
  | { readonly kind: "running" }
  /** By a person, until a person resumes it. */
  | { readonly kind: "paused"; readonly why: string }
  /** Its post limit or its end is reached, or a person stopped it: it goes on with a new run, when a person resumes it. */
  | { readonly kind: "finished"; readonly why: string }
  /** By itself; goes on when `until` (epoch ms) has come or, where it is null, when what it waits for happens. */
  | { readonly kind: "resting"; readonly why: string; readonly until: number | null };

/** The state of a scene whose file is gone: it is not played, and goes on when its file is back. */
export const offStage = { kind: "finished", why: "its file is gone" } as const satisfies SceneState;

export function isOffStage(state: SceneState): boolean {
  return state.kind === "finished" && state.why === offStage.why;
}

const STOPPED = " stopped it";

/** The state of a scene that a person stopped: it stays so, also through a new start of the house, until a person resumes it. */
export function stoppedBy(name: string): Extract<SceneState, { readonly kind: "finished" }> {
  return { kind: "finished", why: `${name}${STOPPED}` };
}

export function isStopped(state: SceneState): boolean {
  return state.kind === "finished" && state.why.endsWith(STOPPED);
}

/** Whether it plays, be it that it rests just now: of these a channel has one at most. */
export function isPlaying(state: SceneState): boolean {
  return state.kind === "running" || state.kind === "resting";
}

/** When the scene's run ends by its plan, epoch ms; null: it has no such time. */
export function endOf({ plan, startedAt }: Pick<Scene, "plan" | "startedAt">): number | null {
  if (plan.end === null) return null;
  return plan.end.kind === "at" ? plan.end.at : startedAt + plan.end.ms;
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
  ...usualScene,
} as const;
