// One measurement in a process of its own: `node bench/measure.ts <house|documented|lean> <setting as JSON>` prints one line of JSON.
import type { Contestant, Setting } from "./contestant.ts";
import { messageText } from "./contestant.ts";

export interface Task {
  readonly setting: Setting;
  /** Another folder, on a quick disk if there is one: here the code gets warm. */
  readonly warmFolder: string;
  readonly warmUp: number;
  readonly messages: number;
  readonly atMostMs: number;
}

export interface Figures {
  /** CPU of a message, in ms, user and system, all threads. */
  readonly cpuMs: number;
  /** The same on the quick disk. */
  readonly quickCpuMs: number;
  /** From message to reply and all that follows, in ms, median. */
  readonly medianMs: number;
  readonly messages: number;
}

async function openContestant(name: string, setting: Setting): Promise<Contestant> {
  if (name === "documented" || name === "lean") return (await import("./floor.ts")).openFloor(setting, name);
  return (await import("./house.ts")).openHouseContestant(setting);
}

async function run(
  contestant: Contestant,
  messages: number,
  atMostMs: number,
): Promise<{ readonly cpuMs: number; readonly medianMs: number; readonly done: number }> {
  const times: number[] = [];
  const startedAt = performance.now();
  const before = process.cpuUsage();
  while (times.length < messages && performance.now() - startedAt < atMostMs) {
    const at = performance.now();
    await contestant.answer(messageText(times.length));
    times.push(performance.now() - at);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return {
    cpuMs: (user + system) / 1000 / times.length,
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    done: times.length,
  };
}

const [, , name = "house", json = "{}"] = process.argv;
const task = JSON.parse(json) as Task;

const warm = await openContestant(name, { ...task.setting, folder: task.warmFolder });
await run(offset(warm, 1_000_000), task.warmUp, task.atMostMs * 3);
const quick = await run(warm, task.messages, task.atMostMs / 2);
await warm.close();

const contestant = await openContestant(name, task.setting);
// The first messages fill the 20 recent rows.
await run(offset(contestant, 1_000_000), 12, task.atMostMs);
const measured = await run(contestant, task.messages, task.atMostMs);
await contestant.close();

const figures: Figures = {
  cpuMs: measured.cpuMs,
  quickCpuMs: quick.cpuMs,
  medianMs: measured.medianMs,
  messages: measured.done,
};
console.log(JSON.stringify(figures));
process.exit();

/** The same contestant with other messages, so that none comes twice. */
function offset(contestant: Contestant, by: number): Contestant {
  let number = by;
  return {
    answer: () => {
      number += 1;
      return contestant.answer(messageText(number));
    },
    close: () => contestant.close(),
  };
}
