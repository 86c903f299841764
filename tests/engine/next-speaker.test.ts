// Who speaks at a scene's tick, strategy by strategy.
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { feedPlatform, ownedPersonaId, sceneId, workspaceId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { nameMatcher } from "../../src/domain/names.ts";
import { usualPace } from "../../src/domain/scene.ts";
import type { SceneStrategy } from "../../src/domain/strategy.ts";
import { SCENE_STRATEGIES } from "../../src/domain/strategy.ts";
import type { MovePlan, Stage } from "../../src/engine/next-speaker.ts";
import { nextSpeaker } from "../../src/engine/next-speaker.ts";
import { makeMessage, makePersona, makePersonaMessage } from "../people.ts";

const cast = ["ada", "bruno", "cleo"].map((handle) => makePersona(handle, { talkativeness: 0.5 }));
const scene = sceneId("harbour");

function planned(strategy: SceneStrategy, more: Partial<MovePlan> = {}): MovePlan {
  return { id: scene, cast: [], ...usualPace, ...more, strategy };
}

function staged(recent: readonly Message[], more: Partial<Stage> = {}): Stage {
  return { cast, recent, sitting: new Set(), names: nameMatcher(cast), chance: seededChance("1"), ...more };
}

/** A post of the scene. */
function post(native: string, handle: string, text = "So it is.", more: Partial<Message> = {}): Message {
  return makePersonaMessage(native, handle, text, { ...more, said: { scene } });
}

/** Plays `ticks` ticks after `recent`; each post is one line. */
function play(plan: MovePlan, ticks: number, recent: readonly Message[] = []): readonly Message[] {
  const chance = seededChance("1");
  const said = [...recent];
  for (let tick = 0; tick < ticks; tick += 1) {
    const keyed = (...keys: readonly string[]): number => chance(String(tick), ...keys);
    const move = nextSpeaker(plan, staged(said.slice(-80), { chance: keyed }));
    if (move === null) continue;
    const made = post(`t${tick}`, move.persona);
    said.push({ ...made, replyTo: move.replyTo?.id ?? null, conversation: move.replyTo?.conversation ?? made.id });
  }
  return said.slice(recent.length);
}

const speakers = (posts: readonly Message[]): readonly string[] => posts.map((each) => each.spoken?.persona ?? "");
const person = makeMessage("m1", "A whale!");

// Strategy, what stands in the channel, numbers that chance gives, who speaks.
const cases: readonly (readonly [SceneStrategy, string, readonly Message[], number, string])[] = [
  ["natural", "who is named answers", [post("a", "ada", "Cleo, look!")], 0.99, "cleo"],
  ["natural", "of two who are named the first", [post("a", "ada", "Cleo and Bruno!")], 0.99, "cleo"],
  ["natural", "nobody calls itself", [post("a", "ada", "I am Ada. Bruno!")], 0.99, "bruno"],
  ["natural", "an old call is over", [post("a", "ada", "Cleo!"), post("b", "bruno")], 0, "ada"],
  ["natural", "the keenest of the willing, never twice in a row", [post("a", "ada")], 0, "bruno"],
  ["natural", "where nobody is willing, somebody", [post("a", "ada")], 0.99, "cleo"],
  ["list", "the first begins", [], 0, "ada"],
  ["list", "then the next", [post("a", "ada")], 0, "bruno"],
  ["list", "after the last the first", [post("a", "cleo")], 0, "ada"],
  [
    "list",
    "an answer to a person leaves the order alone",
    [post("a", "ada"), makePersonaMessage("b", "cleo", "Yes?")],
    0,
    "bruno",
  ],
  ["pooled", "who has spoken since is not in the pool", [person, post("a", "ada"), post("b", "bruno")], 0, "cleo"],
  ["pooled", "a person's word fills the pool again", [post("a", "ada"), post("b", "bruno"), person], 0, "ada"],
  [
    "pooled",
    "once all have spoken the last one waits",
    [post("b", "bruno"), post("c", "cleo"), post("a", "ada")],
    0,
    "bruno",
  ],
];

test.each(cases)("%s: %s", (strategy, _, recent, at, expected) => {
  expect(nextSpeaker(planned(strategy), staged(recent, { chance: () => at }))?.persona).toBe(expected);
});

test("a list goes round in the order in which the scene names its cast, and passes over who sits out", () => {
  const plan = planned("list", { cast: ["cleo", "ada", "bruno"].map((handle) => makePersona(handle).id) });
  expect(speakers(play(plan, 7))).toEqual(["cleo", "ada", "bruno", "cleo", "ada", "bruno", "cleo"]);
  const sitting = new Set([makePersona("ada").id]);
  expect(nextSpeaker(plan, staged([post("c", "cleo")], { sitting }))?.persona).toBe("bruno");
});

test("a server's own copy of a persona has the place in the list that the scene gives to the house's", () => {
  const copy = { ...makePersona("cleo"), id: ownedPersonaId("cleo", workspaceId(feedPlatform, "harbour")) };
  const plan = planned("list", { cast: ["cleo", "ada"].map((handle) => makePersona(handle).id) });
  expect(nextSpeaker(plan, staged([], { cast: [makePersona("ada"), copy] }))?.persona).toBe(copy.id);
  expect(nextSpeaker(plan, staged([post("c", "cleo")], { cast: [makePersona("ada"), copy] }))?.persona).toBe("ada");
});

test("out of a pool everyone speaks once a round, and nobody twice in a row", () => {
  const said = speakers(play(planned("pooled"), 60));
  for (let round = 0; round < 20; round += 1) expect(new Set(said.slice(round * 3, round * 3 + 3)).size).toBe(3);
  expect(said.some((each, at) => each === said[at - 1])).toBe(false);
  expect(
    new Set([said.slice(0, 3).join(" "), said.slice(3, 6).join(" "), said.slice(6, 9).join(" ")]).size,
  ).toBeGreaterThan(1);
});

test("two who name each other do not keep a scene to themselves: a full thread calls nobody", () => {
  const plan = planned("natural", { replyChance: 1 });
  const said: Message[] = [post("a", "ada", "Bruno?")];
  const chance = seededChance("1");
  for (let tick = 0; tick < 40; tick += 1) {
    const keyed = (...keys: readonly string[]): number => chance(String(tick), ...keys);
    const move = nextSpeaker(plan, staged(said, { chance: keyed }));
    if (move === null) throw new Error("somebody speaks");
    const made = post(`t${tick}`, move.persona, move.persona === "ada" ? "Bruno?" : "Ada?");
    said.push({ ...made, replyTo: move.replyTo?.id ?? null, conversation: move.replyTo?.conversation ?? made.id });
  }
  const lengths = Map.groupBy(said, (each) => each.conversation);
  expect(Math.max(...[...lengths.values()].map((each) => each.length))).toBeLessThanOrEqual(plan.threadMax);
  expect(speakers(said)).toContain("cleo");
});

test.each(SCENE_STRATEGIES)(
  "%s: replies by its chance, to others only, nothing twice, in threads that end",
  (strategy) => {
    const never = play(planned(strategy, { replyChance: 0 }), 30);
    expect(never.every((each) => each.replyTo === null)).toBe(true);
    const plan = planned(strategy, { replyChance: 1 });
    const said = play(plan, 60);
    const byId = new Map(said.map((each) => [each.id, each]));
    const replies = said.filter((each) => each.replyTo !== null);
    expect(replies.length).toBeGreaterThan(40);
    const pairs = replies.map((each) => `${each.spoken?.persona} ${each.replyTo}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const each of replies) {
      expect(each.replyTo === null ? null : byId.get(each.replyTo)?.spoken?.persona).not.toBe(each.spoken?.persona);
    }
    const threads = Map.groupBy(said, (each) => each.conversation);
    expect(Math.max(...[...threads.values()].map((each) => each.length))).toBeLessThanOrEqual(plan.threadMax);
  },
);

test.each(SCENE_STRATEGIES)("%s: a person's post is never what a tick replies to", (strategy) => {
  const move = nextSpeaker(
    planned(strategy, { replyChance: 1 }),
    staged([post("a", "ada"), makeMessage("m2", "Cleo?")]),
  );
  expect(move?.replyTo?.spoken?.persona).toBe("ada");
});

test.each(SCENE_STRATEGIES)(
  "%s: when everyone sits out nobody speaks, and whoever is alone speaks again",
  (strategy) => {
    const sitting = new Set(cast.map((each) => each.id));
    expect(nextSpeaker(planned(strategy), staged([post("a", "ada")], { sitting }))).toBeNull();
    expect(nextSpeaker(planned(strategy), staged([], { cast: [] }))).toBeNull();
    const alone = staged([post("a", "ada")], { cast: cast.slice(0, 1) });
    expect(nextSpeaker(planned(strategy), alone)).toMatchObject({ persona: "ada", replyTo: null });
  },
);
