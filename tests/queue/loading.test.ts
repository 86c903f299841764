// What is loaded: a house without REDIS_URL knows nothing of BullMQ, and one with it that cannot have it says so in one sentence.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HouseFault } from "../../src/errors.ts";
import { missingFor } from "../../src/parts.ts";
import { needsPackage } from "../needs.ts";

const root = resolve(import.meta.dirname, "../..");
const needs = [needsPackage("bullmq"), needsPackage("ioredis")];

/** Which of the two packages a house with these settings has loaded once it is ready. */
function loadedBy(env: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "troupe-loaded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = `
    import { createRequire } from "node:module";
    const at = (name) => import(${JSON.stringify(root)} + "/src/" + name);
    const [{ openHouse, usualSurroundings }, { readConfig }, { silentLog }] = await Promise.all([at("app.ts"), at("config.ts"), at("log.ts")]);
    const config = readConfig(process.env, {});
    const secrets = { secret: "s".repeat(32), adminToken: "t".repeat(12), adminTokenIs: "kept", adminTokenFile: null };
    const house = await openHouse(config, usualSurroundings(silentLog, secrets), { world: null, scene: null });
    await house.start();
    const files = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(["bullmq", "ioredis", "better-sqlite3"].filter((name) => files.some((file) => file.includes("/node_modules/" + name + "/")))));
    process.exit();`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    env: { PATH: process.env["PATH"], PORT: "0", DATABASE_URL: `file:${folder}/t.db`, ...env },
    encoding: "utf8",
  });
  return JSON.parse(child.stdout) as string[];
}

test("a house without REDIS_URL loads neither BullMQ nor its driver", () => {
  expect(loadedBy({})).toEqual(["better-sqlite3"]);
});

test.skipIf(needs.some((need) => need.skip))(
  "a house with REDIS_URL loads both, and opens though nobody is there",
  () => {
    for (const need of needs) need.path();
    expect(loadedBy({ REDIS_URL: "redis://127.0.0.1:1" })).toEqual(["bullmq", "ioredis", "better-sqlite3"]);
  },
);

test("packages that are not installed are asked for in one sentence, and any other fault stays what it is", () => {
  const missing = Object.assign(new Error("Cannot find package 'bullmq'"), { code: "ERR_MODULE_NOT_FOUND" });
  expect(missingFor("REDIS_URL", "bullmq and ioredis", missing)).toEqual(
    new HouseFault(
      "REDIS_URL is set, but the packages bullmq and ioredis are not installed: run npm ci, or take REDIS_URL away",
    ),
  );
  const other = new Error("the disk is full");
  expect(missingFor("REDIS_URL", "bullmq and ioredis", other)).toBe(other);
});
