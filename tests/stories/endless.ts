// Personas that would talk for ever, and how much they said at most, for stories about loops.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { seededChance } from "../../src/chance.ts";
import type { Brakes } from "../../src/domain/brakes.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { Message } from "../../src/domain/message.ts";
import type { SolverRequest } from "../../src/solvers/solver.ts";
import { newFolder } from "../folder.ts";

export const HOUR_MS = 3_600_000;

/** More than any caps let a talk of a quarter of an hour have. */
export const LINES_MAX = 1_500;

const NAMES = ["ada", "bruno", "cleo", "dora", "emil", "frida", "gustav", "hanna", "ivo", "jonas"];

/** A folder with so many personas, each as talkative as can be, who ask the solver `own`. */
export function endlessCast(size: number): { readonly folder: string; readonly handles: readonly string[] } {
  const folder = newFolder();
  const handles = NAMES.slice(0, size);
  for (const handle of handles) {
    writeFileSync(join(folder, `${handle}.yaml`), "version: 1\ntalkativeness: 1\nsolvers: [own]\n");
  }
  return { folder, handles };
}

/** What a persona says that was told to always answer, and to name everybody: each time in other words, so that no two of them say nearly the same. After `LINES_MAX` it is at a loss: a talk without end is to be seen, not waited for. */
export function namesEverybody(): (request: SolverRequest) => string {
  const chance = seededChance("words");
  let count = 0;
  return ({ cast }) => {
    count += 1;
    if (count > LINES_MAX) return "";
    const words = Array.from({ length: 24 }, (_, at) => WORDS[Math.floor(chance(`${count}`, `${at}`) * WORDS.length)]);
    return `${words.join(" ")}: what do you say, ${cast.join(", ")}?`;
  };
}

const WORDS =
  "tide lamp gull nets crane boots storm noon harbour salt rope anchor fog bell deck pier crab kelp mast oar shell sand moon buoy keel sail dune ferry hull island jetty knot lantern mooring ocean plank quay reef squall tar".split(
    " ",
  );

/** Expects that what was said unasked kept within the caps: in every minute of the channel, in every hour of a conversation, and in depth. `messages`: those of one channel. */
export function expectWithinCaps(messages: readonly Message[], brakes: Brakes = usualBrakes): void {
  const unasked = messages.filter((message) => message.spoken?.unasked === true);
  const talks = [...Map.groupBy(unasked, (message) => message.conversation).values()];
  expect(mostWithin(unasked, 60_000)).toBeLessThanOrEqual(brakes.channelPerMinute);
  for (const talk of talks) expect(mostWithin(talk, HOUR_MS)).toBeLessThanOrEqual(brakes.conversationPerHour);
  expect(Math.max(0, ...unasked.map((message) => message.depth))).toBeLessThanOrEqual(brakes.depthMax);
}

/** The most messages in any stretch of this length. */
export function mostWithin(messages: readonly Message[], ms: number): number {
  const times = messages.map((message) => message.createdAt);
  return Math.max(0, ...times.map((last) => times.filter((at) => at > last - ms && at <= last).length));
}
