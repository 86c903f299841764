// The whole house on Discord at awkward moments: two houses at once, channels that vanish, sessions that are lost.
import { expect, onTestFinished, test } from "vitest";
import type { House } from "../../../src/app.ts";
import { seededChance } from "../../../src/chance.ts";
import { channelId, discordPlatform, messageId, personaId, turnId } from "../../../src/domain/ids.ts";
import type { Log } from "../../../src/log.ts";
import { silentLog } from "../../../src/log.ts";
import type { Store } from "../../../src/store/store.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { newFolder } from "../../folder.ts";
import { withJunk } from "./junk.ts";
import { fakeDiscord } from "./rig.ts";
import type { HouseOptions } from "./whole-house.ts";
import { bind as bindIn, openStoreIn, startHouseOn } from "./whole-house.ts";

async function houseOn(fake: FakeDiscord, options: HouseOptions): Promise<House> {
  const house = await startHouseOn(fake, options);
  // Of several, one listens.
  await expect.poll(() => fake.sessions().some(({ socket }) => socket !== null), { timeout: 15_000 }).toBe(true);
  return house;
}

/** A channel in which Ada lives, and the store of the house beside it. */
async function room() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const channel = fake.channel(guild, "general");
  const folder = newFolder();
  const store = await openStoreIn(folder);
  onTestFinished(() => store.close());
  const bind = (place: { readonly id: string }): Promise<void> => bindIn(store, "ada", place);
  await bind(channel);
  const open = async (log?: Log): Promise<House> => {
    const house = await houseOn(fake, log === undefined ? { folder } : { folder, log });
    onTestFinished(() => house.close(5_000));
    return house;
  };
  return { fake, guild, channel, folder, store, bind, open };
}

const answersIn = (fake: FakeDiscord, channel: { readonly id: string; readonly name: string }): readonly string[] =>
  fake
    .messages(channel)
    .filter((each) => each.isBot)
    .map((each) => each.author);

const texts = async (store: Store, channel: { readonly id: string }): Promise<readonly string[]> => {
  const known = await store.recentMessages(channelId(discordPlatform, channel.id), null, 50);
  return known.filter((each) => each.spoken === null).map((each) => each.text);
};

test("a name in a file that comes along names nobody", async () => {
  const { fake, channel, open, store } = await room();
  await open();
  const files = [{ name: "ask Ada.txt", type: "text/plain", content: "what Ada said" }];
  fake.say(channel, "Mira", "my notes", { attachments: files });
  const question = fake.say(channel, "Dan", "Ada, who are you?");
  const answered = async (): Promise<readonly unknown[]> => {
    const known = await store.recentMessages(channelId(discordPlatform, channel.id), null, 50);
    return known.filter((each) => each.spoken !== null).map((each) => each.replyTo);
  };
  await expect.poll(async () => (await answered())[0], { timeout: 5_000 }).toBe(`discord:${question.id}`);
});

test("a mention of the bot's own role speaks to the house", async () => {
  const { fake, guild, open } = await room();
  const other = fake.channel(guild, "other");
  await open();
  const role = [...fake.books.guild(guild.id).roles.values()].find((each) => each.isManaged);
  fake.say(other, "Mira", `<@&${role?.id}> hello?`);
  await fake.until(() => answersIn(fake, other).length > 0);
});

test("two houses on one database answer once, and do a command once", async () => {
  const { fake, guild, channel, open } = await room();
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  await open();
  await open();
  for (let at = 0; at < 5; at += 1) fake.say(channel, `Mira${at}`, "Ada, who are you?");
  const asking = fake.command(channel, "Olga", "persona add", { persona: "bruno" });
  await asking.said();
  await expect
    .poll(() => answersIn(fake, channel).filter((name) => name === "Ada").length, { timeout: 20_000 })
    .toBe(5);
  expect(asking.messages()).toHaveLength(1);
  expect(fake.webhooks(channel).length).toBeLessThanOrEqual(2);
}, 40_000);

test("a turn whose channel may not be looked into while its post is in doubt ends, and nobody asks about it for ever", async () => {
  const { fake, channel, open, store } = await room();
  const log: string[] = [];
  await open({ ...silentLog, error: (phrase) => void log.push(phrase) });
  fake.fault({ trouble: { kind: "reset", when: "before" }, on: (asked) => asked.route.startsWith("POST /webhooks") });
  const question = fake.say(channel, "Mira", "Ada, who are you?");
  await fake.until(() => fake.webhooks(channel).length > 0);
  fake.deny(channel, "ViewChannel");
  const turn = turnId(messageId(discordPlatform, question.id), personaId("ada"));
  const ended = async () => (await store.turn(turn))?.turn;
  await expect.poll(ended, { timeout: 30_000 }).toMatchObject({ state: "ended", outcome: { kind: "withdrawn" } });
  expect(log).toEqual([]);
}, 40_000);

test("what stood in a channel that somebody deleted is gone from memory, its threads' too", async () => {
  const { fake, channel, open, store } = await room();
  await open();
  const thread = fake.thread(channel, "tea");
  fake.say(channel, "Mira", "up here");
  fake.say(thread, "Mira", "in here");
  await expect
    .poll(async () => [await texts(store, channel), await texts(store, thread)])
    .toEqual([["up here"], ["in here"]]);
  fake.removeChannel(channel);
  await expect.poll(async () => [await texts(store, channel), await texts(store, thread)]).toEqual([[], []]);
});

test("what was deleted or edited while the session was lost is so in memory too", async () => {
  const { fake, channel, folder, open, store } = await room();
  const house = await houseOn(fake, { folder });
  const [first, second] = [fake.say(channel, "Mira", "a secret"), fake.say(channel, "Mira", "a mistake")];
  fake.say(channel, "Mira", "all well");
  await expect.poll(() => texts(store, channel)).toHaveLength(3);
  await house.close(5_000);
  await store.registry.keep("discord:session:0", null);
  fake.remove(first);
  fake.edit(second, "a correction");
  await open();
  await expect.poll(() => texts(store, channel), { timeout: 15_000 }).toEqual(["a correction", "all well"]);
}, 40_000);

test("a bot that may not read the history takes nothing for deleted", async () => {
  const { fake, channel, folder, open, store } = await room();
  const house = await houseOn(fake, { folder });
  fake.say(channel, "Mira", "a secret");
  await expect.poll(() => texts(store, channel)).toHaveLength(1);
  await house.close(5_000);
  await store.registry.keep("discord:session:0", null);
  fake.deny(channel, "ReadMessageHistory");
  const reads = (): number => fake.requests("GET /channels/{channel_id}/messages").length;
  const before = reads();
  await open();
  // What was missed, and what was changed.
  await expect.poll(() => reads() - before, { timeout: 15_000 }).toBe(2);
  fake.say(channel, "Mira", "more");
  await expect.poll(() => texts(store, channel)).toEqual(["a secret", "more"]);
}, 40_000);

test("a house whose secret was lost speaks on Discord all the same, by the webhook that is there", async () => {
  const { fake, channel, folder } = await room();
  const before = await houseOn(fake, { folder });
  fake.say(channel, "Mira", "Ada, who are you?");
  await fake.until(() => answersIn(fake, channel).length === 1);
  await before.close(5_000);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (phrase: string) => void warnings.push(phrase) };
  const after = await houseOn(fake, { folder, log, secret: "another secret" });
  onTestFinished(() => after.close(5_000));
  fake.say(channel, "Dan", "Ada, who are you?");
  await expect.poll(() => answersIn(fake, channel), { timeout: 15_000 }).toEqual(["Ada", "Ada"]);
  expect(fake.webhooks(channel)).toHaveLength(1);
  expect(warnings.filter((phrase) => phrase.includes("asked for anew"))).toHaveLength(1);
}, 60_000);

test("no token of the bot or of a webhook is ever logged", async () => {
  const { fake, channel, open } = await room();
  const lines: string[] = [];
  const note = (phrase: string, fields?: object): void => void lines.push(`${phrase} ${JSON.stringify(fields ?? {})}`);
  await open({ ...silentLog, debug: note, info: note, warn: note, error: note });
  const troubles = [
    { kind: "status", when: "before", status: 500 },
    { kind: "status", when: "after", status: 502 },
    { kind: "reset", when: "before" },
    { kind: "reset", when: "after" },
    { kind: "status", when: "before", status: 400 },
    { kind: "status", when: "before", status: 403 },
  ] as const;
  for (const trouble of troubles) {
    fake.fault({ trouble, on: (asked) => asked.method === "POST" && asked.route.startsWith("POST /webhooks") });
  }
  for (let at = 0; at < troubles.length; at += 1) fake.say(fake.thread(channel, `t${at}`), "Mira", "Ada, who are you?");
  await expect
    .poll(() => fake.requests().filter((each) => each.route.startsWith("POST /webhooks")).length, { timeout: 15_000 })
    .toBeGreaterThanOrEqual(troubles.length);
  const [webhook] = fake.webhooks(channel);
  const said = lines.join("\n");
  expect(said).not.toContain(fake.token);
  expect(webhook === undefined ? "" : said).not.toContain(webhook?.token ?? "-");
  expect(said).toContain("doubt");
}, 40_000);

test("events with anything wrong in them harm nobody: what follows them is heard and answered", async () => {
  const { fake, guild, channel, open } = await room();
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  const seen = new Map<string, unknown>();
  fake.gateway.alter = (name, data) => {
    if (!seen.has(name)) seen.set(name, data);
    return data;
  };
  const errors: string[] = [];
  await open({ ...silentLog, error: (phrase) => void errors.push(phrase) });
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  const file = { name: "a.txt", type: "text/plain", content: "x" };
  const message = fake.say(channel, "Mira", "one <@1> <#2>", { attachments: [file] });
  fake.edit(message, "two");
  fake.react(message, fake.user("Dan"), "🛑");
  fake.thread(channel, "tea");
  fake.remove(message);
  fake.invite(guild);
  fake.role(guild, "x");
  fake.removeChannel(fake.channel(guild, "c"));
  await fake.command(channel, "Olga", "persona list", {}).answered();
  const chance = seededChance("junk");
  const events = [...seen].filter(([name]) => name !== "READY" && name !== "RESUMED");
  expect(events.length).toBeGreaterThan(8);
  for (let at = 0; at < 600; at += 1) {
    const [name, data] = events[at % events.length] ?? ["", null];
    const junk = withJunk(data, (...keys) => chance(String(at), ...keys), "");
    fake.gateway.announceRaw(name, junk, { guildId: guild.id, channelId: channel.id });
  }
  fake.say(channel, "Nora", "Ada, who are you?");
  await expect.poll(() => answersIn(fake, channel), { timeout: 30_000 }).toContain("Ada");
  // Only what was to be answered under an id of junk.
  expect(errors.filter((line) => !line.startsWith("an interaction could not be answered"))).toEqual([]);
  fake.forgive();
}, 60_000);
