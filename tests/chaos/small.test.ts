// Small sizes of the chaos runs, so that the harness itself stays in order; the large ones are `npm run chaos`.
import { expect, onTestFinished, test } from "vitest";
import { breaks, brokenCopy } from "./breaks.ts";
import { runDoubts } from "./doubts.ts";
import { runKills } from "./kills.ts";
import { runReconnects } from "./reconnects.ts";
import { runRestarts } from "./restarts.ts";
import type { Stage } from "./stage.ts";
import { WHOLE_CODE } from "./cast.ts";
import { openStage } from "./stage.ts";

// Whatever is in doubt is looked for after 15 s, and whatever is answered is looked at for some seconds more.
const MS_MAX = 120_000;

async function stageOf(channels: number): Promise<Stage> {
  const stage = await openStage({ seed: "small", channels, limits: 50, code: WHOLE_CODE, watchMs: 1_000 });
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

test("every way of breaking the code on purpose still finds its place", () => {
  for (const each of Object.values(breaks)) brokenCopy(each).remove();
});
