// The day's budget as the pages tell of it: whether a model can still be asked today.
import type { SpendCaps, Spent } from "../domain/budget.ts";

// The usual cap of a dollar buys some two hundred full prompts of a small model at the worst price they may have. Calls that no longer fit are refused before the cap itself is reached, so with less than one of them left the day is over.
const CALLS_PER_DAY = 200;

/** Whether no usual call fits under a cap any more. */
export function isUsedUp(spent: Spent, caps: SpendCaps): boolean {
  return isOver(spent.usd, caps.usdPerDay) || isOver(spent.unpricedTokens, caps.tokensPerDay);
}

function isOver(used: number, cap: number): boolean {
  return cap - used < cap / CALLS_PER_DAY || used >= cap;
}

/** Why scripts speak although a model is set, as one sentence. */
export function usedUpSentence({ usdPerDay }: SpendCaps): string {
  const until = usdPerDay > 0 ? "until midnight UTC (TROUPE_SPEND_PER_DAY)" : "until TROUPE_SPEND_PER_DAY is raised";
  return `today's budget of ${usdPerDay.toFixed(2)} USD is used up: scripts speak ${until}`;
}
