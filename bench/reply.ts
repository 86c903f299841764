// One message to one reply, streamed from a server without delay: the house's CPU beside the floor's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "./children.ts";
import { aim, inFolder, median, startNode, startStub } from "./children.ts";
import { countCommits } from "./commits.ts";
import { messageText } from "./contestant.ts";
import type { Setting } from "./contestant.ts";
import { openHouseContestant } from "./house.ts";
import type { Figures, Task } from "./measure.ts";

// The contestants answer in turn, a few messages each, so that whatever else the machine does meets all of them alike.
const MESSAGES = 10;
const ROUNDS: Readonly<Record<Place, number>> = { disk: 80, quick: 40 };
// Compilers are done with a house of this size after about so many: by then a message costs two thirds of what the first hundreds did, in the house as on the floor.
const WARM_UP = 2_500;
// No further round begins after this: a busy machine gets fewer, so that all benchmarks end within a minute.
const BEGIN_WITHIN_MS: Readonly<Record<Place, number>> = { disk: 20_000, quick: 8_000 };
const COUNTED_MESSAGES = 20;

/** "CPU at most 1.3 times a floor written by hand with the same durable commits, the 20 recent rows and the same call through openai over an undici Pool." */
const RATIO_MAX = 1.3;

/** Looks at the house once: what its prompt says, and how many commits a message takes. */
async function lookAtHouse(llm: string): Promise<Pick<Setting, "system" | "commits">> {
  return inFolder("quick", async (folder) => {
    const house = await openHouseContestant({ llm, folder, system: "", commits: 0 });
    await house.answer(messageText(0));
    const commits = countCommits(join(folder, "house.db"));
    for (let number = 1; number <= COUNTED_MESSAGES; number += 1) await house.answer(messageText(number));
    const perMessage = commits.count() / COUNTED_MESSAGES;
    commits.end();
    await house.close();
    const sent = (await (await fetch(`${llm}/last`)).json()) as { readonly messages: readonly { content: string }[] };
    return { system: sent.messages[0]?.content ?? "", commits: Math.round(perMessage) };
  });
}

/** Where the database stands. */
type Place = "disk" | "quick";
type Name = "house" | "documented" | "lean";
type Measured = Readonly<Record<Name, Figures>>;

const NAMES: readonly Name[] = ["documented", "house", "lean"];

async function round(children: ReadonlyMap<Name, Child>): Promise<Measured> {
  const figures: [Name, Figures][] = [];
  for (const [name, child] of children) {
    figures.push([name, JSON.parse(await child.ask(String(MESSAGES))) as Figures]);
  }
  return Object.fromEntries(figures) as Measured;
}

/** Each contestant in a process and a folder of its own, ready for its first batch. */
async function openAll(folder: string, setting: Omit<Setting, "folder">): Promise<ReadonlyMap<Name, Child>> {
  const children = NAMES.map(async (name) => {
    mkdirSync(join(folder, name));
    const task: Task = { setting: { ...setting, folder: join(folder, name) }, warmUp: WARM_UP };
    const child = startNode([join(import.meta.dirname, "measure.ts"), name, JSON.stringify(task)]);
    await child.line((line) => line === "{}");
    return [name, child] as const;
  });
  return new Map(await Promise.all(children));
}

async function measure(place: Place, setting: Omit<Setting, "folder">): Promise<readonly Measured[]> {
  return inFolder(place, async (folder) => {
    const children = await openAll(folder, setting);
    const rounds: Measured[] = [];
    const begunAt = performance.now();
    do rounds.push(await round(children));
    while (rounds.length < ROUNDS[place] && performance.now() - begunAt < BEGIN_WITHIN_MS[place]);
    for (const child of children.values()) await child.stop();
    return rounds;
  });
}

const stub = await startStub();
const setting = { llm: stub.url, ...(await lookAtHouse(stub.url)) };
const rounds = { disk: await measure("disk", setting), quick: await measure("quick", setting) };
await stub.stop();

function quartiles(figures: readonly number[]): readonly [number, number, number] {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return [at(0.25), median(figures), at(0.75)];
}

/** How many times the floor's the house's is, round by round. */
function ratio(floor: Name, place: Place, figure: keyof Figures): readonly [number, number, number] {
  return quartiles(rounds[place].map((each) => each.house[figure] / each[floor][figure]));
}

function line(what: string, place: Place, figure: keyof Figures): string {
  const of = (name: Name): string => median(rounds[place].map((each) => each[name][figure])).toFixed(2);
  const times = (floor: Name): string => {
    const [low, middle, high] = ratio(floor, place, figure).map((each) => each.toFixed(2));
    return `${of(floor)} ms, ${middle} times (${low}–${high})`;
  };
  return `  ${what.padEnd(30)} house ${of("house")} ms; floor ${times("documented")}; lean floor ${times("lean")}`;
}

const [, times] = ratio("documented", "disk", "cpuMs");
console.log(
  `One message to one reply (${setting.commits} durable commits, 20 recent rows, one streamed call; after ${WARM_UP} messages, ${rounds.disk.length} rounds of ${MESSAGES} messages each in turn: medians, and the middle half of the ratios)`,
);
console.log(`${line("CPU of a message", "disk", "cpuMs")}; floor: ${aim(times, RATIO_MAX)}`);
console.log(line("the same, database in memory", "quick", "cpuMs"));
console.log(line("time of a message, median", "disk", "medianMs"));
console.log("  floor: openai over an undici Pool by undici's fetch, as both document it; lean: by a fetch of our own");
