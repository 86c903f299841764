// What the house is told before it starts, read from the environment and the command line.
import { resolve } from "node:path";
import type { AuthorId } from "./domain/ids.ts";
import type { Brakes } from "./domain/brakes.ts";
import type { SpendCaps } from "./domain/budget.ts";
import { capsFor } from "./domain/budget.ts";
import type { Complaint } from "./errors.ts";
import { BadInput, quoted } from "./errors.ts";
import type { LogLevel } from "./log.ts";
import type { Setting } from "./setting.ts";
import { complaintAbout } from "./setting.ts";
import type { Role, SettingName } from "./setting-rows.ts";
import type { GivenPrice } from "./setting-readers.ts";
import { SETTINGS } from "./setting-rows.ts";

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
  /** Null: wake-ups stay in this process. */
  readonly redisUrl: string | null;
  /** Only `all` does without Redis. */
  readonly role: Role;
  /** People with every right. */
  readonly admins: ReadonlySet<AuthorId>;
  /** Null: the one made at first start. */
  readonly adminToken: string | null;
  readonly spend: SpendCaps;
  /** What models cost, by their name, before any price that is known. */
  readonly prices: ReadonlyMap<string, GivenPrice>;
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
    ...processFrom(given, complaints),
    admins: new Set(given(SETTINGS.admins)),
    adminToken: given(SETTINGS.adminToken),
    spend: capsFor(usd),
    prices: given(SETTINGS.prices) ?? new Map(),
    secret: given(SETTINGS.secret),
    seed: given(SETTINGS.seed),
    log: must(SETTINGS.log, "info"),
    personas: resolve(folder, must(SETTINGS.personas, "")),
    brakes: {
      depthMax: must(SETTINGS.brakeDepth, 0),
      channelPerMinute: must(SETTINGS.brakePerMinute, 0),
      conversationPerHour: must(SETTINGS.brakePerHour, 0),
      pairMax: must(SETTINGS.brakePair, 0),
      alikeMax: must(SETTINGS.brakeAlike, 0),
      quota: { perMinute: must(SETTINGS.quotaPerMinute, 0), perDay: must(SETTINGS.quotaPerDay, 0) },
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

function processFrom(given: Given, complaints: Complaint[]): Pick<Config, "redisUrl" | "role"> {
  const before = complaints.length;
  const url = given(SETTINGS.redisUrl);
  const isWrong = complaints.length > before;
  const role = given(SETTINGS.role) ?? "all";
  if (role !== "all" && url === null && !isWrong) {
    const expected = "REDIS_URL beside it, for a gateway and its workers wake each other through Redis";
    complaints.push({ where: SETTINGS.role.name, line: null, field: null, expected, got: quoted(role) });
  }
  return { redisUrl: url, role };
}

function trimmed(text: string | undefined): string | null {
  const bare = text?.trim() ?? "";
  return bare === "" ? null : bare;
}
