// The whole house on Discord: what app.ts puts together, with the shipped cast and no model.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { House } from "../../../src/app.ts";
import { openHouse, usualSurroundings } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import { channelId, channelScope, discordPlatform, authorId, personaId } from "../../../src/domain/ids.ts";
import { silentLog } from "../../../src/log.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { shippedPersonas } from "../../stories/house.ts";
import { fakeDiscord } from "./rig.ts";

const secrets = {
  secret: "a secret of this test",
  adminToken: "admin",
  adminTokenIs: "kept",
  adminTokenFile: null,
} as const;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-discord-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function houseOn(fake: FakeDiscord, folder: string): Promise<House> {
  const config = readConfig(
    {
      DISCORD_TOKEN: fake.token,
      DISCORD_API_URL: fake.url,
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "troupe.db")}`,
      TROUPE_PERSONAS: shippedPersonas,
      TROUPE_SEED: "discord",
    },
    {},
  );
  const house = await openHouse(config, usualSurroundings(silentLog, secrets), { world: null, scene: null });
  await house.start();
  return house;
}

/** Binds a persona to a channel, as `/persona add` does. */
async function bind(folder: string, handle: string, channel: string): Promise<void> {
  const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: secrets.secret });
  const carol = { id: authorId(discordPlatform, "1"), name: "Carol" };
  const scope = channelScope(channelId(discordPlatform, channel));
  await store.registry.bind({ persona: personaId(handle), scope, by: carol.name, at: Date.now() }, carol);
  await store.close();
}

test("a bound persona answers when it is named, under its own name; nobody answers anything else", async () => {
  const fake = await fakeDiscord();
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const folder = newFolder();
  await bind(folder, "ada", channel.id);
  const house = await houseOn(fake, folder);
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
  const house = await houseOn(fake, newFolder());
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
  await bind(folder, "ada", channel.id);
  const before = await houseOn(fake, folder);
  await fake.until(() => fake.gateway.entries.length > 0);
  fake.say(channel, "Mira", "Ada, hello!");
  await fake.until(() => fake.messages(channel).length === 2);
  await before.close(5_000);
  fake.say(channel, "Mira", "Ada, are you a bot?");
  const after = await houseOn(fake, folder);
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
  const house = await houseOn(fake, newFolder());
  onTestFinished(() => house.close(5_000));
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  await fake.until(() => fake.gateway.entries.length > 0);
  const asking = fake.command(channel, "Olga", "persona add", { persona: "ada" });
  await asking.answered();
  fake.say(channel, "Mira", "Ada, who are you?");
  await fake.until(() => fake.messages(channel).some((each) => each.author === "Ada"));
});
