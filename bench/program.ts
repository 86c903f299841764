// A program under measurement: the house as `npm start` runs it, or a bare one beside it, started, asked whether it is ready, and weighed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./children.ts";
import { startNode } from "./children.ts";

/** Longer is waited for nothing. */
export const GIVE_UP_MS = 20_000;

const repository = resolve(import.meta.dirname, "..");

/** The arguments that `npm start` hands to node. */
export function startArguments(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  return scripts.start.split(" ").slice(1);
}

export interface Started {
  readonly child: Child;
  readonly url: string;
  readonly readyMs: number;
}

/** Starts a program with a web server, and resolves when that says that it is healthy. */
export async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const startedAt = performance.now();
  const child = startNode(args, env);
  const said = await child.line((line) => / is at http:/u.test(line));
  const url = /http:\S+/u.exec(said)?.[0] ?? "";
  while ((await statusOf(`${url}healthz`)) !== 200) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`${url} did not get ready`);
    await sleep(5);
  }
  return { child, url, readyMs: performance.now() - startedAt };
}

async function statusOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/** What the process holds in memory now, all told. */
export function rssMb(child: Child): number {
  const pid = String(child.process.pid);
  const kilobytes =
    process.platform === "linux"
      ? /^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
      : execFileSync("ps", ["-o", "rss=", "-p", pid], { encoding: "utf8" }).trim();
  return Number(kilobytes) / 1024;
}

/** What a fresh start of the machine's own environment would see, and nothing else. */
export function houseEnv(folder: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG"].map((name) => [name, process.env[name]] as const);
  return { ...Object.fromEntries(kept), DATABASE_URL: `file:${join(folder, "troupe.db")}`, PORT: "0", ...more };
}
