// The tools of doctor and setup on a real house: its store, its budget and a server on loopback.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../src/config.ts";
import type { Tools } from "../src/doctor.ts";
import { checkModel } from "../src/doctor.ts";
import { silentLog } from "../src/log.ts";
import { usualGrounds } from "../src/parts.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { openTools } from "../src/tools.ts";
import { startFakeLlm } from "./fakes/llm/llm.ts";
import type { FakeLlm, Step } from "./fakes/llm/llm.ts";

interface Rig {
  readonly fake: FakeLlm;
  readonly tools: Tools;
  readonly databaseFile: string;
  readonly folder: string;
}

async function toolsOn(env: Record<string, string>, ...steps: readonly Step[]): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-tools-"));
  const fake = await startFakeLlm();
  fake.next(...steps);
  onTestFinished(async () => {
    await fake.close();
    rmSync(folder, { recursive: true });
  });
  const settings = { DATABASE_URL: `file:${folder}/t.db`, OPENAI_BASE_URL: fake.url, OPENAI_MODEL: "m" };
  const config = readConfig({ ...settings, TROUPE_PERSONAS: folder, ...env }, {});
  return { fake, tools: await openTools(config, usualGrounds(silentLog)), databaseFile: config.databaseFile, folder };
}

test("the trial of the model counts against the day's budget", async () => {
  const { fake, tools, databaseFile } = await toolsOn({});
  expect(await checkModel(tools)).toMatchObject({ kind: "fine" });
  expect(fake.chats).toHaveLength(1);
  const store = await openSqliteStore(databaseFile, { log: silentLog, secret: null });
  onTestFinished(() => store.close());
  expect((await store.spent(Date.now())).unpricedTokens).toBeGreaterThan(0);
});

test("a persona that leaves little room for the talk is told of", async () => {
  const { tools, folder } = await toolsOn({ TROUPE_CONTEXT_TOKENS: "2000" });
  const write = (handle: string, text: string): void =>
    writeFileSync(join(folder, `${handle}.yaml`), `version: 1\nname: ${handle}\nsystem: ${text}\n`);
  write("brief", "You keep the lighthouse.");
  write("wordy", "You keep the lighthouse, and tell of it. ".repeat(120));
  const { handles, warnings } = await tools.readPersonas();
  expect(handles).toEqual(["brief", "wordy"]);
  expect(warnings).toEqual([
    expect.stringMatching(/^wordy alone takes 1\d{3} of the 2000 tokens .* raise TROUPE_CONTEXT_TOKENS$/u),
  ]);
});

test("with a budget of 0 the doctor asks no model", async () => {
  const { fake, tools } = await toolsOn({ TROUPE_SPEND_PER_DAY: "0" });
  expect(await checkModel(tools)).toMatchObject({
    kind: "wrong",
    says: expect.stringContaining("was not asked: today's budget is used up: the budget is 0") as string,
    mend: expect.stringContaining("raise TROUPE_SPEND_PER_DAY") as string,
  });
  expect(fake.chats).toHaveLength(0);
});

test("a model that does not answer in time is a finding, and the call is given up", async () => {
  const { fake, tools } = await toolsOn({}, { kind: "silence" });
  const ending = new AbortController();
  const trial = tools.tryModel(ending.signal);
  await fake.asked(1);
  ending.abort(new DOMException("it took too long", "TimeoutError"));
  expect(await trial).toMatchObject({
    kind: "failed",
    why: expect.stringMatching(/ did not answer within \d+ s$/u) as string,
  });
});
