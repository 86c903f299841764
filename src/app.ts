// The composition root: from a config to a running house.
import { randomUUID } from "node:crypto";
import type { Adapter } from "./adapters/adapter.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ChannelId, PlatformName } from "./domain/ids.ts";
import { personaId, processId } from "./domain/ids.ts";
import { Engine } from "./engine/engine.ts";
import { warnOfNeighbours } from "./engine/neighbours.ts";
import { Intake } from "./engine/intake.ts";
import { ScenePlayer } from "./engine/scene-player.ts";
import { Tally } from "./engine/tally.ts";
import { HouseFault, messageOf } from "./errors.ts";
import type { RunningHouse, WebSettings } from "./http/house.ts";
import type { Log } from "./log.ts";
import { countTokens } from "./memory/tokenizer.ts";
import type { Parts } from "./parts.ts";
import { closeParts, foldersOf, openParts, openQueue, usualGrounds } from "./parts.ts";
import type { Surroundings } from "./process.ts";
import { closedOnFailure, engineHouse, openProcess } from "./process.ts";
import type { Secrets } from "./secrets.ts";
import type { OpenaiKind } from "./solvers/openai/openai.ts";

/** The machine's own clock and environment, and the house's secrets. */
export function usualSurroundings(log: Log, secrets: Secrets): Surroundings {
  return { ...usualGrounds(log), secrets };
}

export interface HouseOptions {
  /** A microblog world's folder whose users are the cast; null: the house's own. */
  readonly world: string | null;
  /** Null: the shipped scene plays as long as the feed is the only platform. `file`: a scene file in place of the shipped one. */
  readonly scene: { readonly file: string | null } | null;
}

/** The house behind the web page. */
export interface House {
  /** Where the feed is, such as `http://127.0.0.1:8337/`; known once it has started. */
  readonly url: string;
  start(): Promise<void>;
  /** Stops in good order: what is under way is left for the next start. */
  close(deadlineMs: number): Promise<void>;
}

// The doctor, another process, may have lifted a stop.
const STOPS_EVERY_MS = 10_000;

// What the web server and the engine leave of a close's time for the store.
const CLOSE_RESERVE_MS = 500;

/** Puts the web house together: the feed, its engine and its web server. It neither listens nor speaks before `start`. */
export async function openHouse(config: Config, around: Surroundings, options: HouseOptions): Promise<House> {
  const [own, { startWebServer }, { usualWebLimits }] = await Promise.all([
    openProcess(config, around, {
      folders: foldersOf(config, options.world),
      scene: options.scene?.file ?? null,
      watch: "watch",
    }),
    import("./http/server.ts"),
    import("./http/house.ts"),
  ]);
  const { parts, feed, discord, house, meter, intake, engine, closing: stop } = own;
  const { store, personas, openai } = parts;
  const { clock, log, secrets } = around;
  const wake = (channel: ChannelId) => engine.wake(channel);
  const player = new ScenePlayer(house, feed.channel, wake);
  let isReady = false;
  const running = runningHouse(parts, { meter, wake, ready: () => isReady });
  const settings = webSettings(config, secrets, usualWebLimits);
  const opening = startWebServer({ store, personas, feed, running, scenes: own.scenes, clock, log, settings });
  const web = await closedOnFailure(parts, opening);
  // Where there are people to talk with, the cast talks by itself only when it is told to.
  const scenes = () => (discord === null || options.scene !== null ? personas.scenes() : []);
  const watching: Promise<void>[] = [];
  const unwatch = personas.onChange(() => {
    const updated = player.update(scenes());
    updated.catch((error: unknown) => log.error("the scenes could not be updated", { why: messageOf(error) }));
  });
  return {
    url: web.url,
    start: async () => {
      await feed.listen(intake);
      await engine.start();
      await player.begin(scenes());
      await discord?.listen(intake);
      watching.push(
        keepStops(openai, clock, log, stop.signal),
        warnOfNeighbours(house.process, { store, clock, log }, stop.signal),
        openai.warm(),
      );
      isReady = true;
      log.info("ready", { personas: personas.all().length, speaking: openai.speaking().kind });
    },
    close: async (deadlineMs) => {
      isReady = false;
      stop.abort();
      unwatch();
      await Promise.all([
        web.close(deadlineMs - CLOSE_RESERVE_MS),
        engine.stop(deadlineMs - CLOSE_RESERVE_MS),
        ...watching,
      ]);
      await Promise.all([feed.close(), discord?.close()]);
      await closeParts(parts);
    },
  };
}

/** A worker: it thinks and speaks, and leaves listening and the pages to its gateway. */
export async function openWorker(
  config: Config,
  around: Surroundings,
  options: Pick<HouseOptions, "world">,
): Promise<Pick<House, "start" | "close">> {
  const read = { folders: foldersOf(config, options.world), scene: null, watch: "watch" } as const;
  const { parts, feed, discord, engine } = await openProcess(config, around, read);
  const { clock, log } = around;
  const stop = new AbortController();
  const watching: Promise<void>[] = [];
  return {
    start: async () => {
      await engine.start();
      watching.push(keepStops(parts.openai, clock, log, stop.signal), parts.openai.warm());
      log.info("ready", { personas: parts.personas.all().length, speaking: parts.openai.speaking().kind });
    },
    close: async (deadlineMs) => {
      stop.abort();
      await Promise.all([engine.stop(deadlineMs - CLOSE_RESERVE_MS), ...watching]);
      await Promise.all([feed.close(), discord?.close()]);
      await closeParts(parts);
    },
  };
}

function runningHouse(
  { openai, personas }: Parts,
  at: {
    readonly meter: Tally;
    readonly wake: RunningHouse["wake"];
    readonly ready: () => boolean;
  },
): RunningHouse {
  return {
    speaking: () => openai.speaking(),
    ready: at.ready,
    health: () => ({ personas: personas.all().length, speaking: openai.speaking().kind }),
    wake: at.wake,
    figures: () => at.meter.counts(),
  };
}

function webSettings(config: Config, secrets: Secrets, limits: WebSettings["limits"]): WebSettings {
  const { host, port, publicUrl, spend } = config;
  return { host, port, publicUrl, spend, adminToken: secrets.adminToken, limits };
}

async function keepStops(openai: OpenaiKind, clock: Clock, log: Log, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(STOPS_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      await openai.reloadStops();
    } catch (error) {
      log.warn("the solvers' stops could not be read", { why: messageOf(error) });
    }
  }
}

/** A conversation with one persona in this terminal, until the person ends it. Throws `HouseFault` when there is no such persona. */
export async function openChat(
  config: Config,
  around: Surroundings,
  options: { readonly persona: string | null; readonly name: string | null },
): Promise<void> {
  const [parts, { TerminalAdapter }, { usualName }, { Screen }, { runChat }, words] = await Promise.all([
    openParts(config, around, around.secrets.secret, {
      folders: foldersOf(config, null),
      scene: null,
      watch: "read-once",
    }),
    import("./adapters/terminal/terminal.ts"),
    import("./adapters/terminal/person.ts"),
    import("./adapters/terminal/screen.ts"),
    import("./adapters/terminal/chat.ts"),
    import("./http/words.ts"),
  ]);
  const { store, personas, openai } = parts;
  const member = options.persona === null ? null : personas.get(personaId(options.persona.toLowerCase()));
  if (member === null) {
    const handles = personas.all().map((each) => each.persona.id);
    await closeParts(parts);
    throw new HouseFault(whoTo(options.persona, handles));
  }
  const speaking = () => openai.speaking();
  const terminal = new TerminalAdapter({
    screen: new Screen(process.stdout),
    persona: member.persona.id,
    person: options.name ?? usualName(),
    session: randomUUID(),
    speaking,
    clock: around.clock,
  });
  const house = engineHouse(config, around, parts, {
    process: processId(`chat-${randomUUID()}`),
    adapters: new Map<PlatformName, Adapter>([[terminal.platform, terminal]]),
    // Another terminal may be open on the same store: each speaks its own channel only.
    serves: (channel) => channel === terminal.channel,
    everyone: () => [member],
    meter: new Tally(),
  });
  const queue = await openQueue(null, around.secrets.secret, around.log);
  const engine = new Engine(house, queue);
  await terminal.listen(new Intake(store, countTokens, around.clock, (channel) => engine.wake(channel)));
  await engine.start();
  await openai.warm();
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once("SIGTERM", end);
  try {
    await runChat(terminal, process.stdin, { store, personas, speaking, words, clock: around.clock }, ended.signal);
  } finally {
    process.off("SIGTERM", end);
    await engine.stop(CHAT_CLOSE_MS);
    await terminal.close();
    await closeParts(parts);
  }
}

// Nobody waits at a terminal for more than this after saying goodbye.
const CHAT_CLOSE_MS = 2_000;

function whoTo(asked: string | null, handles: readonly string[]): string {
  const found = asked === null ? "nobody was named" : `nobody here is called ${asked}`;
  const example = handles[0] ?? "ada";
  return `chat: ${found}; say whom to talk with, such as: npm run chat -- --persona ${example} (here are: ${handles.join(", ")})`;
}
