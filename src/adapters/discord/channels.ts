// What is known of Discord's channels: learned from events, asked for where none came by.
import type { Api } from "./rest.ts";
import { DiscordRefused } from "./rest.ts";
import type { ChannelFacts } from "./shapes.ts";
import { channelOf, listOf, textOf } from "./shapes.ts";

// Several times as many as the largest servers have; the oldest are asked for again.
const KNOWN_MAX = 20_000;

export class DiscordChannels {
  readonly #api: Api;
  readonly #known = new Map<string, ChannelFacts>();

  constructor(api: Api) {
    this.#api = api;
  }

  learn(facts: ChannelFacts): void {
    this.#known.delete(facts.id);
    this.#known.set(facts.id, facts);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  /** What an event tells of channels, if it does. */
  learnFrom(event: string, data: Readonly<Record<string, unknown>>): void {
    switch (event) {
      case "GUILD_CREATE":
        this.#learnAll([...listOf(data["channels"]), ...listOf(data["threads"])], textOf(data["id"]));
        break;
      case "CHANNEL_CREATE":
      case "CHANNEL_UPDATE":
      case "THREAD_CREATE":
      case "THREAD_UPDATE":
        this.#learnAll([data], null);
        break;
      case "THREAD_LIST_SYNC":
        this.#learnAll(listOf(data["threads"]), textOf(data["guild_id"]));
        break;
      default:
        break;
    }
  }

  #learnAll(raw: readonly unknown[], guild: string | null): void {
    for (const each of raw) {
      const facts = channelOf(each, guild);
      if (facts !== null) this.learn(facts);
    }
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** What is known without asking; null: nothing. */
  known(id: string): ChannelFacts | null {
    return this.#known.get(id) ?? null;
  }

  /** By its name as people write it; empty where it is not known. */
  nameOf(id: string): string {
    return this.#known.get(id)?.name ?? "";
  }

  /** Asks Discord where nothing is known. Throws what the request throws; a channel that cannot be read is refused. */
  async facts(id: string): Promise<ChannelFacts> {
    const known = this.#known.get(id);
    if (known !== undefined) return this.whole(known);
    const asked = channelOf(await this.#api.ask({ method: "GET", route: `/channels/${id}` }), null);
    if (asked === null) throw new DiscordRefused(`Discord's answer about the channel ${id} is no channel`, 404, 0);
    this.learn(asked);
    return this.whole(asked);
  }

  /** A thread does not say itself whether it is for adults: it is what its channel is. Throws what the request throws. */
  async whole(facts: ChannelFacts): Promise<ChannelFacts> {
    if (facts.parent === null || facts.nsfw) return facts;
    return { ...facts, nsfw: (await this.facts(facts.parent)).nsfw };
  }
}
