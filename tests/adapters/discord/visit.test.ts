// What the doctor says of the channels in which personas live, and of their faces.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { checkDiscord } from "../../../src/doctor-discord.ts";
import { lineOf } from "../../../src/doctor.ts";
import type { ScopeId } from "../../../src/domain/ids.ts";
import {
  authorId,
  channelId,
  channelScope,
  discordPlatform,
  personaId,
  platformScope,
  workspaceId,
  workspaceScope,
} from "../../../src/domain/ids.ts";
import { silentLog } from "../../../src/log.ts";
import { usualGrounds } from "../../../src/parts.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import { openTools } from "../../../src/tools.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { fakeDiscord } from "./rig.ts";

const channelOf = ({ id }: { readonly id: string }): ScopeId => channelScope(channelId(discordPlatform, id));
const serverOf = ({ id }: { readonly id: string }): ScopeId => workspaceScope(workspaceId(discordPlatform, id));

/** What the doctor says of Discord where Ada lives in these places, after the line about the bot. */
async function linesWhereAdaLives(
  fake: FakeDiscord,
  scopes: readonly ScopeId[],
  file = PLAIN,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-visit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "personas", "ada"), { recursive: true });
  writeFileSync(join(folder, "personas", "ada", "persona.yaml"), file);
  writeFileSync(join(folder, "personas", "ada", "large.png"), Buffer.alloc(300 * 1024));
  const env = {
    DISCORD_TOKEN: fake.token,
    DISCORD_API_URL: fake.url,
    DATABASE_URL: `file:${folder}/t.db`,
    TROUPE_PERSONAS: join(folder, "personas"),
  };
  const store = await openSqliteStore(join(folder, "t.db"), { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Mira" };
  for (const scope of scopes) {
    await store.registry.bind({ persona: personaId("ada"), scope, by: by.name, at: 1 }, by);
  }
  await store.close();
  const tools = await openTools(readConfig(env, {}), usualGrounds(silentLog));
  return (await checkDiscord(tools)).map((finding) => lineOf(finding)).slice(1);
}

const PLAIN = 'version: 1\nname: Ada\navatar: "https://example.org/ada.png"\n';

test("where the bot may do all it needs, one line says so", async () => {
  const fake = await fakeDiscord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  expect(await linesWhereAdaLives(fake, [channelOf(general), platformScope(discordPlatform)])).toEqual([
    "✓ Discord: personas live in 1 channel, and in 1 of them the bot may do all it needs",
  ]);
});

test("what the bot lacks is told for each channel in one sentence, with what to do", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const [general, garden] = [fake.channel(guild, "general"), fake.channel(guild, "garden")];
  fake.deny(general, "ManageWebhooks", "EmbedLinks", "SendMessagesInThreads");
  expect(await linesWhereAdaLives(fake, [channelOf(general), channelOf(garden)])).toEqual([
    "• Discord: personas live in 2 channels, and in 1 of them the bot may do all it needs",
    "✗ Discord: in #general (Tea House) the bot lacks Send Messages in Threads, Manage Webhooks and Embed Links\n  → open the channel's settings on Discord, Permissions, and switch that on for the bot's role",
  ]);
});

test("a channel that the bot does not see lacks that alone, and one that is gone is told by its id", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.deny(general, "ViewChannel");
  const lines = await linesWhereAdaLives(fake, [channelOf(general), channelOf({ id: "12345" })]);
  expect(lines.slice(1).map((line) => line.split("\n")[0])).toEqual([
    `✗ Discord: in a channel (${general.id}) the bot lacks View Channel`,
    "✗ Discord: in a channel (12345) the bot lacks View Channel",
  ]);
});

test("a thread is looked at through its channel, and of a whole server the channels that the bot sees, each once", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const [general, garden, staff] = [
    fake.channel(guild, "general"),
    fake.channel(guild, "garden"),
    fake.channel(guild, "staff"),
  ];
  const thread = fake.thread(general, "tea");
  fake.deny(general, "ReadMessageHistory");
  fake.deny(staff, "ViewChannel");
  const lines = await linesWhereAdaLives(fake, [channelOf(thread), channelOf(garden), serverOf(guild)]);
  expect(lines.map((line) => line.split("\n")[0])).toEqual([
    "• Discord: personas live in 3 channels, and in 1 of them the bot may do all it needs",
    "✗ Discord: in #tea (Tea House) the bot lacks Read Message History",
    "✗ Discord: in #general (Tea House) the bot lacks Read Message History",
  ]);
});

test("a direct message and a server that the bot has left are nothing to mend", async () => {
  const fake = await fakeDiscord();
  const direct = fake.openDm(fake.user("Tom"));
  const left = fake.guild("Old House");
  fake.kick(left);
  expect(await linesWhereAdaLives(fake, [channelOf(direct), serverOf(left)])).toEqual([
    "• Discord: personas live in no channel yet: /setup there puts one into a channel, in three choices",
  ]);
});

test("a picture that Discord cannot show is told with what it takes", async () => {
  const fake = await fakeDiscord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const faceOf = async (avatar: string): Promise<string | undefined> =>
    (await linesWhereAdaLives(fake, [channelOf(general)], `version: 1\nname: Ada\n${avatar}`))[1];
  const wanted = "; give the persona a PNG, JPEG, GIF or WebP of at most 256 KB";
  const cannot = "• Discord: Discord cannot show the picture of Ada: ";
  expect(await faceOf("")).toBe(`${cannot}it is drawn by the house${wanted}`);
  expect(await faceOf("avatar: large.png\n")).toBe(`${cannot}large.png is larger${wanted}`);
});

test("a Discord that goes away on the way is told as that", async () => {
  const fake = await fakeDiscord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const stop = fake.fault({
    trouble: { kind: "status", when: "before", status: 500 },
    on: ({ route }) => route.includes("/channels"),
    times: 100,
  });
  const [line] = await linesWhereAdaLives(fake, [channelOf(general)]);
  stop();
  expect(line).toMatch(/^✗ Discord: the channels in which personas live could not be looked at: /u);
});
