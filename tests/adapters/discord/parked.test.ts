// A channel in which nobody may speak any more: its moderators are told, once a day, where they see it.
import { expect, test } from "vitest";
import { plainManner } from "../../../src/adapters/adapter.ts";
import { authorId, channelId, discordPlatform, messageId, workspaceId } from "../../../src/domain/ids.ts";
import { silentLog } from "../../../src/log.ts";
import { openCounter } from "../../commands/counter.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import type { Ref } from "../../fakes/discord/places.ts";
import { makePersona, makePost, makeTurn } from "../../people.ts";
import { adapterOn, fakeDiscord, Memory } from "./rig.ts";

const never = new AbortController().signal;
const ada = makePersona("ada");

/** A server whose moderators have a channel of their own, and a channel in which the bot may no longer speak. */
async function openServer() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  const lobby = fake.channel(guild, "lobby");
  const staff = fake.channel(guild, "staff");
  const mira = fake.member(guild, "Mira", { may: ["ManageChannels"] });
  fake.speaksIn(guild, { system: lobby, publicUpdates: staff });
  fake.deny(general, "ManageWebhooks", "SendMessages");
  const memory = new Memory();
  const lines: string[] = [];
  const note = (phrase: string): void => void lines.push(phrase);
  const { desk } = await openCounter();
  const owner = {
    workspace: workspaceId(discordPlatform, guild.id),
    binder: authorId(discordPlatform, mira.id),
  };
  const open = () =>
    adapterOn(fake, {
      memory,
      speed: 50,
      house: { desk: () => desk, log: { ...silentLog, warn: note, info: note }, ownerOf: async () => owner },
    });
  /** Posts that Discord refuses until the channel is left alone. */
  const speak = async (adapter: Awaited<ReturnType<typeof open>>): Promise<void> => {
    const channel = channelId(discordPlatform, general.id);
    for (const id of ["1", "2", "3", "4"]) {
      const turn = makeTurn(messageId(discordPlatform, id), "ada", { channel });
      await expect(adapter.send(makePost(turn, "hello", { channel }), ada, plainManner, never)).rejects.toThrow();
    }
  };
  return { fake, general, lobby, staff, mira, lines, open, speak };
}

function toldIn(fake: FakeDiscord, place: Ref): Promise<string> {
  return fake.until(() => fake.messages(place)[0]?.text);
}

test("after the third refusal they are told in the channel for moderators what to do", async () => {
  const { fake, staff, lobby, open, speak } = await openServer();
  await speak(await open());
  const told = await toldIn(fake, staff);
  expect(told).toContain("Personas have been asked to speak in #general three times");
  expect(told).toContain("**Send Messages**");
  expect(fake.messages(lobby)).toEqual([]);
});

test("they are told once, also by the next process", async () => {
  const { fake, staff, lines, open, speak } = await openServer();
  const before = await open();
  await speak(before);
  await toldIn(fake, staff);
  await before.close();
  const after = await open();
  await speak(after);
  await after.close();
  expect(fake.messages(staff).length).toBe(1);
  expect(lines.filter((line) => line.includes("were told")).length).toBe(1);
});

test("where the bot may not speak there, it is where Discord speaks itself", async () => {
  const { fake, staff, lobby, open, speak } = await openServer();
  fake.deny(staff, "ViewChannel");
  await speak(await open());
  expect(await toldIn(fake, lobby)).toContain("#general");
});

test("where the bot may speak in neither, whoever put the persona there is told directly", async () => {
  const { fake, staff, lobby, mira, open, speak } = await openServer();
  for (const channel of [staff, lobby]) fake.deny(channel, "SendMessages");
  await speak(await open());
  expect(await toldIn(fake, fake.openDm(mira))).toContain("#general");
});

test("where nobody can be told, the log says so and nothing else happens", async () => {
  const { fake, staff, lobby, mira, lines, open, speak } = await openServer();
  for (const channel of [staff, lobby]) fake.deny(channel, "SendMessages");
  fake.closeDms(mira);
  await speak(await open());
  await expect.poll(() => lines).toContain("nobody could be told that the bot may not speak in a channel");
});
