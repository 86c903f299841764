// The Discord adapter on a fake Discord, with a keep in memory that outlives it as a store would.
import { expect, onTestFinished } from "vitest";
import type { AdapterEvents, Keep, Reaction } from "../../../src/adapters/adapter.ts";
import type { DiscordAdapter } from "../../../src/adapters/discord/discord.ts";
import { openDiscord } from "../../../src/adapters/discord/discord.ts";
import type { DiscordHouse } from "../../../src/adapters/discord/house.ts";
import { fieldsOf, listOf } from "../../../src/adapters/discord/shapes.ts";
import type { CommandDesk } from "../../../src/commands/command.ts";
import { textAnswer } from "../../../src/commands/command.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Checkpoint } from "../../../src/domain/checkpoint.ts";
import type { ChannelId, MessageId } from "../../../src/domain/ids.ts";
import type { Arrival } from "../../../src/domain/message.ts";
import type { Persona } from "../../../src/domain/persona.ts";
import { silentLog } from "../../../src/log.ts";
import type { FakeDiscord, FakeOptions } from "../../fakes/discord/fake.ts";
import { openFakeDiscord } from "../../fakes/discord/fake.ts";

/** What a store would have of it all. */
export class Memory implements AdapterEvents {
  readonly arrivals: Arrival[] = [];
  readonly edits: { readonly id: MessageId; readonly text: string }[] = [];
  readonly deletions: MessageId[] = [];
  readonly reactions: Reaction[] = [];
  readonly left: ChannelId[] = [];
  readonly kept = new Map<string, string>();
  readonly checkpoints = new Map<string, string>();
  readonly claims = new Map<string, number>();
  /** Set, nothing can be stored. */
  fault: Error | null = null;

  message(arrival: Arrival, checkpoint: Checkpoint | null): Promise<{ readonly fresh: boolean }> {
    return this.#store(checkpoint, () => {
      const fresh = !this.arrivals.some((each) => each.id === arrival.id);
      if (fresh) this.arrivals.push(arrival);
      return { fresh };
    });
  }

  edited(id: MessageId, text: string, checkpoint: Checkpoint | null): Promise<void> {
    return this.#store(checkpoint, () => void this.edits.push({ id, text }));
  }

  deleted(ids: readonly MessageId[], checkpoint: Checkpoint | null): Promise<void> {
    return this.#store(checkpoint, () => void this.deletions.push(...ids));
  }

  reacted(reaction: Reaction, checkpoint: Checkpoint | null): Promise<void> {
    return this.#store(checkpoint, () => void this.reactions.push(reaction));
  }

  gone(from: ChannelId, checkpoint: Checkpoint | null): Promise<void> {
    return this.#store(checkpoint, () => void this.left.push(from));
  }

  heard(checkpoint: Checkpoint): Promise<void> {
    return this.#store(checkpoint, () => {});
  }

  watched(): Promise<void> {
    return Promise.resolve();
  }

  get texts(): readonly string[] {
    return this.arrivals.map((arrival) => `${arrival.author.name}: ${arrival.text}`);
  }

  keep(): Keep {
    return {
      get: async (key) => this.kept.get(key) ?? null,
      put: async (key, value) => void (value === null ? this.kept.delete(key) : this.kept.set(key, value)),
      lend: async (key, value) => void this.kept.set(key, value),
      claim: async (key, forMs) => {
        const now = Date.now();
        if ((this.claims.get(key) ?? 0) > now) return false;
        this.claims.set(key, now + forMs);
        return true;
      },
      // One process at a time.
      hold: async () => true,
      checkpoint: async (key) => this.checkpoints.get(key) ?? null,
    };
  }

  async #store<T>(checkpoint: Checkpoint | null, work: () => T): Promise<T> {
    if (this.fault !== null) throw this.fault;
    if (checkpoint !== null) this.checkpoints.set(checkpoint.key, checkpoint.value);
    return work();
  }
}

/** A fake that is closed after the test, which fails where anything was said or changed that could ping. */
export async function fakeDiscord(options: FakeOptions = {}): Promise<FakeDiscord> {
  const fake = await openFakeDiscord(options);
  onTestFinished(async () => {
    await fake.close();
    expect(pingsIn(fake)).toEqual([]);
  });
  return fake;
}

/** What was said or changed without saying that nobody, or one person at most, is mentioned. */
export function pingsIn(fake: FakeDiscord): readonly string[] {
  return fake.requests().flatMap(({ method, route, body }) => {
    const raw = fieldsOf(body);
    const message = route.endsWith("/callback") ? fieldsOf(raw["data"]) : raw;
    if ((method !== "POST" && method !== "PATCH") || typeof message["content"] !== "string") return [];
    const { parse, roles, users, replied_user: pingsReplied } = fieldsOf(message["allowed_mentions"]);
    const isNobody = Array.isArray(parse) && [...parse, ...listOf(roles)].length === 0 && listOf(users).length <= 1;
    return isNobody && pingsReplied === false ? [] : [`${route} ${JSON.stringify(message)}`];
  });
}

export interface AdapterOptions {
  readonly memory?: Memory;
  readonly speed?: number;
  readonly token?: string;
  readonly pictureUrl?: (persona: Persona) => string;
  readonly knows?: Partial<DiscordHouse["memory"]>;
  /** In place of what the house is otherwise. */
  readonly house?: Partial<DiscordHouse>;
}

/** A house that remembers nothing. */
export const nothingKnown: DiscordHouse["memory"] = {
  isKnown: async () => false,
  personaOf: () => null,
};

/** A channel that nobody put anybody into. */
export const nobodys: DiscordHouse["ownerOf"] = async () => ({ workspace: null, binder: null });

/** An adapter that does not listen yet; it is closed when the test ends. */
export async function adapterOn(fake: FakeDiscord, options: AdapterOptions = {}): Promise<DiscordAdapter> {
  const memory = options.memory ?? new Memory();
  const adapter = await openDiscord(
    {
      token: options.token ?? fake.token,
      apiUrl: fake.url,
      shards: null,
      speed: options.speed ?? 1,
      fileHosts: [new URL(fake.cdn).host],
    },
    {
      keep: memory.keep(),
      clock: systemClock,
      log: silentLog,
      desk: () => silentDesk,
      pictureUrl: options.pictureUrl ?? null,
      memory: { ...nothingKnown, ...options.knows },
      heardLately: async () =>
        memory.arrivals.map((arrival) => ({ channel: arrival.place.channel, message: arrival.id })).slice(-1),
      newestIn: async (channel) =>
        memory.arrivals.filter((arrival) => arrival.place.channel === channel).map((arrival) => arrival.id),
      ownerOf: nobodys,
      ...options.house,
    },
  );
  onTestFinished(() => adapter.close());
  return adapter;
}

/** A desk with nothing on it. */
export const silentDesk: CommandDesk = {
  groups: [],
  commands: [],
  languages: [],
  excuse: () => textAnswer("private", "this cannot be done"),
  notices: () => ({
    welcome: textAnswer("public", "hello"),
    parked: (name) => textAnswer("public", name),
    inFile: "see the file",
  }),
  opensForm: () => false,
  run: async () => textAnswer("private", "there are no commands here"),
  suggest: async () => [],
};

/** Resolves once the adapter has been told that it is connected. */
export async function listening(fake: FakeDiscord, adapter: DiscordAdapter, memory: Memory): Promise<void> {
  const before = fake.gateway.entries.length;
  await adapter.listen(memory);
  // A session that begins anew waits five seconds after the one before.
  await expect.poll(() => fake.gateway.entries.length, { timeout: 12_000 }).toBeGreaterThan(before);
}
