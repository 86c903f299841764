// One message to one reply, streamed from a server without delay: the house's CPU beside the floor's.
import { join } from "node:path";
import { aim, inFolder, median, startNode, startStub } from "./children.ts";
import { countCommits } from "./commits.ts";
import { messageText } from "./contestant.ts";
import type { Setting } from "./contestant.ts";
import { openHouseContestant } from "./house.ts";
import type { Figures, Task } from "./measure.ts";

const ROUNDS = 3;
// Compilers are done with a house of this size after about so many.
const WARM_UP = 900;
const MESSAGES = 300;
// What one part of one measurement may take; a slow disk gives fewer messages instead of a longer wait.
const AT_MOST_MS = 2_000;
// No further round begins after this: a busy machine gets fewer, so that all benchmarks end within a minute.
const BEGIN_WITHIN_MS = 22_000;
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

async function measure(name: Name, setting: Omit<Setting, "folder">): Promise<Figures> {
  return inFolder("disk", (folder) =>
    inFolder("quick", async (warmFolder) => {
      const task: Task = {
        setting: { ...setting, folder },
        warmFolder,
        warmUp: WARM_UP,
        messages: MESSAGES,
        atMostMs: AT_MOST_MS,
      };
      const child = startNode([join(import.meta.dirname, "measure.ts"), name, JSON.stringify(task)]);
      return JSON.parse(await child.line((line) => line.startsWith("{"))) as Figures;
    }),
  );
}

const stub = await startStub();
const setting = { llm: stub.url, ...(await lookAtHouse(stub.url)) };
const figures: Record<Name, Figures[]> = { house: [], documented: [], lean: [] };
for (let round = 0; round < ROUNDS && (round === 0 || performance.now() < BEGIN_WITHIN_MS); round += 1) {
  figures.documented.push(await measure("documented", setting));
  figures.house.push(await measure("house", setting));
  figures.lean.push(await measure("lean", setting));
}
await stub.stop();

const of = (name: Name, figure: keyof Figures): number => median(figures[name].map((each) => each[figure]));
const times = (floor: Name, figure: keyof Figures): string => {
  const value = of(floor, figure);
  return `${value.toFixed(2)} ms, ${(of("house", figure) / value).toFixed(2)} times`;
};
const line = (what: string, figure: keyof Figures): string =>
  `  ${what.padEnd(30)} house ${of("house", figure).toFixed(2)} ms; floor ${times("documented", figure)}; lean floor ${times("lean", figure)}`;
console.log(
  `One message to one reply (${setting.commits} durable commits, 20 recent rows, one streamed call; medians of ${figures.house.length} rounds)`,
);
console.log(
  `${line("CPU of a message", "cpuMs")}; floor: ${aim(of("house", "cpuMs") / of("documented", "cpuMs"), RATIO_MAX)}`,
);
console.log(line("the same, database in memory", "quickCpuMs"));
console.log(line("time of a message, median", "medianMs"));
console.log("  floor: openai over an undici Pool by undici's fetch, as both document it; lean: by a fetch of our own");
console.log(`  messages measured each round: ${of("house", "messages")}`);
