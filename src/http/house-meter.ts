// The house's own figures: counts what the engine tells, for whoever reads `/metrics`.
import type { Attempt } from "../domain/trace.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Meter } from "../engine/meter.ts";
import type { Figure } from "./house.ts";

type Labels = Readonly<Record<string, string>>;

/** Counts by name and labels. */
export class HouseMeter implements Meter {
  readonly #counts = new Map<string, Map<string, { readonly labels: Labels; value: number }>>();

  turnEnded(outcome: Outcome["kind"]): void {
    this.#add("troupe_turns_total", { outcome }, 1);
    if (outcome === "replied" || outcome === "noticed") this.#add("troupe_turns_said_total", {}, 1);
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
    this.#add("troupe_wait_seconds_total", {}, waitMs / 1000);
    for (const seconds of WAIT_STEPS) {
      if (waitMs <= seconds * 1000) this.#add("troupe_posts_said_within_total", { seconds: String(seconds) }, 1);
    }
  }

  doubted(found: "landed" | "lost"): void {
    this.#add("troupe_posts_in_doubt_total", { found }, 1);
  }

  figures(): readonly Figure[] {
    return Object.entries(HELP).map(([name, help]) => ({
      name,
      help,
      kind: "counter",
      readings: [...(this.#counts.get(name)?.values() ?? [])],
    }));
  }

  #add(name: keyof typeof HELP, labels: Labels, value: number): void {
    const readings = this.#counts.get(name) ?? new Map<string, { readonly labels: Labels; value: number }>();
    this.#counts.set(name, readings);
    const key = JSON.stringify(labels);
    const reading = readings.get(key) ?? { labels, value: 0 };
    reading.value += value;
    readings.set(key, reading);
  }
}

// From "at once" to the longest that a model may take.
const WAIT_STEPS = [0.25, 1, 3, 10, 30, 120];

const HELP = {
  troupe_posts_said_total: "Posts that personas said.",
  troupe_posts_said_within_total: "Posts said within so many seconds after what they answer.",
  troupe_wait_seconds_total: "Seconds from what a post answers to the post, summed up.",
  troupe_posts_in_doubt_total: "Posts whose sending ended in doubt, by what a look at the platform found.",
  troupe_turns_total: "Turns by how they ended.",
  troupe_turns_said_total: "Turns that ended with something said.",
  troupe_solver_attempts_total: "Tries of solvers by their result.",
  troupe_solver_seconds_total: "Seconds spent in solvers.",
  troupe_tokens_total: "Tokens sent to and received from models.",
  troupe_cost_usd_total: "Cost of model calls in US dollars, where the price is known.",
} as const;
