// One message to one reply, streamed from a server without delay: the house's CPU beside the floor's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "./children.ts";
import { aim, inFolder, median, startNode, startStub } from "./children.ts";
import { countCommits } from "./commits.ts";
import { messageText } from "./contestant.ts";
import type { Setting } from "./contestant.ts";
import { openHouseContestant } from "./house.ts";
import type { Batch, Figures, Place, Task } from "./measure.ts";

// The contestants answer in turn, a few messages each, so that whatever else the machine does meets all of them alike.
const MESSAGES = 10;
const ROUNDS: Readonly<Record<Place, number>> = { disk: 80, quick: 40 };
// Compilers are done with a house of this size after about so many; the rows that a context takes are there sooner.
const WARM_UP: Readonly<Record<Place, number>> = { disk: 60, quick: 900 };
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

type Name = "house" | "documented" | "lean";
type Measured = Readonly<Record<Name, Figures>>;

const NAMES: readonly Name[] = ["documented", "house", "lean"];

async function round(children: readonly (readonly [Name, Child])[], batch: Batch): Promise<Measured> {
  const figures: [Name, Figures][] = [];
  for (const [name, child] of children) {
    figures.push([name, JSON.parse(await child.ask(JSON.stringify(batch))) as Figures]);
  }
  return Object.fromEntries(figures) as Measured;
}

async function measure(setting: Task["setting"]): Promise<Readonly<Record<Place, readonly Measured[]>>> {
  return inFolder("disk", (disk) =>
    inFolder("quick", async (quick) => {
      const children: [Name, Child][] = [];
      for (const name of NAMES) {
        const task: Task = { setting, folders: folders({ disk, quick }, name), warmUp: WARM_UP };
        const child = startNode([join(import.meta.dirname, "measure.ts"), name, JSON.stringify(task)]);
        await child.line((line) => line === "{}");
        children.push([name, child]);
      }
      const rounds: Record<Place, Measured[]> = { disk: [], quick: [] };
      for (const place of ["disk", "quick"] as const) {
        const begunAt = performance.now();
        do rounds[place].push(await round(children, { place, messages: MESSAGES }));
        while (rounds[place].length < ROUNDS[place] && performance.now() - begunAt < BEGIN_WITHIN_MS[place]);
      }
      for (const [, child] of children) await child.stop();
      return rounds;
    }),
  );
}

function folders(places: Readonly<Record<Place, string>>, name: Name): Task["folders"] {
  const [disk, quick] = [join(places.disk, name), join(places.quick, name)];
  for (const folder of [disk, quick]) mkdirSync(folder);
  return { disk, quick };
}

const stub = await startStub();
const setting = { llm: stub.url, ...(await lookAtHouse(stub.url)) };
const rounds = await measure(setting);
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
  `One message to one reply (${setting.commits} durable commits, 20 recent rows, one streamed call; ${rounds.disk.length} rounds of ${MESSAGES} messages each in turn: medians, and the middle half of the ratios)`,
);
console.log(`${line("CPU of a message", "disk", "cpuMs")}; floor: ${aim(times, RATIO_MAX)}`);
console.log(line("the same, database in memory", "quick", "cpuMs"));
console.log(line("time of a message, median", "disk", "medianMs"));
console.log("  floor: openai over an undici Pool by undici's fetch, as both document it; lean: by a fetch of our own");
