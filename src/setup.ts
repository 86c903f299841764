// Setup: asks for what the house still needs, tries it, and writes .env.
import type { Config, Environment } from "./config.ts";
import { readConfig } from "./config.ts";
import type { ModelTried, Tools } from "./doctor.ts";
import { checkPort } from "./doctor.ts";
import { editEnv } from "./environment.ts";
import type { SettingName } from "./setting-rows.ts";
import { SETTINGS } from "./setting-rows.ts";

/** One of several answers. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint: string;
}

/** Somebody who can be asked; every question may throw `Cancelled`. */
export interface Asker {
  choose<Value extends string>(question: string, choices: readonly Choice<Value>[], first: Value): Promise<Value>;
  /** An empty answer is `first`. `check` is null for a right answer, else what is wrong with it. */
  line(question: string, first: string, check: (text: string) => string | null): Promise<string>;
  /** Like `line`, without showing what is typed. */
  hiddenLine(question: string, check: (text: string) => string | null): Promise<string>;
  tell(text: string): void;
  /** Shows `text` while `work` goes on. */
  wait<Result>(text: string, work: () => Promise<Result>): Promise<Result>;
}

/** The person went away in the middle; nothing was written. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** What setup changes; null takes a setting away. */
export type Changes = Readonly<Partial<Record<SettingName, string | null>>>;

/** What to do where nobody can be asked. */
export const WITHOUT_TERMINAL = `Setup asks a few questions and needs a terminal. Without one, copy .env.example to .env and set what you need there:
  OPENAI_API_KEY   to speak through OpenAI
  OPENAI_BASE_URL  to speak through another OpenAI-compatible server, such as a local one
  PORT             when 8337 is taken
With none of them Troupe runs too, with scripted brains. \`npm run doctor\` checks what you set.`;

// The model answers a tiny question within this, or it is too slow to talk with.
const TRY_MS = 30_000;

/** Asks everything that setup asks. `env` is what holds now, .env included. Throws `Cancelled`. */
export async function askForChanges(
  ask: Asker,
  env: Environment,
  openTools: (config: Config) => Promise<Pick<Tools, "tryModel">>,
): Promise<Changes> {
  const model = await askForModel(ask, env, openTools, {});
  const port = await askForPort(ask, env);
  const token = await askForToken(ask, env);
  return { ...model, ...port, ...token };
}

/** The new text of .env, and what the environment outside of it overrules: there a change in .env does nothing. */
export function applyChanges(
  text: string,
  changes: Changes,
  outside: Environment,
): { readonly text: string; readonly overruled: readonly string[] } {
  const overruled = Object.keys(changes).filter((name) => (outside[name] ?? "").trim() !== "");
  return { text: editEnv(text, changes), overruled };
}

type Brain = "openai" | "server" | "none";

async function askForModel(
  ask: Asker,
  env: Environment,
  openTools: (config: Config) => Promise<Pick<Tools, "tryModel">>,
  earlier: Changes,
): Promise<Changes> {
  // Asked again, what was answered before is what an empty answer keeps.
  const now = merge(env, earlier);
  const brain = await ask.choose<Brain>("What shall the personas speak through?", BRAINS, brainOf(now));
  const changes = { ...earlier, ...(await askForServer(ask, now, brain)) };
  if (brain === "none") return changes;
  const tried = await ask.wait("Asking the model one tiny question", async () => {
    const tools = await openTools(readConfig(merge(env, changes), {}));
    return tools.tryModel(AbortSignal.timeout(TRY_MS));
  });
  ask.tell(sentenceOfTry(tried));
  if (tried.kind === "answered") return changes;
  const next = await ask.choose("The model did not answer. What now?", AFTER_FAILURE, "again");
  return next === "keep" ? changes : askForModel(ask, env, openTools, changes);
}

const BRAINS: readonly Choice<Brain>[] = [
  { value: "openai", label: "OpenAI", hint: "needs a key" },
  { value: "server", label: "another OpenAI-compatible server", hint: "such as a local one; needs its address" },
  { value: "none", label: "no model", hint: "scripted brains: free, offline" },
];

const AFTER_FAILURE: readonly Choice<"again" | "keep">[] = [
  { value: "again", label: "ask me again", hint: "" },
  { value: "keep", label: "keep it as it is", hint: "the doctor will say when it works" },
];

function brainOf(env: Environment): Brain {
  if (isSet(env["OPENAI_BASE_URL"])) return "server";
  return isSet(env["OPENAI_API_KEY"]) ? "openai" : "none";
}

async function askForServer(ask: Asker, env: Environment, brain: Brain): Promise<Changes> {
  switch (brain) {
    case "none":
      return { OPENAI_API_KEY: null, OPENAI_BASE_URL: null };
    case "openai": {
      const key = await askForKey(ask, env, "needed");
      return { ...key, OPENAI_BASE_URL: null, ...(await askForModelName(ask, env)) };
    }
    case "server": {
      const now = env["OPENAI_BASE_URL"] ?? "http://127.0.0.1:11434/v1";
      const url = await ask.line("Its address", now, checkAddress);
      const key = await askForKey(ask, env, "optional");
      return { ...key, OPENAI_BASE_URL: url, ...(await askForModelName(ask, env)) };
    }
  }
}

async function askForKey(ask: Asker, env: Environment, need: "needed" | "optional"): Promise<Changes> {
  const has = isSet(env["OPENAI_API_KEY"]);
  const empty = has ? " (empty: keep the one that is set)" : need === "optional" ? " (empty: none)" : "";
  const check = checkBy(SETTINGS.openaiKey);
  const mayBeEmpty = has || need === "optional";
  const key = await ask.hiddenLine(`The key${empty}`, (text) => (text === "" && mayBeEmpty ? null : check(text)));
  return key === "" ? {} : { OPENAI_API_KEY: key };
}

async function askForModelName(ask: Asker, env: Environment): Promise<Changes> {
  const now = (env["OPENAI_MODEL"] ?? "").trim();
  const check = checkBy(SETTINGS.openaiModel);
  const question =
    now === ""
      ? "The model (empty: the usual one of that server)"
      : `The model (${USUAL}: the usual one of that server)`;
  const name = await ask.line(question, now, (text) => (text === "" || text === USUAL ? null : check(text)));
  if (name === USUAL) return { OPENAI_MODEL: null };
  return name === "" ? {} : { OPENAI_MODEL: name };
}

// What takes a model's name away again; no server calls a model this.
const USUAL = "-";

function checkAddress(text: string): string | null {
  const starts = text.split("://").length - 1;
  return starts > 1 ? "expected one address, got two run together" : checkBy(SETTINGS.openaiUrl)(text);
}

async function askForPort(ask: Asker, env: Environment): Promise<Changes> {
  const now = isSet(env["PORT"]) ? (env["PORT"] ?? "") : (SETTINGS.port.usual ?? "");
  const port = await ask.line("The port of the web page", now, checkBy(SETTINGS.port));
  const host = isSet(env["TROUPE_HOST"]) ? (env["TROUPE_HOST"] ?? "") : (SETTINGS.host.usual ?? "");
  const finding = await checkPort({ host, port: Number(port) });
  if (finding.kind === "wrong") ask.tell(`${finding.says}: ${finding.mend}`);
  return port === now && !isSet(env["PORT"]) ? {} : { PORT: port };
}

async function askForToken(ask: Asker, env: Environment): Promise<Changes> {
  const has = isSet(env["TROUPE_ADMIN_TOKEN"]);
  const empty = has ? "empty: keep the one that is set" : "empty: one is made at first start";
  const check = checkBy(SETTINGS.adminToken);
  const question = `A token for signing in from other machines (${empty})`;
  const token = await ask.hiddenLine(question, (text) => (text === "" ? null : check(text)));
  return token === "" ? {} : { TROUPE_ADMIN_TOKEN: token };
}

function checkBy(setting: {
  readonly expected: string;
  readonly read: (text: string) => unknown;
}): (text: string) => string | null {
  return (text) => (setting.read(text.trim()) === null ? `expected ${setting.expected}` : null);
}

function sentenceOfTry(tried: ModelTried): string {
  switch (tried.kind) {
    case "none":
      return "there is no model to ask";
    case "answered":
      return `${tried.model} at ${tried.server} answered in ${tried.ms} ms`;
    case "failed":
    case "unpaid":
      return `${tried.model} at ${tried.server}: ${tried.why}`;
  }
}

function merge(env: Environment, changes: Changes): Environment {
  const plain = Object.entries(changes).map(([name, value]) => [name, value ?? undefined] as const);
  return { ...env, ...Object.fromEntries(plain) };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "";
}
