// `npm run chaos`: the real program on a fake platform that treats it badly, with the platform's own books as the judge.
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import type { Break } from "./breaks.ts";
import { breaks, brokenCopy } from "./breaks.ts";
import type { QueueName } from "./company.ts";
import { runDoubts } from "./doubts.ts";
import { runKills } from "./kills.ts";
import { runReconnects } from "./reconnects.ts";
import { runRestarts } from "./restarts.ts";
import type { Result } from "./result.ts";
import type { Stage } from "./stage.ts";
import { WHOLE_CODE } from "./cast.ts";
import { openStage } from "./stage.ts";
import { runWorkers } from "./workers.ts";

const HELP = `npm run chaos -- [--messages 400] [--channels 10] [--kills 10] [--seed 1] [--limits 50]
  the house is killed at random while people ask
  --streaming        answers are shown while they are being written
  --faults 8         so many of a hundred requests by webhooks fail, before or after they were done
  --restarts 100     instead: so many restarts in good order
  --reconnects 1000  instead: so many connections that end
  --doubts 1000      instead: so many posts of which nobody knows whether they landed
  --queue bullmq     the feed too, and a gateway, workers and Redis, each killed at random
                     [--workers 2] [--flushalls 3: and so often Redis is wiped]
  --queue local      the feed too, and houses of one process each on one database [--workers 2]
  --break ${Object.keys(breaks).join("|")}
                     the same against code that was broken on purpose: it must go red
  --keep <file>      leaves the house's database there, to look into`;

const { values } = parseArgs({
  options: {
    adapter: { type: "string", default: "discord" },
    messages: { type: "string", default: "400" },
    channels: { type: "string", default: "10" },
    kills: { type: "string", default: "10" },
    restarts: { type: "string" },
    reconnects: { type: "string" },
    doubts: { type: "string" },
    streaming: { type: "boolean", default: false },
    faults: { type: "string" },
    queue: { type: "string" },
    workers: { type: "string", default: "2" },
    flushalls: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    limits: { type: "string", default: "50" },
    break: { type: "string" },
    keep: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

function complain(what: string): never {
  console.error(`${what}\n\n${HELP}`);
  process.exit(2);
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) complain(`--${name}: expected a number from 1, got ${text}`);
  return number;
}

function chosenBreak(): Break | null {
  if (values.break === undefined) return null;
  const found = breaks[values.break];
  if (found === undefined) {
    complain(`--break: expected one of ${Object.keys(breaks).join(", ")}, got ${values.break}`);
  }
  return found;
}

function chosenQueue(text: string): QueueName {
  if (text !== "local" && text !== "bullmq") complain(`--queue: expected local or bullmq, got ${text}`);
  return text;
}

/** A whole copy, with what stands in its log. */
async function keepDatabase(database: string, file: string): Promise<void> {
  const open = new Database(database, { readonly: true });
  await open.backup(file);
  open.close();
}

function run(stage: Stage): Promise<Result> {
  if (values.restarts !== undefined) return runRestarts(stage, count("restarts", values.restarts));
  if (values.reconnects !== undefined) return runReconnects(stage, count("reconnects", values.reconnects));
  if (values.doubts !== undefined) return runDoubts(stage, count("doubts", values.doubts));
  const plan = { messages: count("messages", values.messages), kills: count("kills", values.kills) };
  if (values.queue !== undefined) {
    const queue = chosenQueue(values.queue);
    const flushalls = queue === "local" ? 0 : count("flushalls", values.flushalls);
    return runWorkers(stage, { ...plan, queue, flushalls, workers: count("workers", values.workers) });
  }
  return runKills(stage, plan);
}

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (values.adapter !== "discord") complain(`--adapter: expected discord, got ${values.adapter}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const broken = chosenBreak();
const copy = broken === null ? null : brokenCopy(broken);
const startedAt = Date.now();
const stage = await openStage({
  seed: values.seed,
  channels: count("channels", values.channels),
  limits: count("limits", values.limits),
  speech: values.streaming ? "model" : "script",
  faults: values.faults === undefined ? 0 : count("faults", values.faults) / 100,
  code: copy?.code ?? WHOLE_CODE,
});
if (broken !== null) console.log(`broken on purpose: ${broken.what} (${broken.file})`);
const result = await run(stage);
for (const line of result.lines) console.log(line);
const seconds = Math.round((Date.now() - startedAt) / 1000);
console.log(
  `seed ${values.seed}, limits ${values.limits} times faster, ${seconds} s: ${result.isGood ? "GOOD" : "WRONG"}`,
);
if (values.keep !== undefined) await keepDatabase(stage.database, values.keep);
await stage.close();
copy?.remove();
process.exit(result.isGood ? 0 : 1);
