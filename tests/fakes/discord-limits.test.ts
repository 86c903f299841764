import { type APIWebhook, type RateLimitData, RESTEvents, Routes } from "discord.js";
import { expect, test } from "vitest";
import { VirtualClock } from "../virtual-clock.ts";
import { restOf } from "./discord/clients.ts";
import type { FakeDiscord } from "./discord/fake.ts";
import { Limits, LIMITS } from "./discord/limits.ts";
import { discord } from "./discord/stage.ts";

const post = (
  fake: FakeDiscord,
  path: string,
  body: object,
  headers: Record<string, string> = { authorization: `Bot ${fake.token}` },
): Promise<Response> =>
  fetch(`${fake.url}/v10${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

test("the sixth message in five seconds is refused, with the headers that say when to come again", async () => {
  const clock = new VirtualClock();
  const fake = await discord({ clock });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const say = (): Promise<Response> => post(fake, `/channels/${general.id}/messages`, { content: "hi" });

  const answers = [];
  for (let count = 0; count < 6; count += 1) answers.push(await say());
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["4", "3", "2", "1", "0", "0"]);
  const [refused] = answers.slice(-1);
  expect(refused?.headers.get("retry-after")).toBe("5");
  expect(refused?.headers.get("x-ratelimit-scope")).toBe("user");
  expect(await refused?.json()).toEqual({
    message: "You are being rate limited.",
    retry_after: 5,
    global: false,
    code: 0,
  });
  await clock.advance(5000);
  expect((await say()).status).toBe(200);
  expect(fake.messages(general)).toHaveLength(6);
});

test("the real library obeys the headers and is never refused", async () => {
  const fake = await discord({ limits: { faster: 50 } });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  const limited: RateLimitData[] = [];
  rest.on(RESTEvents.RateLimited, (data) => limited.push(data));
  // The library waits 50 ms beyond each reset on top.
  for (let count = 0; count < 12; count += 1) {
    await rest.post(Routes.channelMessages(general.id), { body: { content: `${count}` } });
  }
  expect(fake.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(limited.length).toBeGreaterThan(0);
});

test("webhooks: five posts in two seconds each, thirty a minute in a channel, and a thread counts with its parent", async () => {
  const clock = new VirtualClock();
  const fake = await discord({ clock });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const thread = fake.thread(general, "aside");
  const hooks = await Promise.all(
    ["a", "b"].map(
      async (name) => (await restOf(fake).post(Routes.channelWebhooks(general.id), { body: { name } })) as APIWebhook,
    ),
  );
  const say = async (hook: APIWebhook | undefined, query = ""): Promise<number> =>
    (await post(fake, `/webhooks/${hook?.id}/${hook?.token}${query}`, { content: "hi" }, {})).status;

  const first = [];
  for (let count = 0; count < 6; count += 1) first.push(await say(hooks[0]));
  expect(first).toEqual([204, 204, 204, 204, 204, 429]);
  const rest = [];
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(2000);
    for (let count = 0; count < 5; count += 1) rest.push(await say(hooks[round % 2], `?thread_id=${thread.id}`));
  }
  expect(rest.every((status) => status === 204)).toBe(true);
  await clock.advance(2000);
  expect(await say(hooks[1])).toBe(429);
  expect(fake.requests().at(-1)?.limitedBy).toBe("webhook posts of the channel");
  await clock.advance(60_000);
  expect(await say(hooks[1])).toBe(204);
});

test("fifty requests a second in all, interactions aside; ten thousand refusals ban the address", () => {
  const clock = new VirtualClock();
  const limits = new Limits(clock, 1);
  const take = (major: string, isGlobal: "counts" | "free") =>
    limits.take({ rule: LIMITS.messageCreate, major, postsIn: null, isGlobal: isGlobal === "counts" }).limited;
  for (let channel = 0; channel < 50; channel += 1) expect(take(`${channel}`, "counts")).toBeNull();
  expect(take("one more", "counts")).toMatchObject({ scope: "global", retryAfterMs: 1000 });
  expect(take("one more", "free")).toBeNull();
  for (let count = 0; count < 10_000; count += 1) limits.refused();
  expect(take("another", "free")).toMatchObject({ scope: "cloudflare" });
});

test("a fault meets the request that it was planned for, before or after the post was stored", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const isPost = ({ route }: { readonly route: string }): boolean => route === "POST /channels/{channel_id}/messages";
  const say = (text: string): Promise<string> =>
    post(fake, `/channels/${general.id}/messages`, { content: text }).then(
      ({ status }) => status.toString(),
      () => "reset",
    );

  fake.fault({ trouble: { kind: "reset", when: "before" }, on: isPost });
  fake.fault({ trouble: { kind: "reset", when: "after" }, on: isPost });
  fake.fault({ trouble: { kind: "status", when: "before", status: 502 }, on: isPost });
  fake.fault({ trouble: { kind: "status", when: "after", status: 500 }, on: isPost });
  const outcomes = [];
  for (const text of ["a", "b", "c", "d", "e"]) outcomes.push(await say(text));
  expect(outcomes).toEqual(["reset", "reset", "502", "500", "200"]);
  expect(fake.messages(general).map(({ text }) => text)).toEqual(["b", "d", "e"]);
  expect(fake.requests().map(({ fault }) => fault)).toEqual([
    "reset before",
    "reset after",
    "status before",
    "status after",
    null,
  ]);
});

test("Cloudflare's refusal is a page, not JSON, and may last long", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  fake.fault({ trouble: { kind: "limited", scope: "cloudflare", retryAfterMs: 3_600_000 } });
  const answer = await post(fake, `/channels/${general.id}/messages`, { content: "hi" });
  expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("x-ratelimit-bucket")]).toEqual([
    429,
    "3600",
    null,
  ]);
  expect(await answer.text()).toContain("<!DOCTYPE html>");
});

test("a held answer comes when it is released, though the post stands already", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const held = fake.hold("after", ({ method }) => method === "POST");
  const answer = post(fake, `/channels/${general.id}/messages`, { content: "hi" });
  await fake.until(() => fake.messages(general).length === 1);
  held.release();
  expect((await answer).status).toBe(200);
});

test("the same seed brings the same faults", async () => {
  const outcomes = await Promise.all(
    ["one", "one", "two"].map(async (seed) => {
      const fake = await discord({
        clock: new VirtualClock(),
        faults: { seed, share: 0.5, troubles: [{ kind: "status", when: "before", status: 503 }] },
      });
      const statuses = [];
      for (let count = 0; count < 20; count += 1) {
        statuses.push((await fetch(`${fake.url}/v10/gateway`)).status === 503);
      }
      return statuses;
    }),
  );
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]).not.toEqual(outcomes[2]);
  expect(outcomes[0]).toContain(true);
});

test("without the right token nothing is given, and a webhook's own token is enough for it", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const answer = await post(
    fake,
    `/channels/${general.id}/messages`,
    { content: "hi" },
    { authorization: "Bot wrong" },
  );
  expect([answer.status, await answer.json()]).toEqual([401, { message: "401: Unauthorized", code: 0 }]);
});
