// Discord's limits, kept by two workers together: a channel and its threads, flooded, come under one webhook's.
import { expect, onTestFinished, test } from "vitest";
import { openFakeDiscord } from "../fakes/discord/fake.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { startRedis } from "../redis-server.ts";
import { newHouse, onDiscord, run } from "./processes.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("bullmq"), needsPackage("ioredis")];

// Discord's minute takes six seconds.
const FASTER = 10;
const EACH = 25;

test.skipIf(needs.some((need) => need.skip))(
  "two workers that speak by one webhook are never told to go slower, and use nearly all that it takes",
  async () => {
    for (const need of needs) need.path();
    const redis = await startRedis(program.path());
    onTestFinished(() => redis.kill());
    const fake = await openFakeDiscord({ limits: { faster: FASTER } });
    onTestFinished(() => fake.close());
    const channel = fake.channel(fake.guild("Harbour"), "general");
    const places = [channel, fake.thread(channel, "tea"), fake.thread(channel, "tides")];
    const folder = newHouse();
    const env = {
      ...(await onDiscord(folder, fake, places)),
      DISCORD_PACE: String(FASTER),
      REDIS_URL: redis.url,
    };
    const workers = [run(folder, { ...env, TROUPE_ROLE: "worker" }), run(folder, { ...env, TROUPE_ROLE: "worker" })];
    for (const worker of workers) await worker.hears(/Troupe works on/u);
    const gateway = run(folder, { ...env, TROUPE_ROLE: "gateway" });
    await gateway.hears(/Troupe is at/u);
    await fake.until(() => fake.gateway.entries.length === 1);
    for (let number = 1; number <= EACH; number += 1) {
      for (const place of places) fake.say(place, `Person ${number}`, `Ada, message ${number}`);
    }
    const answers = (): number => places.flatMap((place) => fake.messages(place).filter(({ isBot }) => isBot)).length;
    await expect.poll(answers, { timeout: 40_000, interval: 50 }).toBe(EACH * places.length);
    const posts = fake.requests().filter(({ method, path }) => method === "POST" && path.startsWith("/webhooks/"));
    expect(posts.filter(({ status }) => status === 429)).toEqual([]);
    // Sixty in two of its minutes.
    const [first, last] = [posts[0]?.at ?? 0, posts[60]?.at ?? Infinity];
    expect((2 * 60_000) / FASTER / (last - first)).toBeGreaterThanOrEqual(0.9);
  },
  60_000,
);
