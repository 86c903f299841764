// What every chaos run stands on: a fake Discord with its limits, a cast with faces, and the real program in processes of its own.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Chance } from "../../src/chance.ts";
import { seededChance } from "../../src/chance.ts";
import { discordPlatform, messageId } from "../../src/domain/ids.ts";
import type { Asked as Request, Trouble } from "../fakes/discord/faults.ts";
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import { openFakeDiscord } from "../fakes/discord/fake.ts";
import type { Ref } from "../fakes/discord/places.ts";
import type { FakeLlm } from "../fakes/llm/llm.ts";
import type { Speech } from "./cast.ts";
import { bindEverywhere, CAST, databaseIn, faceOf, makeCast } from "./cast.ts";
import type { Asked, Room } from "./judge.ts";
import { answerOf, startModel } from "./model.ts";
import { isAnswer, readText } from "./said.ts";

export interface StageOptions {
  readonly seed: string;
  readonly channels: number;
  /** How many times faster the limits run than Discord's own. */
  readonly limits: number;
  /** Where the program's code stands: the whole code, or a copy that was broken on purpose. */
  readonly code: string;
  /** Over how many shards the channels are spread; one unless told. */
  readonly shards?: number;
  /** How the cast speaks; by script unless told. */
  readonly speech?: Speech;
  /** Of all that is said by webhooks, changed and taken back, the share that fails, from 0 to 1; none unless told. */
  readonly faults?: number;
  /** How long the answers are watched when all are there: whatever is still in doubt then would be said again after 15 s. */
  readonly watchMs?: number;
}

export interface Stage {
  readonly fake: FakeDiscord;
  readonly channels: readonly Ref[];
  readonly chance: Chance;
  readonly speech: Speech;
  /** The file that the house keeps everything in. */
  readonly database: string;
  /** Everything that was asked so far. */
  readonly asked: readonly Asked[];
  /** Somebody asks a persona for the next number, in a channel that chance picks; a few take it back at once. */
  ask(): Asked;
  /** A new process of the house, on the database of the one before; `env`: settings of its own. */
  start(env?: Readonly<Record<string, string>>): ChildProcess;
  /** How long each process took from its start to its first line, which only a house with pages has, in ms. */
  readonly startTimes: readonly number[];
  /** What stands in the channels. */
  rooms(): readonly Room[];
  /** How many answers stand there. */
  answers(): number;
  /** Until as many answers stand there as were asked for and nothing comes any more, or nothing has come for long; `elsewhere`: how many are missing on another platform. */
  settled(elsewhere?: () => Promise<number>): Promise<void>;
  /** Takes everything down. What did not fit Discord's description is thrown. */
  close(): Promise<void>;
}

// Where the bot is new, it says hello.
const LONG_AGO = Date.UTC(2026, 0, 1);

// Of all events of messages, the share that is told twice.
const TWICE_SHARE = 0.05;

// One in so many asks for words that others were given too: such answers can be told apart by their place alone.
const SAME_WORDS_SHARE = 0.1;
// One in so many takes its message back at once: it may be answered or not, and never twice.
const TAKEN_BACK_SHARE = 0.01;

// What goes wrong on the way to Discord and back, before or after it was done.
const TROUBLES: readonly Trouble[] = (["before", "after"] as const).flatMap((when) => [
  { kind: "reset", when },
  { kind: "status", when, status: 502 },
]);

// A post in doubt is looked for after 15 s, and one that was held behind it follows; after so long without any news nothing comes any more.
const QUIET_MS = 40_000;
// Whatever is still in doubt when all are answered would be said again within this time.
const AGAIN_MS = 20_000;
const LOOK_EVERY_MS = 500;

// What one of them holds is soon worked off; more than this is no news but a house that is stuck.
const SETTLED_MS_MAX = 30 * 60_000;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, speech = "script", faults = 0 } = options;
  const chance = seededChance(seed);
  const folder = mkdtempSync(join(tmpdir(), "troupe-chaos-"));
  const shards = options.shards ?? 1;
  const fake = await openFakeDiscord({
    limits: { faster: options.limits },
    gateway: { shards, maxConcurrency: shards },
    mischief: { seed, twice: TWICE_SHARE },
    faults: { seed, share: faults, troubles: TROUBLES, on: isSaying },
  });
  const guilds = Array.from({ length: shards }, (_, at) => fake.guild(`Chaos ${at}`, { joinedAt: LONG_AGO }));
  const channels = Array.from({ length: options.channels }, (_, at) => {
    const guild = guilds[at % guilds.length];
    if (guild === undefined) throw new RangeError("there is no server");
    return fake.channel(guild, `room-${at}`);
  });
  makeCast(folder, speech);
  await bindEverywhere(folder, channels, speech);
  const model = speech === "model" ? await startModel() : null;
  const asked: Asked[] = [];
  const startTimes: number[] = [];
  const children = new Set<ChildProcess>();
  // No house outlives the run, however that ends.
  const killAll = (): void => {
    for (const child of children) child.kill("SIGKILL");
  };
  process.once("exit", killAll);
  const rooms = (): readonly Room[] => channels.map((channel) => roomOf(fake, channel));
  const answers = (): number =>
    fake.books.everything().filter((each) => each.deletedAt === null && isAnswer(each.text)).length;
  const wanted = (): number => asked.filter((each) => !each.isTakenBack).length;
  return {
    fake,
    channels,
    chance,
    speech,
    database: databaseIn(folder),
    asked,
    startTimes,
    rooms,
    answers,
    ask: () => {
      const each = askNext({ fake, channels, chance, speech }, asked.length);
      asked.push(each);
      return each;
    },
    start: (env = {}) => {
      const child = spawn(process.execPath, ["src/start.js"], {
        cwd: options.code,
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...environmentOf(fake, folder, options), ...environmentFor(model), ...env },
      });
      const startedAt = Date.now();
      child.stdout?.once("data", () => startTimes.push(Date.now() - startedAt));
      tellLog(child);
      children.add(child);
      child.once("exit", () => children.delete(child));
      return child;
    },
    settled: async (elsewhere = async () => 0) => {
      const startedAt = Date.now();
      let [seen, since] = [answers(), Date.now()];
      while (Date.now() - since < QUIET_MS && Date.now() - startedAt < SETTLED_MS_MAX) {
        await sleep(LOOK_EVERY_MS);
        const now = answers();
        if (now !== seen) [seen, since] = [now, Date.now()];
        const isWhole = now >= wanted() && (await elsewhere()) === 0;
        if (isWhole && Date.now() - since > (options.watchMs ?? AGAIN_MS)) return;
      }
    },
    close: async () => {
      await Promise.all([...children].map((child) => kill(child)));
      process.off("exit", killAll);
      await model?.close();
      await fake.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a process without a word, at this very instant. */
export async function kill(child: ChildProcess): Promise<void> {
  await ended(child, "SIGKILL");
}

/** Asks a process to end, and waits until it has. */
export async function stop(child: ChildProcess): Promise<void> {
  await ended(child, "SIGTERM");
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function ended(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill(signal);
  await promise;
}

/** What the house logs is shown, and what it says to people is not. */
function tellLog({ stdout }: ChildProcess): void {
  if (stdout === null) return;
  createInterface(stdout).on("line", (line) => {
    if (line.startsWith("{")) console.error(line);
  });
}

function environmentOf(fake: FakeDiscord, folder: string, options: StageOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    DISCORD_TOKEN: fake.token,
    DISCORD_API_URL: fake.url,
    DISCORD_PACE: String(options.limits),
    // A few people stand for many: none of them is to be told that it is enough.
    TROUPE_QUOTA_PER_MINUTE: "10000",
    TROUPE_QUOTA_PER_DAY: "1000000",
    PORT: "0",
    DATABASE_URL: `file:${databaseIn(folder)}`,
    TROUPE_PERSONAS: join(folder, "personas"),
    TROUPE_SEED: options.seed,
    TROUPE_LOG: process.env["TROUPE_LOG"] ?? "error",
  };
}

/** What is spent on a model, and by a killed house reserved, is no subject here. */
function environmentFor(model: FakeLlm | null): NodeJS.ProcessEnv {
  return model === null ? {} : { OPENAI_BASE_URL: model.url, TROUPE_SPEND_PER_DAY: "10000" };
}

function isSaying({ method, route }: Request): boolean {
  return method !== "GET" && route.startsWith(`${method} /webhooks/`);
}

/** Everybody asks once only, so that no later message stands for an earlier one. */
function askNext(
  { fake, channels, chance, speech }: Pick<Stage, "channels" | "chance" | "fake" | "speech">,
  number: number,
): Asked {
  const key = String(number);
  const channel = channels[Math.floor(chance("channel", key) * channels.length)];
  const persona = CAST[Math.floor(chance("persona", key) * CAST.length)];
  if (channel === undefined || persona === undefined) throw new RangeError("nobody and nowhere to ask");
  const isSame = chance("words", key) < SAME_WORDS_SHARE;
  const isTakenBack = chance("taken back", key) < TAKEN_BACK_SHARE;
  const said = fake.say(channel, `Person ${number}`, `${persona.name}, ${isSame ? "tea please" : `number ${number}`}`);
  if (isTakenBack) fake.remove(said);
  return {
    number,
    message: messageId(discordPlatform, said.id),
    channel: channel.id,
    persona: persona.name,
    answer: speech === "model" ? answerOf(isSame ? null : number) : isSame ? "Tea it is." : `Number ${number} it is.`,
    at: said.createdAt,
    isTakenBack,
  };
}

function roomOf(fake: FakeDiscord, channel: Ref): Room {
  const posts = fake.messages(channel).filter((each) => each.isBot);
  return {
    channel: channel.id,
    posts: posts.map((each) => ({
      author: each.author,
      face: faceOf(fake, each.avatarUrl),
      text: readText(each.text),
      at: each.createdAt,
    })),
  };
}
