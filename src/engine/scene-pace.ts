// When a scene's next post is due, and when it rests: pure.
import type { Chance } from "../chance.ts";
import { isQuiet } from "../domain/quiet-hours.ts";
import type { Scene, SceneState } from "../domain/scene.ts";
import { endOf } from "../domain/scene.ts";

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

/** What is held back by a brake that counts posts of the last minute is tried again after this long: some of them have gone by then. */
export const BRAKED_MS = 10_000;

// Outside its hours a scene looks at the clock as often as this: hours begin at such times in every time zone.
const CLOCK_MS = 5 * 60_000;

export const restWhy = {
  stopped: "a person said stop",
  "quiet-hours": "these are quiet hours",
  "adults-only": "this is a channel for adults",
} as const;

export const overWhy = "its time is up";

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

export interface Look {
  readonly watchedAt: number | null;
  readonly isPaid: boolean;
  /** A brake holds until then, epoch ms; null: none does. */
  readonly heldUntil: number | null;
  readonly now: number;
  readonly chance: Chance;
}

/** The state in which a scene should be, and when it is due. */
interface Review {
  readonly state: SceneState;
  readonly dueAt: number | null;
}

/** What a look at the scene finds: the state it should be in and when it is due, or null when all is as it should be. */
export function reviewScene(scene: Scene, look: Look): Review | null {
  const { state } = scene;
  switch (state.kind) {
    case "paused":
    case "finished":
      return null;
    case "resting": {
      const { until } = state;
      const { now } = look;
      const isOver = until === null ? isWatched(look.watchedAt, now) : until <= now || until > now + REST_MS_MAX;
      return ended(scene, now) ?? (isOver ? (offHours(scene, now) ?? goesOn(now)) : null);
    }
    case "running":
      return ended(scene, look.now) ?? offHours(scene, look.now) ?? reviewRunning(scene, look);
    default:
      return state satisfies never;
  }
}

function goesOn(now: number): Review {
  return { state: { kind: "running" }, dueAt: now };
}

/** The scene is over: as many posts as its plan has, or the time of its end. */
function ended(scene: Scene, now: number): Review | null {
  const { postLimit } = scene.plan;
  if (scene.posts >= postLimit && scene.state.kind === "running") {
    return { state: { kind: "finished", why: `paused after ${postLimit} posts` }, dueAt: null };
  }
  const end = endOf(scene);
  return end !== null && end <= now ? { state: { kind: "finished", why: overWhy }, dueAt: null } : null;
}

function offHours({ plan: { hours } }: Scene, now: number): Review | null {
  if (hours === null || isQuiet(hours, now)) return null;
  const until = (Math.floor(now / CLOCK_MS) + 1) * CLOCK_MS;
  const why = `it plays from ${hours.from} to ${hours.to} o'clock (${hours.timeZone})`;
  return { state: { kind: "resting", why, until }, dueAt: until };
}

function reviewRunning(scene: Scene, look: Look): Review | null {
  const { watchedAt, heldUntil, now } = look;
  // What people start in their channels is watched there; only pages tell whether they are open.
  const isOnPages = scene.plan.by === null || watchedAt !== null;
  const seenAt = Math.max(scene.startedAt, watchedAt ?? 0);
  if (look.isPaid && isOnPages && now - seenAt > UNWATCHED_MAX_MS) {
    return { state: { kind: "resting", why: unwatchedWhy, until: null }, dueAt: null };
  }
  // Somebody opened a page while the scene was waiting at its slow pace. A brake that was made out longer ago than it can be was so before the clock was set back.
  const isHeld = heldUntil !== null && heldUntil <= now + BRAKED_MS;
  const soonest = Math.max(now + paceMs(scene, watchedAt, now, look.chance), isHeld ? heldUntil : 0);
  return scene.dueAt === null || scene.dueAt > soonest ? { state: scene.state, dueAt: soonest } : null;
}
