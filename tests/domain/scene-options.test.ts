// What people say of a scene, over what held before.
import { expect, test } from "vitest";
import {
  blankScene,
  draftOf,
  readSceneDraft,
  SCENE_OPTION_NAMES,
  SCENE_OPTIONS,
} from "../../src/domain/scene-options.ts";
import type { SceneDraft, SceneSaid } from "../../src/domain/scene-options.ts";
import { sceneId } from "../../src/domain/ids.ts";
import { usualPace } from "../../src/domain/scene.ts";

const NOW = Date.UTC(2026, 0, 5, 9);
const before: SceneDraft = { ...blankScene, name: "Tea" };

function read(said: SceneSaid, from = before): SceneDraft {
  const draft = readSceneDraft(said, from, NOW);
  if (draft.kind === "wrong") throw new Error(`${draft.option}: expected ${draft.expected}, got ${draft.got}`);
  return draft.draft;
}

test("what is not said stays as it was, and what is said takes its place", () => {
  expect(read({})).toEqual(before);
  const said = {
    name: " High \n tea ",
    setting: " A pier ",
    strategy: "LIST",
    pace: "2m",
    posts: "7",
    hours: "8-22 UTC",
  };
  const draft = read(said);
  expect(draft).toEqual({
    ...before,
    name: "High tea",
    world: { setting: "A pier", tone: "", rules: "" },
    strategy: "list",
    seconds: 120,
    postLimit: 7,
    hours: { from: 8, to: 22, timeZone: "UTC" },
  });
  expect(read({ setting: "none", hours: "none" }, draft)).toEqual({
    ...draft,
    world: before.world,
    hours: null,
  });
});

test("an end is a span or a time, and is taken away again", () => {
  const draft = read({ end: "90m" });
  expect(draft.end).toEqual({ kind: "after", ms: 5_400_000 });
  expect(read({ end: "none" }, draft).end).toBeNull();
  expect(read({ end: "22:00 Europe/Berlin" }).end).toEqual({ kind: "at", at: Date.UTC(2026, 0, 5, 21) });
  expect(() => read({ end: "0s" })).toThrow("end: expected");
  expect(() => read({ end: "367d" })).toThrow("end: expected");
  expect(() => read({ end: "2026-01-05 08:59" })).toThrow("end: expected");
});

test("the first mistake is told, with what was expected", () => {
  expect(readSceneDraft({ posts: "0", hours: "8-8" }, before, NOW)).toEqual({
    kind: "wrong",
    option: "posts",
    expected: "a whole number from 1 to 1000",
    got: "0",
  });
  for (const name of SCENE_OPTION_NAMES.filter((each) => each !== "name")) {
    expect(() => read({ [name]: "x".repeat(4_001) })).toThrow(`${name}: expected ${SCENE_OPTIONS[name].expected}`);
  }
});

test("a scene that is there can be said over in all its parts", () => {
  const { strategy, seconds, postLimit } = usualPace;
  const plan = { id: sceneId("tea"), name: "Tea", cast: [], watchedSeconds: null, opening: null, ...usualPace };
  expect(draftOf(plan)).toEqual({ ...before, strategy, seconds, postLimit });
});
