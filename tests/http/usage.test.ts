// What models have cost, for programs.
import { afterEach, beforeEach, expect, test } from "vitest";
import { channelId, feedPlatform, messageId, platformName, workspaceId } from "../../src/domain/ids.ts";
import { makeTurn, payerOf } from "../people.ts";
import { ask, jsonOf } from "./requests.ts";
import type { TestHouse } from "./web-house.ts";
import { openHouse } from "./web-house.ts";

let house: TestHouse;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const discord = platformName("discord");
const DAY = 86_400_000;

interface Usage {
  readonly since: string;
  readonly today: { readonly usd: number; readonly cap: { readonly usdPerDay: number } };
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly isWhole: boolean;
}

async function spend(handle: string, model: string, usd: number | null, at: number): Promise<void> {
  const place = { channel: channelId(discord, "1"), parent: null, workspace: workspaceId(discord, "2") };
  const payer = payerOf(makeTurn(messageId(feedPlatform, "1"), handle), { place });
  const estimate = { model, tokensIn: 100, tokensOutMax: 50, costUsd: usd };
  const reserved = await house.store.reserve(payer, estimate, { usdPerDay: 10, tokensPerDay: 10_000 }, at);
  if (reserved.kind !== "reserved") throw new Error(reserved.why);
  const used = { tokensIn: 90, tokensOut: 10, costUsd: usd === null ? null : usd / 2, estimated: false };
  await house.store.settle(reserved.reservation, used);
}

async function usage(query = ""): Promise<Usage> {
  return jsonOf<Usage>(await ask(house, `/api/usage${query}`));
}

test("usage is told by day, place, persona and model, newest and dearest first", async () => {
  const now = Date.now();
  await spend("ada", "small", 0.2, now);
  await spend("ada", "small", 0.4, now);
  await spend("bruno", "large", 2, now);
  await spend("ada", "local", null, now - DAY);
  const told = await usage();
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const where = { workspace: "discord:2", channel: "discord:1" };
  expect(told.rows).toEqual([
    {
      day: day(now),
      ...where,
      persona: "bruno",
      model: "large",
      calls: 1,
      tokensIn: 90,
      tokensOut: 10,
      usd: 1,
      unpricedTokens: 0,
    },
    {
      day: day(now),
      ...where,
      persona: "ada",
      model: "small",
      calls: 2,
      tokensIn: 180,
      tokensOut: 20,
      usd: 0.3,
      unpricedTokens: 0,
    },
    {
      day: day(now - DAY),
      ...where,
      persona: "ada",
      model: "local",
      calls: 1,
      tokensIn: 90,
      tokensOut: 10,
      usd: 0,
      unpricedTokens: 100,
    },
  ]);
  expect(told).toMatchObject({ since: day(now - 30 * DAY), isWhole: true, today: { usd: 1.3, cap: { usdPerDay: 1 } } });
});

test("usage is added up by what is asked for, and for as many days", async () => {
  const now = Date.now();
  await spend("ada", "small", 0.2, now);
  await spend("ada", "large", 0.4, now - DAY);
  expect((await usage("?by=persona")).rows).toMatchObject([{ persona: "ada", calls: 2, usd: 0.3 }]);
  expect(Object.keys((await usage("?by=persona")).rows[0] ?? {})).not.toContain("model");
  expect((await usage("?by=model&days=1")).rows).toMatchObject([{ model: "small", usd: 0.1 }]);
  const wrong = await ask(house, "/api/usage?by=mood", { headers: { Accept: "application/json" } });
  expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining("by: expected some of day,workspace")]);
  expect((await ask(house, "/api/usage?days=0")).status).toBe(422);
});

test("usage takes a sign-in from anywhere but this machine", async () => {
  const elsewhere = { "X-Forwarded-For": "203.0.113.9" };
  expect((await ask(house, "/api/usage", { headers: elsewhere })).status).toBe(401);
  const token = { Authorization: "Bearer open sesame" };
  expect((await ask(house, "/api/usage", { headers: { ...elsewhere, ...token } })).status).toBe(200);
});
