// The whole house on Discord: what app.ts puts together, with the shipped cast and no model.
import { expect, onTestFinished, test } from "vitest";
import { newFolder } from "../../folder.ts";
import { fakeDiscord } from "./rig.ts";
import { bind, openStoreIn, startHouseOn } from "./whole-house.ts";

/** Ada lives in the channel before the house is opened. */
async function bindIn(folder: string, channel: { readonly id: string }): Promise<void> {
  const store = await openStoreIn(folder);
  await bind(store, "ada", channel);
  await store.close();
}

test("a bound persona answers when it is named, under its own name; nobody answers anything else", async () => {
  const fake = await fakeDiscord();
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const folder = newFolder();
  await bindIn(folder, channel);
  const house = await startHouseOn(fake, { folder });
  onTestFinished(() => house.close(5_000));
  await fake.until(() => fake.gateway.entries.length > 0);
  fake.say(channel, "Mira", "is anybody here?");
  fake.say(channel, "Mira", "Ada, who are you?");
  await fake.until(() => fake.messages(channel).some((each) => each.author === "Ada"));
  const answers = fake.messages(channel).filter((each) => each.author !== "Mira");
  expect(answers.map((each) => each.author)).toEqual(["Ada"]);
  expect(answers[0]?.avatarUrl).toContain("emojis");
});

test("where nobody is bound, the default persona answers a mention of the bot and a direct message, and nothing else", async () => {
  const fake = await fakeDiscord();
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const house = await startHouseOn(fake);
  onTestFinished(() => house.close(5_000));
  await fake.until(() => fake.gateway.entries.length > 0);
  fake.say(channel, "Mira", "Ada, hello?");
  fake.say(channel, "Mira", `${fake.mentionBot} hello?`);
  const direct = fake.openDm(fake.user("Dan"));
  fake.say(direct, "Dan", "who are you?");
  await fake.until(() => fake.messages(channel).length === 3 && fake.messages(direct).length === 2);
  expect(fake.messages(direct)[1]?.text).toMatch(/^\*\*Ada\*\*\n/u);
});

test("what is said while the house is away is answered after its return, once", async () => {
  const fake = await fakeDiscord();
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const folder = newFolder();
  await bindIn(folder, channel);
  const before = await startHouseOn(fake, { folder });
  await fake.until(() => fake.gateway.entries.length > 0);
  fake.say(channel, "Mira", "Ada, hello!");
  await fake.until(() => fake.messages(channel).length === 2);
  await before.close(5_000);
  fake.say(channel, "Mira", "Ada, are you a bot?");
  const after = await startHouseOn(fake, { folder });
  onTestFinished(() => after.close(5_000));
  await fake.until(() => fake.messages(channel).length === 4);
  expect(fake.messages(channel).map((each) => each.author)).toEqual(["Mira", "Ada", "Mira", "Ada"]);
  expect(fake.gateway.entries.filter((entry) => entry.kind === "identify")).toHaveLength(1);
});

test("a moderator puts a persona into a channel by a command, and it answers when it is named", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const channel = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  const house = await startHouseOn(fake);
  onTestFinished(() => house.close(5_000));
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  await fake.until(() => fake.gateway.entries.length > 0);
  const asking = fake.command(channel, "Olga", "persona add", { persona: "ada" });
  await asking.answered();
  fake.say(channel, "Mira", "Ada, who are you?");
  await fake.until(() => fake.messages(channel).some((each) => each.author === "Ada"));
});
