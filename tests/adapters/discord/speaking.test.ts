// How personas speak on Discord: names, faces, threads, manners, and posts whose sending ended in doubt.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { InDoubt, plainManner, Refused } from "../../../src/adapters/adapter.ts";
import { systemClock } from "../../../src/clock.ts";
import { authorId, channelId, discordPlatform, messageId } from "../../../src/domain/ids.ts";
import type { Persona } from "../../../src/domain/persona.ts";
import { paced } from "../../../src/engine/pace.ts";
import { silentLog } from "../../../src/log.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import { makePersona } from "../../people.ts";
import { adapterOn, fakeDiscord, Memory } from "./rig.ts";
import { postIn, speakingRoom } from "./rooms.ts";

const pictures = fileURLToPath(new URL("../../../personas", import.meta.url));
const ada = makePersona("ada", { folder: join(pictures, "ada"), avatar: { kind: "file", path: "avatar.png" } });
const bruno = makePersona("bruno", { folder: join(pictures, "bruno"), avatar: { kind: "file", path: "avatar.png" } });
const never = new AbortController().signal;
const pictureUrl = (persona: Persona): string => `https://troupe.example/avatars/${persona.id}.png`;
const room = (botMay: readonly string[] | null = null) => speakingRoom(ada, botMay, { pictureUrl });

test("each persona speaks under its own name and face, through one webhook of ours", async () => {
  const { fake, channel, say } = await room();
  const sent = await say("Good morning.");
  await say("Morning!", bruno);
  const messages = fake.messages(channel);
  expect(messages.map((each) => `${each.author}: ${each.text}`)).toEqual(["Ada: Good morning.", "Bruno: Morning!"]);
  expect(messages.map((each) => each.avatarUrl)).toEqual([
    expect.stringContaining("ada.png") as string,
    expect.stringContaining("bruno.png") as string,
  ]);
  expect(sent.message).toBe(`discord:${messages[0]?.id}`);
  expect(Math.abs(sent.at - Date.now())).toBeLessThan(60_000);
  expect(fake.webhooks(channel)).toHaveLength(1);
});

test("the webhook is found again by the next process, by what it kept or by looking", async () => {
  const { fake, channel, memory, say } = await room();
  await say("one");
  const next = await adapterOn(fake, { memory, speed: 50 });
  await next.send(postIn(channel, "two"), ada, plainManner, never);
  const amnesiac = await adapterOn(fake, { memory: new Memory(), speed: 50 });
  await amnesiac.send(postIn(channel, "three"), ada, plainManner, never);
  expect(fake.webhooks(channel)).toHaveLength(1);
  expect(fake.messages(channel).map((each) => each.text)).toEqual(["one", "two", "three"]);
});

test("a webhook that somebody deleted is made again, once, and the post is said", async () => {
  const { fake, channel, say } = await room();
  await say("one");
  const [webhook] = fake.webhooks(channel);
  if (webhook === undefined) throw new Error("there is no webhook");
  fake.removeWebhook(webhook.id);
  await say("two");
  expect(fake.messages(channel).map((each) => each.text)).toEqual(["one", "two"]);
  expect(fake.webhooks(channel)).toHaveLength(1);
});

test("in a thread a persona speaks by its parent's webhook", async () => {
  const { fake, channel, adapter } = await room();
  const thread = fake.thread(channel, "tea");
  await adapter.send(postIn(thread, "in here"), ada, plainManner, never);
  expect(fake.messages(thread).map((each) => `${each.author}: ${each.text}`)).toEqual(["Ada: in here"]);
  expect(fake.webhooks(channel)).toHaveLength(1);
});

test("where the bot may not make webhooks, and in direct messages, a line says who speaks", async () => {
  const { fake, channel, say, adapter } = await room(["ViewChannel", "SendMessages", "ReadMessageHistory"]);
  await say("Good morning.");
  expect(fake.messages(channel).map((each) => each.text)).toEqual(["**Ada**\nGood morning."]);
  const direct = fake.openDm(fake.user("Mira"));
  await adapter.send(postIn(direct, "Hello, Mira."), ada, plainManner, never);
  expect(fake.messages(direct).at(-1)?.text).toBe("**Ada**\nHello, Mira.");
});

test("nobody is pinged and no link shows a preview, unless the manner allows it", async () => {
  const { fake, channel, say } = await room();
  const mira = fake.user("Mira");
  const text = `@everyone <@${mira.id}> <#1> https://example.com`;
  await say(text);
  await say("You!", ada, { ...plainManner, ping: authorId(discordPlatform, mira.id), linkPreviews: "shown" });
  const [first, second] = fake.messages(channel);
  expect(first?.pinged).toMatchObject({ users: [], roles: [], isEveryone: false });
  expect(first?.hasPreviewsOff).toBe(true);
  expect(first?.text.replaceAll("\u200B", "")).toBe(text);
  expect(first?.text).not.toMatch(/<@\d|<#\d|@everyone/u);
  expect(second?.hasPreviewsOff).toBe(false);
});

test("an edit pings nobody either, and what is taken back is gone", async () => {
  const { fake, channel, adapter, say } = await room();
  const sent = await say("one");
  const said = { message: sent.message, channel: channelId(discordPlatform, channel.id), persona: ada.id, part: 1 };
  const mira = fake.user("Mira");
  await adapter.edit(said, ada, `@everyone <@${mira.id}>`, plainManner, never);
  expect(fake.messages(channel)[0]?.text.replaceAll("\u200B", "")).toBe(`@everyone <@${mira.id}>`);
  expect(fake.messages(channel)[0]?.pinged).toMatchObject({ users: [], isEveryone: false });
  await adapter.remove(said, never);
  expect(fake.messages(channel)).toEqual([]);
  await adapter.remove(said, never);
});

test("a post that answers something further up opens with a small line that names and links it", async () => {
  const { fake, guild, channel, say } = await room();
  const question = fake.say(channel, "Mira", "what time is it?");
  await say("Noon.", ada, {
    ...plainManner,
    refersTo: { message: messageId(discordPlatform, question.id), author: "Mira *the* [best]" },
  });
  const link = `https://discord.com/channels/${guild.id}/${channel.id}/${question.id}`;
  expect(fake.messages(channel).at(-1)?.text).toBe(`-# ↪ [Mira \\*the\\* \\[best\\]](<${link}>)\nNoon.`);
});

test("names obey Discord's rules and may say that this is an AI", async () => {
  const { fake, channel, say } = await room();
  await say("a", makePersona("x", { name: `The Discord Clyde ${"é".repeat(100)}` }));
  await say("b", makePersona("y", { name: "everyone" }));
  await say("c", ada, { ...plainManner, mark: "name" });
  const names = fake.messages(channel).map((each) => each.author);
  expect(names[0]?.length).toBeLessThanOrEqual(80);
  expect(names[0]?.replaceAll("\u200A", "")).toContain("The Discord Clyde");
  expect(names[2]).toBe("Ada (AI)");
});

test.each(["before", "after"] as const)(
  "a post whose sending broke off %s Discord had it is said once in the end",
  async (when) => {
    const { fake, channel, adapter, say } = await room();
    await say("first");
    fake.fault({ trouble: { kind: "reset", when }, on: (asked) => asked.route.startsWith("POST /webhooks"), times: 1 });
    const post = postIn(channel, "Only once.");
    await expect(adapter.send(post, ada, plainManner, never)).rejects.toBeInstanceOf(InDoubt);
    const found = await adapter.find(post);
    expect(found === null).toBe(when === "before");
    if (found === null) await adapter.send(post, ada, plainManner, never);
    expect(fake.messages(channel).filter((each) => each.text === "Only once.")).toHaveLength(1);
  },
);

test("of two posts with the same words each is found where it landed", async () => {
  const { fake, channel, adapter } = await room();
  const one = postIn(channel, "Same words.");
  const two = postIn(channel, "Same words.");
  await adapter.send(one, ada, plainManner, never);
  fake.fault({
    trouble: { kind: "reset", when: "after" },
    on: (asked) => asked.route.startsWith("POST /webhooks"),
    times: 1,
  });
  await expect(adapter.send(two, ada, plainManner, never)).rejects.toBeInstanceOf(InDoubt);
  const ids = fake.messages(channel).map((each) => `discord:${each.id}`);
  expect((await adapter.find(two))?.message).toBe(ids[1]);
  expect((await adapter.find(one))?.message).toBe(ids[0]);
});

test("a bot's own post is said once however often it is sent, by its nonce", async () => {
  const { fake, adapter } = await room();
  const direct = fake.openDm(fake.user("Mira"));
  const post = postIn(direct, "Hello.");
  const first = await adapter.send(post, ada, plainManner, never);
  const again = await adapter.send(post, ada, plainManner, never);
  expect(again.message).toBe(first.message);
  expect(fake.messages(direct)).toHaveLength(1);
});

test("what is said in a thread is counted with its channel, a direct message by itself, and what Discord does not show by nothing", async () => {
  const { fake, channel, adapter } = await room();
  const limits = (place: { readonly id: string }) => adapter.limitsOf(channelId(discordPlatform, place.id));
  expect(await limits(channel)).toEqual({ webhook: channel.id });
  expect(await limits(fake.thread(channel, "tea"))).toEqual({ webhook: channel.id });
  const direct = fake.openDm(fake.user("Mira"));
  expect(await limits(direct)).toEqual({ bot: direct.id });
  expect(await limits({ id: "404" })).toEqual({});
  for (const { windows } of Object.values(adapter.traits.limits ?? {})) expect(windows.length).toBeGreaterThan(0);
});

test.each(["a webhook", "the bot itself"])(
  "a flood by %s stays within the limits: Discord never has to say 429",
  async (by) => {
    const { fake, channel, adapter } = await room();
    if (by === "the bot itself") fake.deny(channel, "ManageWebhooks");
    const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
    onTestFinished(() => store.close());
    for (let at = 0; at < 25; at += 1) {
      const post = postIn(channel, `post ${at}`);
      const say = async (): Promise<void> => void (await adapter.send(post, ada, plainManner, never));
      await paced({ store, clock: systemClock }, adapter, { channel: post.channel, by: post.id }, say, never);
    }
    expect(fake.messages(channel)).toHaveLength(25);
    expect(fake.requests("POST /webhooks/{webhook_id}/{webhook_token}")).toHaveLength(by === "a webhook" ? 25 : 0);
    expect(fake.requests().filter((each) => each.status === 429)).toEqual([]);
  },
);

test("after three refusals a channel is left alone, without asking Discord", async () => {
  const { fake, channel, say } = await room();
  fake.deny(channel, "ViewChannel");
  for (let tries = 0; tries < 3; tries += 1) await expect(say("x")).rejects.toBeInstanceOf(Refused);
  const asked = fake.requests().length;
  await expect(say("x")).rejects.toThrow(/may not speak in this channel/u);
  expect(fake.requests()).toHaveLength(asked);
});

test("an archived thread is opened again to speak in", async () => {
  const { fake, channel, adapter } = await room();
  const thread = fake.thread(channel, "tea");
  fake.archive(thread, "archived");
  await adapter.send(postIn(thread, "still here"), ada, plainManner, never);
  expect(fake.messages(thread).map((each) => each.text)).toEqual(["still here"]);
});

test("without a public address a picture is uploaded once, and again when it is another", async () => {
  const { fake, channel, memory } = await room();
  const uploads = () => fake.requests().filter((each) => each.method === "POST" && each.route.includes("emojis"));
  for (let process = 0; process < 2; process += 1) {
    const adapter = await adapterOn(fake, { memory, speed: 50 });
    await adapter.send(postIn(channel, "one"), ada, plainManner, never);
    await adapter.send(postIn(channel, "two"), ada, plainManner, never);
  }
  expect(uploads()).toHaveLength(1);
  const amnesiac = await adapterOn(fake, { memory: new Memory(), speed: 50 });
  await amnesiac.send(postIn(channel, "three"), ada, plainManner, never);
  await amnesiac.send(postIn(channel, "four"), bruno, plainManner, never);
  expect(uploads()).toHaveLength(2);
  const faces = fake.messages(channel).map((each) => each.avatarUrl);
  expect(new Set(faces.slice(0, 5)).size).toBe(1);
  expect(faces[0]).toMatch(/^https:\/\/cdn\.discordapp\.com\/emojis\/\d+\.png$/u);
  expect(faces[5]).not.toBe(faces[0]);
});

test("typing is shown once while it lasts, however many answers are under way", async () => {
  const fake = await fakeDiscord();
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const adapter = await adapterOn(fake);
  const place = channelId(discordPlatform, channel.id);
  await Promise.all(Array.from({ length: 20 }, () => adapter.typing(place)));
  expect(fake.requests("POST /channels/{channel_id}/typing")).toHaveLength(1);
});
