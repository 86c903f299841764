// Chaos: the real program on a fake Discord, killed at random, with the fake's own books as the judge. `npm run chaos -- --messages 400 --channels 10 --kills 10 --seed 1 --limits 50`.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededChance } from "../../src/chance.ts";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import { openFakeDiscord } from "../fakes/discord/fake.ts";
import { verdictOn } from "./judge.ts";
import type { Asked } from "./judge.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

// Between two messages: quicker than anybody writes, slower than a flood.
const BETWEEN_MS = 20;

// A message is stored, thought about and answered within so long.
const AT_WORK_MS = 60;
// How long is waited for a post to be on its way, how long it then has until the kill, and when it lands after that.
const ON_ITS_WAY_MS = 2_000;
const AFTER_MS = 5;
const LATE_MS = 1_000;

// A post that was in doubt is looked for after 15 s; after so long without any news nothing comes any more.
const QUIET_MS = 40_000;

const { values } = parseArgs({
  options: {
    adapter: { type: "string", default: "discord" },
    messages: { type: "string", default: "400" },
    channels: { type: "string", default: "10" },
    kills: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    limits: { type: "string", default: "50" },
  },
});
const count = (text: string): number => Math.max(0, Math.floor(Number(text)) || 0);
const plan = {
  messages: count(values.messages),
  channels: Math.max(1, count(values.channels)),
  kills: count(values.kills),
  limits: Math.max(1, count(values.limits)),
};
if (values.adapter !== "discord") {
  console.error(`--adapter: expected discord, got ${values.adapter}`);
  process.exit(2);
}
const chance = seededChance(values.seed);
const folder = mkdtempSync(join(tmpdir(), "troupe-chaos-"));
const fake = await openFakeDiscord({ limits: { faster: plan.limits } });
const guild = fake.guild("Chaos");
const channels = Array.from({ length: plan.channels }, (_, at) => fake.channel(guild, `room-${at}`));
makeCast();
await bindEverywhere();

let house = startHouse(fake);
await fake.until(() => fake.gateway.entries.length > 0);
const startedAt = Date.now();
const killAt = new Set(
  Array.from({ length: plan.kills }, (_, at) => Math.floor(chance("kill", String(at)) * plan.messages)),
);
const asked: Asked[] = [];
for (let number = 0; number < plan.messages; number += 1) {
  const channel = channels[Math.floor(chance("channel", String(number)) * channels.length)];
  if (channel === undefined) throw new RangeError("there is no channel");
  fake.say(channel, `Person ${number}`, `Ada, message ${number}`);
  asked.push({ number, channel: channel.id });
  await sleep(BETWEEN_MS);
  if (killAt.has(number)) {
    await killAtWorst(house, number);
    house = startHouse(fake);
  }
}
await untilQuiet();
const verdict = verdictOn(
  asked,
  channels.map((channel) => ({ channel: channel.id, posts: fake.messages(channel) })),
);
await kill(house);
const limited = fake.requests().filter((each) => each.status === 429);
const refused = limited.length;
const seconds = Math.round((Date.now() - startedAt) / 1000);
console.log(
  `${plan.messages} messages in ${plan.channels} channels, ${killAt.size} kills, seed ${values.seed}, limits ${plan.limits} times faster, ${seconds} s`,
);
console.log(
  `identified ${fake.identifies().length} times, resumed ${fake.gateway.entries.length - fake.identifies().length} times; answered once ${verdict.once}, lost ${verdict.lost.length}, said twice ${verdict.doubled.length}, out of order ${verdict.disordered.length}, under another name ${verdict.misnamed.length}, 429 ${refused}`,
);
for (const each of limited.slice(0, 5)) console.log(`  429: ${each.route} (${each.limitedBy ?? "unknown"})`);
for (const line of verdict.lines) console.log(`  ${line}`);
await fake.close();
rmSync(folder, { recursive: true, force: true });
process.exit(verdict.isGood && refused === 0 ? 0 : 1);

function makeCast(): void {
  const ada = join(folder, "personas", "ada");
  mkdirSync(ada, { recursive: true });
  writeFileSync(join(ada, "persona.yaml"), "version: 1\nname: Ada\nsolvers: [rivescript]\n");
  writeFileSync(join(ada, "brain.rive"), "! version = 2.0\n\n+ [*] message #\n- Number <star1> it is.\n");
}

async function bindEverywhere(): Promise<void> {
  const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Chaos" };
  for (const channel of channels) {
    const scope = channelScope(channelId(discordPlatform, channel.id));
    await store.registry.bind({ persona: personaId("ada"), scope, by: by.name, at: Date.now() }, by);
  }
  await store.close();
}

function startHouse(discord: FakeDiscord): ChildProcess {
  return spawn(process.execPath, ["src/start.js"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      DISCORD_PACE: String(plan.limits),
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "troupe.db")}`,
      TROUPE_PERSONAS: join(folder, "personas"),
      TROUPE_SEED: values.seed,
      TROUPE_LOG: "error",
    },
  });
}

/** At an instant that chance picks: just after a message came in, or while a post is on its way, before or after Discord has it. */
async function killAtWorst(child: ChildProcess, number: number): Promise<void> {
  const draw = chance("instant", String(number));
  if (draw < 1 / 3) {
    await sleep(draw * AT_WORK_MS * 3);
    return kill(child);
  }
  const isOnItsWay = Promise.withResolvers<void>();
  const held = fake.hold(draw < 2 / 3 ? "before" : "after", (each) => {
    if (!each.route.startsWith("POST /webhooks")) return false;
    isOnItsWay.resolve();
    return true;
  });
  // The one who waits for a post needs somebody who asks for one.
  await Promise.race([isOnItsWay.promise, sleep(ON_ITS_WAY_MS)]);
  await sleep(AFTER_MS);
  await kill(child);
  // What was on its way lands a moment later than the one who sent it died.
  setTimeout(() => held.release(), LATE_MS);
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Until as many answers stand there as were asked for and a moment more, or nothing has come for long. */
async function untilQuiet(): Promise<void> {
  const answers = (): number =>
    channels.reduce((sum, channel) => sum + fake.messages(channel).length, 0) - asked.length;
  let [seen, since] = [answers(), Date.now()];
  while (Date.now() - since < QUIET_MS) {
    await sleep(500);
    const now = answers();
    if (now !== seen) [seen, since] = [now, Date.now()];
    // Whatever is still in doubt would be repeated within this time.
    if (now >= asked.length && Date.now() - since > 20_000) return;
  }
}
