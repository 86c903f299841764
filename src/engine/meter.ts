// What the engine counts, for whoever shows figures.
import type { Outcome } from "../domain/turn.ts";
import type { Attempt } from "../domain/trace.ts";

export interface Meter {
  turnEnded(outcome: Outcome["kind"]): void;
  attempted(attempt: Attempt): void;
  /** A post landed, so long after it was made, in ms. */
  spoke(waitMs: number): void;
  /** A post whose sending ended in doubt, and what a look at the platform found. */
  doubted(found: "landed" | "lost"): void;
}
