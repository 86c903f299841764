// What the doctor and the setup look into, put together from the house's parts.
import type { Config } from "./config.ts";
import type { DiscordTried, DiscordVisited } from "./doctor-discord.ts";
import type { ModelTried, RedisTried, Tools } from "./doctor.ts";
import type { Payer } from "./domain/budget.ts";
import { channelId, discordPlatform, messageId, personaId, platformName, reachedBy, turnId } from "./domain/ids.ts";
import type { Persona } from "./domain/persona.ts";
import { messageOf } from "./errors.ts";
import type { Grounds } from "./parts.ts";
import { closeParts, closeSpeech, foldersOf, missingFor, openParts, openSpeech } from "./parts.ts";
import type { PersonasOptions } from "./personas/open.ts";
import type { OpenaiKind } from "./solvers/openai/openai.ts";
import type { Purse } from "./solvers/solver.ts";
import type { Store } from "./store/store.ts";

/** What the doctor and the setup look into. */
export async function openTools(config: Config, around: Grounds): Promise<Tools> {
  return {
    checkDatabase: async () => {
      const { inspectDatabase } = await import("./store/inspect.ts");
      return inspectDatabase(config.databaseFile);
    },
    readPersonas: async () => {
      const parts = await openParts(config, around, null, readOnce(config));
      const { personas } = parts;
      const all = personas.all().map((member) => member.persona);
      const warnings = [...personas.warnings(), ...(await wordyOnes(all, config.contextTokens))];
      const found = { handles: all.map(({ id }) => id), complaints: personas.complaints(), warnings };
      await closeParts(parts);
      return found;
    },
    tryDiscord: () => tryDiscord(config, around),
    visitDiscord: () => visitDiscord(config, around),
    tryRedis: () => tryRedis(config.redisUrl),
    tryModel: async (signal) => {
      const speech = await openSpeech(config, around, null);
      try {
        const speaking = speech.openai.speaking();
        const startedAt = around.clock.now();
        const tried = await speech.openai.tryModel({ purse: trialPurse(config, around, speech.store), signal });
        return triedAs(tried, speaking.kind === "scripted" ? "" : speaking.server, around.clock.now() - startedAt);
      } finally {
        await closeSpeech(speech);
      }
    },
  };
}

// With less than half of the budget left for the talk, a persona forgets what was said a few messages ago.
const OWN_SHARE_MAX = 0.5;

/** Personas whose own text leaves a model little room for the talk: it is never cut, and paid for with each answer. */
async function wordyOnes(personas: readonly Persona[], tokenBudget: number): Promise<readonly string[]> {
  const [{ ContextBuilder }, { countTokens }] = await Promise.all([
    import("./engine/context.ts"),
    import("./memory/tokenizer.ts"),
  ]);
  const contexts = new ContextBuilder(countTokens);
  const alone = { act: "post", trigger: null, recent: [], language: null, scene: null, tokenBudget } as const;
  return personas.flatMap((persona) => {
    const own = contexts.build({ ...alone, persona }).parts.filter(({ name }) => OWN_PARTS.has(name));
    const tokens = own.reduce((sum, each) => sum + each.tokens, 0);
    if (tokens <= tokenBudget * OWN_SHARE_MAX) return [];
    return `${persona.name} alone takes ${tokens} of the ${tokenBudget} tokens that a model is sent at most: shorten its text, or raise TROUPE_CONTEXT_TOKENS`;
  });
}

const OWN_PARTS: ReadonlySet<string> = new Set(["persona", "post-history"]);

async function tryDiscord(config: Config, { clock }: Grounds): Promise<DiscordTried> {
  if (config.discord === null) return { kind: "none" };
  const { isTokenRefused, readAccount } = await import("./adapters/discord/account.ts");
  try {
    return { kind: "answered", ...(await readAccount({ ...config.discord, clock })) };
  } catch (error) {
    return { kind: isTokenRefused(error) ? "refused" : "failed", why: messageOf(error) };
  }
}

/** Asks the store where personas live on Discord, and Discord what the bot may do there. */
async function visitDiscord(config: Config, around: Grounds): Promise<DiscordVisited> {
  if (config.discord === null) return { kind: "seen", channels: [], faceless: [] };
  const [{ visitChannels }, { pictureTrouble }] = await Promise.all([
    import("./adapters/discord/visit.ts"),
    import("./adapters/discord/avatars.ts"),
  ]);
  const parts = await openParts(config, around, null, readOnce(config));
  try {
    const { personas, store } = parts;
    const owned = await store.registry.personas(null);
    const ids = [...personas.all().map(({ persona }) => persona.id), ...owned.map(({ id }) => id)];
    const bound = (await Promise.all(ids.map((id) => store.registry.bindingsOf(id)))).flat();
    const reached = bound.flatMap(({ scope }) => reachedBy(scope) ?? []);
    const homes = reached.filter(({ platform }) => platform === discordPlatform);
    const channels = await visitChannels({ ...config.discord, clock: around.clock }, homes);
    const living = new Set(bound.map(({ persona }) => personas.get(persona)?.persona));
    const troubles = [...living].flatMap((persona) => (persona === undefined ? [] : [pictureTrouble(persona)]));
    const faceless = (await Promise.all(troubles)).filter((trouble) => trouble !== null);
    return { kind: "seen", channels, faceless };
  } catch (error) {
    return { kind: "failed", why: messageOf(error) };
  } finally {
    await closeParts(parts);
  }
}

async function tryRedis(url: string | null): Promise<RedisTried> {
  if (url === null) return { kind: "none" };
  const place = new URL(url).host;
  try {
    const { visitRedis } = await import("./queue/redis-visit.ts").catch((error: unknown) => {
      throw missingFor("REDIS_URL", "bullmq and ioredis", error);
    });
    return { kind: "answered", place, ...(await visitRedis(url)) };
  } catch (error) {
    return { kind: "failed", place, why: messageOf(error) };
  }
}

// A trial is no turn, and is booked as one all the same: no model is asked without room in the day's budget.
const HOUSE = platformName("house");
const TRIAL: Payer = {
  turn: turnId(messageId(HOUSE, "trial"), personaId("trial")),
  persona: personaId("trial"),
  place: { channel: channelId(HOUSE, "trial"), parent: null, workspace: null },
  scene: null,
  caps: [],
};

function trialPurse(config: Config, { clock }: Grounds, store: Store): Purse {
  return {
    reserve: (estimate) => store.reserve(TRIAL, estimate, config.spend, clock.now()),
    settle: (reservation, usage) => store.settle(reservation, usage),
  };
}

function readOnce(config: Config): Pick<PersonasOptions, "folders" | "scene" | "watch"> {
  return { folders: foldersOf(config, null), scene: null, watch: "read-once" };
}

function triedAs(tried: Awaited<ReturnType<OpenaiKind["tryModel"]>>, server: string, ms: number): ModelTried {
  const { kind, model, why } = tried;
  if (model === null) return { kind: "none" };
  return kind === "answered" ? { kind, model, server, ms } : { kind, model, server, why };
}
