// How Discord is heard: everything once and in order, across restarts, faults and lost sessions.
import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { hearingRoom } from "./rooms.ts";
import { adapterOn, fakeDiscord, listening, Memory } from "./rig.ts";

test("what a person says comes in with its place, its author and what it replies to", async () => {
  const { fake, guild, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const first = fake.say(channel, "Mira", "hello Ada");
  fake.say(channel, "Dan", "and me?", { replyTo: first });
  await heard(2);
  expect(memory.arrivals[0]).toMatchObject({
    id: `discord:${first.id}`,
    text: "hello Ada",
    author: { kind: "person", name: "Mira" },
    place: {
      platform: "discord",
      channel: `discord:${channel.id}`,
      parent: null,
      workspace: `discord:${guild.id}`,
      unnamed: "ignored",
      nsfw: false,
    },
    toHouse: false,
    asks: null,
    replyTo: null,
  });
  expect(memory.arrivals[1]?.replyTo).toBe(`discord:${first.id}`);
});

test("threads know their parent, direct messages are for the bot, and channels for adults are known as such", async () => {
  const { fake, guild, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const thread = fake.thread(channel, "tea");
  fake.say(thread, "Mira", "in here");
  fake.say(fake.openDm(fake.user("Mira")), "Mira", "psst");
  fake.say(fake.channel(guild, "cellar", { nsfw: true }), "Mira", "dark");
  await heard(3);
  const [inThread, direct, cellar] = memory.arrivals;
  expect(inThread?.place).toMatchObject({ channel: `discord:${thread.id}`, parent: `discord:${channel.id}` });
  expect(direct?.place).toMatchObject({ workspace: null, unnamed: "answered" });
  expect(cellar?.place.nsfw).toBe(true);
});

test("mentions are read as names, and a mention of the bot speaks to the house", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const dan = fake.user("Dan");
  fake.say(channel, "Mira", `${fake.mentionBot} meet ${fake.mention(dan)} in <#${channel.id}> <:wave:123>`);
  await heard(1);
  expect(memory.arrivals[0]?.toHouse).toBe(true);
  expect(memory.arrivals[0]?.text).toMatch(/^@\S+ meet @Dan in #general :wave:$/u);
});

test("what the house says itself comes back as nobody's message", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const { makePersona, makePost, makeTurn } = await import("../../people.ts");
  const { messageId, channelId, discordPlatform } = await import("../../../src/domain/ids.ts");
  const { plainManner } = await import("../../../src/adapters/adapter.ts");
  const place = channelId(discordPlatform, channel.id);
  const turn = makeTurn(messageId(discordPlatform, "1"), "ada", { channel: place });
  await adapter.send(makePost(turn, "hi"), makePersona("ada"), plainManner, new AbortController().signal);
  fake.say(channel, "Mira", "after");
  await heard(1);
  expect(memory.texts).toEqual(["Mira: after"]);
});

test("other bots and other webhooks are known as bots", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.proxy(channel, "Kit", "from another webhook");
  await heard(1);
  expect(memory.arrivals[0]?.author.kind).toBe("bot");
});

test("a text file is read with the message, and a picture goes along", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "look", {
    attachments: [
      { name: "notes.txt", type: "text/plain", content: "buy tea" },
      { name: "cat.png", type: "image/png", content: "not really a picture" },
    ],
  });
  await heard(1);
  expect(memory.arrivals[0]?.text).toBe("look\n[file notes.txt]\nbuy tea\n[end of file]");
  expect(memory.arrivals[0]?.images).toMatchObject([{ type: "image/png" }]);
});

test("edits, deletions and signs reach memory", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const one = fake.say(channel, "Mira", "one");
  const two = fake.say(channel, "Mira", "two");
  await heard(2);
  fake.edit(one, "uno");
  fake.react(one, fake.user("Dan"), "🛑");
  fake.remove(one, two);
  await expect.poll(() => memory.deletions.length, { timeout: 5_000 }).toBe(2);
  expect(memory.edits).toEqual([{ id: `discord:${one.id}`, text: "uno" }]);
  expect(memory.reactions).toMatchObject([{ sign: "🛑", by: { name: "Dan" }, message: `discord:${one.id}` }]);
});

test("a clean restart goes on with the session: nothing is missed, nothing twice, and nobody identifies again", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "before");
  await heard(1);
  await adapter.close();
  for (let round = 0; round < 10; round += 1) {
    fake.say(channel, "Mira", `while away ${round}`);
    const next = await adapterOn(fake, { memory, speed: 50 });
    await listening(fake, next, memory);
    await heard(2 + round);
    await next.close();
  }
  expect(memory.texts).toEqual(["Mira: before", ...Array.from({ length: 10 }, (_, at) => `Mira: while away ${at}`)]);
  expect(fake.gateway.entries.filter((entry) => entry.kind === "identify")).toHaveLength(1);
});

test("what could not be stored comes again in the next process, and what follows it waits", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "stored");
  await heard(1);
  memory.fault = new Error("the disk is full");
  fake.say(channel, "Mira", "not stored");
  fake.say(channel, "Mira", "nor this");
  const before = new Map(memory.checkpoints);
  await adapter.close().catch(() => {});
  expect(memory.checkpoints).toEqual(before);
  memory.fault = null;
  const next = await adapterOn(fake, { memory, speed: 50 });
  await listening(fake, next, memory);
  await heard(3);
  expect(memory.texts).toEqual(["Mira: stored", "Mira: not stored", "Mira: nor this"]);
});

test("when the session is lost, what was missed is read back", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "before");
  await heard(1);
  await adapter.close();
  fake.say(channel, "Mira", "missed one");
  fake.say(channel, "Mira", "missed two");
  for (const key of memory.kept.keys()) if (key.startsWith("session:")) memory.kept.delete(key);
  const next = await adapterOn(fake, { memory, speed: 50 });
  await listening(fake, next, memory);
  await heard(3);
  fake.say(channel, "Mira", "after");
  await heard(4);
  expect(memory.texts).toEqual(["Mira: before", "Mira: missed one", "Mira: missed two", "Mira: after"]);
}, 20_000);

test("what was missed longer than ten minutes ago is not taken up any more: the talk has gone on", async () => {
  let minutesAgo = 15;
  const fake = await fakeDiscord({ clock: { ...systemClock, now: () => Date.now() - minutesAgo * 60_000 } });
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, speed: 50 });
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "before");
  await expect.poll(() => memory.texts.length).toBe(1);
  await adapter.close();
  for (minutesAgo of [13, 11, 9, 1]) fake.say(channel, "Mira", `${minutesAgo} minutes ago`);
  minutesAgo = 0;
  const next = await adapterOn(fake, { memory, speed: 50 });
  await listening(fake, next, memory);
  fake.say(channel, "Mira", "now");
  await expect.poll(() => memory.texts.at(-1), { timeout: 12_000 }).toBe("Mira: now");
  expect(memory.texts).toEqual(["Mira: before", "Mira: 9 minutes ago", "Mira: 1 minutes ago", "Mira: now"]);
}, 20_000);

test.each([4000, 4007, 4009, 1001, null])(
  "after a close with %s it comes back by itself and misses nothing",
  async (code) => {
    const { fake, channel, memory, adapter, heard } = await hearingRoom();
    await listening(fake, adapter, memory);
    fake.say(channel, "Mira", "before");
    await heard(1);
    const entries = fake.gateway.entries.length;
    fake.gateway.closeAll(code);
    fake.say(channel, "Mira", "meanwhile");
    await expect.poll(() => fake.gateway.entries.length, { timeout: 12_000 }).toBeGreaterThan(entries);
    await heard(2);
    expect(memory.texts).toEqual(["Mira: before", "Mira: meanwhile"]);
  },
  20_000,
);

test("a token that Discord does not take stops it with a sentence, without a storm", async () => {
  const fake = await fakeDiscord();
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, token: `${fake.token}x` });
  await adapter.listen(memory);
  await adapter.close();
  expect(fake.gateway.entries).toEqual([]);
  expect(fake.requests().length).toBeLessThanOrEqual(2);
});

test("a burst of a thousand events is taken in whole and in order", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  for (let at = 0; at < 1_000; at += 1) fake.say(channel, "Mira", `message ${at}`);
  await heard(1_000);
  expect(memory.texts).toEqual(Array.from({ length: 1_000 }, (_, at) => `Mira: message ${at}`));
});

test("events that nobody knows and fields that are not there harm nobody", async () => {
  const { fake, guild, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const where = { guildId: guild.id, channelId: channel.id };
  for (const [name, data] of [
    ["SOMETHING_NEW", { a: 1 }],
    ["MESSAGE_CREATE", null],
    ["MESSAGE_CREATE", { id: 7, channel_id: {}, author: [] }],
    ["MESSAGE_CREATE", { id: "1", channel_id: channel.id }],
    ["MESSAGE_UPDATE", { content: 3 }],
    ["MESSAGE_DELETE", {}],
    ["MESSAGE_DELETE_BULK", { ids: [1, null] }],
    ["MESSAGE_REACTION_ADD", { emoji: null }],
    ["GUILD_CREATE", { channels: [null, { id: 1 }], threads: "x" }],
    ["CHANNEL_DELETE", "x"],
  ] as const) {
    fake.gateway.announceRaw(name, data, where);
  }
  fake.say(channel, "Mira", "still here");
  await heard(1);
  expect(memory.texts).toEqual(["Mira: still here"]);
});
