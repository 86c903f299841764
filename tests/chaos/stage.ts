// What every chaos run stands on: a fake Discord with its limits, a cast with faces, and the real program in processes of its own.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Chance } from "../../src/chance.ts";
import { seededChance } from "../../src/chance.ts";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import { openFakeDiscord } from "../fakes/discord/fake.ts";
import type { Ref } from "../fakes/discord/places.ts";
import type { Asked, Room } from "./judge.ts";

/** The code as it is. */
export const WHOLE_CODE = new URL("../..", import.meta.url).pathname;

export interface StageOptions {
  readonly seed: string;
  readonly channels: number;
  /** How many times faster the limits run than Discord's own. */
  readonly limits: number;
  /** Where the program's code stands: the whole code, or a copy that was broken on purpose. */
  readonly code: string;
  /** Over how many shards the channels are spread; one unless told. */
  readonly shards?: number;
  /** How long the answers are watched when all are there: whatever is still in doubt then would be said again after 15 s. */
  readonly watchMs?: number;
}

export interface Stage {
  readonly fake: FakeDiscord;
  readonly channels: readonly Ref[];
  readonly chance: Chance;
  /** Everything that was asked so far. */
  readonly asked: readonly Asked[];
  /** Somebody asks a persona for the next number, in a channel that chance picks; a few take it back at once. */
  ask(): Asked;
  /** A new process of the house, on the database of the one before; `env`: settings of its own. */
  start(env?: Readonly<Record<string, string>>): ChildProcess;
  /** What stands in the channels. */
  rooms(): readonly Room[];
  /** How many answers stand there. */
  answers(): number;
  /** Until as many answers stand there as were asked for and nothing comes any more, or nothing has come for long. */
  settled(): Promise<void>;
  /** Takes everything down. What did not fit Discord's description is thrown. */
  close(): Promise<void>;
}

const CAST = [
  { handle: "ada", name: "Ada" },
  { handle: "bruno", name: "Bruno" },
  { handle: "mabel", name: "Mabel" },
] as const;

// Where the bot is new, it says hello.
const LONG_AGO = Date.UTC(2026, 0, 1);

// Of all events of messages, the share that is told twice.
const TWICE_SHARE = 0.05;

// One in so many asks for words that others were given too: such answers can be told apart by their place alone.
const SAME_WORDS_SHARE = 0.1;
// One in so many takes its message back at once: it may be answered or not, and never twice.
const TAKEN_BACK_SHARE = 0.01;

const BRAIN = `! version = 2.0

+ [*] number #
- Number <star1> it is.

+ [*] tea [*]
- Tea it is.
`;

// A post in doubt is looked for after 15 s, and one that was held behind it follows; after so long without any news nothing comes any more.
const QUIET_MS = 40_000;
// Whatever is still in doubt when all are answered would be said again within this time.
const AGAIN_MS = 20_000;
const LOOK_EVERY_MS = 500;

// What one of them holds is soon worked off; more than this is no news but a house that is stuck.
const SETTLED_MS_MAX = 30 * 60_000;

export async function openStage(options: StageOptions): Promise<Stage> {
  const chance = seededChance(options.seed);
  const folder = mkdtempSync(join(tmpdir(), "troupe-chaos-"));
  const shards = options.shards ?? 1;
  const fake = await openFakeDiscord({
    limits: { faster: options.limits },
    gateway: { shards, maxConcurrency: shards },
    mischief: { seed: options.seed, twice: TWICE_SHARE },
  });
  const guilds = Array.from({ length: shards }, (_, at) => fake.guild(`Chaos ${at}`, { joinedAt: LONG_AGO }));
  const channels = Array.from({ length: options.channels }, (_, at) => {
    const guild = guilds[at % guilds.length];
    if (guild === undefined) throw new RangeError("there is no server");
    return fake.channel(guild, `room-${at}`);
  });
  makeCast(folder);
  await bindEverywhere(folder, channels);
  const asked: Asked[] = [];
  const children = new Set<ChildProcess>();
  // No house outlives the run, however that ends.
  const killAll = (): void => {
    for (const child of children) child.kill("SIGKILL");
  };
  process.once("exit", killAll);
  const rooms = (): readonly Room[] => channels.map((channel) => roomOf(fake, channel));
  const answers = (): number =>
    rooms().reduce((sum, room) => sum + room.posts.filter((post) => post.isAnswer).length, 0);
  const wanted = (): number => asked.filter((each) => !each.isTakenBack).length;
  return {
    fake,
    channels,
    chance,
    asked,
    rooms,
    answers,
    ask: () => {
      const each = askNext(fake, channels, chance, asked.length);
      asked.push(each);
      return each;
    },
    start: (env = {}) => {
      const child = spawn(process.execPath, ["src/start.js"], {
        cwd: options.code,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...environmentOf(fake, folder, options), ...env },
      });
      children.add(child);
      child.once("exit", () => children.delete(child));
      return child;
    },
    settled: async () => {
      const startedAt = Date.now();
      let [seen, since] = [answers(), Date.now()];
      while (Date.now() - since < QUIET_MS && Date.now() - startedAt < SETTLED_MS_MAX) {
        await sleep(LOOK_EVERY_MS);
        const now = answers();
        if (now !== seen) [seen, since] = [now, Date.now()];
        if (now >= wanted() && Date.now() - since > (options.watchMs ?? AGAIN_MS)) return;
      }
    },
    close: async () => {
      await Promise.all([...children].map((child) => kill(child)));
      process.off("exit", killAll);
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

function environmentOf(fake: FakeDiscord, folder: string, options: StageOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    DISCORD_TOKEN: fake.token,
    DISCORD_API_URL: fake.url,
    DISCORD_PACE: String(options.limits),
    PORT: "0",
    DATABASE_URL: `file:${join(folder, "troupe.db")}`,
    TROUPE_PERSONAS: join(folder, "personas"),
    TROUPE_SEED: options.seed,
    TROUPE_LOG: process.env["TROUPE_LOG"] ?? "error",
  };
}

function makeCast(folder: string): void {
  for (const { handle, name } of CAST) {
    const own = join(folder, "personas", handle);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "persona.yaml"), `version: 1\nname: ${name}\navatar: avatar.png\nsolvers: [rivescript]\n`);
    writeFileSync(join(own, "brain.rive"), BRAIN);
    copyFileSync(join(WHOLE_CODE, "personas", handle, "avatar.png"), join(own, "avatar.png"));
  }
}

async function bindEverywhere(folder: string, channels: readonly Ref[]): Promise<void> {
  const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Chaos" };
  for (const channel of channels) {
    const scope = channelScope(channelId(discordPlatform, channel.id));
    for (const { handle } of CAST) {
      await store.registry.bind({ persona: personaId(handle), scope, by: by.name, at: Date.now() }, by);
    }
  }
  await store.close();
}

/** Everybody asks once only, so that no later message stands for an earlier one. */
function askNext(fake: FakeDiscord, channels: readonly Ref[], chance: Chance, number: number): Asked {
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
    channel: channel.id,
    persona: persona.name,
    answer: isSame ? "Tea it is." : `Number ${number} it is.`,
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
      // A post that answers a message further up opens with a line that names and links it.
      text: each.text.slice(each.text.lastIndexOf("\n") + 1),
      isAnswer: each.text.endsWith(" it is."),
      at: each.createdAt,
    })),
  };
}

const PICTURES = new Map(
  CAST.map(({ handle, name }) => [readFileSync(join(WHOLE_CODE, "personas", handle, "avatar.png"), "base64"), name]),
);

/** Whose picture an address shows; null: nobody's. */
function faceOf(fake: FakeDiscord, address: string | null): string | null {
  const id = /emojis\/(\d+)\./u.exec(address ?? "")?.[1];
  const emoji = id === undefined ? undefined : fake.books.emojis.get(id);
  return emoji === undefined ? null : (PICTURES.get(emoji.content.toString("base64")) ?? null);
}
