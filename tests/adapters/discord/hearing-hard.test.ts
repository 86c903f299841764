// Hearing Discord at awkward moments: what is gone already, what comes while something else is slow, and a Discord that is away.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openDiscord } from "../../../src/adapters/discord/discord.ts";
import { systemClock } from "../../../src/clock.ts";
import { shape } from "../../../src/commands/asked.ts";
import { silentLog } from "../../../src/log.ts";
import { hearingRoom } from "./rooms.ts";
import { adapterOn, listening, Memory, nobodys, nothingKnown, silentDesk } from "./rig.ts";

test("a sign in a channel that is gone by the time it is heard holds nothing up", async () => {
  const { fake, guild, channel, memory, adapter, heard } = await hearingRoom();
  const cellar = fake.channel(guild, "cellar");
  await listening(fake, adapter, memory);
  const message = fake.say(cellar, "Mira", "down here");
  await heard(1);
  await adapter.close();
  fake.react(message, fake.user("Dan"), "🛑");
  fake.removeChannel(cellar);
  fake.say(channel, "Mira", "up again");
  const next = await adapterOn(fake, { memory, speed: 50 });
  await listening(fake, next, memory);
  await heard(2);
});

test("a thread of a channel for adults is one for adults, however it was heard of", async () => {
  const { fake, guild, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const cellar = fake.channel(guild, "cellar", { nsfw: true });
  fake.say(fake.thread(cellar, "deeper"), "Mira", "dark");
  await heard(1);
  expect(memory.arrivals[0]?.place.nsfw).toBe(true);
});

test("a Discord that is away at the start is listened to once it is back", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  fake.fault({
    trouble: { kind: "status", when: "before", status: 502 },
    on: ({ route }) => route === "GET /users/@me",
    times: 5,
  });
  await adapter.listen(memory);
  await expect.poll(() => fake.gateway.entries.length, { timeout: 20_000 }).toBe(1);
  fake.say(channel, "Mira", "hello?");
  await heard(1);
}, 30_000);

test("another bot's sign is no person's stop", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const message = fake.say(channel, "Mira", "one");
  fake.react(message, fake.foreignBot("Polly"), "🛑");
  fake.react(message, fake.user("Dan"), "🛑");
  fake.say(channel, "Mira", "two");
  await heard(2);
  expect(memory.reactions.map(({ by }) => by.name)).toEqual(["Dan"]);
});

test("an edit of a message with a file keeps what the file says", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const file = { name: "notes.txt", type: "text/plain", content: "buy tea" };
  const message = fake.say(channel, "Mira", "look", { attachments: [file] });
  await heard(1);
  fake.edit(message, "look here");
  await expect.poll(() => memory.edits.length, { timeout: 5_000 }).toBe(1);
  expect(memory.edits[0]?.text).toBe("look here\n[file notes.txt]\nbuy tea\n[end of file]");
});

test("what was missed and not read back when the process was killed is read back by the next", async () => {
  const { fake, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  fake.say(channel, "Mira", "before");
  await heard(1);
  await adapter.close();
  fake.say(channel, "Mira", "missed");
  for (const key of memory.kept.keys()) if (key.startsWith("session:")) memory.kept.delete(key);
  let isAsked = false;
  const held = fake.hold("before", ({ route }) => {
    isAsked ||= route === "GET /channels/{channel_id}/messages";
    return route === "GET /channels/{channel_id}/messages";
  });
  const killed = new Memory();
  for (const [key, value] of memory.kept) killed.kept.set(key, value);
  for (const [key, value] of memory.checkpoints) killed.checkpoints.set(key, value);
  killed.arrivals.push(...memory.arrivals);
  const second = await adapterOn(fake, { memory: killed, speed: 50 });
  await listening(fake, second, killed);
  await expect.poll(() => isAsked, { timeout: 20_000 }).toBe(true);
  // What it had stored when it was killed in the middle of reading back.
  const left = new Memory();
  for (const [key, value] of killed.kept) left.kept.set(key, value);
  for (const [key, value] of killed.checkpoints) left.checkpoints.set(key, value);
  left.arrivals.push(...memory.arrivals);
  killed.fault = new Error("killed");
  held.release();
  await second.close();
  const third = await adapterOn(fake, { memory: left, speed: 50 });
  await listening(fake, third, left);
  await expect.poll(() => left.texts, { timeout: 20_000 }).toEqual(["Mira: before", "Mira: missed"]);
}, 40_000);

/** A place of files that does not answer before it closes. */
async function stalledFiles(): Promise<{ readonly host: string; readonly close: () => void }> {
  const server = createServer(() => {});
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test("whoever gives a command does not wait for somebody else's file", async () => {
  const { fake, guild, channel, memory } = await hearingRoom();
  const files = await stalledFiles();
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  fake.gateway.alter = (name, data) =>
    name === "MESSAGE_CREATE"
      ? (JSON.parse(JSON.stringify(data).replaceAll(new URL(fake.cdn).host, files.host)) as unknown)
      : data;
  const adapter = await openDiscord(
    { token: fake.token, apiUrl: fake.url, shards: null, speed: 50, fileHosts: [files.host] },
    {
      keep: memory.keep(),
      clock: systemClock,
      log: silentLog,
      desk: () => ({ ...silentDesk, commands: [shape(["help"], "Help")] }),
      pictureUrl: null,
      memory: nothingKnown,
      ownerOf: nobodys,
      heardLately: async () => [],
      newestIn: async () => [],
    },
  );
  onTestFinished(() => adapter.close());
  await listening(fake, adapter, memory);
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  fake.say(channel, "Mira", "look", { attachments: [{ name: "notes.txt", type: "text/plain", content: "buy tea" }] });
  const asking = fake.command(channel, "Olga", "help", {});
  await asking.answered();
  expect(asking.tookMs()).toBeLessThan(1_500);
  files.close();
}, 20_000);

test("roles are read by their names, and the bot's own in one word", async () => {
  const { fake, guild, channel, memory, adapter, heard } = await hearingRoom();
  await listening(fake, adapter, memory);
  const role = fake.role(guild, "Tea Drinkers", { mentionable: true });
  fake.say(channel, "Mira", `<@&${role.id}>, <@&1>: tea`);
  await heard(1);
  expect(memory.arrivals[0]).toMatchObject({ text: "@Tea Drinkers, @a role: tea", toHouse: false });
});
