// The house cast by itself, five runs of 500 posts in the whole house: is it fun, and is it honest?
import { beforeAll, expect, test } from "vitest";
import type { Told } from "./measure.ts";
import {
  earFrom,
  eventfulShare,
  longestThread,
  machineryShown,
  repeatsWithin,
  replyShare,
  shareOf,
  shares,
  specificShare,
  takes,
} from "./measure.ts";
import type { Story } from "./house.ts";
import { openStory } from "./house.ts";

const POSTS = 500;
const SEEDS = ["1", "2", "3", "4", "5"] as const;
// The pace of somebody watching; a slower one would only make the clock tick emptily.
const SECONDS = 8;

let runs: readonly (readonly Told[])[] = [];

beforeAll(async () => {
  const told: (readonly Told[])[] = [];
  for (const seed of SEEDS) told.push(await run(seed));
  runs = told;
}, 600_000);

async function run(seed: string): Promise<readonly Told[]> {
  const story = await openStory({ seed });
  try {
    const plans = story.personas.scenes();
    await story.player.begin(plans.map((plan) => ({ ...plan, seconds: SECONDS, postLimit: POSTS })));
    await story.clock.advance((POSTS + 10) * SECONDS * 1000);
    return await toldIn(story);
  } finally {
    await story.close();
  }
}

async function toldIn(story: Story): Promise<readonly Told[]> {
  const posts: Told[] = [];
  for (const message of await story.told()) {
    if (message.spoken === null) continue;
    const record = await story.store.turn(message.spoken.turn);
    const attempt = record?.trace?.attempts.find((each) => each.result === "answered");
    posts.push({
      id: message.id,
      persona: message.author.name,
      text: message.text,
      replyTo: message.replyTo,
      thread: message.conversation,
      matched: attempt?.matched ?? "",
    });
  }
  return posts;
}

function eachRun(check: (posts: readonly Told[], seed: string) => void): void {
  for (const [at, posts] of runs.entries()) check(posts, `seed ${SEEDS[at] ?? ""}`);
}

test("the scene never rests: five hundred posts in each run", () => {
  eachRun((posts, seed) => expect(posts.length, seed).toBe(POSTS));
});

test("no post shows machinery, and none is longer than a post", () => {
  eachRun((posts) => {
    expect(posts.filter((post) => machineryShown(post.text) !== null || post.text === "")).toEqual([]);
    expect(posts.filter((post) => Array.from(post.text).length > 240)).toEqual([]);
  });
});

test("at least 85 % of replies come from a trigger that heard something", () => {
  eachRun((posts, seed) => expect(specificShare(posts), seed).toBeGreaterThanOrEqual(0.85));
});

test("nothing is said again, or nearly, within 50 posts", () => {
  eachRun((posts, seed) => expect(repeatsWithin(posts, 50), seed).toEqual([]));
});

test("an event in every ten posts is taken up by two others", () => {
  eachRun((posts, seed) => {
    // Now and then ten posts are all musings and threads about them; one block in twenty may be.
    expect(eventfulShare(posts, 10), seed).toBeGreaterThanOrEqual(0.95);
    const taken = [...takes(posts).values()].filter((by) => by.size >= 2);
    expect(taken.length, seed).toBeGreaterThanOrEqual(POSTS / 10);
  });
});

test("no thread is longer than six posts", () => {
  eachRun((posts, seed) => expect(longestThread(posts), seed).toBeLessThanOrEqual(6));
});

test("everyone has at least a tenth of the posts", () => {
  eachRun((posts, seed) => {
    const own = shares(posts);
    expect(own.size, seed).toBe(6);
    for (const [persona, share] of own) expect(share, `${seed}, ${persona}`).toBeGreaterThanOrEqual(0.1);
  });
});

test("50 to 75 % of the posts are replies", () => {
  eachRun((posts, seed) => {
    expect(replyShare(posts), seed).toBeGreaterThanOrEqual(0.5);
    expect(replyShare(posts), seed).toBeLessThanOrEqual(0.75);
  });
});

test("voices can be told apart by lines that the ear has never heard", () => {
  const heard = runs.slice(0, 3).flat();
  const before = new Set(heard.map((post) => wording(post.text)));
  const unheard = new Map(
    runs
      .slice(3)
      .flat()
      .map((post) => [wording(post.text), post]),
  );
  const fresh = [...unheard].filter(([words]) => !before.has(words)).map(([, post]) => post);
  expect(fresh.length).toBeGreaterThan(100);
  const ear = earFrom(heard);
  for (const persona of shares(heard).keys()) {
    const own = fresh.filter((post) => post.persona === persona);
    // One in six by chance.
    expect(
      shareOf(own, (post) => ear.whoSaid(post.text) === persona),
      persona,
    ).toBeGreaterThan(0.65);
  }
  expect(shareOf(fresh, (post) => ear.whoSaid(post.text) === post.persona)).toBeGreaterThan(0.85);
});

test("different seeds do not begin with the same line", () => {
  const first = runs.map((posts) => posts[0]?.text);
  expect(new Set(first).size).toBeGreaterThanOrEqual(4);
});

/** A line without the cast's names: the same line in answer to another is the same line. */
function wording(text: string): string {
  return text.replaceAll(/\b(?:Ada|Bruno|Jory|Mabel|Ottoline|Pilchard)\b/g, "…");
}
