// When a scene's next post is due, and when it rests: pure.
import type { Chance } from "../chance.ts";
import type { Scene, SceneState } from "../domain/scene.ts";

// Pages tell every few seconds that they are open; after so long without a word nobody watches.
const WATCHED_FOR_MS = 30_000;

/** With a model that costs money a scene rests when no page has been open for this long. */
export const UNWATCHED_MAX_MS = 5 * 60_000;

// A channel that is due is found by the sweep, up to a second later.
const SWEEP_MS = 1_000;

// The opening is planned a little tighter than promised, for posts take time to think.
const OPENING_SHARE = 0.85;

// The first post of a run comes almost at once.
const FIRST_MS = 300;

/** No scene rests for longer by itself: one that would was sent to rest before the clock was set back. */
export const REST_MS_MAX = 10 * 60_000;

export const unwatchedWhy = "no page has been open for 5 minutes";

export function isWatched(watchedAt: number | null, now: number): boolean {
  return watchedAt !== null && Math.abs(now - watchedAt) <= WATCHED_FOR_MS;
}

/** Milliseconds from one tick to the next. */
export function paceMs(scene: Scene, watchedAt: number | null, now: number, chance: Chance): number {
  const { plan } = scene;
  if (plan.opening !== null && scene.posts < plan.opening.posts) {
    return ((plan.opening.seconds * 1000) / plan.opening.posts) * OPENING_SHARE;
  }
  if (plan.watchedSeconds !== null && isWatched(watchedAt, now)) {
    const [from, to] = plan.watchedSeconds;
    const latest = Math.max(from * 1000, to * 1000 - SWEEP_MS);
    return from * 1000 + (latest - from * 1000) * chance("pace", plan.id, String(scene.ticks));
  }
  return plan.seconds * 1000;
}

/** When a run that begins, or goes on, at `now` has its next tick. */
export function startDue(now: number): number {
  return now + FIRST_MS;
}

/** What a look at the scene finds: the state it should be in and when it is due, or null when all is as it should be. */
export function reviewScene(
  scene: Scene,
  house: { readonly watchedAt: number | null; readonly isPaid: boolean; readonly now: number; readonly chance: Chance },
): { readonly state: SceneState; readonly dueAt: number | null } | null {
  const { watchedAt, now } = house;
  const { state } = scene;
  switch (state.kind) {
    case "paused":
    case "finished":
      return null;
    case "resting": {
      const isOver =
        state.until === null ? isWatched(watchedAt, now) : state.until <= now || state.until > now + REST_MS_MAX;
      return isOver ? { state: { kind: "running" }, dueAt: now } : null;
    }
    case "running": {
      if (scene.posts >= scene.plan.postLimit) {
        return { state: { kind: "finished", why: `paused after ${scene.plan.postLimit} posts` }, dueAt: null };
      }
      const seenAt = Math.max(scene.startedAt, watchedAt ?? 0);
      if (house.isPaid && now - seenAt > UNWATCHED_MAX_MS) {
        return { state: { kind: "resting", why: unwatchedWhy, until: null }, dueAt: null };
      }
      // Somebody opened a page while the scene was waiting at its slow pace.
      const soonest = now + paceMs(scene, watchedAt, now, house.chance);
      return scene.dueAt === null || scene.dueAt > soonest ? { state, dueAt: soonest } : null;
    }
    default:
      return state satisfies never;
  }
}
