// Small sizes of the chaos runs, so that the harness itself stays in order; the large ones are `npm run chaos`.
import { expect, onTestFinished, test } from "vitest";
import { breaks, brokenCopy } from "./breaks.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { runDoubts } from "./doubts.ts";
import { verdictOn } from "./judge.ts";
import { runKills } from "./kills.ts";
import { runReconnects } from "./reconnects.ts";
import { runRestarts } from "./restarts.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { WHOLE_CODE } from "./cast.ts";
import { openStage } from "./stage.ts";
import { runWorkers } from "./workers.ts";

// Whatever is in doubt is looked for after 15 s, and whatever is answered is looked at for some seconds more.
const MS_MAX = 120_000;

async function stageOf(channels: number, changed: Partial<StageOptions> = {}): Promise<Stage> {
  const stage = await openStage({ seed: "small", channels, limits: 50, code: WHOLE_CODE, watchMs: 1_000, ...changed });
  onTestFinished(() => stage.close());
  return stage;
}

test.concurrent(
  "a house that is killed while people ask answers each of them once, under the right name and face",
  async () => {
    const { isGood, lines } = await runKills(await stageOf(3), { messages: 30, kills: 2 });
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.concurrent(
  "a house that is restarted in good order goes on with its session",
  async () => {
    const { isGood, lines } = await runRestarts(await stageOf(2), 2);
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.concurrent(
  "whatever way a connection ends, everything that was said meanwhile is answered once",
  async () => {
    const { isGood, lines } = await runReconnects(await stageOf(2), 5);
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.concurrent(
  "posts of which nobody knows whether they landed are said once",
  async () => {
    const { isGood, lines } = await runDoubts(await stageOf(6), 4);
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.concurrent(
  "answers that are shown while they are being written are finished once, whatever becomes of the house and its requests",
  async () => {
    const stage = await stageOf(4, { speech: "model", faults: 0.08 });
    const { isGood, lines } = await runKills(stage, { messages: 30, kills: 2 });
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.skipIf(needsProgram("redis-server").skip || needsPackage("bullmq").skip)(
  "gateway, workers and Redis are killed, and Redis is wiped, and everybody on both platforms is answered once",
  async () => {
    const plan = { messages: 40, kills: 3, flushalls: 1, queue: "bullmq", workers: 2 } as const;
    const { isGood, lines } = await runWorkers(await stageOf(5), plan);
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test(
  "houses of one process each on one database are killed, and everybody on both platforms is answered once",
  async () => {
    const plan = { messages: 30, kills: 2, flushalls: 0, queue: "local", workers: 2 } as const;
    const { isGood, lines } = await runWorkers(await stageOf(5), plan);
    expect(isGood, lines.join("\n")).toBe(true);
  },
  MS_MAX,
);

test.concurrent(
  "what is said where personas live is answered although nobody had ever been heard there, and the house came later",
  async () => {
    const stage = await stageOf(3);
    for (let number = 0; number < 6; number += 1) stage.ask();
    stage.start();
    await stage.settled();
    const verdict = verdictOn(stage.asked, stage.rooms());
    expect(verdict, verdict.lines.join("\n")).toMatchObject({ isGood: true, lost: 0 });
  },
  MS_MAX,
);

test("every way of breaking the code on purpose still finds its place", () => {
  for (const each of Object.values(breaks)) brokenCopy(each).remove();
});
