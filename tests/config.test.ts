// Settings: what is read, what is refused and with which sentence, and that the documents say the same as the code.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { Environment, Flags } from "../src/config.ts";
import { readConfig } from "../src/config.ts";
import { BadInput } from "../src/errors.ts";
import { SETTINGS } from "../src/setting-rows.ts";
import { envExample, settingsTable, unknownSettings } from "../src/settings-text.ts";

const root = resolve(import.meta.dirname, "..");

function complaints(env: Environment, flags: Flags = {}): readonly string[] {
  try {
    readConfig(env, flags, "/home/ada");
    return [];
  } catch (error) {
    if (error instanceof BadInput) return error.message.split("\n");
    throw error;
  }
}

test("with nothing set the house runs on loopback, on SQLite, without a model, with brakes and a budget", () => {
  expect(readConfig({}, {}, "/home/ada")).toEqual({
    host: "127.0.0.1",
    port: 8337,
    publicUrl: null,
    databaseFile: "/home/ada/data/troupe.db",
    openai: { apiKey: null, baseUrl: null, model: null },
    discord: null,
    redisUrl: null,
    role: "all",
    admins: new Set(),
    adminToken: null,
    spend: { usdPerDay: 1, tokensPerDay: 500_000 },
    prices: new Map(),
    secret: null,
    seed: null,
    log: "info",
    personas: "/home/ada/personas",
    brakes: {
      depthMax: 8,
      channelPerMinute: 20,
      conversationPerHour: 60,
      pairMax: 6,
      alikeMax: 3,
      quota: { perMinute: 30, perDay: 1_000 },
    },
    contextTokens: 6000,
  });
});

test("every setting is read from its variable", () => {
  const env = {
    TROUPE_HOST: "0.0.0.0",
    PORT: "80",
    PUBLIC_URL: "https://troupe.example/",
    DATABASE_URL: "file:/var/lib/troupe/house.db",
    OPENAI_API_KEY: "sk-1",
    OPENAI_BASE_URL: "http://127.0.0.1:11434/v1/",
    OPENAI_MODEL: "llama3:8b",
    DISCORD_TOKEN: "abc.def.ghi",
    DISCORD_API_URL: "http://127.0.0.1:9000/api/",
    DISCORD_PACE: "2",
    SHARD_COUNT: "3",
    SHARD_IDS: "0,2",
    REDIS_URL: "rediss://ada:hunter2@redis.example:6380/1",
    TROUPE_ROLE: "worker",
    TROUPE_ADMIN_TOKEN: "open-sesame-123",
    TROUPE_ADMINS: "discord:1, discord:2",
    TROUPE_SPEND_PER_DAY: "2.50",
    TROUPE_SECRET: "0123456789abcdef0123456789abcdef",
    TROUPE_SEED: "any text",
    TROUPE_LOG: "debug",
    TROUPE_PERSONAS: "../cast",
    TROUPE_BRAKE_DEPTH: "3",
    TROUPE_BRAKE_PER_MINUTE: "4",
    TROUPE_BRAKE_PER_HOUR: "5",
    TROUPE_PRICES: "some/model:2=0.40/1.6",
    TROUPE_BRAKE_PAIR: "6",
    TROUPE_BRAKE_ALIKE: "7",
    TROUPE_QUOTA_PER_MINUTE: "8",
    TROUPE_QUOTA_PER_DAY: "9",
    TROUPE_CONTEXT_TOKENS: "800",
  };
  expect(Object.keys(env).toSorted()).toEqual(
    Object.values(SETTINGS)
      .map((setting) => setting.name)
      .toSorted(),
  );
  expect(readConfig(env, {}, "/home/ada")).toEqual({
    host: "0.0.0.0",
    port: 80,
    publicUrl: "https://troupe.example",
    databaseFile: "/var/lib/troupe/house.db",
    openai: { apiKey: "sk-1", baseUrl: "http://127.0.0.1:11434/v1", model: "llama3:8b" },
    discord: { token: "abc.def.ghi", apiUrl: "http://127.0.0.1:9000/api", pace: 2, shards: { count: 3, ids: [0, 2] } },
    redisUrl: "rediss://ada:hunter2@redis.example:6380/1",
    role: "worker",
    admins: new Set(["discord:1", "discord:2"]),
    adminToken: "open-sesame-123",
    spend: { usdPerDay: 2.5, tokensPerDay: 1_250_000 },
    prices: new Map([["some/model:2", { input: 0.4, output: 1.6 }]]),
    secret: "0123456789abcdef0123456789abcdef",
    seed: "any text",
    log: "debug",
    personas: "/home/cast",
    brakes: {
      depthMax: 3,
      channelPerMinute: 4,
      conversationPerHour: 5,
      pairMax: 6,
      alikeMax: 7,
      quota: { perMinute: 8, perDay: 9 },
    },
    contextTokens: 800,
  });
});

test("shards fit each other, and without a list a process runs all of them", () => {
  expect(readConfig({ DISCORD_TOKEN: "t", SHARD_COUNT: "2" }, {}).discord?.shards).toEqual({ count: 2, ids: [0, 1] });
  expect(readConfig({ DISCORD_TOKEN: "t" }, {}).discord?.shards).toBeNull();
  expect(complaints({ SHARD_IDS: "0,2", SHARD_COUNT: "2" }, {})).toEqual([
    'SHARD_IDS: expected numbers below SHARD_COUNT, 2, got "0,2"',
  ]);
  expect(complaints({ SHARD_IDS: "0" }, {})).toEqual(['SHARD_IDS: expected SHARD_COUNT beside it, got "0"']);
});

test("a flag wins over the environment, and a wrong flag is named as the flag", () => {
  expect(readConfig({ PORT: "80" }, { PORT: "8080" }).port).toBe(8080);
  expect(complaints({}, { PORT: "many" })).toEqual(['--port: expected a port from 0 to 65535, got "many"']);
});

test("an empty value counts as not set, as compose passes every variable that is not there", () => {
  expect(readConfig({ OPENAI_API_KEY: "", PORT: " " }, {})).toMatchObject({ port: 8337, openai: { apiKey: null } });
});

test.each([
  [{ PORT: "70000" }, 'PORT: expected a port from 0 to 65535, got "70000"'],
  [{ PORT: "0x50" }, 'PORT: expected a port from 0 to 65535, got "0x50"'],
  [{ TROUPE_LOG: "loud" }, 'TROUPE_LOG: expected one of debug, info, warn, error, silent, got "loud"'],
  [{ TROUPE_SPEND_PER_DAY: "-1" }, 'TROUPE_SPEND_PER_DAY: expected an amount in US dollars such as 1.50, got "-1"'],
  [{ TROUPE_SPEND_PER_DAY: "Infinity" }, "TROUPE_SPEND_PER_DAY: expected an amount in US dollars"],
  [{ OPENAI_BASE_URL: "localhost:11434" }, "OPENAI_BASE_URL: expected an address such as http://127.0.0.1:11434/v1"],
  [{ OPENAI_MODEL: "a b" }, "OPENAI_MODEL: expected the name of a model"],
  [
    { PUBLIC_URL: "ftp://example" },
    'PUBLIC_URL: expected an address such as https://troupe.example, got "ftp://example"',
  ],
  [
    { TROUPE_PRICES: "small=1" },
    'TROUPE_PRICES: expected model=read/written with commas between them, such as gpt-4.1-mini=0.40/1.60, got "small=1"',
  ],
  [{ TROUPE_BRAKE_DEPTH: "0" }, 'TROUPE_BRAKE_DEPTH: expected a whole number from 1 to 1000, got "0"'],
  [{ TROUPE_CONTEXT_TOKENS: "6k" }, 'TROUPE_CONTEXT_TOKENS: expected a whole number from 500 to 1000000, got "6k"'],
  [{ DATABASE_URL: "data/troupe.db" }, "DATABASE_URL: expected a SQLite file such as file:data/troupe.db"],
  [{ DATABASE_URL: "file::memory:" }, "DATABASE_URL: expected a SQLite file such as file:data/troupe.db"],
  [
    { REDIS_URL: "127.0.0.1:6379" },
    'REDIS_URL: expected an address such as redis://127.0.0.1:6379, got "127.0.0.1:6379"',
  ],
  [{ REDIS_URL: "redis://" }, "REDIS_URL: expected an address such as redis://127.0.0.1:6379"],
  [{ REDIS_URL: "redis://127.0.0.1/one" }, "REDIS_URL: expected an address such as redis://127.0.0.1:6379"],
  [{ TROUPE_ROLE: "boss" }, 'TROUPE_ROLE: expected one of all, gateway, worker, got "boss"'],
  [
    { TROUPE_ROLE: "worker" },
    'TROUPE_ROLE: expected REDIS_URL beside it, for a gateway and its workers wake each other through Redis, got "worker"',
  ],
  [{ TROUPE_ROLE: "gateway", REDIS_URL: "http://x" }, "REDIS_URL: expected an address such as redis://127.0.0.1:6379"],
  [{ TROUPE_HOST: "a/b" }, 'TROUPE_HOST: expected an address or a host name such as 127.0.0.1, got "a/b"'],
])("a wrong value gets one sentence that says what is expected and what was got: %j", (env, sentence) => {
  expect(complaints(env)).toEqual([expect.stringContaining(sentence)]);
});

test("PostgreSQL is refused with one sentence that does not show the password", () => {
  expect(complaints({ DATABASE_URL: "postgres://ada:hunter2@db/troupe" })).toEqual([
    'DATABASE_URL: expected a SQLite file such as file:data/troupe.db (PostgreSQL is not supported yet), got "postgres://…"',
  ]);
});

test("the password in an address of Redis is not shown", () => {
  for (const address of ["http://ada:hunter2@redis/0", "ada:hunter2@redis:6379"]) {
    const said = complaints({ REDIS_URL: address });
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain("hunter2");
  }
});

test("a wrong key or token is never shown", () => {
  const env = { OPENAI_API_KEY: "sk-hush hush", TROUPE_ADMIN_TOKEN: "hush", TROUPE_SECRET: "hush" };
  const said = complaints(env);
  expect(said).toHaveLength(3);
  expect(said.join("\n")).not.toContain("hush");
});

test("all mistakes are told at once", () => {
  expect(complaints({ PORT: "x", TROUPE_LOG: "y", DATABASE_URL: "z" })).toHaveLength(3);
});

test("a misspelt name of a setting is noticed", () => {
  expect(unknownSettings({ TROUPE_SPEND: "5", TROUPE_SEED: "a", HOME: "/" })).toEqual(["TROUPE_SPEND"]);
});

test(".env.example says what the code says", async () => {
  await expect(envExample()).toMatchFileSnapshot(resolve(root, ".env.example"));
});

test("the README's table of settings says what the code says", () => {
  const readme = readFileSync(resolve(root, "README.md"), "utf8");
  const shown = /<!-- settings -->\n+([^]*?)\n+<!-- \/settings -->/u.exec(readme)?.[1];
  expect(shown).toBe(settingsTable());
});
