// What the doctor and the invitation are told of the bot.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { checkDiscord } from "../../../src/doctor-discord.ts";
import { lineOf } from "../../../src/doctor.ts";
import { silentLog } from "../../../src/log.ts";
import { usualGrounds } from "../../../src/parts.ts";
import { openTools } from "../../../src/tools.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { fakeDiscord } from "./rig.ts";

async function linesFor(fake: FakeDiscord, token: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-account-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = { DISCORD_TOKEN: token, DISCORD_API_URL: fake.url, DATABASE_URL: `file:${folder}/t.db` };
  const tools = await openTools(readConfig(env, {}), usualGrounds(silentLog));
  return (await checkDiscord(tools)).map((finding) => lineOf(finding));
}

test("a bot that Discord knows is named, with the link that invites it", async () => {
  const fake = await fakeDiscord();
  const [line, ...more] = await linesFor(fake, fake.token);
  expect(line).toMatch(
    /^✓ Discord: the bot is \S+; bring it into a server with https:\/\/discord\.com\/oauth2\/authorize\?client_id=\d+&scope=bot\+applications\.commands&permissions=\d+$/u,
  );
  expect(more).toEqual([
    "• Discord: personas live in no channel yet: /setup there puts one into a channel, in three choices",
  ]);
});

test("without the message-content intent the doctor says what is missing and where to switch it on", async () => {
  const fake = await fakeDiscord();
  fake.door.privileged.delete("messageContent");
  expect((await linesFor(fake, fake.token))[1]).toMatch(
    /^✗ Discord: it is not shown what people write\n {2}→ switch on Message Content Intent/u,
  );
});

test("a token that Discord does not take is told with what to do, and is not shown", async () => {
  const fake = await fakeDiscord();
  const [line] = await linesFor(fake, "wrong.token.here");
  expect(line).toMatch(/^✗ Discord: Discord does not take the token any more\n {2}→ make a new token/u);
  expect(line).not.toContain("wrong.token");
});

test("a Discord that cannot be reached is told with what to check", async () => {
  const fake = await fakeDiscord();
  fake.fault({ trouble: { kind: "reset", when: "before" }, times: 50 });
  expect((await linesFor(fake, fake.token))[0]).toMatch(
    /^✗ Discord: Discord could not be asked: .*\n {2}→ check DISCORD_API_URL/u,
  );
});
