// Rule 4: nothing is lost by kill -9 at any instant; the real program, killed while turns are waiting, thinking and being said.
import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import { newFolder } from "../folder.ts";
import { killed, startIn } from "../program.ts";

const MESSAGES = 40;
const KILLS = 4;
// A killed process counts as dead after 4 s; its channels are free then.
const ROUND_MS = 5500;

/** Posts until it is acknowledged, by whichever process lives: the same key is the same message. */
async function post(number: number, url: () => string): Promise<string> {
  const body = JSON.stringify({ name: `Person ${number}`, text: `Ada, are you there? (${number})`, key: `k${number}` });
  for (;;) {
    try {
      const answer = await fetch(new URL("/posts", url()), {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body,
      });
      if (answer.status === 201) return ((await answer.json()) as { id: string }).id;
      await answer.arrayBuffer();
    } catch {
      // Nobody is there: the next process takes it.
    }
    await pause(50);
  }
}

interface FeedPost {
  readonly id: string;
  readonly author: { readonly kind: string };
  readonly replyTo: string | null;
}

async function feedOf(url: string): Promise<readonly FeedPost[]> {
  const posts: FeedPost[] = [];
  let next: string | null = "";
  while (next !== null) {
    const query = next === "" ? "" : `&before=${encodeURIComponent(next)}`;
    const page = (await (await fetch(new URL(`/feed.json?limit=100${query}`, url))).json()) as {
      posts: FeedPost[];
      next: string | null;
    };
    posts.push(...page.posts);
    next = page.next;
  }
  return posts;
}

test("rule 4: killed again and again with turns under way, the house answers every message once", async () => {
  const folder = newFolder();
  const personas = join(folder, "personas");
  mkdirSync(personas);
  writeFileSync(join(personas, "ada.yaml"), "version: 1\nsolvers: [openai]\n");
  const llm = await startFakeLlm({ reply: "Here I am.", delayMs: 40 });
  onTestFinished(() => llm.close());
  const env = { OPENAI_BASE_URL: llm.url, OPENAI_MODEL: "fake-model", TROUPE_SPEND_PER_DAY: "1000" };
  const chance = seededChance("kills");
  let house = await startIn(folder, env, personas);
  const posting: Promise<string>[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (let i = 0; i < MESSAGES / KILLS; i += 1) posting.push(post(posting.length, () => house.url));
    await pause(50 + chance("kill", String(kill)) * 400);
    await killed(house);
    house = await startIn(folder, env, personas);
    // Most kills wait until the one before has been slept off; one comes before that.
    if (kill !== 1) await pause(ROUND_MS);
  }
  const ids = await Promise.all(posting);
  expect(new Set(ids).size).toBe(MESSAGES);
  const answers = async (): Promise<readonly number[]> => {
    const posts = await feedOf(house.url);
    return ids.map((id) => posts.filter((each) => each.replyTo === id && each.author.kind === "persona").length);
  };
  await expect
    .poll(async () => (await answers()).every((count) => count >= 1), { timeout: 30_000, interval: 500 })
    .toBe(true);
  await pause(1500);
  expect(await answers()).toEqual(ids.map(() => 1));
}, 120_000);
