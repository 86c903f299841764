// A stop is for good: the real program, killed as soon as it was told to stop a scene, says no more of it when it is back.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import { newFolder } from "../folder.ts";
import { killed, startIn } from "../program.ts";

// A scene with a post in five seconds would have spoken twice by then.
const QUIET_MS = 12_000;

async function send(
  url: string,
  path: string,
  body: object,
): Promise<{ readonly status: number; readonly id: string }> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(new URL(path, url), { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, ...((await answer.json()) as { id: string }) };
}

async function postsOf(url: string): Promise<number> {
  const page = await fetch(new URL("/feed.json?limit=100", url));
  return ((await page.json()) as { readonly posts: readonly unknown[] }).posts.length;
}

test("a scene that was told to stop, by a program that is killed in the same moment, stays stopped", async () => {
  const folder = newFolder();
  const personas = join(folder, "personas");
  mkdirSync(personas);
  for (const name of ["ada", "bruno"]) {
    writeFileSync(join(personas, `${name}.yaml`), "version: 1\nsolvers: [openai]\n");
  }
  let number = 0;
  const llm = await startFakeLlm({
    reply: () => `${(number += 7919).toString(36)} sails in at ${number * 31}.`,
    delayMs: 40,
  });
  onTestFinished(() => llm.close());
  const env = { OPENAI_BASE_URL: llm.url, OPENAI_MODEL: "fake-model", TROUPE_SPEND_PER_DAY: "1000" };
  const house = await startIn(folder, env, personas);
  const started = await send(house.url, "/scenes", { name: "Regatta", pace: "5", posts: "100" });
  expect(started.status).toBe(201);
  await expect.poll(() => postsOf(house.url), { timeout: 20_000, interval: 100 }).toBeGreaterThanOrEqual(2);
  const stopped = await send(house.url, `/scenes/${started.id}/stop`, {});
  expect(stopped.status).toBe(200);
  const said = await postsOf(house.url);
  await killed(house);
  const next = await startIn(folder, env, personas);
  await pause(QUIET_MS);
  // What was on its way may have arrived.
  expect(await postsOf(next.url)).toBeLessThanOrEqual(said + 1);
  await send(next.url, `/scenes/${started.id}/resume`, {});
  await expect.poll(() => postsOf(next.url), { timeout: 10_000, interval: 100 }).toBeGreaterThan(said + 1);
}, 90_000);
