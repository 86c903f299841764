// From the invitation to a persona that says hello: the whole house, as a moderator goes through it on Discord.
import { expect, test } from "vitest";
import { fakeDiscord } from "./rig.ts";
import { openHouseOn } from "./whole-house.ts";

/** A house that listens, in which no model speaks, and a server into which its bot is yet to be invited. */
async function openServer() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House", { bot: "not yet" });
  const lobby = fake.channel(guild, "lobby");
  const garden = fake.channel(guild, "garden");
  await openHouseOn(fake, { env: { TROUPE_SEED: "onboarding" } });
  fake.invite(guild);
  fake.member(guild, "Mira", { may: ["ManageChannels"] });
  fake.member(guild, "Tom");
  const welcome = await fake.until(() => fake.messages(lobby)[0]);
  return { fake, guild, lobby, garden, welcome };
}

test("from the welcome to the first words of a persona it is three choices", async () => {
  const { fake, lobby, garden, welcome } = await openServer();
  const where = await fake.press(welcome, "Mira", "Set up").said();
  expect(where.text).toContain("1 of 3");
  expect(where.onlyFor).not.toBeNull();
  const who = await fake.choose(where, "Mira", "Choose a channel", "garden").answered();
  expect(who).toMatchObject({ kind: "update", said: { text: expect.stringContaining("#garden") as string } });
  const asked = who.kind === "update" ? who.said : where;
  await fake.choose(asked, "Mira", "Choose a persona", "ada").answered();
  const done = await fake.press(asked, "Mira", "Lively").said();
  expect(done.text).toContain("Done: **Ada** lives in #garden and joins in readily");
  expect(done.text).toContain("Ada says hello there.");
  expect(done.controls.map(({ label }) => label)).toEqual(["Set up another"]);
  const hello = await fake.until(() => fake.messages(garden)[0]);
  expect(hello).toMatchObject({ author: "Ada", replyTo: null });
  expect(hello.webhookId).not.toBeNull();
  expect(hello.avatarUrl).toContain("emojis");
  // No line about what was asked stands above it: nothing was.
  expect(hello.text).not.toContain("-#");
  fake.say(garden, "Tom", "Ada, who are you?");
  await fake.until(() => fake.messages(garden).length === 3);
  expect(fake.messages(garden).map(({ author }) => author)).toEqual(["Ada", "Tom", "Ada"]);
  expect(fake.messages(lobby).filter(({ onlyFor }) => onlyFor === null).length).toBe(1);
});

test("what a persona says on moving in can be asked about like any other post", async () => {
  const { fake, garden, welcome } = await openServer();
  const where = await fake.press(welcome, "Mira", "Set up").said();
  await fake.choose(where, "Mira", "Choose a channel", "garden").answered();
  await fake.choose(where, "Mira", "Choose a persona", "bruno").answered();
  await fake.press(where, "Mira", "Only when named").said();
  const hello = await fake.until(() => fake.messages(garden)[0]);
  const why = async (): Promise<string> => (await fake.messageMenu(hello, "Mira", "Why?").said()).text;
  await expect.poll(why).toContain("A person put Bruno here, and Bruno said hello.");
});

test("nobody else sets anything up, and is told so privately", async () => {
  const { fake, welcome } = await openServer();
  const refused = await fake.press(welcome, "Tom", "Set up").said();
  expect(refused.text).toBe("Only those who may manage this channel can do this: /setup");
  expect(refused.onlyFor).not.toBeNull();
});

test("whoever manages one channel alone sets up that one and no other, though they could choose it", async () => {
  const { fake, guild, lobby, garden } = await openServer();
  const max = fake.member(guild, "Max");
  fake.allowMember(lobby, max, "ManageChannels");
  const where = await fake.command(lobby, "Max", "setup", {}, { even: "if hidden" }).said();
  const refused = await fake.choose(where, "Max", "Choose a channel", "garden").said();
  expect(refused.text).toContain("Only those who may manage #garden can do this");
  const own = await fake.choose(where, "Max", "Choose a channel", "lobby").answered();
  expect(own).toMatchObject({ kind: "update" });
  // What a button carries is looked at again: the right may be gone since.
  const menu = await fake.choose(where, "Max", "Choose a persona", "ada").answered();
  expect(menu).toMatchObject({ kind: "update" });
  const elsewhere = await fake.command(garden, "Max", "setup", { channel: lobby }, { even: "if hidden" }).said();
  expect(elsewhere.text).toContain("Only those who may manage this channel");
  expect(fake.messages(garden).filter(({ onlyFor }) => onlyFor === null)).toEqual([]);
});

test("the right to a channel that a button carries is looked at again when it is pressed", async () => {
  const { fake, guild, lobby, garden } = await openServer();
  const max = fake.member(guild, "Max");
  for (const channel of [lobby, garden]) fake.allowMember(channel, max, "ManageChannels");
  const where = await fake
    .command(lobby, "Max", "setup", { channel: garden, persona: "ada" }, { even: "if hidden" })
    .said();
  expect(where.text).toContain("3 of 3");
  fake.denyMember(garden, max, "ManageChannels");
  const refused = await fake.press(where, "Max", "Lively").said();
  expect(refused.text).toContain("Only those who may manage #garden can do this");
  fake.removeChannel(garden);
  const gone = await fake.press(where, "Max", "Only when named").said();
  expect(gone.text).toContain("expected a channel that is still there and that the bot sees");
});

test("a channel of another server is none, whoever may manage it there", async () => {
  const { fake, lobby } = await openServer();
  const other = fake.guild("Coffee House");
  const counter = fake.channel(other, "counter");
  fake.member(other, "Mira", { may: ["ManageChannels"] });
  const said = await fake.command(lobby, "Mira", "setup", { channel: counter, persona: "ada", how: "named" }).said();
  expect(said.text).toContain("expected a channel that is still there and that the bot sees");
});
