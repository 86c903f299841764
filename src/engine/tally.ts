// Counts what the engine does, for the figures that operators read.
import type { Attempt } from "../domain/trace.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Meter } from "./meter.ts";

type Labels = Readonly<Record<string, string>>;

export interface Count {
  readonly name: string;
  readonly help: string;
  readonly readings: readonly { readonly labels: Labels; readonly value: number }[];
}

// Every figure that there is, in Prometheus's naming ("Metric and label naming").
const HELP = {
  troupe_turns_total: "Turns that ended, by outcome.",
  troupe_solver_attempts_total: "Solvers that were asked, by result.",
  troupe_solver_seconds_total: "Time that solvers took.",
  troupe_tokens_total: "Tokens that models used, by direction.",
  troupe_cost_usd_total: "What models cost, where the price is known.",
  troupe_posts_said_total: "Posts that landed.",
  troupe_post_wait_seconds_total: "Time from a post's making to its landing, added up.",
  troupe_posts_in_doubt_total: "Posts whose sending ended in doubt, by what was found.",
} as const;

/** Figures of this process since it started. */
export class Tally implements Meter {
  readonly #readings = new Map<keyof typeof HELP, Map<string, { readonly labels: Labels; value: number }>>();

  turnEnded(outcome: Outcome["kind"]): void {
    this.#add("troupe_turns_total", { outcome }, 1);
  }

  attempted(attempt: Attempt): void {
    const { solver, result, usage } = attempt;
    this.#add("troupe_solver_attempts_total", { solver, result }, 1);
    this.#add("troupe_solver_seconds_total", { solver }, attempt.ms / 1000);
    if (usage === null) return;
    this.#add("troupe_tokens_total", { direction: "in" }, usage.tokensIn);
    this.#add("troupe_tokens_total", { direction: "out" }, usage.tokensOut);
    this.#add("troupe_cost_usd_total", {}, usage.costUsd ?? 0);
  }

  spoke(waitMs: number): void {
    this.#add("troupe_posts_said_total", {}, 1);
    this.#add("troupe_post_wait_seconds_total", {}, waitMs / 1000);
  }

  doubted(found: "landed" | "lost"): void {
    this.#add("troupe_posts_in_doubt_total", { found }, 1);
  }

  counts(): readonly Count[] {
    return [...this.#readings].map(([name, readings]) => ({
      name,
      help: HELP[name],
      readings: [...readings.values()],
    }));
  }

  #add(name: keyof typeof HELP, labels: Labels, value: number): void {
    const readings = this.#readings.get(name) ?? new Map<string, { readonly labels: Labels; value: number }>();
    this.#readings.set(name, readings);
    const key = Object.values(labels).join(" ");
    const reading = readings.get(key);
    if (reading === undefined) readings.set(key, { labels, value });
    else reading.value += value;
  }
}
