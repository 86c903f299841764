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

/** "CPU at most 1.3 times a floor written by hand with the same durable commits." */
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

async function measure(name: "house" | "floor", setting: Omit<Setting, "folder">): Promise<Figures> {
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
const figures: Record<"house" | "floor", Figures[]> = { house: [], floor: [] };
for (let round = 0; round < ROUNDS && (round === 0 || performance.now() < BEGIN_WITHIN_MS); round += 1) {
  figures.floor.push(await measure("floor", setting));
  figures.house.push(await measure("house", setting));
}
await stub.stop();

const of = (name: "house" | "floor", figure: keyof Figures): number =>
  median(figures[name].map((each) => each[figure]));
const line = (what: string, unit: string, figure: keyof Figures): string => {
  const [house, floor] = [of("house", figure), of("floor", figure)];
  return `  ${what.padEnd(44)} house ${house.toFixed(2)} ${unit}, floor ${floor.toFixed(2)} ${unit}: ${(house / floor).toFixed(2)} times`;
};
console.log(
  `One message to one reply (${setting.commits} durable commits, 20 recent rows, one streamed call; medians of ${figures.house.length} rounds)`,
);
console.log(
  `${line("CPU of a message", "ms", "cpuMs")} ${aim(of("house", "cpuMs") / of("floor", "cpuMs"), RATIO_MAX)}`,
);
console.log(line("the same, database in memory", "ms", "quickCpuMs"));
console.log(line("time of a message, median", "ms", "medianMs"));
console.log(`  messages measured each round: house ${of("house", "messages")}, floor ${of("floor", "messages")}`);
