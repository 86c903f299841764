// The microblog's rule, case by case.
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { sceneId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import type { ScenePlan } from "../../src/domain/scene.ts";
import { usualPace } from "../../src/domain/scene.ts";
import { nextMove } from "../../src/engine/microblog.ts";
import { makeMessage, makePersona, makePersonaMessage } from "../people.ts";

const plan: ScenePlan = {
  id: sceneId("harbour"),
  name: "Harbour",
  cast: [],
  watchedSeconds: null,
  opening: null,
  ...usualPace,
};
const cast = ["ada", "bruno", "cleo"].map((handle) => makePersona(handle));
const nobody = new Set<never>();

/** Plays `ticks` ticks; each post's text is its number. */
function play(ticks: number, changes: Partial<ScenePlan> = {}, seed = "1"): readonly Message[] {
  const chance = seededChance(seed);
  const posts: Message[] = [];
  for (let tick = 0; tick < ticks; tick += 1) {
    const move = nextMove({ ...plan, ...changes }, cast, posts.slice(-80), nobody, (...keys) =>
      chance(String(tick), ...keys),
    );
    if (move === null) continue;
    const post = makePersonaMessage(`p${tick}`, move.persona, String(tick), { said: { scene: plan.id } });
    const { replyTo } = move;
    posts.push({ ...post, replyTo: replyTo?.id ?? null, conversation: replyTo?.conversation ?? post.id });
  }
  return posts;
}

function share(posts: readonly Message[]): number {
  return posts.filter((post) => post.replyTo !== null).length / posts.length;
}

test("a chance to reply of 0 never replies, of 1 always does but for the very first post", () => {
  expect(share(play(100, { replyChance: 0 }))).toBe(0);
  const always = play(60, { replyChance: 1, threadMax: 1000 });
  expect(always[0]?.replyTo).toBeNull();
  expect(always.slice(1).every((post) => post.replyTo !== null)).toBe(true);
});

test("nobody answers its own post, nor the same post twice", () => {
  for (const seed of ["1", "2", "3"]) {
    const posts = play(400, {}, seed);
    const byId = new Map(posts.map((post) => [post.id, post]));
    const answered = new Set<string>();
    for (const post of posts) {
      if (post.replyTo === null) continue;
      expect(byId.get(post.replyTo)?.spoken?.persona).not.toBe(post.spoken?.persona);
      const pair = `${post.spoken?.persona} ${post.replyTo}`;
      expect(answered.has(pair)).toBe(false);
      answered.add(pair);
    }
  }
});

test("only the last posts by others are candidates", () => {
  const posts = play(300, { candidates: 3 });
  for (const [at, post] of posts.entries()) {
    if (post.replyTo === null) continue;
    const others = posts.slice(0, at).filter((each) => each.spoken?.persona !== post.spoken?.persona);
    expect(others.slice(-3).map((each) => each.id)).toContain(post.replyTo);
  }
});

test("no thread grows longer than the plan allows", () => {
  const lengths = new Map<string, number>();
  for (const post of play(500)) lengths.set(post.conversation, (lengths.get(post.conversation) ?? 0) + 1);
  expect(Math.max(...lengths.values())).toBeLessThanOrEqual(plan.threadMax);
});

test("about so many posts are replies as the chance says, everyone speaks, and nobody twice in a row", () => {
  const posts = play(1000, { replyChance: 0.7 });
  expect(share(posts)).toBeGreaterThan(0.6);
  expect(share(posts)).toBeLessThan(0.75);
  for (const persona of cast) {
    expect(posts.filter((post) => post.spoken?.persona === persona.id).length).toBeGreaterThan(200);
  }
  expect(posts.some((post, at) => post.spoken?.persona === posts[at - 1]?.spoken?.persona)).toBe(false);
});

test("a person's post is no candidate: whoever answers it has a turn for that", () => {
  const person = makeMessage("m1", "A whale!");
  expect(nextMove({ ...plan, replyChance: 1 }, cast, [person], nobody, seededChance("1"))).toMatchObject({
    replyTo: null,
  });
});

test("who had nothing to say sits out, and when everyone sits out nobody speaks", () => {
  const sitting = new Set(["ada", "bruno"].map((handle) => makePersona(handle).id));
  expect(nextMove(plan, cast, [], sitting, seededChance("1"))?.persona).toBe("cleo");
  expect(nextMove(plan, cast, [], new Set(cast.map((each) => each.id)), seededChance("1"))).toBeNull();
});

test("where nothing can be replied to any more, a scene that always replies posts anew", () => {
  const posts = play(100, { replyChance: 1 });
  expect(posts).toHaveLength(100);
  expect(posts.filter((post) => post.replyTo === null).length).toBeGreaterThan(3);
});

test("bad luck leaves the feed neither without news nor without replies", () => {
  for (const seed of ["1", "2", "3", "4", "5"]) {
    const acts = play(400, {}, seed).map((post) => (post.replyTo === null ? "n" : "r"));
    expect(acts.join("")).not.toMatch(/r{7}|n{3}/u);
    for (let from = 0; from + 8 <= acts.length; from += 1) {
      expect(acts.slice(from, from + 8).filter((act) => act === "r").length).toBeGreaterThanOrEqual(2);
    }
  }
});
