// Every setting of the house is one row here: it feeds the start, the doctor, the complaints, the README's table and .env.example.
import { resolve } from "node:path";
import type { AuthorId } from "./domain/ids.ts";
import type { Brakes } from "./domain/brakes.ts";
import { usualBrakes } from "./domain/brakes.ts";
import type { SpendCaps } from "./domain/budget.ts";
import type { Complaint } from "./errors.ts";
import { BadInput, quoted } from "./errors.ts";
import type { LogLevel } from "./log.ts";
import type { Setting } from "./setting.ts";
import { complaintAbout, hidden, open } from "./setting.ts";
import {
  databaseFile,
  dollars,
  key,
  people,
  SECRET_CHARS_MIN,
  TOKEN_CHARS_MIN,
  webUrl,
  whole,
} from "./setting-readers.ts";

/** What the house is told before it starts. */
export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the outside reaches the server, without a slash at the end; null: nowhere. */
  readonly publicUrl: string | null;
  /** Absolute path of the SQLite file; secrets lie beside it. */
  readonly databaseFile: string;
  readonly openai: ModelServer;
  /** Null: the house is not on Discord. */
  readonly discord: DiscordAccount | null;
  /** People with every right. */
  readonly admins: ReadonlySet<AuthorId>;
  /** Null: the one made at first start. */
  readonly adminToken: string | null;
  readonly spend: SpendCaps;
  /** Null: the one made at first start. */
  readonly secret: string | null;
  /** Null: every start chooses anew. */
  readonly seed: string | null;
  readonly log: LogLevel;
  /** Absolute path of the folder of personas. */
  readonly personas: string;
  readonly brakes: Brakes;
  readonly contextTokens: number;
}

/** The house's OpenAI-compatible server; without key and URL there is none. */
export interface ModelServer {
  readonly apiKey: string | null;
  /** Without a slash at the end; null: OpenAI's own. */
  readonly baseUrl: string | null;
  /** Null: the usual one of that server. */
  readonly model: string | null;
}

/** The bot on Discord. */
export interface DiscordAccount {
  readonly token: string;
  /** Without the version, and without a slash at the end. */
  readonly apiUrl: string;
  /** How many times Discord's usual limits the bot may use. */
  readonly pace: number;
  /** Null: as many as Discord recommends, all in this process. */
  readonly shards: { readonly count: number; readonly ids: readonly number[] } | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings given on the command line, by the setting's name; they win over the environment. */
export type Flags = Readonly<Partial<Record<SettingName, string>>>;

export type SettingName = (typeof SETTINGS)[keyof typeof SETTINGS]["name"];

// Half a million tokens for each dollar: what a dollar buys of a small model, for servers whose price nobody knows.
const UNPRICED_TOKENS_PER_USD = 500_000;

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const satisfies readonly LogLevel[];

/** Every setting, in the order in which people meet them. */
export const SETTINGS = {
  openaiKey: hidden({
    name: "OPENAI_API_KEY",
    usual: null,
    meaning: "key for the model; with it the personas speak through OpenAI or another compatible server",
    expected: "a key without spaces",
    read: key,
  }),
  openaiUrl: open({
    name: "OPENAI_BASE_URL",
    usual: null,
    usually: "OpenAI's",
    meaning:
      "address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`; alone it is enough for local ones",
    expected: "an address such as http://127.0.0.1:11434/v1",
    read: webUrl,
  }),
  openaiModel: open({
    name: "OPENAI_MODEL",
    usual: null,
    usually: "`gpt-4.1-mini` at OpenAI, elsewhere the first that the server has",
    meaning: "the model that speaks for personas that name none",
    expected: "the name of a model, up to 200 characters without spaces",
    read: (text) => (/^[^\s\p{C}]{1,200}$/u.test(text) ? text : null),
  }),
  discordToken: hidden({
    name: "DISCORD_TOKEN",
    usual: null,
    meaning: "token of the bot on Discord; with it the personas are there too",
    expected: "a token without spaces",
    read: key,
  }),
  discordUrl: open({
    name: "DISCORD_API_URL",
    usual: "https://discord.com/api",
    meaning: "address of Discord's API, without the version",
    expected: "an address such as https://discord.com/api",
    read: webUrl,
  }),
  discordPace: open({
    name: "DISCORD_PACE",
    usual: "1",
    meaning: "how many times Discord's usual limits for posts to use, where Discord has granted the bot more",
    expected: "a whole number from 1 to 1000",
    read: whole(1, 1000),
  }),
  shardCount: open({
    name: "SHARD_COUNT",
    usual: null,
    usually: "as many as Discord recommends",
    meaning: "how many shards the bot has on Discord in all",
    expected: "a whole number from 1 to 10000",
    read: whole(1, 10_000),
  }),
  shardIds: open({
    name: "SHARD_IDS",
    usual: null,
    usually: "all of them",
    meaning: "which of `SHARD_COUNT` shards this process runs, such as `0,1,2`",
    expected: "numbers from 0 with commas between them, such as 0,1,2",
    read: (text) => (/^\d{1,4}(?:,\d{1,4})*$/u.test(text) ? text.split(",").map(Number) : null),
  }),
  spendPerDay: open({
    name: "TROUPE_SPEND_PER_DAY",
    usual: "1.00",
    unit: "US dollars a day",
    meaning:
      "hard cap for what models may cost; where a price is unknown, 500,000 tokens stand for a dollar; 0 asks no model",
    expected: "an amount in US dollars such as 1.50",
    read: dollars,
  }),
  personas: open({
    name: "TROUPE_PERSONAS",
    flag: "--personas",
    usual: "personas",
    meaning: "folder of the personas",
    expected: "a folder",
    read: (text) => text,
  }),
  host: open({
    name: "TROUPE_HOST",
    flag: "--host",
    usual: "127.0.0.1",
    meaning: "address that the web server listens on; `0.0.0.0` for every network",
    expected: "an address or a host name such as 127.0.0.1",
    read: (text) => (/^[\w.:%-]{1,253}$/u.test(text) ? text : null),
  }),
  port: open({
    name: "PORT",
    flag: "--port",
    usual: "8337",
    meaning: "port of the web server: feed, admin, API, health; 0 takes any free one",
    expected: "a port from 0 to 65535",
    read: whole(0, 65_535),
  }),
  publicUrl: open({
    name: "PUBLIC_URL",
    usual: null,
    meaning: "where the outside reaches the web server, such as `https://troupe.example`",
    expected: "an address such as https://troupe.example",
    read: webUrl,
  }),
  database: open({
    name: "DATABASE_URL",
    usual: "file:data/troupe.db",
    meaning: "the SQLite file; what the house makes for itself lies beside it",
    expected: "a SQLite file such as file:data/troupe.db",
    read: databaseFile,
  }),
  admins: open({
    name: "TROUPE_ADMINS",
    usual: null,
    meaning: "people with every right, such as `discord:80351110224678912`",
    expected: "platform and id of each with commas between them, such as discord:80351110224678912",
    read: people,
  }),
  adminToken: hidden({
    name: "TROUPE_ADMIN_TOKEN",
    usual: null,
    usually: "made and printed at first start",
    meaning: "sign-in to pages and API that are not public, from anywhere but this machine",
    expected: `at least ${TOKEN_CHARS_MIN} characters without spaces`,
    read: (text) => (text.length >= TOKEN_CHARS_MIN ? key(text) : null),
  }),
  secret: hidden({
    name: "TROUPE_SECRET",
    usual: null,
    usually: "made at first start, beside the database",
    meaning: "key for secrets at rest and for sessions",
    expected: `at least ${SECRET_CHARS_MIN} characters without spaces`,
    read: (text) => (text.length >= SECRET_CHARS_MIN ? key(text) : null),
  }),
  seed: open({
    name: "TROUPE_SEED",
    usual: null,
    meaning: "any text; makes every choice by chance repeatable",
    expected: "any text",
    read: (text) => text,
  }),
  log: open({
    name: "TROUPE_LOG",
    usual: "info",
    meaning: "how much is logged: `debug`, `info`, `warn`, `error` or `silent`; texts of messages at `debug` only",
    expected: "one of debug, info, warn, error, silent",
    read: (text) => LOG_LEVELS.find((level) => level === text) ?? null,
  }),
  contextTokens: open({
    name: "TROUPE_CONTEXT_TOKENS",
    usual: "6000",
    unit: "tokens",
    meaning: "most that one prompt may hold; what does not fit is dropped, and the trace says so",
    expected: "a whole number from 500 to 1000000",
    read: whole(500, 1_000_000),
  }),
  brakeDepth: open({
    name: "TROUPE_BRAKE_DEPTH",
    usual: String(usualBrakes.depthMax),
    unit: "posts",
    meaning: "how many posts personas may say in a row, each answering the one before, without a person",
    expected: "a whole number from 1 to 1000",
    read: whole(1, 1000),
  }),
  brakePerMinute: open({
    name: "TROUPE_BRAKE_PER_MINUTE",
    usual: String(usualBrakes.channelPerMinute),
    unit: "posts a minute",
    meaning: "how many posts that nobody asked for a channel may get",
    expected: "a whole number from 1 to 1000",
    read: whole(1, 1000),
  }),
  brakePerHour: open({
    name: "TROUPE_BRAKE_PER_HOUR",
    usual: String(usualBrakes.conversationPerHour),
    unit: "posts an hour",
    meaning: "how many posts that nobody asked for a conversation may get",
    expected: "a whole number from 1 to 10000",
    read: whole(1, 10_000),
  }),
} as const;

/** The settings of `env`, with `flags` before them; relative paths start at `folder`. An empty value counts as not set. Throws `BadInput` with every complaint at once. */
export function readConfig(env: Environment, flags: Flags, folder: string = process.cwd()): Config {
  const complaints: Complaint[] = [];
  const given = <Name extends SettingName, Value>(setting: Setting<Name, Value>): Value | null => {
    const flag = flags[setting.name];
    const text = flag ?? trimmed(env[setting.name]) ?? setting.usual;
    if (text === null) return null;
    const value = setting.read(text);
    const where = flag === undefined ? setting.name : (setting.flag ?? setting.name);
    if (value === null) complaints.push(complaintAbout(setting, where, text));
    return value;
  };
  // A row with a usual value yields null only together with a complaint, and then nothing of this is returned.
  const must = <Name extends SettingName, Value>(setting: Setting<Name, Value>, meanwhile: Value): Value =>
    given(setting) ?? meanwhile;
  const usd = must(SETTINGS.spendPerDay, 0);
  const config: Config = {
    host: must(SETTINGS.host, ""),
    port: must(SETTINGS.port, 0),
    publicUrl: given(SETTINGS.publicUrl),
    databaseFile: resolve(folder, must(SETTINGS.database, "")),
    openai: {
      apiKey: given(SETTINGS.openaiKey),
      baseUrl: given(SETTINGS.openaiUrl),
      model: given(SETTINGS.openaiModel),
    },
    discord: discordFrom(given, complaints),
    admins: new Set(given(SETTINGS.admins)),
    adminToken: given(SETTINGS.adminToken),
    spend: { usdPerDay: usd, tokensPerDay: Math.round(usd * UNPRICED_TOKENS_PER_USD) },
    secret: given(SETTINGS.secret),
    seed: given(SETTINGS.seed),
    log: must(SETTINGS.log, "info"),
    personas: resolve(folder, must(SETTINGS.personas, "")),
    brakes: {
      depthMax: must(SETTINGS.brakeDepth, 0),
      channelPerMinute: must(SETTINGS.brakePerMinute, 0),
      conversationPerHour: must(SETTINGS.brakePerHour, 0),
    },
    contextTokens: must(SETTINGS.contextTokens, 0),
  };
  if (complaints.length > 0) throw new BadInput(complaints);
  return config;
}

type Given = <Name extends SettingName, Value>(setting: Setting<Name, Value>) => Value | null;

function discordFrom(given: Given, complaints: Complaint[]): DiscordAccount | null {
  const token = given(SETTINGS.discordToken);
  const apiUrl = given(SETTINGS.discordUrl) ?? "";
  const pace = given(SETTINGS.discordPace) ?? 1;
  const count = given(SETTINGS.shardCount);
  const ids = given(SETTINGS.shardIds);
  const most = Math.max(-1, ...(ids ?? []));
  if (ids !== null && (count === null || most >= count)) {
    const expected = count === null ? "SHARD_COUNT beside it" : `numbers below SHARD_COUNT, ${count}`;
    complaints.push({ where: SETTINGS.shardIds.name, line: null, field: null, expected, got: quoted(ids.join(",")) });
  }
  if (token === null) return null;
  const all = Array.from({ length: count ?? 0 }, (_, id) => id);
  return { token, apiUrl, pace, shards: count === null ? null : { count, ids: ids ?? all } };
}

function trimmed(text: string | undefined): string | null {
  const bare = text?.trim() ?? "";
  return bare === "" ? null : bare;
}
