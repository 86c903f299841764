// The third part of the store's port: scenes that people start, change and end, each change with an entry in the audit list.
import type { ChannelId, SceneId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import type { Changer } from "./registry.ts";

/** A scene and where it plays. */
export interface SceneEntry {
  readonly scene: Scene;
  readonly place: Place;
}

/** What becomes of the scene that plays in the channel already when another is to: it stays, and the other does not begin; or it is paused. */
export type Meanwhile = "stays" | "pauses";

/** Whether a scene goes on now. */
export type Cued =
  | { readonly kind: "plays"; readonly scene: Scene }
  /** Another one plays in its channel. */
  | { readonly kind: "busy"; readonly other: Scene }
  /** There is no such scene. */
  | { readonly kind: "gone" };

/** How a person ends a scene: until somebody resumes it, or for good, so that a new run begins when somebody does. */
export type Halt = "pause" | "stop";

export interface SceneBook {
  /** Every scene there is, those of each channel together, the newest last. */
  all(): Promise<readonly SceneEntry[]>;
  /** A new scene plays, due at `dueAt`; one with its id that is there already (a command delivered twice) is left as it is. The oldest of more than `SCENES_MAX` in a channel that do not play are forgotten. */
  start(plan: ScenePlan, at: Cue, by: Changer): Promise<Exclude<Cued, { kind: "gone" }>>;
  /** A scene goes on; one that was finished, with a new run. */
  resume(scene: SceneId, at: Omit<Cue, "place">, by: Changer): Promise<Cued>;
  /** A scene halts, and what it was about to say is withdrawn. Null: there is no such scene. */
  halt(scene: SceneId, how: Halt, by: Changer, now: number): Promise<Scene | null>;
  /** A scene goes on by another plan. `what` was changed, to what: for the audit list. Null: there is no such scene. */
  replan(
    plan: ScenePlan,
    what: { readonly before: string; readonly after: string },
    by: Changer,
    now: number,
  ): Promise<Scene | null>;
  /** The channel and its threads are no more: what people started there is forgotten. */
  forget(channel: ChannelId): Promise<void>;
}

export interface Cue {
  readonly place: Place;
  readonly now: number;
  readonly dueAt: number;
  readonly meanwhile: Meanwhile;
}

/** Scenes that one channel remembers: as many as a platform offers to choose from. */
export const SCENES_MAX = 25;
