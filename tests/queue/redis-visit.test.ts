// What the doctor says of Redis: that it answers, that it would throw keys away, and what to do when it cannot be reached.
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Finding } from "../../src/doctor.ts";
import { checkRedis, lineOf } from "../../src/doctor.ts";
import { silentLog } from "../../src/log.ts";
import { usualGrounds } from "../../src/parts.ts";
import { openTools } from "../../src/tools.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { freePort, startRedis } from "../redis-server.ts";
import type { RedisServer } from "../redis-server.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("ioredis")];
const isSkipped = needs.some((need) => need.skip);

const PASSWORD = "hush-hush";
const started: RedisServer[] = [];
afterAll(() => Promise.all(started.map((each) => each.kill())));

async function redisWith(...settings: readonly string[]): Promise<RedisServer> {
  for (const need of needs) need.path();
  const redis = await startRedis(program.path(), ...settings);
  started.push(redis);
  return redis;
}

async function findings(url: string): Promise<readonly Finding[]> {
  return checkRedis(await openTools(readConfig({ REDIS_URL: url }, {}), usualGrounds(silentLog)));
}

test("without REDIS_URL there is nothing to say", async () => {
  expect(await checkRedis(await openTools(readConfig({}, {}), usualGrounds(silentLog)))).toEqual([]);
});

describe.skipIf(isSkipped)("with a Redis", () => {
  test("one that keeps what it is given is fine", async () => {
    const { url } = await redisWith();
    const lines = (await findings(url)).map(lineOf);
    expect(lines).toEqual([
      expect.stringMatching(/^✓ Redis: (?:Redis|Valkey) [\d.]+ at 127\.0\.0\.1:\d+ answered in \d+ ms$/u),
    ]);
  });

  test("one that throws keys away when it is full is told what to set", async () => {
    const { url } = await redisWith("--maxmemory-policy", "allkeys-lru");
    const [line = ""] = (await findings(url)).map(lineOf);
    expect(line).toMatch(
      /^✗ Redis: .* when its memory is full, it does allkeys-lru\n {2}→ set maxmemory-policy to noeviction/u,
    );
  });

  test("a wrong password, a missing one and a database that is not there are told, and no password is shown", async () => {
    const { url } = await redisWith("--requirepass", PASSWORD);
    const addressWith = (password: string, database = ""): string => url.replace("//", `//:${password}@`) + database;
    expect((await findings(addressWith(PASSWORD)))[0]?.kind).toBe("fine");
    for (const wrong of [url, addressWith("another-one"), addressWith(PASSWORD, "/99")]) {
      const [line = ""] = (await findings(wrong)).map(lineOf);
      expect(line).toMatch(/^✗ Redis: 127\.0\.0\.1:\d+: .*\n {2}→ start Redis or Valkey there, or correct REDIS_URL/u);
      expect(line).not.toMatch(/hush|another-one/u);
    }
  });

  test("one that does not answer is given up within seconds", async () => {
    const redis = await redisWith();
    redis.freeze();
    const [line = ""] = (await findings(redis.url)).map(lineOf);
    redis.thaw();
    expect(line).toMatch(/^✗ Redis: 127\.0\.0\.1:\d+: Command timed out\n/u);
  });

  test("one that is not there is told", async () => {
    const [line = ""] = (await findings(`redis://127.0.0.1:${await freePort()}`)).map(lineOf);
    expect(line).toContain("ECONNREFUSED");
  });
});
