// One process of the house, whatever its role: its parts, its platforms, and what works there.
import { randomUUID } from "node:crypto";
import type { Adapter } from "./adapters/adapter.ts";
import type { FeedAdapter } from "./adapters/feed/feed.ts";
import { houseChance } from "./chance.ts";
import { askCommands } from "./commands/ask.ts";
import { budgetCommands } from "./commands/budget.ts";
import { characterCommands } from "./commands/character.ts";
import { characterFileCommands } from "./commands/character-files.ts";
import type { CommandDesk } from "./commands/command.ts";
import { openDesk } from "./commands/desk.ts";
import { postAgainCommands } from "./commands/post-again.ts";
import { postCommands } from "./commands/post.ts";
import { sceneCommands } from "./commands/scene.ts";
import { setupCommands } from "./commands/setup.ts";
import type { Config } from "./config.ts";
import type { Arrival } from "./domain/message.ts";
import { Asides } from "./engine/asides.ts";
import { Engine } from "./engine/engine.ts";
import { Forecasting } from "./engine/forecasting.ts";
import { Gateway } from "./engine/gateway.ts";
import { sayHello } from "./engine/hello.ts";
import type { EngineHouse } from "./engine/house.ts";
import { Intake } from "./engine/intake.ts";
import { houseProcess, workerProcess } from "./engine/neighbours.ts";
import { Remaking } from "./engine/remaking.ts";
import { Rethinking } from "./engine/rethinking.ts";
import { Rooms, type RoomsHouse } from "./engine/rooms.ts";
import { SceneDesk } from "./engine/scene-desk.ts";
import { Tally } from "./engine/tally.ts";
import { countTokens } from "./memory/tokenizer.ts";
import type { Grounds, Parts } from "./parts.ts";
import { closeParts, discordAdapter, openParts, openQueue } from "./parts.ts";
import type { PersonasOptions } from "./personas/open.ts";
import type { Secrets } from "./secrets.ts";

/** What a house that speaks is handed beside its settings. */
export interface Surroundings extends Grounds {
  readonly secrets: Secrets;
}

/** A process of the house that neither listens nor speaks before its engine is started. */
export interface HouseProcess {
  readonly parts: Parts;
  readonly feed: FeedAdapter;
  /** Null: the house is not on Discord. */
  readonly discord: Adapter | null;
  readonly house: EngineHouse;
  readonly meter: Tally;
  /** What works here, or, in a gateway, what wakes those who do. */
  readonly engine: Pick<Engine, "start" | "wake" | "stop">;
  /** Where what people say comes in. */
  readonly intake: Intake;
  /** Where scenes are started, paused, resumed, stopped and changed. */
  readonly scenes: SceneDesk;
  /** Aborted when the house closes: what is being thought about for one person alone is given up. */
  readonly closing: AbortController;
}

/** Puts a process of the house together, for the role that the settings give it. */
export async function openProcess(
  config: Config,
  around: Surroundings,
  read: Pick<PersonasOptions, "folders" | "scene" | "watch">,
): Promise<HouseProcess> {
  const { secret } = around.secrets;
  const [parts, { FeedAdapter }] = await Promise.all([
    openParts(config, around, secret, read),
    import("./adapters/feed/feed.ts"),
  ]);
  const { store, personas } = parts;
  const { clock, log } = around;
  const meter = new Tally();
  const everyone = () => personas.all();
  const feed = new FeedAdapter(() => everyone().map((member) => member.persona), clock);
  const closing = new AbortController();
  const process = (config.role === "worker" ? workerProcess : houseProcess)(randomUUID());
  const desk = () => houseDesk(parts, house, { admins: config.admins, intake, scenes, closing: closing.signal });
  const discord =
    config.discord === null
      ? null
      : await discordAdapter(config.discord, config.publicUrl, { store, personas, process, clock, log, desk });
  const speaking: readonly Adapter[] = discord === null ? [feed] : [feed, discord];
  const adapters = new Map(speaking.map((adapter) => [adapter.platform, adapter]));
  const house = engineHouse(config, around, parts, { process, adapters, serves: () => true, everyone, meter });
  const queue = await closedOnFailure(parts, openQueue(config.redisUrl, secret, log));
  const engine = config.role === "gateway" ? new Gateway(house, queue) : new Engine(house, queue);
  const intake = new Intake(store, countTokens, clock, (channel) => engine.wake(channel));
  const forecasting = new Forecasting(house);
  const scenes = new SceneDesk({
    ...house,
    wake: (channel) => engine.wake(channel),
    forecast: (plan, room, locale) => forecasting.sentence(plan, room, locale),
  });
  return { parts, feed, discord, house, meter, intake, scenes, engine, closing };
}

/** Waits for `opening`, and closes the parts when it fails. */
export async function closedOnFailure<T>(parts: Parts, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await closeParts(parts);
    throw error;
  }
}

/** What the engine is handed in a process that speaks as `speaks` says. */
export function engineHouse(
  config: Config,
  around: Surroundings,
  parts: Parts,
  speaks: Pick<EngineHouse, "process" | "adapters" | "serves" | "meter"> & Pick<RoomsHouse, "everyone">,
): EngineHouse {
  const { store, personas } = parts;
  return {
    store,
    personas,
    rooms: new Rooms({ ...speaks, personas, registry: store.registry }),
    speaking: () => parts.openai.speaking(),
    countTokens,
    limits: { brakes: config.brakes, spend: config.spend, contextTokens: config.contextTokens },
    clock: around.clock,
    chance: houseChance(config.seed, around.secrets.secret),
    log: around.log,
    ...speaks,
  };
}

function houseDesk(
  { characters }: Parts,
  house: EngineHouse,
  at: Pick<HouseProcess, "intake" | "scenes"> & Pick<Config, "admins"> & { readonly closing: AbortSignal },
): CommandDesk {
  const remaking = new Remaking(house);
  const asides = new Asides(house, at.closing);
  const rethinking = new Rethinking(house, asides, remaking);
  const hear = (arrival: Arrival) => at.intake.message(arrival, null);
  return openDesk({ ...house, admins: at.admins }, [
    ...askCommands({ ...house, asides, hear }),
    ...setupCommands({ hello: (moving) => sayHello({ ...house, hear }, moving) }),
    ...characterCommands(characters),
    ...characterFileCommands(characters),
    ...postAgainCommands({ ...house, rethinking, hear }),
    ...postCommands({ store: house.store, remaking }),
    ...sceneCommands(at.scenes),
    ...budgetCommands({ ledger: house.store.ledger, spend: house.limits.spend }),
  ]);
}
