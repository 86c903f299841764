// What models have cost, as JSON for programs: by day, place, persona and model.
import type { Hono } from "hono";
import { startOfDay } from "../domain/budget.ts";
import type { UsageKey, UsageRow } from "../domain/usage.ts";
import { USAGE_KEYS } from "../domain/usage.ts";
import type { Site } from "./answer.ts";
import type { WebEnv } from "./guard.ts";
import { Fault, operatorsOnly } from "./guard.ts";

const DAY_MS = 86_400_000;

// A month with the days around it; a year of it is some hundred thousand rows at most.
const DAYS_USUAL = 31;
const DAYS_MAX = 400;

// Some ten megabytes of JSON.
const ROWS_MAX = 50_000;

export function usageRoutes(app: Hono<WebEnv>, { house }: Site): void {
  app.get("/api/usage", async (c) => {
    operatorsOnly(c);
    const by = keysIn(c.req.query("by"));
    const days = daysIn(c.req.query("days"));
    const now = house.clock.now();
    const since = startOfDay(now) - (days - 1) * DAY_MS;
    const rows = await house.store.ledger.usage(null, by, since, ROWS_MAX + 1);
    const spent = await house.store.spent(now);
    c.header("Cache-Control", "no-store");
    return c.json({
      since: dayOf(since),
      by,
      today: { usd: spent.usd, unpricedTokens: spent.unpricedTokens, cap: house.settings.spend },
      rows: rows.slice(0, ROWS_MAX).map((row) => rowOf(row, by)),
      isWhole: rows.length <= ROWS_MAX,
    });
  });
}

/** `by=day,persona`; all of them where nothing is said. */
function keysIn(said: string | undefined): readonly UsageKey[] {
  if (said === undefined || said === "") return USAGE_KEYS;
  return said.split(",").map((each) => {
    const key = USAGE_KEYS.find((known) => known === each.trim());
    if (key === undefined) {
      throw new Fault(422, `by: expected some of ${USAGE_KEYS.join(",")}, got "${each.slice(0, 40)}".`);
    }
    return key;
  });
}

/** `days=7`: today and the six days before. */
function daysIn(said: string | undefined): number {
  const days = said === undefined || said === "" ? DAYS_USUAL : /^\d{1,3}$/u.test(said) ? Number(said) : 0;
  if (days >= 1 && days <= DAYS_MAX) return days;
  throw new Fault(422, `days: expected a number from 1 to ${DAYS_MAX}, got "${(said ?? "").slice(0, 40)}".`);
}

/** Only what was asked for; what is not known is null. */
function rowOf(row: UsageRow, by: readonly UsageKey[]): Readonly<Record<string, unknown>> {
  const { calls, tokensIn, tokensOut, usd, unpricedTokens } = row;
  const told = by.map((key): [string, unknown] => [key, key === "day" && row.day !== null ? dayOf(row.day) : row[key]]);
  return { ...Object.fromEntries<unknown>(told), calls, tokensIn, tokensOut, usd, unpricedTokens };
}

function dayOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
