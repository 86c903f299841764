// Every setting of the house is one row here: it feeds the start, the doctor, the complaints, the README's table and .env.example.
import { usualBrakes } from "./domain/brakes.ts";
import { usualQuota } from "./domain/quota.ts";
import type { LogLevel } from "./log.ts";
import { hidden, open } from "./setting.ts";
import {
  databaseFile,
  dollars,
  key,
  people,
  prices,
  redisUrl,
  SECRET_CHARS_MIN,
  TOKEN_CHARS_MIN,
  webUrl,
  whole,
} from "./setting-readers.ts";

export type SettingName = (typeof SETTINGS)[keyof typeof SETTINGS]["name"];

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const satisfies readonly LogLevel[];

/** What a process of the house does. */
export type Role = (typeof ROLES)[number];

const ROLES = ["all", "gateway", "worker"] as const;

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
  prices: open({
    name: "TROUPE_PRICES",
    usual: null,
    usually: "as published",
    unit: "US dollars per million tokens",
    meaning:
      "what models cost, read and written, such as `gpt-4.1-mini=0.40/1.60,llama3.2=0/0`; before any known price",
    expected: "model=read/written with commas between them, such as gpt-4.1-mini=0.40/1.60",
    read: prices,
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
  redisUrl: open({
    name: "REDIS_URL",
    usual: null,
    meaning: "Redis or Valkey, such as `redis://127.0.0.1:6379`, by which several processes of a house wake each other",
    expected: "an address such as redis://127.0.0.1:6379",
    read: redisUrl,
  }),
  role: open({
    name: "TROUPE_ROLE",
    usual: "all",
    meaning:
      "`gateway` listens and serves the pages, `worker` thinks and speaks: both need `REDIS_URL` and share one database",
    expected: "one of all, gateway, worker",
    read: (text) => ROLES.find((role) => role === text) ?? null,
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
  brakePair: open({
    name: "TROUPE_BRAKE_PAIR",
    usual: String(usualBrakes.pairMax),
    unit: "answers",
    meaning: "how many answers in a row the same two personas may give each other while nobody else speaks",
    expected: "a whole number from 1 to 1000",
    read: whole(1, 1000),
  }),
  brakeAlike: open({
    name: "TROUPE_BRAKE_ALIKE",
    usual: String(usualBrakes.alikeMax),
    unit: "posts",
    meaning: "how many of a channel's newest posts that nobody asked for may say nearly the same",
    expected: "a whole number from 1 to 20",
    read: whole(1, 20),
  }),
  quotaPerMinute: open({
    name: "TROUPE_QUOTA_PER_MINUTE",
    usual: String(usualQuota.perMinute),
    unit: "answers a minute",
    meaning: "how much one person is answered, all channels of a server together; the pages have limits of their own",
    expected: "a whole number from 1 to 10000",
    read: whole(1, 10_000),
  }),
  quotaPerDay: open({
    name: "TROUPE_QUOTA_PER_DAY",
    usual: String(usualQuota.perDay),
    unit: "answers in 24 hours",
    meaning: "the same for a day",
    expected: "a whole number from 1 to 1000000",
    read: whole(1, 1_000_000),
  }),
} as const;
