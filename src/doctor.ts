// The doctor: looks at the house from outside and says in plain words what is wrong and what to do.
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Config, Environment, Flags } from "./config.ts";
import { readConfig } from "./config.ts";
import type { DiscordTools } from "./doctor-discord.ts";
import { checkDiscord } from "./doctor-discord.ts";
import type { Complaint } from "./errors.ts";
import { BadInput, messageOf, sentenceOf } from "./errors.ts";
import { makeDataFolder } from "./secrets.ts";
import { unknownSettings } from "./settings-text.ts";

/** What the doctor found out about one thing. `note` is worth knowing and nothing to mend. */
export type Finding =
  | { readonly kind: "fine"; readonly what: string; readonly says: string }
  | { readonly kind: "note"; readonly what: string; readonly says: string }
  /** `mend` says what to do, as one sentence. */
  | { readonly kind: "wrong"; readonly what: string; readonly says: string; readonly mend: string };

/** What came of asking the model one tiny question. */
export type ModelTried =
  | { readonly kind: "none" }
  | { readonly kind: "answered"; readonly model: string; readonly server: string; readonly ms: number }
  | { readonly kind: "failed"; readonly model: string; readonly server: string; readonly why: string }
  /** Nobody was asked: the budget has no room. */
  | { readonly kind: "unpaid"; readonly model: string; readonly server: string; readonly why: string };

/** What Redis says of itself. */
export type RedisTried =
  /** No REDIS_URL. */
  | { readonly kind: "none" }
  | {
      readonly kind: "answered";
      /** Without a password. */
      readonly place: string;
      readonly program: string;
      /** What it does when its memory is full. */
      readonly policy: string;
      readonly ms: number;
    }
  | { readonly kind: "failed"; readonly place: string; readonly why: string };

/** The parts of the house that the doctor looks into; only tools.ts knows which they are. */
export interface Tools extends DiscordTools {
  /** Opens the database, brings its tables up to date and reads it through. Resolves to what is in it, in a few words; throws when something is wrong. */
  checkDatabase(): Promise<string>;
  /** Reads every persona once. */
  readPersonas(): Promise<{
    readonly handles: readonly string[];
    readonly complaints: readonly Complaint[];
    readonly warnings: readonly string[];
  }>;
  /** Asks the house's model one tiny question; when it answers, calls to it are no longer stopped. */
  tryModel(signal: AbortSignal): Promise<ModelTried>;
  /** Asks Redis what it is. */
  tryRedis(): Promise<RedisTried>;
}

// A day of a busy house is a few MB; below this the database may not get through the night.
const FREE_BYTES_MIN = 100 * 1024 * 1024;

// The model has as long as in a turn.
const MODEL_WAIT_MS = 30_000;

// A house on this machine answers at once or is stuck.
const HEALTH_WAIT_MS = 2_000;

/** Everything the doctor looks at, one finding after the other as it is found. */
export async function* diagnose(
  env: Environment,
  flags: Flags,
  openTools: (config: Config) => Promise<Tools>,
): AsyncIterable<Finding> {
  yield { kind: "fine", what: "Node.js", says: process.versions.node };
  const settings = checkSettings(env, flags);
  yield* settings.findings;
  const { config } = settings;
  if (config === null) return;
  const folder = checkDataFolder(config);
  yield* folder;
  if (folder.every((finding) => finding.kind !== "wrong")) yield* lookInside(await openTools(config), config);
  // A worker has no pages.
  if (config.role !== "worker") yield await checkPort(config);
}

async function* lookInside(tools: Tools, config: Config): AsyncIterable<Finding> {
  const database = await checkDatabase(tools);
  yield database;
  if (database.kind === "wrong") {
    yield { kind: "note", what: "personas, model", says: "not looked at: they need the database" };
    return;
  }
  yield* await checkPersonas(tools, config);
  yield await checkModel(tools);
  yield* await checkDiscord(tools);
  yield* await checkRedis(tools);
}

/** The settings, each wrong one by itself; `config` is null when one is wrong. */
export function checkSettings(
  env: Environment,
  flags: Flags,
): { readonly findings: readonly Finding[]; readonly config: Config | null } {
  const notes = unknownSettings(env).map((name): Finding => ({
    kind: "note",
    what: "settings",
    says: `${name} is no setting of Troupe: is it misspelt?`,
  }));
  try {
    const config = readConfig(env, flags);
    return { findings: [{ kind: "fine", what: "settings", says: "all can be read" }, ...notes], config };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const mend = "change it in .env or in the environment; .env.example explains each setting";
    const wrong = error.complaints.map((complaint): Finding => ({
      kind: "wrong",
      what: "settings",
      says: sentenceOf(complaint),
      mend,
    }));
    return { findings: [...wrong, ...notes], config: null };
  }
}

/** Whether the data folder can be written and the disk has room. */
export function checkDataFolder(config: Config): readonly Finding[] {
  const folder = dirname(config.databaseFile);
  const what = "data folder";
  try {
    makeDataFolder(folder);
    accessSync(folder, constants.W_OK);
    if (existsSync(config.databaseFile)) accessSync(config.databaseFile, constants.W_OK);
  } catch (error) {
    const mend = "make the folder writable for the user that runs Troupe, or set DATABASE_URL to a file elsewhere";
    return [{ kind: "wrong", what, says: `cannot write to ${folder}: ${messageOf(error)}`, mend }];
  }
  const disk = statfsSync(folder);
  const free = disk.bavail * disk.bsize;
  const says = `${folder} can be written, ${megabytes(free)} free`;
  if (free >= FREE_BYTES_MIN) return [{ kind: "fine", what, says }];
  return [{ kind: "wrong", what, says, mend: `make room on that disk: at least ${megabytes(FREE_BYTES_MIN)}` }];
}

/** Whether the database opens, is up to date and sound. */
export async function checkDatabase(tools: Pick<Tools, "checkDatabase">): Promise<Finding> {
  const what = "database";
  try {
    return { kind: "fine", what, says: await tools.checkDatabase() };
  } catch (error) {
    const mend = "follow the sentence above; with a backup, stop Troupe and put the backup in its place";
    return { kind: "wrong", what, says: messageOf(error), mend };
  }
}

// What the doctor reads is the disk; a house that was started before the mistake remembers more.
const LAST_GOOD = "a running house may still use the last good version of a file that cannot be read now";

/** Who could be read, and every mistake in a file with its line. */
export async function checkPersonas(
  tools: Pick<Tools, "readPersonas">,
  config: Pick<Config, "personas">,
): Promise<readonly Finding[]> {
  const what = "personas";
  let read: Awaited<ReturnType<Tools["readPersonas"]>>;
  try {
    read = await tools.readPersonas();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const mend = "set TROUPE_PERSONAS, or the flag --personas, to the folder that holds the personas";
    return error.complaints.map((complaint): Finding => ({ kind: "wrong", what, says: sentenceOf(complaint), mend }));
  }
  const { handles, complaints, warnings } = read;
  const wrong = complaints.map((complaint): Finding => ({
    kind: "wrong",
    what,
    says: sentenceOf(complaint),
    mend: "mend that line; docs/personas.md explains each field",
  }));
  const notes = warnings.map((says): Finding => ({ kind: "note", what, says }));
  if (handles.length === 0 && wrong.length === 0) {
    const mend = `put a persona into ${config.personas}, such as ${join(config.personas, "ada.yaml")}`;
    return [{ kind: "wrong", what, says: `there is nobody in ${config.personas}`, mend }, ...notes];
  }
  const names = handles.length === 0 ? "" : `: ${handles.join(", ")}`;
  const says = `${handles.length} can be read${names}${wrong.length === 0 ? "" : `; ${LAST_GOOD}`}`;
  return [{ kind: handles.length === 0 ? "note" : "fine", what, says }, ...wrong, ...notes];
}

/** Whether the model answers. */
export async function checkModel(tools: Pick<Tools, "tryModel">): Promise<Finding> {
  const what = "model";
  const tried = await tools.tryModel(AbortSignal.timeout(MODEL_WAIT_MS));
  switch (tried.kind) {
    case "none":
      return {
        kind: "note",
        what,
        says: "none: the personas speak by script; OPENAI_API_KEY or OPENAI_BASE_URL changes that",
      };
    case "answered":
      return { kind: "fine", what, says: `${tried.model} at ${tried.server} answered in ${tried.ms} ms` };
    case "unpaid": {
      const mend = "raise TROUPE_SPEND_PER_DAY, or wait for tomorrow: a day ends at midnight UTC";
      return { kind: "wrong", what, says: `${tried.model} at ${tried.server} was not asked: ${tried.why}`, mend };
    }
    case "failed": {
      const mend = "check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL, or run `npm run setup`";
      return { kind: "wrong", what, says: `${tried.model} at ${tried.server}: ${tried.why}`, mend };
    }
  }
}

/** Whether Redis answers, and keeps what it is given. */
export async function checkRedis(tools: Pick<Tools, "tryRedis">): Promise<readonly Finding[]> {
  const what = "Redis";
  const tried = await tools.tryRedis();
  switch (tried.kind) {
    case "none":
      return [];
    case "failed": {
      const mend =
        "start Redis or Valkey there, or correct REDIS_URL, with its password as in redis://:password@127.0.0.1:6379; until then work is found by looking each second";
      return [{ kind: "wrong", what, says: `${tried.place}: ${tried.why}`, mend }];
    }
    case "answered": {
      const { place, program, policy, ms } = tried;
      const says = `${program} at ${place} answered in ${ms} ms`;
      if (policy === "noeviction") return [{ kind: "fine", what, says }];
      const mend = "set maxmemory-policy to noeviction: a queue from which keys are thrown away loses its place";
      return [{ kind: "wrong", what, says: `${says}; when its memory is full, it does ${policy}`, mend }];
    }
  }
}

/** Whether the port is free, or held by a running house. */
export async function checkPort(config: Pick<Config, "host" | "port">): Promise<Finding> {
  const what = "port";
  const place = `${config.host}:${config.port}`;
  if (config.port === 0) return { kind: "fine", what, says: "any free one" };
  const error = await tryListening(config);
  if (error === null) return { kind: "fine", what, says: `${place} is free` };
  if (error.code === "EADDRINUSE" && (await isOurs(config))) {
    return { kind: "fine", what, says: `${place} is in use by a running Troupe` };
  }
  const says = error.code === "EADDRINUSE" ? `${place} is in use by another program` : `${place}: ${error.message}`;
  return { kind: "wrong", what, says, mend: "set PORT to a free port or TROUPE_HOST to an address of this machine" };
}

/** Finding as plain text: what is right or wrong and, on a second line, what to do. */
export function lineOf(finding: Finding): string {
  switch (finding.kind) {
    case "fine":
      return `✓ ${finding.what}: ${finding.says}`;
    case "note":
      return `• ${finding.what}: ${finding.says}`;
    case "wrong":
      return `✗ ${finding.what}: ${finding.says}\n  → ${finding.mend}`;
  }
}

function tryListening(config: Pick<Config, "host" | "port">): Promise<NodeJS.ErrnoException | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", done);
    server.listen({ host: config.host, port: config.port, exclusive: true }, () => server.close(() => done(null)));
  });
}

async function isOurs(config: Pick<Config, "host" | "port">): Promise<boolean> {
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  const address = host.includes(":") ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${address}:${config.port}/healthz`, {
      signal: AbortSignal.timeout(HEALTH_WAIT_MS),
    });
    const body: unknown = await answer.json();
    return typeof body === "object" && body !== null && "status" in body && "personas" in body;
  } catch {
    // Whatever does not answer like a house is none.
    return false;
  }
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024)} MB`;
}
