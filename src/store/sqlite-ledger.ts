// What was spent and forecast, in SQLite.
import type { CallShare, PastRun, RunCost, SceneForecast } from "../domain/forecast.ts";
import type { SceneId } from "../domain/ids.ts";
import type { UsageKey, UsageOf, UsageRow } from "../domain/usage.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Ledger } from "./ledger.ts";
import type { Usages } from "./usages.ts";

export class SqliteLedger implements Ledger {
  readonly #usages: Usages;
  readonly #group: GroupCommit;
  readonly #read: <T>(work: () => T) => Promise<T>;

  /** `read` runs what only reads and explains what SQLite says. */
  constructor(usages: Usages, group: GroupCommit, read: <T>(work: () => T) => Promise<T>) {
    this.#usages = usages;
    this.#group = group;
    this.#read = read;
  }

  usage(of: UsageOf, by: readonly UsageKey[], since: number, limit: number): Promise<readonly UsageRow[]> {
    return this.#read(() => this.#usages.of(of, by, since, limit));
  }

  recordForecast(scene: SceneId, forecast: SceneForecast, now: number): Promise<void> {
    return this.#group.run(() => this.#usages.record(scene, forecast, now));
  }

  pastRuns(limit: number): Promise<readonly PastRun[]> {
    return this.#read(() => this.#usages.pastRuns(limit));
  }

  costSince(scene: SceneId, since: number): Promise<RunCost> {
    return this.#read(() => this.#usages.costSince(scene, since));
  }

  callShares(): Promise<readonly CallShare[]> {
    return this.#read(() => this.#usages.shares());
  }
}
