// Puts a house together that plays a scene on a clock of its own, without network, key or file; with app.ts it names implementations.
import type { Adapter } from "./adapters/adapter.ts";
import { FeedAdapter, feedChannel } from "./adapters/feed/feed.ts";
import { seededChance } from "./chance.ts";
import type { Config } from "./config.ts";
import { processId } from "./domain/ids.ts";
import type { PlatformName } from "./domain/ids.ts";
import type { ScenePlan } from "./domain/scene.ts";
import { Engine } from "./engine/engine.ts";
import type { EngineHouse } from "./engine/house.ts";
import { Rooms } from "./engine/rooms.ts";
import { BadInput, HouseFault } from "./errors.ts";
import type { Fields, Log } from "./log.ts";
import { countTokens } from "./memory/tokenizer.ts";
import { foldersOf, openQueue } from "./parts.ts";
import { openPersonas } from "./personas/open.ts";
import type { Personas } from "./personas/personas.ts";
import { BrakesSeen } from "./rehearsal/brakes-seen.ts";
import { figuresOf } from "./rehearsal/figures.ts";
import type { RehearsalOptions } from "./rehearsal/options.ts";
import { openingOf, reportOf } from "./rehearsal/report.ts";
import type { Asked } from "./rehearsal/report.ts";
import { SimulatedClock } from "./rehearsal/simulated-clock.ts";
import type { Ended } from "./rehearsal/stage.ts";
import { perform } from "./rehearsal/stage.ts";
import type { Happening } from "./rehearsal/transcript.ts";
import { lineOf } from "./rehearsal/transcript.ts";
import type { Call, Model } from "./rehearsal/understudy.ts";
import { withUnderstudies } from "./rehearsal/understudy.ts";
import { failureKind } from "./solvers/failure.ts";
import { OpenaiSolver } from "./solvers/openai/openai-solver.ts";
import { openaiKind } from "./solvers/openai/openai.ts";
import { rivescriptKind } from "./solvers/rivescript/rivescript.ts";
import type { Solver } from "./solvers/solver.ts";
import { openSqliteStore } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";

/** Everything that a rehearsal is asked for. */
export interface Rehearsal extends RehearsalOptions {
  /** Null: the cast's own. */
  readonly scene: string | null;
  /** A microblog world whose users are the cast; null: the house's own. */
  readonly world: string | null;
  readonly audience: "watching" | "nobody";
  readonly form: "text" | "json";
}

/** Where a rehearsal speaks. */
export interface Prints {
  readonly print: (line: string) => void;
  /** Beside the rehearsal itself. */
  readonly warn: (line: string) => void;
  /** Breaks the rehearsal off. */
  readonly signal: AbortSignal;
}

// A Monday, at midnight in UTC: the days of the budget are those of the rehearsal.
const BEGINS_AT = Date.UTC(2026, 0, 5);

// Names the process, and stands for every key: nobody reads one.
const KEY = "rehearsal";

/** Plays the scene and prints what came of it: the same bytes for the same files, settings and seed. Throws `BadInput` where a file is wrong, `HouseFault` where there is no scene. */
export async function rehearse(config: Config, asked: Rehearsal, { print, warn, signal }: Prints): Promise<Ended> {
  const clock = new SimulatedClock(BEGINS_AT);
  const log = logOf(warn);
  const store = await openSqliteStore(":memory:", { log, secret: null });
  const calls: Call[] = [];
  const personas = await openCast(config, asked, { store, clock, log, called: (call) => calls.push(call) });
  const plans = plansOf(personas, asked);
  const { hours, seed, audience } = asked;
  const told: Asked = { scenes: plans.map((plan) => plan.name), hours, seed, audience };
  const brakes = new BrakesSeen(() => clock.now());
  const house = openStage(config, asked, { store: brakes.on(store), personas, clock, log, brakes });
  const engine = new Engine(house, await openQueue(null, KEY, log));
  const happenings: Happening[] = [];
  const happened = (happening: Happening): void => {
    happenings.push(happening);
    if (asked.form === "text") print(lineOf(happening));
  };
  if (asked.form === "text") print(`${openingOf(told)}\n`);
  const forMs = Math.round(hours * 3_600_000);
  const play = { plans, channel: feedChannel, forMs, audience, happened, signal };
  const ended = await perform(house, engine, clock, play);
  const cast = castOf(personas, plans);
  const figures = figuresOf({ cast, happenings, held: brakes.list(), calls, ended, startedAt: BEGINS_AT });
  if (asked.form === "text") for (const line of reportOf(figures, told)) print(line);
  else print(JSON.stringify({ ...told, ...figures, happenings }, null, 2));
  await personas.close();
  await store.close();
  return ended;
}

async function openCast(
  config: Config,
  asked: Rehearsal,
  at: {
    readonly store: Store;
    readonly clock: SimulatedClock;
    readonly log: Log;
    readonly called: (call: Call) => void;
  },
): Promise<Personas> {
  const { store, clock, log, called } = at;
  const stops = { get: (server: string) => store.solverStop(server), set: store.setSolverStop.bind(store) };
  // Nothing is ever asked of a server: any key does, and none is read.
  const model = { ...config.openai, apiKey: KEY };
  const terms = { clock, countTokens, stops, log, env: () => KEY };
  const openai = openaiKind({ house: model, prices: config.prices, ...terms });
  const kinds = [openai, rivescriptKind({ log }), failureKind()];
  const { scene, world } = asked;
  const files = await openPersonas({ folders: foldersOf(config, world), scene, kinds, clock, log, watch: "read-once" });
  return withUnderstudies(files, { countTokens, modelOf, called });
}

/** The model of a solver that could be asked. */
function modelOf(solver: Solver): Model | null {
  return solver instanceof OpenaiSolver ? solver : null;
}

/** The scenes to be played. Throws where there is none. */
function plansOf(personas: Personas, { posts }: Rehearsal): readonly ScenePlan[] {
  const plans = personas.scenes();
  if (plans.length > 0) return plans.map((plan) => (posts === null ? plan : { ...plan, postLimit: posts }));
  const complaints = personas.complaints();
  if (complaints.length > 0) throw new BadInput(complaints);
  throw new HouseFault("there is no scene to rehearse: put a scene.yaml beside the personas, or name one by --scene");
}

function openStage(
  config: Config,
  { seed }: Rehearsal,
  at: Pick<EngineHouse, "store" | "personas" | "clock" | "log"> & { readonly brakes: BrakesSeen },
): EngineHouse {
  const { store, personas, clock, log, brakes } = at;
  const everyone = () => personas.all();
  const feed = new FeedAdapter(() => everyone().map((member) => member.persona), clock);
  const adapters = new Map<PlatformName, Adapter>([[feed.platform, feed]]);
  return {
    process: processId(KEY),
    store,
    personas,
    adapters,
    serves: () => true,
    rooms: new Rooms({ registry: store.registry, personas, adapters, everyone }),
    // The scripts speak; a scene rests for want of a watcher only while a model does.
    speaking: () => ({ kind: "scripted" }),
    countTokens,
    limits: {
      // Stand-ins draw on few words: that they say nearly the same tells nothing of what a model would.
      brakes: { ...config.brakes, alikeMax: Number.POSITIVE_INFINITY },
      spend: config.spend,
      contextTokens: config.contextTokens,
    },
    clock,
    chance: seededChance(seed),
    log,
    meter: brakes.meter(),
  };
}

function castOf(
  personas: Personas,
  plans: readonly ScenePlan[],
): readonly { readonly id: ScenePlan["cast"][number]; readonly name: string }[] {
  const all = personas.all().map(({ persona }) => ({ id: persona.id, name: persona.name }));
  if (plans.some((plan) => plan.cast.length === 0)) return all;
  return all.filter(({ id }) => plans.some((plan) => plan.cast.includes(id)));
}

// What goes wrong is told beside the transcript; the rest of the log is of no use here.
function logOf(warn: (line: string) => void): Log {
  const tell = (phrase: string, fields: Fields = {}): void => {
    const told = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}`);
    warn([phrase, ...told].join("; "));
  };
  return { debug: () => {}, info: () => {}, warn: tell, error: tell };
}
