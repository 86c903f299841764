// What a chaos run came to, as it is printed.
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import type { Verdict } from "./judge.ts";
import { verdictLine } from "./judge.ts";

export interface Result {
  readonly isGood: boolean;
  readonly lines: readonly string[];
}

/** The result of a run on Discord alone: good where the verdict is and the platform had nothing to refuse. `head` says what was done. */
export function resultOf(fake: FakeDiscord, head: string, verdict: Verdict): Result {
  const { lines, refused } = counted(fake);
  return {
    isGood: verdict.isGood && refused === 0,
    lines: [head, verdictLine(verdict), ...lines, ...verdict.lines.map((line) => `  ${line}`)],
  };
}

// A few are enough to look into.
const SHOWN_MAX = 5;

/** What the platform's books say of how it was treated: who came in how often, and what it had to refuse. */
export function counted(fake: FakeDiscord): { readonly lines: readonly string[]; readonly refused: number } {
  const limited = fake.requests().filter((each) => each.status === 429);
  const identified = fake.identifies().length;
  const resumed = fake.gateway.entries.filter((each) => each.kind === "resume" && each.outcome === "accepted").length;
  return {
    refused: limited.length,
    lines: [
      `identified ${identified}, resumed ${resumed}, 429 ${limited.length}`,
      ...limited.slice(0, SHOWN_MAX).map((each) => `  429: ${each.route} (${each.limitedBy ?? "unknown"})`),
    ],
  };
}
