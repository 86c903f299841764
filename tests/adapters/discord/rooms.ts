// A server with one channel on a fake Discord, for tests that hear what is said there, and for those that speak.
import { expect } from "vitest";
import type { Manner, Sent } from "../../../src/adapters/adapter.ts";
import { plainManner } from "../../../src/adapters/adapter.ts";
import { channelId, discordPlatform, messageId } from "../../../src/domain/ids.ts";
import type { Persona } from "../../../src/domain/persona.ts";
import type { Post } from "../../../src/domain/turn.ts";
import type { FakeOptions } from "../../fakes/discord/fake.ts";
import { makePost, makeTurn } from "../../people.ts";
import type { AdapterOptions } from "./rig.ts";
import { adapterOn, fakeDiscord, Memory } from "./rig.ts";

const never = new AbortController().signal;
let posts = 0;

/** A new post of Ada's, on its way. */
export function postIn(channel: { readonly id: string }, text: string, more: Partial<Post> = {}): Post {
  posts += 1;
  const place = channelId(discordPlatform, channel.id);
  const turn = makeTurn(messageId(discordPlatform, String(posts)), "ada", { channel: place });
  return makePost(turn, text, { channel: place, sendingAt: Date.now(), ...more });
}

/** `heard`: until so many messages have come in. */
export async function hearingRoom(options: FakeOptions = {}) {
  const fake = await fakeDiscord({ limits: { faster: 50 }, ...options });
  const guild = fake.guild("Tea House");
  const channel = fake.channel(guild, "general");
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, speed: 50 });
  // The library waits 5 s before it identifies again.
  const heard = (count: number) => expect.poll(() => memory.arrivals.length, { timeout: 12_000 }).toBe(count);
  return { fake, guild, channel, memory, adapter, heard };
}

/** `say`: one post of the persona's. `botMay`: all that the bot may do there; null: the usual. */
export async function speakingRoom(
  persona: Persona,
  botMay: readonly string[] | null,
  options: Pick<AdapterOptions, "pictureUrl"> = {},
) {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House", botMay === null ? {} : { botMay: [...botMay] as never });
  const channel = fake.channel(guild, "general");
  const memory = new Memory();
  const adapter = await adapterOn(fake, { memory, speed: 50, ...options });
  const say = (text: string, as = persona, manner: Manner = plainManner): Promise<Sent> =>
    adapter.send(postIn(channel, text), as, manner, never);
  return { fake, guild, channel, memory, adapter, say };
}
