// Bad times: what vanishes, breaks off or is taken away while the house is at work on Discord.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../../src/log.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import type { Ref } from "../../fakes/discord/places.ts";
import { newFolder } from "../../folder.ts";
import { fakeDiscord } from "./rig.ts";
import { bind, openStoreIn, startHouseOn } from "./whole-house.ts";

const SOON = { timeout: 12_000 } as const;

/** A house with Ada and Bruno, who repeat the number they are given, on a Discord where they live in two channels. */
async function twoRooms() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const [first, second] = [fake.channel(guild, "first"), fake.channel(guild, "second")];
  const folder = newFolder();
  for (const name of ["Ada", "Bruno"]) {
    const own = join(folder, "personas", name.toLowerCase());
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "persona.yaml"), `version: 1\nname: ${name}\nsolvers: [rivescript]\n`);
    writeFileSync(join(own, "brain.rive"), "! version = 2.0\n\n+ [*] number #\n- Number <star1> it is.\n");
  }
  const store = await openStoreIn(folder);
  onTestFinished(() => store.close());
  for (const channel of [first, second]) for (const handle of ["ada", "bruno"]) await bind(store, handle, channel);
  const lines: string[] = [];
  const open = async (token = fake.token) => {
    const env = { DISCORD_TOKEN: token, DISCORD_PACE: "50", TROUPE_PERSONAS: join(folder, "personas") };
    const note = (phrase: string, fields?: object): void => void lines.push(`${phrase} ${JSON.stringify(fields)}`);
    const log = { ...silentLog, warn: note, error: note };
    const house = await startHouseOn(fake, { folder, env, log });
    let closing: Promise<void> | null = null;
    const close = (): Promise<void> => (closing ??= house.close(5_000));
    onTestFinished(close);
    await expect.poll(() => fake.sessions().some(({ socket }) => socket !== null), SOON).toBe(true);
    return { close };
  };
  return { fake, guild, first, second, folder, lines, open };
}

function answers(fake: FakeDiscord, channel: Ref): readonly string[] {
  const own = fake.stored(channel).filter((each) => each.isBot);
  return own.map((each) => `${each.author}: ${each.text.split("\n").at(-1) ?? ""}`);
}

test("an outage of a server is no farewell: afterwards everything goes on as before", async () => {
  const { fake, guild, first, open } = await twoRooms();
  await open();
  fake.say(first, "Mira", "Ada, number 1");
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Ada: Number 1 it is."]);
  fake.outage(guild);
  fake.recover(guild);
  fake.say(first, "Mira", "Ada, number 2");
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Ada: Number 1 it is.", "Ada: Number 2 it is."]);
});

test("a channel that is deleted while a post is on its way there holds up nobody elsewhere", async () => {
  const { fake, first, second, lines, open } = await twoRooms();
  await open();
  const held = fake.hold("before", (each) => each.route.startsWith("POST /webhooks"));
  fake.say(first, "Mira", "Ada, number 1");
  await expect.poll(() => fake.webhooks(first).length, SOON).toBe(1);
  fake.removeChannel(first);
  held.release();
  await expect.poll(() => lines.filter((line) => line.includes("refused a post")).length, SOON).toBe(1);
  fake.say(second, "Mira", "Ada, number 2");
  await expect.poll(() => answers(fake, second), SOON).toEqual(["Ada: Number 2 it is."]);
  expect(lines.filter((line) => line.includes("failed"))).toEqual([]);
});

test("a webhook that is deleted while a post is on its way is made again, and the post is said once", async () => {
  const { fake, first, open } = await twoRooms();
  await open();
  fake.say(first, "Mira", "Ada, number 1");
  await expect.poll(() => answers(fake, first), SOON).toHaveLength(1);
  const held = fake.hold("before", (each) => each.route.startsWith("POST /webhooks"));
  fake.say(first, "Mira", "Ada, number 2");
  for (const webhook of fake.webhooks(first)) fake.removeWebhook(webhook.id);
  held.release();
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Ada: Number 1 it is.", "Ada: Number 2 it is."]);
  expect(fake.webhooks(first)).toHaveLength(1);
});

test("a persona that is deleted while its post waits says nothing more, and the others go on", async () => {
  const { fake, first, folder, open } = await twoRooms();
  await open();
  const trouble = { kind: "limited", scope: "shared", retryAfterMs: 8_000 } as const;
  fake.fault({ trouble, on: (asked) => asked.route.startsWith("POST /webhooks") });
  fake.say(first, "Mira", "Ada, number 1");
  await expect.poll(() => fake.requests().some(({ status }) => status === 429), SOON).toBe(true);
  rmSync(join(folder, "personas", "ada"), { recursive: true });
  fake.say(first, "Mira", "Bruno, number 2");
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Bruno: Number 2 it is."]);
});

test("a locked thread that the bot may not open is left alone with a sentence", async () => {
  const { fake, first, lines, open } = await twoRooms();
  const thread = fake.thread(first, "tea");
  fake.deny(first, "ManageThreads");
  await open();
  const held = fake.hold("before", (each) => each.route.startsWith("POST /webhooks"));
  fake.say(thread, "Mira", "Ada, number 1");
  await expect.poll(() => fake.webhooks(first).length, SOON).toBe(1);
  fake.archive(thread, "archived and locked");
  held.release();
  await expect.poll(() => lines.filter((line) => line.includes("refused a post")).length, SOON).toBe(1);
  expect(answers(fake, thread)).toEqual([]);
  fake.say(first, "Mira", "Ada, number 2");
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Ada: Number 2 it is."]);
});

test("a token that is revoked in mid-run ends it with one sentence and no storm, and with a new one everybody is answered", async () => {
  const { fake, first, second, lines, open } = await twoRooms();
  const before = await open();
  fake.say(first, "Mira", "Ada, number 1");
  await expect.poll(() => answers(fake, first), SOON).toHaveLength(1);
  fake.door.revoke("a.new.token");
  // The first post in a channel asks for its webhook, with the token.
  fake.say(second, "Mira", "Ada, number 2");
  await expect.poll(() => fake.requests().some(({ status }) => status === 401), SOON).toBe(true);
  fake.gateway.closeAll(4000);
  const isTold = () => lines.filter((line) => line.includes("put a new one from the Developer Portal")).length;
  await expect.poll(isTold, SOON).toBe(1);
  fake.say(first, "Mira", "Ada, number 3");
  await before.close();
  expect(fake.requests().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3);
  expect(fake.gateway.entries.filter(({ outcome }) => outcome === 4004)).toHaveLength(1);
  await open("a.new.token");
  await expect.poll(() => answers(fake, first), SOON).toEqual(["Ada: Number 1 it is.", "Ada: Number 3 it is."]);
  // What needs the token waits for it; nothing is given up.
  expect(lines.filter((line) => line.includes("refused a post"))).toEqual([]);
});
