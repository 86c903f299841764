// The whole house for stories, but for its web server: real store, personas, solvers and feed, on a clock that stands still.
import { fileURLToPath } from "node:url";
import { FeedAdapter, feedChannel } from "../../src/adapters/feed/feed.ts";
import type { Adapter } from "../../src/adapters/adapter.ts";
import type { Chance } from "../../src/chance.ts";
import { seededChance } from "../../src/chance.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { ChannelId, MessageId, PlatformName } from "../../src/domain/ids.ts";
import { processId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineHouse } from "../../src/engine/house.ts";
import { Intake } from "../../src/engine/intake.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { SceneDesk } from "../../src/engine/scene-desk.ts";
import { ScenePlayer } from "../../src/engine/scene-player.ts";
import { Tally } from "../../src/engine/tally.ts";
import { silentLog } from "../../src/log.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import { openPersonas } from "../../src/personas/open.ts";
import type { Personas } from "../../src/personas/personas.ts";
import { LocalQueue } from "../../src/queue/local.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import type { Solver, SolverKind, SolverRequest, Speaking } from "../../src/solvers/solver.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { VirtualClock } from "../virtual-clock.ts";

export const shippedPersonas = fileURLToPath(new URL("../../personas", import.meta.url));

export interface StoryOptions {
  readonly personas?: string;
  readonly seed?: string;
  /** In place of the chance that `seed` gives. */
  readonly chance?: Chance;
  /** In place of the offline solvers. */
  readonly kinds?: (clock: VirtualClock, store: Store) => readonly SolverKind[];
  readonly scene?: "plays" | "none";
  readonly speaking?: () => Speaking;
  readonly limits?: Partial<EngineHouse["limits"]>;
  /** Beside the feed, or in its place where it is called so. */
  readonly adapter?: (clock: VirtualClock) => Adapter;
  /** A database file, for stories that go on after a crash; else in memory. */
  readonly database?: string;
  readonly clock?: VirtualClock;
}

export interface Story {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly personas: Personas;
  readonly feed: FeedAdapter;
  readonly player: ScenePlayer;
  readonly desk: SceneDesk;
  readonly tally: Tally;
  readonly intake: Intake;
  readonly engine: Engine;
  /** A person posts; the answer comes as the clock advances. */
  post(name: string, text: string, replyTo?: MessageId): Promise<MessageId>;
  /** Everything in the feed, oldest first. */
  told(): Promise<readonly Message[]>;
  close(): Promise<void>;
}

let keys = 0;

export async function openStory(options: StoryOptions = {}): Promise<Story> {
  const clock = options.clock ?? new VirtualClock();
  const log = silentLog;
  const store = await openSqliteStore(options.database ?? ":memory:", { log, secret: null });
  const kinds = options.kinds?.(clock, store) ?? [noModel, rivescriptKind({ log }), failureKind()];
  const personas = await openPersonas({
    folders: [{ path: options.personas ?? shippedPersonas, kind: "house" }],
    scene: null,
    kinds,
    clock,
    log,
    watch: "read-once",
  });
  const feed = new FeedAdapter(() => personas.all().map((member) => member.persona), clock);
  const adapter = options.adapter?.(clock) ?? feed;
  const tally = new Tally();
  const adapters = new Map<PlatformName, Adapter>([feed, adapter].map((each) => [each.platform, each]));
  const house: EngineHouse = {
    process: processId(`story-${(keys += 1)}`),
    store,
    personas,
    adapters,
    serves: () => true,
    rooms: new Rooms({ registry: store.registry, personas, adapters, everyone: () => personas.all() }),
    speaking: options.speaking ?? (() => ({ kind: "scripted" })),
    countTokens,
    limits: {
      brakes: usualBrakes,
      spend: { usdPerDay: 1, tokensPerDay: 500_000 },
      contextTokens: 6000,
      ...options.limits,
    },
    clock,
    chance: options.chance ?? seededChance(options.seed ?? "story"),
    log,
    meter: tally,
  };
  const engine = new Engine(house, new LocalQueue({ concurrency: 8, log }));
  const wake = (channel: ChannelId): Promise<void> => engine.wake(channel);
  const player = new ScenePlayer(house, feedChannel, wake);
  const { rooms } = house;
  const desk = new SceneDesk({ store, rooms, clock, wake, forecast: async () => "It costs nothing." });
  const intake = new Intake(store, countTokens, clock, wake);
  await feed.listen(intake);
  await engine.start();
  if (options.scene === "plays") await player.begin(personas.scenes());
  return {
    clock,
    store,
    personas,
    feed,
    player,
    desk,
    tally,
    intake,
    engine,
    post: async (name, text, replyTo) => {
      const posted = await feed.post({ name, text, replyTo: replyTo ?? null, key: `key-${(keys += 1)}` });
      if (posted.kind !== "posted") throw new Error(`not posted: ${JSON.stringify(posted)}`);
      return posted.id;
    },
    told: () => store.recentMessages(feedChannel, null, 100_000),
    close: async () => {
      await engine.stop(1000);
      await feed.close();
      await personas.close();
      await store.close();
    },
  };
}

/** Stands for the model where none is set. */
const noModel: SolverKind = solverKind("openai", {
  readiness: () => ({ kind: "unable", why: "no model is set", untilMended: false }),
  say: async () => "",
});

/** A solver of a test's own behind the port: what it says is what `say` resolves to. */
export function solverKind(
  name: string,
  own: {
    readonly readiness?: Solver["readiness"];
    readonly model?: string;
    readonly say: (request: SolverRequest, signal: AbortSignal) => Promise<string>;
  },
): SolverKind {
  return {
    name,
    open: async () => ({
      name,
      model: own.model ?? null,
      readiness: own.readiness ?? (() => ({ kind: "free" })),
      solve: async function* solve(request, signal) {
        const text = await own.say(request, signal);
        if (text !== "") yield { kind: "text", text };
      },
    }),
  };
}
