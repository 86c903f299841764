// One contestant in a process of its own: `node bench/measure.ts <house|documented|lean> <task as JSON>`, then for each batch a line with its size, answered by a line of JSON.
import { createInterface } from "node:readline";
import type { Contestant, Setting } from "./contestant.ts";
import { messageText } from "./contestant.ts";

export interface Task {
  readonly setting: Setting;
  /** Messages before the first batch. */
  readonly warmUp: number;
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

const contestant = await openContestant(name, task.setting);
await run(contestant, task.warmUp);
console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(contestant, Number(line))));
}
await contestant.close();
process.exit();
