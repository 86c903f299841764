import { type APIMessage, type APIWebhook, Routes } from "discord.js";
import { afterEach, expect, test } from "vitest";
import { gatewayOf, restOf, type Connection } from "./discord/clients.ts";
import { type FakeDiscord, type FakeOptions, openFakeDiscord } from "./discord/fake.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function discord(options: FakeOptions = {}): Promise<FakeDiscord> {
  const fake = await openFakeDiscord(options);
  open.push(fake);
  return fake;
}

async function connect(fake: FakeDiscord, options: Parameters<typeof gatewayOf>[1] = {}): Promise<Connection> {
  const connection = gatewayOf(fake, options);
  open.push({ close: () => connection.leave() });
  await connection.manager.connect();
  return connection;
}

const texts = ({ heard }: Connection): readonly string[] =>
  heard.flatMap((event) => (event.t === "MESSAGE_CREATE" ? [event.d.content] : []));

test("what a person says reaches the bot, and what the bot posts stands in the channel", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  fake.say(general, "Mira", "hello");
  await fake.until(() => texts(bot).includes("hello"));

  const posted = (await restOf(fake).post(Routes.channelMessages(general.id), {
    body: { content: "hi, Mira" },
  })) as APIMessage;

  expect(posted.content).toBe("hi, Mira");
  expect(fake.messages(general).map(({ author, text }) => `${author}: ${text}`)).toEqual([
    "Mira: hello",
    "Troupe: hi, Mira",
  ]);
});

test("a session that was left open is resumed by another process, with everything that it missed", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const first = await connect(fake);
  await first.leave();
  fake.say(general, "Mira", "one");
  fake.say(general, "Mira", "two");

  const second = await connect(fake, { session: first.session() });
  await fake.until(() => texts(second).length === 2);

  expect(texts(second)).toEqual(["one", "two"]);
  expect(fake.gateway.entries.map(({ kind, outcome, viaResumeUrl }) => [kind, outcome, viaResumeUrl])).toEqual([
    ["identify", "accepted", false],
    ["resume", "accepted", true],
  ]);
});

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
  const echo = bot.heard.find(({ t }) => t === "MESSAGE_CREATE");
  expect(echo?.d).toMatchObject({
    webhook_id: hook.id,
    application_id: fake.bot.id,
    author: { bot: true, username: "Ada" },
  });
});
