// Where a post in doubt landed: found among much else, and never taken for another's.
import { expect, test } from "vitest";
import { InDoubt, plainManner } from "../../../src/adapters/adapter.ts";
import type { ChannelId } from "../../../src/domain/ids.ts";
import { channelId, discordPlatform, messageId } from "../../../src/domain/ids.ts";
import type { Persona } from "../../../src/domain/persona.ts";
import type { Post } from "../../../src/domain/turn.ts";
import { makePersona, makePost, makeTurn } from "../../people.ts";
import { adapterOn, fakeDiscord, listening, Memory } from "./rig.ts";

const ada = makePersona("ada");
const bruno = makePersona("bruno");
const never = new AbortController().signal;
let posts = 0;

function postIn(channel: { readonly id: string }, as: Persona, text: string): Post {
  const place: ChannelId = channelId(discordPlatform, channel.id);
  const turn = makeTurn(messageId(discordPlatform, String((posts += 1))), as.id, { channel: place });
  return makePost(turn, text, { channel: place, sendingAt: Date.now() });
}

async function room() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const known = new Set<string>();
  const knows = {
    isKnown: async (message: string) => known.has(message),
    personaOf: (id: string) => [ada, bruno].find((each) => each.id === id) ?? null,
  };
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, speed: 50, knows });
  /** Lands, and nobody is told. */
  const landUnseen = async (post: Post, as: Persona): Promise<void> => {
    const on = (asked: { readonly route: string }) => asked.route.startsWith("POST /webhooks");
    fake.fault({ trouble: { kind: "reset", when: "after" }, on });
    await expect(adapter.send(post, as, plainManner, never)).rejects.toBeInstanceOf(InDoubt);
  };
  return { fake, channel, known, knows, memory, adapter, landUnseen };
}

test("a post in doubt is found in a channel where hundreds of messages are said in a minute", async () => {
  const { fake, channel, adapter, landUnseen } = await room();
  for (let at = 0; at < 250; at += 1) fake.say(channel, "Mira", `before ${at}`);
  const post = postIn(channel, ada, "Here I am.");
  await landUnseen(post, ada);
  for (let at = 0; at < 250; at += 1) fake.say(channel, "Mira", `after ${at}`);
  const own = fake.messages(channel).find((each) => each.author === "Ada");
  expect((await adapter.find(post))?.message).toBe(`discord:${own?.id}`);
  expect(await adapter.find(postIn(channel, ada, "Not said."))).toBeNull();
});

test("the same words of another persona are not taken for a post in doubt", async () => {
  const { channel, adapter, landUnseen } = await room();
  const hers = postIn(channel, ada, "Tea it is.");
  const his = postIn(channel, bruno, "Tea it is.");
  await landUnseen(his, bruno);
  expect(await adapter.find(hers)).toBeNull();
  expect(await adapter.find(his)).not.toBeNull();
});

test("the same words said a moment before, by a process that is gone, are not taken for a post in doubt", async () => {
  const { fake, channel, known, knows, memory, adapter } = await room();
  const sent = await adapter.send(postIn(channel, ada, "Tea it is."), ada, plainManner, never);
  known.add(sent.message);
  const next = await adapterOn(fake, { memory, speed: 50, knows });
  expect(await next.find(postIn(channel, ada, "Tea it is."))).toBeNull();
});

test("where the bot may not read what was said, the echo tells where a post in doubt landed", async () => {
  const { fake, channel, memory, adapter, landUnseen } = await room();
  fake.deny(channel, "ReadMessageHistory");
  await listening(fake, adapter, memory);
  const post = postIn(channel, ada, "Here I am.");
  await landUnseen(post, ada);
  fake.say(channel, "Mira", "after");
  await expect.poll(() => memory.arrivals.length, { timeout: 5_000 }).toBe(1);
  expect(await adapter.find(post)).not.toBeNull();
  expect(fake.requests("GET /channels/{channel_id}/messages")).toEqual([]);
});
