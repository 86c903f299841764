// The command line: start and the other commands.
import { basename, dirname, resolve } from "node:path";
import { Command, Help } from "commander";
import type { Config, Flags } from "./config.ts";
import { readConfig } from "./config.ts";
import type { Tools } from "./doctor.ts";
import { withEnvFile } from "./environment.ts";
import { BadInput, HouseFault } from "./errors.ts";
import type { Log } from "./log.ts";
import { openLog, silentLog } from "./log.ts";
import type { Secrets } from "./secrets.ts";
import { openSecrets } from "./secrets.ts";

interface StartOptions {
  readonly host?: string;
  readonly port?: string;
  readonly personas?: string;
  readonly world?: string;
  /** True: the shipped one. */
  readonly scene?: string | true;
}

/** Runs the command that `argv` names and ends the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("troupe").description("A home for personas.").showHelpAfterError();
  const starting = program
    .command("start", { isDefault: true })
    .description("open the house: the feed, and whoever lives there")
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on")
    .option("--personas <folder>", "folder of the personas")
    .option("--world <folder>", "a microblog world to run instead of the house's own cast, with a feed of its own")
    .option("--scene [file]", "let the cast talk by itself as this file says, in place of the shipped scene")
    .action(start);
  // Start is what happens without a command, so its options belong to the help that one sees first.
  program.configureHelp({
    visibleOptions: (command) => new Help().visibleOptions(command === program ? starting : command),
  });
  program
    .command("chat")
    .description("talk with one persona in this terminal")
    .option("--persona <handle>", "whom to talk with")
    .option("--name <name>", "what to call you (else your login name)")
    .option("--personas <folder>", "folder of the personas")
    .action(chat);
  program
    .command("rehearse")
    .description("play a scene offline, at full speed: what is said, which brakes hold, what a model would cost")
    .option("--scene <file>", "the scene (else the shipped one)")
    .option("--hours <number>", "how long, in the scene's own time (else 24)")
    .option("--seed <seed>", "another seed, another talk (else TROUPE_SEED, or 7)")
    .option("--posts <number>", "posts until the scene pauses, in place of its own limit")
    .option("--watched", "as if a page were open all the time")
    .option("--personas <folder>", "folder of the personas")
    .option("--world <folder>", "a microblog world to rehearse instead of the house's own cast")
    .option("--json", "figures for programs")
    .action(rehearse);
  program.command("doctor").description("say what is wrong and what to do").action(doctor);
  program.command("invite").description("print the link that brings the bot into a Discord server").action(invite);
  program.command("setup").description("ask for what is missing, try it, and write .env").action(setup);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    console.error(sentenceOfFault(error));
    process.exitCode = 1;
  }
  // Whatever is still open (a watcher, a pool) must not keep a command alive that has ended.
  process.exit();
}

async function start(options: StartOptions): Promise<void> {
  loadEnvFile();
  const { config, log, secrets } = prepare(flagsOf(options), "usual");
  const { dieOfFaults, untilStopped } = await import("./running.ts");
  dieOfFaults(log);
  const { openHouse, openWorker, usualSurroundings } = await import("./app.ts");
  const around = usualSurroundings(log, secrets);
  const world = options.world ?? null;
  const house =
    config.role === "worker"
      ? { ...(await openWorker(config, around, { world })), url: null }
      : await openHouse(config, around, { world, scene: sceneOf(options.scene) });
  const stopped = untilStopped(house, log);
  await house.start();
  const { welcome, welcomeWorker } = await import("./welcome.ts");
  for (const line of house.url === null ? welcomeWorker(config) : welcome(house.url, config, secrets)) {
    console.log(line);
  }
  await stopped;
}

interface ChatOptions {
  readonly persona?: string;
  readonly name?: string;
  readonly personas?: string;
}

async function chat(options: ChatOptions): Promise<void> {
  loadEnvFile();
  const { config, log, secrets } = prepare(flagsOf(options), "quiet");
  const { openChat, usualSurroundings } = await import("./app.ts");
  await openChat(config, usualSurroundings(log, secrets), {
    persona: options.persona ?? null,
    name: options.name ?? null,
  });
}

interface Prepared {
  readonly config: Config;
  readonly log: Log;
  readonly secrets: Secrets;
}

/** Reads the settings, makes what a first start makes, and opens the log. `quiet`: a conversation is no place for a log, unless somebody looks for a fault. */
function prepare(flags: Flags, talk: "usual" | "quiet"): Prepared {
  const config = readConfig(process.env, flags);
  const level = talk === "quiet" && config.log === "info" ? "error" : config.log;
  return { config, log: openLog(level), secrets: openSecrets(dirname(config.databaseFile), config) };
}

interface RehearseOptions {
  readonly scene?: string;
  readonly hours?: string;
  readonly seed?: string;
  readonly posts?: string;
  readonly watched?: true;
  readonly personas?: string;
  readonly world?: string;
  readonly json?: true;
}

// What a shell tells of a program that Ctrl-C ended (128 and the signal's number).
const BROKEN_OFF = 130;

async function rehearse(options: RehearseOptions): Promise<void> {
  loadEnvFile();
  const [{ rehearse: play }, { readRehearsal }] = await Promise.all([
    import("./rehearse.ts"),
    import("./rehearsal/options.ts"),
  ]);
  const { personas } = options;
  const config = readConfig(process.env, flagsOf(personas === undefined ? {} : { personas }));
  const broken = new AbortController();
  // Pressed once, it comes twice where npm hands it on.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => broken.abort());
  // Who reads no further, such as head, has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  const asked = {
    ...readRehearsal(options, config.seed),
    scene: options.scene ?? null,
    world: options.world ?? null,
    audience: options.watched === true ? "watching" : "nobody",
    form: options.json === true ? "json" : "text",
  } as const;
  const { how } = await play(config, asked, { print: console.log, warn: console.error, signal: broken.signal });
  if (how === "broken-off") process.exitCode = BROKEN_OFF;
}

async function doctor(): Promise<void> {
  const { diagnose, lineOf } = await import("./doctor.ts");
  loadEnvFile();
  let wrong = 0;
  for await (const finding of diagnose(process.env, {}, openTools)) {
    console.log(lineOf(finding));
    if (finding.kind === "wrong") wrong += 1;
  }
  console.log(wrong === 0 ? "\nAll is well." : `\n${wrong} ${wrong === 1 ? "thing" : "things"} to mend.`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

async function invite(): Promise<void> {
  loadEnvFile();
  const tools = await openTools(readConfig(process.env, {}));
  const tried = await tools.tryDiscord();
  if (tried.kind === "answered") console.log(tried.invitation);
  else if (tried.kind === "none") throw new HouseFault("there is no bot to invite yet: set DISCORD_TOKEN first");
  else throw new HouseFault(`Discord does not say who the bot is: ${tried.why}; npm run doctor says more`);
}

async function setup(): Promise<void> {
  const { applyChanges, askForChanges, Cancelled, WITHOUT_TERMINAL } = await import("./setup.ts");
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new HouseFault(WITHOUT_TERMINAL);
  const { greet, takeLeave, terminalAsker } = await import("./terminal-asker.ts");
  const { readEnvFile, writeEnvFile } = await import("./environment.ts");
  greet();
  try {
    const changes = await askForChanges(terminalAsker, withEnvFile(process.env), openTools);
    const { text, overruled } = applyChanges(readEnvFile(process.cwd()) ?? "", changes, process.env);
    writeEnvFile(process.cwd(), text);
    for (const name of overruled) terminalAsker.tell(`${name} is set in the environment, which wins over .env`);
    takeLeave("Written to .env. Now: npm start");
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    process.exitCode = 1;
  }
}

// Personas may name variables of their own for keys, and .env holds those too.
function loadEnvFile(): void {
  Object.assign(process.env, withEnvFile(process.env));
}

async function openTools(config: Config): Promise<Tools> {
  const [{ openTools: open }, { usualGrounds }] = await Promise.all([import("./tools.ts"), import("./parts.ts")]);
  return open(config, usualGrounds(silentLog));
}

function flagsOf(options: StartOptions): Flags {
  return {
    ...(options.host === undefined ? {} : { TROUPE_HOST: options.host }),
    ...(options.port === undefined ? {} : { PORT: options.port }),
    ...(options.personas === undefined ? {} : { TROUPE_PERSONAS: options.personas }),
    ...(options.world === undefined ? {} : databaseOf(options.world)),
  };
}

/** A world has a feed of its own, so that its people do not stand among what the house's own cast said, unless somebody names a database. */
function databaseOf(world: string): Flags {
  if ((process.env["DATABASE_URL"] ?? "").trim() !== "") return {};
  const name = basename(resolve(world)).replaceAll(/[^\p{L}\p{N}_-]+/gu, "-");
  return { DATABASE_URL: `file:data/world-${name}.db` };
}

function sceneOf(option: StartOptions["scene"]): { readonly file: string | null } | null {
  if (option === undefined) return null;
  return { file: option === true ? null : option };
}

// A fault that is somebody's to mend is a sentence; one of ours keeps its stack, so that it can be reported.
function sentenceOfFault(error: unknown): string {
  if (error instanceof BadInput || error instanceof HouseFault) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
