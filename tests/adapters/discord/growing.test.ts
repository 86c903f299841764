// Answers that grow on Discord, and answers in threads: edits that leave room for posts, and threads made of what is answered.
import { expect, onTestFinished, test } from "vitest";
import type { Manner, Said, Sent } from "../../../src/adapters/adapter.ts";
import { InDoubt, Limited, plainManner } from "../../../src/adapters/adapter.ts";
import { channelId, discordPlatform, messageId } from "../../../src/domain/ids.ts";
import { pacingOf } from "../../../src/engine/pace.ts";
import { silentLog } from "../../../src/log.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import { makePersona } from "../../people.ts";
import { editsContract } from "../../contracts/adapter-edits.ts";
import { adapterOn, fakeDiscord, Memory } from "./rig.ts";
import { postIn } from "./rooms.ts";

const ada = makePersona("ada");
const bruno = makePersona("bruno");
const never = new AbortController().signal;
async function room() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const channel = fake.channel(guild, "general");
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, speed: 50 });
  const question = fake.say(channel, "Mira", "Ada, how deep is the harbour at low tide?");
  const asked = messageId(discordPlatform, question.id);
  const inThread: Manner = {
    ...plainManner,
    thread: { of: asked, about: "Ada, how deep is the harbour at low tide?" },
  };
  const answer = (text: string, manner: Manner = plainManner, as = ada): Promise<Sent> =>
    adapter.send(postIn(channel, text, { replyTo: asked }), as, manner, never);
  return { fake, guild, channel, memory, adapter, question, asked, inThread, answer };
}

function saidOf(sent: Sent, channel: { readonly id: string }): Said {
  const place = sent.thread?.channel ?? channelId(discordPlatform, channel.id);
  return { message: sent.message, channel: place, persona: ada.id, part: 1 };
}

test("a post grows where it stands, pinging nobody, with its line that says what it answers", async () => {
  const { fake, guild, channel, adapter, question, asked, answer } = await room();
  const refersTo = { message: asked, author: "Mira" };
  const manner = { ...plainManner, refersTo };
  const sent = await answer("It is …", manner);
  const mira = `<@${fake.user("Mira").id}>`;
  await adapter.grow(saidOf(sent, channel), ada, `It is deep, @everyone and ${mira} …`, manner, never);
  const link = `https://discord.com/channels/${guild.id}/${channel.id}/${question.id}`;
  const [, grown] = fake.messages(channel);
  expect(grown?.text.replaceAll("\u200B", "")).toBe(`-# ↪ [Mira](<${link}>)\nIt is deep, @everyone and ${mira} …`);
  expect(grown?.text).not.toContain(mira);
  expect(grown?.pinged).toMatchObject({ users: [], roles: [], isEveryone: false });
  expect(grown?.hasPreviewsOff).toBe(true);
  await adapter.edit(saidOf(sent, channel), ada, "It is deep.", { ...plainManner }, never);
  expect(fake.messages(channel).map((each) => each.text)).toEqual([question.text, "It is deep."]);
  // Whose webhook said it is known: nothing has to be looked up.
  expect(fake.requests("GET /channels/{channel_id}/messages/{message_id}")).toEqual([]);
});

test("edits leave room for posts: a flood of them is held off before Discord has to, and others are heard", async () => {
  const { fake, channel, adapter, answer } = await room();
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
  onTestFinished(() => store.close());
  const sent = await answer("0 …");
  let held = 0;
  for (let at = 1; at <= 40; at += 1) {
    const asked = { channel: channelId(discordPlatform, channel.id), by: "the answer", need: "spare" } as const;
    const pacing = await pacingOf(adapter, asked);
    const slot = pacing === null ? null : await store.paces.take(pacing, Date.now());
    if (slot?.kind === "now") await adapter.grow(saidOf(sent, channel), ada, `${at} …`, plainManner, never);
    else held += 1;
  }
  expect(held).toBeGreaterThan(0);
  await answer("I have something to say, too.", plainManner, bruno);
  expect(fake.messages(channel).at(-1)?.author).toBe("Bruno");
  expect(fake.requests().filter((each) => each.status === 429)).toEqual([]);
});

test("where the bot itself speaks, the post keeps the line that says who speaks", async () => {
  const { fake, adapter } = await room();
  const direct = fake.openDm(fake.user("Mira"));
  const sent = await adapter.send(postIn(direct, "Well …"), ada, plainManner, never);
  await adapter.grow(saidOf(sent, direct), ada, "Well, Mira …", plainManner, never);
  expect(fake.messages(direct).at(-1)?.text).toBe("**Ada**\nWell, Mira …");
});

test("an answer in a thread stands in one made of its question, and so do all others to it", async () => {
  const { fake, channel, memory, question, asked, inThread, answer } = await room();
  const first = await answer("Six fathoms.", inThread);
  expect(first.thread).toMatchObject({
    channel: channelId(discordPlatform, question.id),
    parent: channelId(discordPlatform, channel.id),
  });
  const thread = { id: question.id, name: "" };
  expect(fake.messages(thread).map((each) => each.text)).toEqual(["Six fathoms."]);
  expect(fake.books.channel(question.id).name).toBe("Ada, how deep is the harbour at low tide?");
  // Another process knows nothing of it.
  const next = await adapterOn(fake, { memory, speed: 50 });
  await next.send(postIn(channel, "Seven.", { replyTo: asked }), bruno, inThread, never);
  expect(fake.messages(thread).map((each) => `${each.author}: ${each.text}`)).toEqual([
    "Ada: Six fathoms.",
    "Bruno: Seven.",
  ]);
  expect(fake.messages(channel)).toHaveLength(1);
});

test("what stands in a thread grows, is changed and taken back there, without a line for the question above it", async () => {
  const { fake, channel, adapter, question, asked, inThread, answer } = await room();
  const manner = { ...inThread, refersTo: { message: asked, author: "Mira" } };
  const sent = await answer("Six …", manner);
  await adapter.grow(saidOf(sent, channel), ada, "Six or …", manner, never);
  await adapter.edit(saidOf(sent, channel), ada, "Six or seven.", manner, never);
  expect(fake.messages({ id: question.id, name: "" }).map((each) => each.text)).toEqual(["Six or seven."]);
  await adapter.remove(saidOf(sent, channel), never);
  expect(fake.messages({ id: question.id, name: "" })).toEqual([]);
});

test("an answer in doubt is found in its thread, whatever is set by then", async () => {
  const { fake, channel, adapter, asked, inThread } = await room();
  fake.fault({
    trouble: { kind: "reset", when: "after" },
    on: (asking) => asking.route.startsWith("POST /webhooks"),
    times: 1,
  });
  const post = postIn(channel, "Only once.", { replyTo: asked });
  await expect(adapter.send(post, ada, inThread, never)).rejects.toBeInstanceOf(InDoubt);
  const found = await adapter.find(post);
  expect(found?.thread?.parent).toBe(channelId(discordPlatform, channel.id));
  const lost = postIn(channel, "Never said.", { replyTo: asked });
  expect(await adapter.find(lost)).toBeNull();
});

test("a thread whose making ended in doubt is made or found when the answer is tried again", async () => {
  const { fake, channel, question, asked, inThread, adapter } = await room();
  fake.fault({
    trouble: { kind: "reset", when: "after" },
    on: (asking) => asking.route.endsWith("/threads"),
    times: 1,
  });
  const post = postIn(channel, "Six fathoms.", { replyTo: asked });
  await expect(adapter.send(post, ada, inThread, never)).rejects.toBeInstanceOf(Limited);
  await adapter.send(post, ada, inThread, never);
  expect(fake.messages({ id: question.id, name: "" }).map((each) => each.text)).toEqual(["Six fathoms."]);
});

test("without the right to make threads answers are said in the channel, and Discord is not asked again and again", async () => {
  const { fake, channel, inThread, answer } = await room();
  fake.deny(channel, "CreatePublicThreads");
  expect((await answer("Six fathoms.", inThread)).thread).toBeNull();
  await answer("Or seven.", inThread);
  expect(
    fake
      .messages(channel)
      .map((each) => each.text)
      .slice(1),
  ).toEqual(["Six fathoms.", "Or seven."]);
  expect(fake.requests("POST /channels/{channel_id}/messages/{message_id}/threads")).toHaveLength(1);
});

test("in a thread, and where the question is no message, no thread is made", async () => {
  const { fake, channel, adapter, inThread } = await room();
  const tea = fake.thread(channel, "tea");
  expect((await adapter.send(postIn(tea, "in here"), ada, inThread, never)).thread).toBeNull();
  const asked = messageId(discordPlatform, "ask-1");
  const manner: Manner = { ...plainManner, thread: { of: asked, about: "how deep?" } };
  expect((await adapter.send(postIn(channel, "Six."), ada, manner, never)).thread).toBeNull();
  expect(fake.requests("POST /channels/{channel_id}/messages/{message_id}/threads")).toEqual([]);
});

editsContract("DiscordAdapter", async () => {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const channel = fake.channel(fake.guild("Tea House"), "general");
  return {
    adapter: await adapterOn(fake, { speed: 50 }),
    channel: channelId(discordPlatform, channel.id),
    texts: () => fake.messages(channel).map((each) => each.text),
  };
});
