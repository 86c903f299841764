// The welcome in a server that the bot has just joined: once, where it may speak, and with the way in.
import { expect, test } from "vitest";
import { silentLog } from "../../../src/log.ts";
import { openCounter } from "../../commands/counter.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import type { Ref } from "../../fakes/discord/places.ts";
import type { Said } from "../../fakes/discord/said.ts";
import { adapterOn, fakeDiscord, listening, Memory } from "./rig.ts";

/** A bot that listens, and a server with channels into which it is yet to be invited. */
async function openBot() {
  // Two identifies in a row are let in as those of a day would be.
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House", { bot: "not yet", locale: "en-GB" });
  const rules = fake.channel(guild, "rules");
  const general = fake.channel(guild, "general");
  const memory = new Memory();
  const lines: string[] = [];
  const note = (phrase: string): void => void lines.push(phrase);
  const { desk } = await openCounter();
  const open = async () => {
    const house = { desk: () => desk, log: { ...silentLog, info: note, warn: note } };
    const adapter = await adapterOn(fake, { memory, house });
    await listening(fake, adapter, memory);
    return adapter;
  };
  return { fake, guild, rules, general, memory, lines, open };
}

async function welcomeIn(fake: FakeDiscord, channel: Ref): Promise<Said> {
  return fake.until(() => fake.messages(channel).find(({ author }) => author === "Troupe"));
}

// The nonce alone would hide a second one.
const posted = (fake: FakeDiscord): number => fake.requests("POST /channels/{channel_id}/messages").length;
const saidAnywhere = (fake: FakeDiscord): number => fake.stored().length;

test("a server that the bot joins is welcomed in the channel in which Discord itself speaks", async () => {
  const { fake, guild, rules, general, open } = await openBot();
  fake.speaksIn(guild, { system: general });
  await open();
  fake.invite(guild);
  const said = await welcomeIn(fake, general);
  expect(said.text).toContain("I bring personas");
  expect(said.controls.map(({ label }) => label)).toEqual(["Set up"]);
  expect(said.pinged).toMatchObject({ users: [], isEveryone: false });
  expect(fake.messages(rules)).toEqual([]);
});

test("where the bot may not speak in that channel, it is the first in which it may", async () => {
  const { fake, guild, rules, general, open } = await openBot();
  fake.speaksIn(guild, { system: general });
  fake.deny(general, "SendMessages");
  await open();
  fake.invite(guild);
  await welcomeIn(fake, rules);
  expect(fake.messages(general)).toEqual([]);
});

test("where it may speak nowhere nothing is posted, and the log says so", async () => {
  const { fake, guild, rules, general, lines, open } = await openBot();
  for (const channel of [rules, general]) fake.deny(channel, "SendMessages");
  await open();
  fake.invite(guild);
  await expect.poll(() => lines.join()).toContain("and may speak nowhere there; /setup works all the same");
  expect(saidAnywhere(fake)).toBe(0);
});

test("a server is welcomed once, whatever restarts, resumes and outages come after", async () => {
  const { fake, guild, rules, memory, open } = await openBot();
  const before = await open();
  fake.invite(guild);
  await welcomeIn(fake, rules);
  fake.outage(guild);
  fake.recover(guild);
  await before.close();
  const resumed = await open();
  fake.outage(guild);
  fake.recover(guild);
  fake.say(rules, "Mira", "hello");
  await expect.poll(() => memory.texts).toContain("Mira: hello");
  await resumed.close();
  for (const key of memory.kept.keys()) if (key.startsWith("session:")) memory.kept.delete(key);
  await open();
  fake.say(rules, "Mira", "hello again");
  await expect.poll(() => memory.texts).toContain("Mira: hello again");
  expect(fake.identifies().length).toBe(2);
  expect(posted(fake)).toBe(1);
});

test("a server that comes back from an outage is not welcomed, even by a process that never heard of it", async () => {
  const { fake, guild, rules, memory, open } = await openBot();
  const before = await open();
  fake.invite(guild);
  await welcomeIn(fake, rules);
  await before.close();
  memory.claims.clear();
  const joinedAt = new Date(Date.now() - 2 * 3_600_000).toISOString();
  fake.gateway.alter = (name, data) => (name === "GUILD_CREATE" ? { ...(data as object), joined_at: joinedAt } : data);
  await open();
  fake.outage(guild);
  fake.recover(guild);
  fake.say(rules, "Mira", "hello");
  await expect.poll(() => memory.texts).toContain("Mira: hello");
  expect(posted(fake)).toBe(1);
});

test("servers that the bot is in when it starts are not welcomed, and one that it is invited to again is", async () => {
  const { fake, guild, rules, memory, open } = await openBot();
  fake.invite(guild);
  await open();
  fake.say(rules, "Mira", "hello");
  await expect.poll(() => memory.texts).toContain("Mira: hello");
  expect(fake.messages(rules).length).toBe(1);
  fake.kick(guild);
  fake.invite(guild);
  await welcomeIn(fake, rules);
});

test("the welcome is in the server's own language", async () => {
  const { fake, open } = await openBot();
  const guild = fake.guild("Teehaus", { bot: "not yet", locale: "de" });
  const channel = fake.channel(guild, "allgemein");
  await open();
  fake.invite(guild);
  const said = await welcomeIn(fake, channel);
  expect(said.text).toContain("Ich bringe Personas mit");
  expect(said.controls.map(({ label }) => label)).toEqual(["Einrichten"]);
});
