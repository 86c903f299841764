// The budget: what fits under a day's caps.
import { expect, test } from "vitest";
import { fits } from "../../src/domain/budget.ts";

const free = { model: "m", tokensIn: 0, tokensOutMax: 0, costUsd: 0 };
const unspent = { usd: 0, unpricedTokens: 0 };

test("a cap of nothing lets no model be asked, one that costs nothing included", () => {
  expect(fits(unspent, free, { usdPerDay: 0, tokensPerDay: 10 })).toBe(false);
  expect(fits(unspent, { ...free, costUsd: null }, { usdPerDay: 1, tokensPerDay: 0 })).toBe(false);
  expect(fits(unspent, free, { usdPerDay: 0.01, tokensPerDay: 0 })).toBe(true);
  expect(fits(unspent, { ...free, costUsd: null }, { usdPerDay: 0, tokensPerDay: 1 })).toBe(true);
});
