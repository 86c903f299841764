// When a scene's posts are due, and when it rests.
import { expect, test } from "vitest";
import { authorId, channelId, feedPlatform, sceneId } from "../../src/domain/ids.ts";
import type { Scene, ScenePlan } from "../../src/domain/scene.ts";
import { usualPace } from "../../src/domain/scene.ts";
import { BRAKED_MS, paceMs, reviewScene, startDue } from "../../src/engine/scene-pace.ts";

const NOW = 1_000_000_000;
const plan: ScenePlan = {
  id: sceneId("harbour"),
  name: "Harbour",
  cast: [],
  watchedSeconds: [8, 15],
  opening: { posts: 8, seconds: 30 },
  ...usualPace,
};

function scene(more: Partial<Scene> = {}): Scene {
  return {
    plan,
    channel: channelId(feedPlatform, "main"),
    state: { kind: "running" },
    ticks: 20,
    posts: 20,
    startedAt: NOW - 60_000,
    dueAt: NOW + 1000,
    ...more,
  };
}

const half = (): number => 0.5;
const review = (
  of: Scene,
  more: { watchedAt?: number | null; isPaid?: boolean; now?: number; heldUntil?: number | null } = {},
) => reviewScene(of, { watchedAt: NOW, isPaid: false, heldUntil: null, now: NOW, chance: half, ...more });

test("the opening comes at once and fits its time", () => {
  expect(startDue(NOW) - NOW).toBeLessThan(1000);
  let at = startDue(0);
  for (let posts = 0; posts < 7; posts += 1) at += paceMs(scene({ posts }), null, NOW, half);
  expect(at).toBeLessThan(28_000);
});

test("while a page is open posts come in 8 to 15 s, else at the scene's usual pace", () => {
  expect(paceMs(scene(), NOW - 1000, NOW, () => 0)).toBe(8000);
  expect(paceMs(scene(), NOW - 1000, NOW, () => 0.999)).toBeLessThan(15_000);
  expect(paceMs(scene(), NOW - 60_000, NOW, half)).toBe(60_000);
  expect(paceMs(scene(), null, NOW, half)).toBe(60_000);
});

test("a page that opens draws the next post nearer", () => {
  expect(review(scene({ dueAt: NOW + 60_000 }))).toEqual({ state: { kind: "running" }, dueAt: NOW + 11_000 });
  expect(review(scene({ dueAt: NOW + 5000 }))).toBeNull();
});

test("at its limit a scene pauses and says so", () => {
  expect(review(scene({ posts: 50 }))).toEqual({
    state: { kind: "finished", why: "paused after 50 posts" },
    dueAt: null,
  });
});

test("a paid model rests after five minutes without a page, a script does not, and a page wakes it", () => {
  const long = { watchedAt: NOW - 301_000 };
  const old = scene({ startedAt: NOW - 400_000 });
  expect(review(old, { ...long, isPaid: true })?.state.kind).toBe("resting");
  expect(review(old, { watchedAt: null, isPaid: true })?.state.kind).toBe("resting");
  expect(review(scene(), { watchedAt: null, isPaid: true })).toBeNull();
  expect(review(old, long)).toBeNull();
  const resting = scene({ state: { kind: "resting", why: "", until: null }, dueAt: null });
  expect(review(resting, long)).toBeNull();
  expect(review(resting)).toEqual({ state: { kind: "running" }, dueAt: NOW });
});

test("a rest with an end goes on by itself, a pause by hand does not", () => {
  const resting = scene({ state: { kind: "resting", why: "", until: NOW + 10 } });
  expect(review(resting)).toBeNull();
  expect(review(resting, { now: NOW + 10 })?.state.kind).toBe("running");
  expect(review(scene({ state: { kind: "paused", why: "" } }), { now: NOW + 1e9 })).toBeNull();
  expect(review(scene({ state: { kind: "finished", why: "" } }), { now: NOW + 1e9 })).toBeNull();
});

const started = { ...plan, by: { id: authorId(feedPlatform, "mira"), name: "Mira", locale: null } };

test("while a brake holds, nothing pulls the next tick back, and a brake from before the clock was set back holds nothing", () => {
  const quick = { ...plan, seconds: 1, watchedSeconds: null };
  const braked = scene({ plan: quick, dueAt: NOW + BRAKED_MS });
  expect(review(braked, { heldUntil: NOW + BRAKED_MS })).toBeNull();
  expect(review(braked)).toMatchObject({ dueAt: NOW + 1000 });
  const far = scene({ plan: quick, dueAt: NOW + 3_600_000 });
  expect(review(far, { heldUntil: NOW + BRAKED_MS })).toMatchObject({ dueAt: NOW + BRAKED_MS });
  expect(review(far, { heldUntil: NOW + 3_600_000 })).toMatchObject({ dueAt: NOW + 1000 });
});

test("outside its hours a scene rests, looking at the clock at times at which hours begin, and goes on within them", () => {
  const nine = Date.UTC(2026, 0, 5, 9, 2, 30);
  const hours = { from: 10, to: 12, timeZone: "UTC" };
  const off = review(scene({ plan: { ...plan, hours } }), { now: nine, watchedAt: nine });
  const until = Date.UTC(2026, 0, 5, 9, 5);
  expect(off).toEqual({
    state: { kind: "resting", why: "it plays from 10 to 12 o'clock (UTC)", until },
    dueAt: until,
  });
  const resting = (at: number) => scene({ plan: { ...plan, hours }, state: { kind: "resting", why: "", until: at } });
  const later = Date.UTC(2026, 0, 5, 9, 55);
  expect(review(resting(later), { now: later })).toMatchObject({ state: { kind: "resting" }, dueAt: later + 300_000 });
  const ten = Date.UTC(2026, 0, 5, 10);
  expect(review(resting(ten), { now: ten })).toEqual({ state: { kind: "running" }, dueAt: ten });
  const night = { from: 22, to: 4, timeZone: "UTC" };
  const three = Date.UTC(2026, 0, 5, 3);
  expect(review(scene({ plan: { ...plan, hours: night }, dueAt: three }), { now: three, watchedAt: three })).toBeNull();
});

test("a scene ends at its time, or so long after its run began, be it that it rests", () => {
  const over = { state: { kind: "finished", why: "its time is up" }, dueAt: null };
  const at = scene({ plan: { ...plan, end: { kind: "at", at: NOW } } });
  expect(review(at)).toEqual(over);
  expect(review(at, { now: NOW - 1, watchedAt: NOW - 1 })).toBeNull();
  const after = scene({ plan: { ...plan, end: { kind: "after", ms: 60_000 } } });
  expect(review(after)).toEqual(over);
  expect(review({ ...after, startedAt: NOW - 59_999 })).toBeNull();
  expect(review({ ...at, state: { kind: "resting", why: "", until: NOW + 60_000 } })).toEqual(over);
  expect(review({ ...at, state: { kind: "paused", why: "" } })).toBeNull();
});

test("a scene that somebody started where there are no pages plays for a paid model although no page is open", () => {
  const hour = NOW - 3_600_000;
  const paid = { isPaid: true, watchedAt: null };
  expect(review(scene({ plan: started, startedAt: hour }), paid)).toBeNull();
  expect(review(scene({ startedAt: hour }), paid)?.state.kind).toBe("resting");
  expect(review(scene({ plan: started, startedAt: hour }), { isPaid: true, watchedAt: hour })?.state.kind).toBe(
    "resting",
  );
});
