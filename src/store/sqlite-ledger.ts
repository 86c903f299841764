// What was spent and forecast, in SQLite.
import type { CallShare, PastRun, RunCost, SceneForecast } from "../domain/forecast.ts";
import type { AuthorId, SceneId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Quota, QuotaName } from "../domain/quota.ts";
import type { UsageKey, UsageOf, UsageRow } from "../domain/usage.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Ledger } from "./ledger.ts";
import type { Repositories } from "./repositories.ts";

export class SqliteLedger implements Ledger {
  readonly #repositories: Pick<Repositories, "quotas" | "usages">;
  readonly #group: GroupCommit;
  readonly #read: <T>(work: () => T) => Promise<T>;

  /** `read` runs what only reads and explains what SQLite says. */
  constructor(
    repositories: Pick<Repositories, "quotas" | "usages">,
    group: GroupCommit,
    read: <T>(work: () => T) => Promise<T>,
  ) {
    this.#repositories = repositories;
    this.#group = group;
    this.#read = read;
  }

  usage(of: UsageOf, by: readonly UsageKey[], since: number, limit: number): Promise<readonly UsageRow[]> {
    return this.#read(() => this.#repositories.usages.of(of, by, since, limit));
  }

  takeAside(
    askedBy: AuthorId,
    { channel, workspace }: Pick<Place, "channel" | "workspace">,
    quota: Quota,
    now: number,
  ): Promise<QuotaName | null> {
    return this.#group.run(() => this.#repositories.quotas.takeAside({ askedBy, channel, workspace }, quota, now));
  }

  recordForecast(scene: SceneId, forecast: SceneForecast, now: number): Promise<void> {
    return this.#group.run(() => this.#repositories.usages.record(scene, forecast, now));
  }

  pastRuns(limit: number): Promise<readonly PastRun[]> {
    return this.#read(() => this.#repositories.usages.pastRuns(limit));
  }

  costSince(scene: SceneId, since: number): Promise<RunCost> {
    return this.#read(() => this.#repositories.usages.costSince(scene, since));
  }

  callShares(): Promise<readonly CallShare[]> {
    return this.#read(() => this.#repositories.usages.shares());
  }
}
