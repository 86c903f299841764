// What a chaos run came to, as it is printed.
import type { FakeDiscord } from "../fakes/discord/fake.ts";

export interface Result {
  readonly isGood: boolean;
  readonly lines: readonly string[];
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
