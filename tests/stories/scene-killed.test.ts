// A stop is for good: the real program, killed as soon as it was told to stop a scene, says no more of it when it is back.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import { newFolder } from "../rules/cast.ts";

const program = resolve(import.meta.dirname, "../../src/start.js");

// A killed process counts as dead after 4 s; a scene with a post in five seconds would have spoken twice by then.
const QUIET_MS = 12_000;

interface Living {
  readonly child: ChildProcess;
  readonly url: string;
}

async function live(folder: string, env: Readonly<Record<string, string>>): Promise<Living> {
  const child = spawn(process.execPath, [program, "--personas", join(folder, "personas")], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", TROUPE_LOG: "error", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let text = "";
  for await (const part of child.stdout) {
    text += String(part);
    const found = /^Troupe is at (http:\S+)$/mu.exec(text);
    if (found?.[1] !== undefined) {
      child.stdout.resume();
      return { child, url: found[1] };
    }
  }
  throw new Error(`the house ended before it was there: ${text}`);
}

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
  mkdirSync(join(folder, "personas"));
  for (const name of ["ada", "bruno"]) {
    writeFileSync(join(folder, "personas", `${name}.yaml`), "version: 1\nsolvers: [openai]\n");
  }
  let number = 0;
  const llm = await startFakeLlm({
    reply: () => `${(number += 7919).toString(36)} sails in at ${number * 31}.`,
    delayMs: 40,
  });
  onTestFinished(() => llm.close());
  const env = { OPENAI_BASE_URL: llm.url, OPENAI_MODEL: "fake-model", TROUPE_SPEND_PER_DAY: "1000" };
  const house = await live(folder, env);
  const started = await send(house.url, "/scenes", { name: "Regatta", pace: "5", posts: "100" });
  expect(started.status).toBe(201);
  await expect.poll(() => postsOf(house.url), { timeout: 20_000, interval: 100 }).toBeGreaterThanOrEqual(2);
  const stopped = await send(house.url, `/scenes/${started.id}/stop`, {});
  expect(stopped.status).toBe(200);
  const said = await postsOf(house.url);
  const ended = once(house.child, "exit");
  house.child.kill("SIGKILL");
  await ended;
  const next = await live(folder, env);
  await pause(QUIET_MS);
  // What was on its way may have arrived.
  expect(await postsOf(next.url)).toBeLessThanOrEqual(said + 1);
  await send(next.url, `/scenes/${started.id}/resume`, {});
  await expect.poll(() => postsOf(next.url), { timeout: 10_000, interval: 100 }).toBeGreaterThan(said + 1);
}, 90_000);
