// One contestant in a process of its own: `node bench/measure.ts <house|documented|lean> <task as JSON>`, then for each batch a line with its place and size, answered by a line of JSON.
import { createInterface } from "node:readline";
import type { Contestant, Setting } from "./contestant.ts";
import { messageText } from "./contestant.ts";

export interface Task {
  readonly setting: Omit<Setting, "folder">;
  /** A folder for the database in each place. */
  readonly folders: Readonly<Record<Place, string>>;
  /** Messages before the first batch: the code gets warm, and the recent rows are there. */
  readonly warmUp: Readonly<Record<Place, number>>;
}

/** Where the database stands. */
export type Place = "disk" | "quick";

export interface Batch {
  readonly place: Place;
  readonly messages: number;
}

export interface Figures {
  /** CPU of a message, in ms, user and system, all threads. */
  readonly cpuMs: number;
  /** From message to reply and all that follows, in ms, median. */
  readonly medianMs: number;
}

async function openContestant(name: string, setting: Setting): Promise<Contestant> {
  if (name === "documented" || name === "lean") return (await import("./floor.ts")).openFloor(setting, name);
  return (await import("./house.ts")).openHouseContestant(setting);
}

let number = 0;

async function run(contestant: Contestant, messages: number): Promise<Figures> {
  const times: number[] = [];
  const before = process.cpuUsage();
  while (times.length < messages) {
    number += 1;
    const at = performance.now();
    await contestant.answer(messageText(number));
    times.push(performance.now() - at);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return { cpuMs: (user + system) / 1000 / messages, medianMs: times[Math.floor(messages / 2)] ?? 0 };
}

const [, , name = "house", json = "{}"] = process.argv;
const task = JSON.parse(json) as Task;

async function open(place: Place): Promise<Contestant> {
  const contestant = await openContestant(name, { ...task.setting, folder: task.folders[place] });
  await run(contestant, task.warmUp[place]);
  return contestant;
}

const contestants: Readonly<Record<Place, Contestant>> = { quick: await open("quick"), disk: await open("disk") };
console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  const { place, messages } = JSON.parse(line) as Batch;
  console.log(JSON.stringify(await run(contestants[place], messages)));
}
for (const contestant of Object.values(contestants)) await contestant.close();
process.exit();
