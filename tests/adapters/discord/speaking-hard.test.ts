// Speaking on Discord at awkward moments: doubt in a busy channel or in the next process, webhooks deleted under several voices, and rights that come and go.
import { join } from "node:path";
import { expect, test } from "vitest";
import { InDoubt, plainManner, Refused } from "../../../src/adapters/adapter.ts";
import { authorId, channelId, discordPlatform, messageId } from "../../../src/domain/ids.ts";
import { makePersona } from "../../people.ts";
import { plainText } from "../../../src/adapters/discord/render.ts";
import { adapterOn } from "./rig.ts";
import { postIn, speakingRoom } from "./rooms.ts";

const ada = makePersona("ada");
const never = new AbortController().signal;
const room = (botMay: readonly string[] | null = null) => speakingRoom(ada, botMay);

test("a post in doubt is found in a channel where hundreds were talking", async () => {
  const { fake, channel, adapter } = await room();
  for (let at = 0; at < 150; at += 1) fake.say(channel, "Mira", `message ${at}`);
  fake.fault({ trouble: { kind: "reset", when: "after" }, on: (asked) => asked.route.startsWith("POST /webhooks") });
  const post = postIn(channel, "Only once.");
  await expect(adapter.send(post, ada, plainManner, never)).rejects.toBeInstanceOf(InDoubt);
  for (let at = 0; at < 150; at += 1) fake.say(channel, "Mira", `more ${at}`);
  expect(await adapter.find(post)).not.toBeNull();
});

test("a webhook that is deleted under several voices at once is made again once", async () => {
  const { fake, channel, adapter, say } = await room();
  const threads = ["a", "b", "c", "d"].map((name) => fake.thread(channel, name));
  await say("one");
  const [webhook] = fake.webhooks(channel);
  fake.removeWebhook(webhook?.id ?? "");
  await Promise.all(threads.map((thread) => adapter.send(postIn(thread, "two"), ada, plainManner, never)));
  expect(fake.webhooks(channel)).toHaveLength(1);
  expect(threads.map((thread) => fake.messages(thread).at(-1)?.text)).toEqual(["two", "two", "two", "two"]);
});

test("whoever may be pinged is pinged, by a webhook's post and by the bot's own", async () => {
  const { fake, channel, adapter, say } = await room();
  const mira = fake.member(fake.guild("x"), "Mira");
  const question = fake.say(channel, "Mira", "what time is it?");
  const manner = { ...plainManner, ping: authorId(discordPlatform, mira.id) };
  await say("Noon.", ada, manner);
  expect(fake.messages(channel).at(-1)?.pinged.users).toEqual([mira.id]);
  await say("Noon!", ada, {
    ...manner,
    refersTo: { message: messageId(discordPlatform, question.id), author: "Mira" },
  });
  expect(fake.messages(channel).at(-1)?.pinged.users).toEqual([mira.id]);
  const direct = fake.openDm(mira);
  await adapter.send(postIn(direct, "Noon?"), ada, manner, never);
  expect(fake.messages(direct).at(-1)?.pinged.users).toEqual([mira.id]);
});

test("refusals count only while nothing gets through", async () => {
  const { fake, channel, say } = await room(["ViewChannel", "SendMessages", "ReadMessageHistory"]);
  for (let tries = 0; tries < 3; tries += 1) {
    fake.deny(channel, "SendMessages");
    await expect(say("x")).rejects.toBeInstanceOf(Refused);
    fake.allow(channel, "SendMessages");
    await say("y");
  }
  expect(fake.messages(channel)).toHaveLength(3);
});

test("a picture that could not be uploaded is tried again", async () => {
  const { fake, channel, say } = await room();
  const folder = join(import.meta.dirname, "../../../personas/ada");
  const faced = makePersona("ada", { folder, avatar: { kind: "file", path: "avatar.png" } });
  fake.fault({
    trouble: { kind: "status", when: "before", status: 500 },
    on: (asked) => asked.route.endsWith("/emojis") && asked.method === "POST",
  });
  await say("one", faced);
  await say("two", faced);
  expect(fake.messages(channel).at(-1)?.avatarUrl).toContain("emojis");
});

test("code is not touched where nothing in it is a live tag", () => {
  for (const text of ["<b>x</b>", "</script>", "a<b:c>d", "std::map<a::b>", "x <t: y", "<id>"]) {
    expect(plainText(text)).toBe(text);
  }
  for (const text of [
    "<@1>",
    "<@!1>",
    "<@&1>",
    "<#1>",
    "<:x1:1>",
    "<a:x1:1>",
    "<t:1>",
    "<t:1:R>",
    "</a b:1>",
    "<id:guide>",
    "@everyone",
    "@here",
  ]) {
    expect(plainText(text)).not.toBe(text);
  }
});

test("an edit keeps the line that says what is answered", async () => {
  const { fake, channel, adapter, say } = await room();
  const question = fake.say(channel, "Mira", "what time is it?");
  const manner = { ...plainManner, refersTo: { message: messageId(discordPlatform, question.id), author: "Mira" } };
  const sent = await say("Noon.", ada, manner);
  const [line] = (fake.messages(channel).at(-1)?.text ?? "").split("\n");
  const said = { message: sent.message, channel: channelId(discordPlatform, channel.id), persona: ada.id, part: 1 };
  await adapter.edit(said, ada, "One.", manner, never);
  expect(fake.messages(channel).at(-1)?.text).toBe(`${line}\nOne.`);
});

test("what stands in an archived thread is changed and taken back all the same", async () => {
  const { fake, channel, adapter } = await room();
  const thread = fake.thread(channel, "tea");
  const sent = await adapter.send(postIn(thread, "one"), ada, plainManner, never);
  const said = { message: sent.message, channel: channelId(discordPlatform, thread.id), persona: ada.id, part: 1 };
  fake.archive(thread);
  await adapter.edit(said, ada, "two", plainManner, never);
  expect(fake.messages(thread).map(({ text }) => text)).toEqual(["two"]);
  fake.archive(thread);
  await adapter.remove(said, never);
  expect(fake.messages(thread)).toEqual([]);
  // A locked one is for those who look after the channel.
  await adapter.send(postIn(thread, "three"), ada, plainManner, never);
  const last = { ...said, message: messageId(discordPlatform, fake.messages(thread)[0]?.id ?? "") };
  fake.deny(channel, "ManageThreads");
  fake.archive(thread, "archived and locked");
  await expect(adapter.edit(last, ada, "four", plainManner, never)).rejects.toBeInstanceOf(Refused);
});

test("a post whose webhook is gone can be taken back all the same", async () => {
  const { fake, channel, adapter, say } = await room();
  const sent = await say("one");
  fake.removeWebhook(fake.webhooks(channel)[0]?.id ?? "");
  fake.allow(channel, "ManageMessages");
  const said = { message: sent.message, channel: channelId(discordPlatform, channel.id), persona: ada.id, part: 1 };
  await adapter.remove(said, never);
  expect(fake.messages(channel)).toEqual([]);
});

test("where the bot may not write, typing is refused once and not tried again at each answer", async () => {
  const { fake, channel } = await room();
  fake.deny(channel, "SendMessages");
  // So fast that it is never still being shown.
  const adapter = await adapterOn(fake, { speed: 1e9 });
  const place = channelId(discordPlatform, channel.id);
  await expect(adapter.typing(place)).rejects.toBeInstanceOf(Refused);
  for (let tries = 0; tries < 3; tries += 1) await adapter.typing(place);
  expect(fake.requests("POST /channels/{channel_id}/typing")).toHaveLength(1);
});

test("where no webhook can be made, for whatever reason, the bot speaks for the persona", async () => {
  const { fake, channel, say } = await room();
  fake.fault({
    trouble: { kind: "status", when: "before", status: 400 },
    on: (asked) => asked.method === "POST" && asked.route === "POST /channels/{channel_id}/webhooks",
  });
  await say("Good morning.");
  expect(fake.messages(channel).map((each) => each.text)).toEqual(["**Ada**\nGood morning."]);
});
