// The parts that every house is put together from, whatever platforms it speaks: with app.ts and tools.ts the only files that name implementations.
import { hash } from "node:crypto";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { Adapter } from "./adapters/adapter.ts";
import type { CommandDesk } from "./commands/command.ts";
import type { Config, DiscordAccount } from "./config.ts";
import { scopesOf } from "./domain/binding.ts";
import type { ChannelId, ProcessId } from "./domain/ids.ts";
import { channelId, channelScope, discordPlatform, reachedBy } from "./domain/ids.ts";
import { keepOf } from "./engine/keep.ts";
import { HouseFault } from "./errors.ts";
import type { Log } from "./log.ts";
import { countTokens } from "./memory/tokenizer.ts";
import type { PersonasOptions } from "./personas/open.ts";
import type { Characters, Personas } from "./personas/personas.ts";
import type { WakeQueue } from "./queue/queue.ts";
import type { OpenaiKind } from "./solvers/openai/openai.ts";
import type { SolverKind } from "./solvers/solver.ts";
import type { Store } from "./store/store.ts";

/** What stands around a house: its log, time and environment. */
export interface Grounds {
  readonly log: Log;
  readonly clock: Clock;
  readonly env: (name: string) => string | undefined;
}

/** The machine's own clock and environment. */
export function usualGrounds(log: Log): Grounds {
  return { log, clock: systemClock, env: (name) => process.env[name] };
}

/** The store, and what speaks by a model: all that a trial needs. */
export interface Speech {
  readonly store: Store;
  readonly openai: OpenaiKind;
}

/** What every house has, whatever platforms it speaks. */
export interface Parts extends Speech {
  readonly personas: Personas;
  readonly characters: Characters;
}

export async function openSpeech(config: Config, around: Grounds, secret: string | null): Promise<Speech> {
  const { log, clock, env } = around;
  const [{ openSqliteStore }, { openaiKind }] = await Promise.all([
    import("./store/sqlite.ts"),
    import("./solvers/openai/openai.ts"),
  ]);
  const store = await openSqliteStore(config.databaseFile, { log, secret });
  const stops = {
    get: (server: string) => store.solverStop(server),
    set: (server: string, stop: Awaited<ReturnType<Store["solverStop"]>>) => store.setSolverStop(server, stop),
  };
  const terms = { clock, countTokens, stops, log, env };
  return { store, openai: openaiKind({ house: config.openai, prices: config.prices, ...terms }) };
}

export async function closeSpeech({ openai, store }: Speech): Promise<void> {
  await openai.close();
  await store.close();
}

/** `secret`: seals what adapters keep; null where nobody speaks. */
export async function openParts(
  config: Config,
  around: Grounds,
  secret: string | null,
  read: Pick<PersonasOptions, "folders" | "scene" | "watch">,
): Promise<Parts> {
  const { log, clock } = around;
  const [speech, { openPersonas }, { withOwnedPersonas }, { openCharacters }, { rivescriptKind }, { failureKind }] =
    await Promise.all([
      openSpeech(config, around, secret),
      import("./personas/open.ts"),
      import("./personas/owned.ts"),
      import("./personas/character-text.ts"),
      import("./solvers/rivescript/rivescript.ts"),
      import("./solvers/failure.ts"),
    ]);
  const kinds: readonly SolverKind[] = [speech.openai, rivescriptKind({ log }), failureKind()];
  try {
    const files = await openPersonas({ ...read, kinds, clock, log });
    const personas = await withOwnedPersonas(files, { registry: speech.store.registry, kinds, log });
    return {
      ...speech,
      personas,
      characters: openCharacters(new Set(kinds.map((kind) => kind.name)), () => personas.settled()),
    };
  } catch (error) {
    await closeSpeech(speech);
    throw error;
  }
}

// As many channels at once as one process has use for: most of their time is spent waiting for a model.
const CHANNELS_AT_ONCE = 64;

/** Wake-ups within this process alone, or between all of the house's where there is a Redis. `secret` is the house's: no two houses on one Redis share it. Throws `HouseFault` when what that needs is not installed. */
export async function openQueue(redisUrl: string | null, secret: string, log: Log): Promise<WakeQueue> {
  const { LocalQueue } = await import("./queue/local.ts");
  const local = new LocalQueue({ concurrency: CHANNELS_AT_ONCE, log });
  if (redisUrl === null) return local;
  const { BullmqQueue } = await import("./queue/bullmq.ts").catch((error: unknown) => {
    throw missingFor("REDIS_URL", "bullmq and ioredis", error);
  });
  const prefix = `troupe-${hash("sha256", `queue of ${secret}`).slice(0, PREFIX_CHARS)}`;
  return BullmqQueue.open({ url: redisUrl, prefix, concurrency: CHANNELS_AT_ONCE, local, log });
}

// As good as unique among the houses of one Redis.
const PREFIX_CHARS = 16;

/** `error` as a sentence, when it says that packages are missing that `setting` asks for. */
export function missingFor(setting: string, packages: string, error: unknown): unknown {
  const isMissing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  if (!isMissing) return error;
  return new HouseFault(
    `${setting} is set, but the packages ${packages} are not installed: run npm ci, or take ${setting} away`,
    { cause: error },
  );
}

/** A world's users are the whole cast where one is named. */
export function foldersOf(config: Config, world: string | null): PersonasOptions["folders"] {
  return world === null ? [{ path: config.personas, kind: "house" }] : [{ path: world, kind: "world" }];
}

export async function closeParts(parts: Parts): Promise<void> {
  await parts.personas.close();
  await closeSpeech(parts);
}

// What was said longer ago is not read back after a lost session: nobody waits for an answer any more.
const HEARD_WITHIN_MS = 7 * 86_400_000;
const HEARD_CHANNELS_MAX = 500;

// Who put a persona somewhere is found among the newest changes there.
const CHANGES_MAX = 200;

/** The workspace that the channel is in, and who last put a persona there; null: nobody did. */
async function ownerOf({ registry }: Store, channel: ChannelId) {
  const place = (await registry.place(channel))?.place ?? null;
  const scopes = place === null ? [channelScope(channel)] : scopesOf(place);
  const changes = await registry.audit(scopes, CHANGES_MAX);
  const binder = changes.find(({ what }) => what === "persona add")?.by.id ?? null;
  return { workspace: place?.workspace ?? null, binder };
}

/** Where what was missed on Discord is read back: where somebody was heard lately, and where a persona lives to whom nobody has spoken yet. */
async function heardLately({ registry }: Store, personas: Personas, now: number) {
  const heard = await registry.heardSince(discordPlatform, now - HEARD_WITHIN_MS, HEARD_CHANNELS_MAX);
  const known = new Set(heard.map(({ channel }) => channel));
  const bindings = await Promise.all(personas.all().map((member) => registry.bindingsOf(member.persona.id)));
  const silent = new Map<ChannelId, number>();
  for (const { scope, at } of bindings.flat().toSorted((one, other) => other.at - one.at)) {
    const reached = reachedBy(scope);
    if (reached?.kind !== "channel" || reached.platform !== discordPlatform) continue;
    const channel = channelId(reached.platform, reached.id);
    if (!known.has(channel)) silent.set(channel, at);
  }
  return [...heard, ...[...silent].map(([channel, since]) => ({ channel, since }))].slice(0, HEARD_CHANNELS_MAX);
}

/** The house on Discord; it connects to nobody before it listens or speaks. */
export async function discordAdapter(
  account: DiscordAccount,
  publicUrl: string | null,
  around: Pick<Parts, "store" | "personas"> &
    Pick<Grounds, "clock" | "log"> & { readonly process: ProcessId; readonly desk: () => CommandDesk },
): Promise<Adapter> {
  const { openDiscord, discordFileHosts } = await import("./adapters/discord/discord.ts");
  const { avatarPath } = await import("./http/posts.ts");
  const { store, personas, process, clock, log, desk } = around;
  return openDiscord(
    { ...account, speed: account.pace, fileHosts: discordFileHosts },
    {
      keep: keepOf(store, discordPlatform, process, { clock, log }),
      clock,
      log,
      desk,
      pictureUrl: publicUrl === null ? null : (persona) => `${publicUrl}${avatarPath(persona)}`,
      memory: {
        isKnown: async (message) => (await store.message(message)) !== null,
        personaOf: (persona) => personas.get(persona)?.persona ?? null,
      },
      ownerOf: (channel) => ownerOf(store, channel),
      heardLately: () => heardLately(store, personas, clock.now()),
      newestIn: async (channel, limit) => {
        const newest = await store.recentMessages(channel, null, limit);
        return newest.flatMap((message) => (message.asks === null ? [message.id] : []));
      },
    },
  );
}
