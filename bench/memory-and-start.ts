// Resident memory at rest, time until ready, and the first reply: the house as `npm start` runs it, on its second start, beside a bare server.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aim, inFolder, median, startStub } from "./children.ts";
import { messageText } from "./contestant.ts";
import { openFloor } from "./floor.ts";
import type { Started } from "./program.ts";
import { GIVE_UP_MS, houseEnv, rssMb, start, startArguments } from "./program.ts";

const STARTS = 3;
// So long nothing is asked of the process before its memory is read.
const IDLE_MS = 4_000;

const RSS_MAX_MB = 130;
const READY_MAX_MS = 1_000;
const REPLY_MAX_MS = 250;

interface Rest {
  readonly rss: number;
  readonly readyMs: number;
}

async function rest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Rest> {
  const starts: Started[] = [];
  for (let number = 0; number < STARTS; number += 1) {
    const started = await start(args, env);
    starts.push(started);
    if (number < STARTS - 1) await started.child.stop();
  }
  const last = starts.at(-1);
  if (last === undefined) return { rss: Number.NaN, readyMs: Number.NaN };
  await sleep(IDLE_MS);
  const rss = rssMb(last.child);
  await last.child.stop();
  // The very first start makes the database and the cache of compiled code.
  return { rss, readyMs: median(starts.slice(1).map((started) => started.readyMs)) };
}

/** From the first message of a process to its reply, read as any program would read it. */
async function firstReply(folder: string, llm: string): Promise<number> {
  const env = houseEnv(folder, { OPENAI_BASE_URL: `${llm}/v1`, OPENAI_API_KEY: "stub", OPENAI_MODEL: "stub-model" });
  const { child, url } = await start(startArguments(), env);
  await sleep(500);
  const startedAt = performance.now();
  const form = new URLSearchParams({ username: "Mira", message: "Ada, are you there?" });
  await fetch(`${url}admin`, { method: "POST", body: form, redirect: "manual" });
  while (!(await hasReply(url))) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error("no reply came");
    await sleep(2);
  }
  const ms = performance.now() - startedAt;
  await child.stop();
  return ms;
}

interface Feed {
  readonly posts: readonly {
    readonly id: string;
    readonly replyTo: string | null;
    readonly author: { readonly name: string };
  }[];
}

async function hasReply(url: string): Promise<boolean> {
  const { posts } = (await (await fetch(`${url}feed.json?limit=20`)).json()) as Feed;
  const asked = posts.find((post) => post.author.name === "Mira");
  return asked !== undefined && posts.some((post) => post.replyTo === asked.id);
}

async function firstFloorReply(llm: string): Promise<number> {
  return inFolder("disk", async (folder) => {
    const floor = await openFloor({ llm, folder, system: "You are Ada.", commits: 11 }, "lean");
    const startedAt = performance.now();
    await floor.answer(messageText(1));
    const ms = performance.now() - startedAt;
    await floor.close();
    return ms;
  });
}

const stub = await startStub();
const bare = await rest([join(import.meta.dirname, "bare-server.ts")], houseEnv("", {}));
const house = await inFolder("disk", (folder) => rest(startArguments(), houseEnv(folder, {})));
const [replyMs, floorMs] = [
  await inFolder("disk", (folder) => firstReply(folder, stub.url)),
  await firstFloorReply(stub.url),
];
await stub.stop();

console.log("Memory and start (the feed alone, as npm start runs it, without npm)");
console.log(
  `  resident memory at rest   house ${house.rss.toFixed(0)} MB ${aim(house.rss, RSS_MAX_MB)}, bare hono server ${bare.rss.toFixed(0)} MB`,
);
console.log(
  `  ready after               house ${house.readyMs.toFixed(0)} ms ${aim(house.readyMs, READY_MAX_MS)}, bare hono server ${bare.readyMs.toFixed(0)} ms`,
);
console.log(
  `  first reply after         house ${replyMs.toFixed(0)} ms ${aim(replyMs, REPLY_MAX_MS)}, floor ${floorMs.toFixed(0)} ms`,
);
