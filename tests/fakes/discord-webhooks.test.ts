import { type APIMessage, type APIWebhook, GatewayDispatchEvents, type REST, Routes } from "discord.js";
import { expect, test } from "vitest";
import { restOf } from "./discord/clients.ts";
import { connect, discord, refusal, texts } from "./discord/stage.ts";

const WAIT = new URLSearchParams({ wait: "true" });

async function webhook(
  rest: REST,
  channelId: string,
  name = "Troupe",
): Promise<{ readonly id: string; readonly token: string }> {
  const { id, token = "" } = (await rest.post(Routes.channelWebhooks(channelId), { body: { name } })) as APIWebhook;
  return { id, token };
}

test("a webhook speaks under any name, and its posts come back over the gateway as a bot's", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  const rest = restOf(fake);
  const hook = (await rest.post(Routes.channelWebhooks(general.id), { body: { name: "Troupe" } })) as APIWebhook;
  await rest.post(Routes.webhook(hook.id, hook.token ?? ""), {
    query: new URLSearchParams({ wait: "true" }),
    body: {
      content: "Good evening.",
      username: "Ada",
      avatar_url: "https://example.org/ada.png",
      allowed_mentions: { parse: [] },
      flags: 4,
    },
    auth: false,
  });
  await fake.until(() => texts(bot).includes("Good evening."));

  const [said] = fake.messages(general);
  expect(said).toMatchObject({
    author: "Ada",
    avatarUrl: "https://example.org/ada.png",
    webhookId: hook.id,
    hasPreviewsOff: true,
  });
  const echo = bot.heard.find(({ t }) => t === GatewayDispatchEvents.MessageCreate);
  expect(echo?.d).toMatchObject({
    webhook_id: hook.id,
    application_id: fake.bot.id,
    author: { bot: true, username: "Ada" },
  });
});

test("webhook names obey Discord's rules, both at creation and with a post", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  for (const name of ["My Discord friend", "CLYDE", "   "]) {
    expect(await refusal(rest.post(Routes.channelWebhooks(general.id), { body: { name } }))).toMatchObject({
      code: 50_035,
    });
  }
  const hook = await webhook(rest, general.id);
  expect(
    await refusal(
      rest.post(Routes.webhook(hook.id, hook.token), { body: { content: "hi", username: "discordia" }, auth: false }),
    ),
  ).toMatchObject({
    code: 50_035,
    errors: { username: { _errors: [{ code: "USERNAME_INVALID_CONTAINS" }] } },
  });
});

test("a channel holds fifteen webhooks, and one that was deleted is unknown", async () => {
  const fake = await discord({ limits: { faster: 1000 } });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  const hook = await webhook(rest, general.id);
  for (let count = 1; count < 15; count += 1) await webhook(rest, general.id, `hook ${count}`);
  expect(await refusal(webhook(rest, general.id))).toMatchObject({ status: 400, code: 30_007 });

  fake.removeWebhook(hook.id);
  expect(
    await refusal(rest.post(Routes.webhook(hook.id, hook.token), { body: { content: "hi" }, auth: false })),
  ).toMatchObject({ status: 404, code: 10_015 });
});

test("a webhook posts into the threads of its own channel and no others, and wakes them", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House");
  const [general, other] = [fake.channel(guild, "general"), fake.channel(guild, "other")];
  const [inside, outside] = [fake.thread(general, "inside"), fake.thread(other, "outside")];
  const rest = restOf(fake);
  const hook = await webhook(rest, general.id);
  const into = (thread: string): Promise<unknown> =>
    rest.post(Routes.webhook(hook.id, hook.token), {
      query: new URLSearchParams({ wait: "true", thread_id: thread }),
      body: { content: "hello" },
      auth: false,
    });

  await into(inside.id);
  fake.archive(inside);
  await into(inside.id);
  expect(fake.messages(inside).map(({ text }) => text)).toEqual(["hello", "hello"]);
  expect(fake.books.channel(inside.id).isArchived).toBe(false);
  expect(await refusal(into(outside.id))).toMatchObject({ code: 10_003 });
  const [said] = fake.messages(inside);
  expect(
    await refusal(
      rest.patch(Routes.webhookMessage(hook.id, hook.token, said?.id), { body: { content: "changed" }, auth: false }),
    ),
  ).toMatchObject({ code: 10_008 });
});

test("a webhook cannot post into a forum without a thread, and opens one by its name", async () => {
  const fake = await discord();
  const forum = fake.channel(fake.guild("Tea House"), "stories", { kind: "forum" });
  const rest = restOf(fake);
  const hook = await webhook(rest, forum.id);
  const post = (body: object): Promise<unknown> =>
    rest.post(Routes.webhook(hook.id, hook.token), { query: WAIT, body, auth: false });
  expect(await refusal(post({ content: "hi" }))).toMatchObject({ code: 220_001 });
  const { channel_id: thread } = (await post({ content: "Once upon a time", thread_name: "A tale" })) as APIMessage;
  expect(fake.messages({ id: thread, name: "" }).map(({ text }) => text)).toEqual(["Once upon a time"]);
});
