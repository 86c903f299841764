// Gateway and worker: the real program twice, on one database and one Redis.
import { expect, onTestFinished, test } from "vitest";
import { openFakeDiscord } from "../fakes/discord/fake.ts";
import { LiveLine } from "../http/requests.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { startRedis } from "../redis-server.ts";
import { newHouse, onDiscord, run } from "./processes.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("bullmq"), needsPackage("ioredis")];
const isSkipped = needs.some((need) => need.skip);

async function post(url: string, text: string): Promise<void> {
  const answer = await fetch(`${url}/posts`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ name: "Mira", text, key: text }),
  });
  expect(answer.status).toBe(201);
}

test.each(["gateway", "worker"])("a %s without REDIS_URL is refused with one sentence", async (role) => {
  const { code, said } = await run(newHouse(), { TROUPE_ROLE: role }).ended;
  expect(code).toBe(1);
  expect(said).toBe(
    `TROUPE_ROLE: expected REDIS_URL beside it, for a gateway and its workers wake each other through Redis, got "${role}"\n`,
  );
});

test.skipIf(isSkipped)(
  "what is posted at the gateway is answered by the worker, and an open page hears of it",
  async () => {
    for (const need of needs) need.path();
    const redis = await startRedis(program.path());
    onTestFinished(() => redis.kill());
    const folder = newHouse();
    const gateway = run(folder, { REDIS_URL: redis.url, TROUPE_ROLE: "gateway" });
    const [, address = ""] = await gateway.hears(/Troupe is at (http:\S+)\n/u);
    const url = address.replace(/\/$/u, "");
    const page = await LiveLine.open({ url });
    onTestFinished(() => page.close());
    await post(url, "Ada, message 1");
    expect((await page.next("post"))?.data).toContain("message 1");
    // Nobody works yet: it waits, and is the first thing that the worker finds.
    const worker = run(folder, { REDIS_URL: redis.url, TROUPE_ROLE: "worker" });
    await worker.hears(/Troupe works on .*troupe\.db/u);
    expect((await page.next("post"))?.data).toContain("Number 1 it is.");
    await post(url, "Ada, message 2");
    expect((await page.next("post"))?.data).toContain("message 2");
    expect((await page.next("post"))?.data).toContain("Number 2 it is.");
    for (const each of [worker, gateway]) each.child.kill("SIGTERM");
    expect((await worker.ended).code).toBe(0);
    const { code, said } = await gateway.ended;
    expect(code).toBe(0);
    expect(said).not.toContain("another Troupe");
  },
);

test.skipIf(isSkipped)(
  "a house of one process answers by way of Redis, and without it when that is killed",
  async () => {
    for (const need of needs) need.path();
    const redis = await startRedis(program.path());
    onTestFinished(() => redis.kill());
    const house = run(newHouse(), { REDIS_URL: redis.url });
    const [, address = ""] = await house.hears(/Troupe is at (http:\S+)\n/u);
    const url = address.replace(/\/$/u, "");
    const page = await LiveLine.open({ url });
    onTestFinished(() => page.close());
    await post(url, "Ada, message 1");
    expect((await page.next("post"))?.data).toContain("message 1");
    expect((await page.next("post"))?.data).toContain("Number 1 it is.");
    await redis.kill();
    await house.hears(/Redis does not take wakes/u);
    await post(url, "Ada, message 2");
    expect((await page.next("post"))?.data).toContain("message 2");
    expect((await page.next("post"))?.data).toContain("Number 2 it is.");
  },
);

test.skipIf(isSkipped)("on Discord the gateway hears and the worker speaks, who never listens", async () => {
  for (const need of needs) need.path();
  const redis = await startRedis(program.path());
  onTestFinished(() => redis.kill());
  const fake = await openFakeDiscord();
  onTestFinished(() => fake.close());
  const channel = fake.channel(fake.guild("Harbour"), "general");
  const folder = newHouse();
  const env = { ...(await onDiscord(folder, fake, [channel])), REDIS_URL: redis.url };
  const worker = run(folder, { ...env, TROUPE_ROLE: "worker" });
  await worker.hears(/Troupe works on/u);
  const gateway = run(folder, { ...env, TROUPE_ROLE: "gateway" });
  await gateway.hears(/Troupe is at/u);
  await fake.until(() => fake.gateway.entries.length === 1);
  fake.say(channel, "Mira", "Ada, message 7");
  await fake.until(() => fake.messages(channel).some(({ text }) => text === "Number 7 it is."));
  for (const each of [worker, gateway]) each.child.kill("SIGTERM");
  expect([(await worker.ended).code, (await gateway.ended).code]).toEqual([0, 0]);
  expect(fake.gateway.entries).toHaveLength(1);
});
