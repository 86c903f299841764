// The whole house in every kind of place, and among every kind of bot: forum posts, PluralKit, and a Discord that hides what people write.
import { expect, test } from "vitest";
import { silentLog } from "../../../src/log.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { fakeDiscord } from "./rig.ts";
import { openHouseOn } from "./whole-house.ts";

/** A server with a house on it, and Mira, who manages its channels. */
async function openServer() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const channel = fake.channel(guild, "general");
  fake.member(guild, "Mira", { may: ["ManageChannels"] });
  const command = async (place: { readonly id: string; readonly name: string }, name: string, options = {}) =>
    (await fake.command(place, "Mira", name, options).said()).text;
  return { fake, guild, channel, command };
}

const saidBy = (fake: FakeDiscord, place: { readonly id: string; readonly name: string }, name: string) =>
  fake.messages(place).filter(({ author }) => author === name);

test("who lives in a forum answers in its posts, those of later days too; who lives in a post answers in no other", async () => {
  const { fake, guild, command } = await openServer();
  await openHouseOn(fake);
  const forum = fake.channel(guild, "questions", { kind: "forum" });
  const tides = fake.thread(forum, "About tides");
  expect(await command(tides, "persona add", { persona: "ada" })).toContain("**Ada** lives in this channel now");
  const bread = fake.thread(forum, "About bread");
  fake.say(bread, "Tom", "Ada, who are you?");
  await fake.until(() => saidBy(fake, bread, "Ada").length === 1);
  expect(saidBy(fake, bread, "Ada")[0]?.webhookId).not.toBeNull();
  expect(await command(bread, "persona add", { persona: "bruno", where: "thread" })).toContain(
    "lives in this thread now",
  );
  fake.say(bread, "Tom", "Bruno, and who are you?");
  await fake.until(() => saidBy(fake, bread, "Bruno").length === 1);
  fake.say(tides, "Tom", "Bruno, who are you? And you, Ada?");
  await fake.until(() => saidBy(fake, tides, "Ada").length === 1);
  expect(saidBy(fake, tides, "Bruno")).toEqual([]);
});

test("PluralKit takes a message away and says it again: once answered where bots are heard, and never where they are not", async () => {
  const { fake, channel, command } = await openServer();
  await openHouseOn(fake);
  await command(channel, "persona add", { persona: "ada" });
  // Its own hook is quicker than any answer.
  const proxied = (text: string): void => {
    const typed = fake.say(channel, "Kit", `k: ${text}`);
    fake.remove(typed);
    fake.proxy(channel, "Kit of the tea house", text);
  };
  proxied("Ada, who are you?");
  fake.say(channel, "Tom", "Ada, are you there?");
  await fake.until(() => saidBy(fake, channel, "Ada").length === 1);
  await command(channel, "settings set", { setting: "bots", value: "mention" });
  proxied("nice weather today");
  proxied("Ada, what do you do?");
  await fake.until(() => saidBy(fake, channel, "Ada").length === 2);
  fake.say(channel, "Tom", "Ada, good night.");
  await fake.until(() => saidBy(fake, channel, "Ada").length === 3);
  const whos = fake.messages(channel).map(({ author }) => author);
  expect(whos.filter((who) => who === "Ada")).toHaveLength(3);
});

test("without the message-content intent mentions, replies that ping, direct messages and commands still work, and the log says what is missing", async () => {
  const { fake, channel, command } = await openServer();
  fake.door.privileged.delete("messageContent");
  const warned: string[] = [];
  await openHouseOn(fake, { log: { ...silentLog, warn: (phrase) => void warned.push(phrase) } });
  expect(warned.join()).toContain("switch on Message Content Intent");
  await command(channel, "persona add", { persona: "ada" });
  fake.say(channel, "Tom", "Ada, can you hear this?");
  fake.say(channel, "Tom", `${fake.mentionBot} Ada, who are you?`);
  await fake.until(() => saidBy(fake, channel, "Ada").length === 1);
  const direct = fake.openDm(fake.user("Tom"));
  fake.say(direct, "Tom", "hello?");
  const [own] = await fake.until(() => {
    const said = fake.messages(direct).filter(({ isBot }) => isBot);
    return said.length > 0 && said;
  });
  // The bot itself speaks there, so a reply to it carries its text.
  fake.say(direct, "Tom", "and how are you?", { replyTo: { id: own?.id ?? "" } });
  await fake.until(() => fake.messages(direct).filter(({ isBot }) => isBot).length === 2);
  expect(await command(channel, "persona list")).toContain("**Ada**");
  expect(saidBy(fake, channel, "Ada")).toHaveLength(1);
});
