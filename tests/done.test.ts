// What a newcomer gets: the real program with the shipped cast, offline and with a model, as somebody sees it from outside.
import { once } from "node:events";
import { LLMock } from "@copilotkit/aimock";
import { expect, onTestFinished, test } from "vitest";
import { newFolder } from "./folder.ts";
import { startIn } from "./program.ts";

interface FeedPost {
  readonly id: string;
  readonly author: { readonly name: string; readonly handle: string; readonly kind: "person" | "persona" };
  readonly text: string;
  readonly replyTo: string | null;
}

async function feedOf(url: string): Promise<readonly FeedPost[]> {
  const page = (await (await fetch(new URL("/feed.json?limit=100", url))).json()) as { readonly posts: FeedPost[] };
  return page.posts;
}

async function say(url: string, message: string): Promise<void> {
  const answer = await fetch(new URL("/admin", url), {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ username: "Mira", message }),
  });
  expect(answer.status).toBe(302);
}

async function answersTo(url: string, message: string): Promise<readonly FeedPost[]> {
  const posts = await feedOf(url);
  const asked = posts.find((post) => post.text === message);
  return posts.filter((post) => asked !== undefined && post.replyTo === asked.id);
}

test("offline the cast talks by itself, a question that names a persona is answered by it, and hi by exactly one", async () => {
  const folder = newFolder();
  const first = await startIn(folder);
  const spoken = async (): Promise<readonly FeedPost[]> =>
    (await feedOf(first.url)).filter((post) => post.author.kind === "persona");
  await expect.poll(async () => (await spoken()).length, { timeout: 2000, interval: 50 }).toBeGreaterThanOrEqual(1);
  await expect.poll(async () => (await spoken()).length, { timeout: 30_000, interval: 500 }).toBeGreaterThanOrEqual(8);
  const posts = await spoken();
  expect(new Set(posts.map((post) => post.author.handle)).size).toBeGreaterThanOrEqual(3);
  expect(posts.filter((post) => post.replyTo !== null).length).toBeGreaterThanOrEqual(2);

  await say(first.url, "Ada, how is the lamp tonight?");
  await say(first.url, "hi");
  const names = async (message: string, url = first.url): Promise<readonly string[]> =>
    (await answersTo(url, message)).map((post) => post.author.name);
  await expect.poll(() => names("Ada, how is the lamp tonight?"), { timeout: 10_000, interval: 200 }).toEqual(["Ada"]);
  await expect.poll(() => names("hi"), { timeout: 10_000, interval: 200 }).toHaveLength(1);

  const before = await feedOf(first.url);
  const stoppedAt = performance.now();
  first.child.kill("SIGTERM");
  await once(first.child, "exit");
  expect(performance.now() - stoppedAt).toBeLessThan(5000);

  const second = await startIn(folder);
  const kept = await feedOf(second.url);
  expect(kept.map((post) => post.id)).toEqual(expect.arrayContaining(before.map((post) => post.id)));
  const added = async (): Promise<readonly FeedPost[]> =>
    (await feedOf(second.url)).filter((post) => !before.some((known) => known.id === post.id));
  await expect.poll(async () => (await added()).length, { timeout: 5000, interval: 100 }).toBeGreaterThanOrEqual(1);
  const texts = new Set(before.map((post) => post.text));
  expect((await added()).every((post) => !texts.has(post.text))).toBe(true);
  expect(await names("hi", second.url)).toHaveLength(1);
}, 90_000);

test("with a model the cast speaks through it, and the request holds the persona's prompt and the recent messages", async () => {
  const llm = new LLMock({ port: 0, host: "127.0.0.1" });
  llm.onMessage(/.*/u, { content: "I say so, said the model." });
  const base = await llm.start();
  onTestFinished(() => llm.stop());
  const house = await startIn(newFolder(), {
    OPENAI_BASE_URL: `${base}/v1`,
    OPENAI_API_KEY: "key",
    OPENAI_MODEL: "gpt-4.1-mini",
  });
  await expect.poll(async () => (await feedOf(house.url)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  await say(house.url, "Ada, what do you keep?");
  await expect
    .poll(async () => (await answersTo(house.url, "Ada, what do you keep?")).map((post) => post.text), {
      timeout: 10_000,
    })
    .toEqual(["I say so, said the model."]);
  const asked = llm
    .getRequests()
    .map((request) => request.body)
    .find((body) => body !== null && JSON.stringify(body).includes("what do you keep?"));
  const sent = JSON.stringify(asked);
  expect(sent).toContain("You are Ada");
  expect(sent).toContain("lamp");
  expect(sent).toContain("I say so, said the model.");
  expect(await (await fetch(house.url)).text()).toContain("gpt-4.1-mini");
}, 60_000);
