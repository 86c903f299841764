// The part of the store's port that tells what was spent, and how forecasts came true.
import type { CallShare, PastRun, RunCost, SceneForecast } from "../domain/forecast.ts";
import type { AuthorId, SceneId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Quota, QuotaName } from "../domain/quota.ts";
import type { UsageKey, UsageOf, UsageRow } from "../domain/usage.ts";

export interface Ledger {
  /** What was used since that day (its first millisecond, UTC), told apart by these keys: the newest day first, then what cost most; at most `limit` rows. */
  usage(of: UsageOf, by: readonly UsageKey[], since: number, limit: number): Promise<readonly UsageRow[]>;
  /** Counts an answer that is no turn, such as a private one, for the person who asks for it there, unless the quota holds it back: then which. */
  takeAside(
    askedBy: AuthorId,
    place: Pick<Place, "channel" | "workspace">,
    quota: Quota,
    now: number,
  ): Promise<QuotaName | null>;
  /** Keeps what the run of the scene that begins at `now` is expected to cost. */
  recordForecast(scene: SceneId, forecast: SceneForecast, now: number): Promise<void>;
  /** Runs that had a forecast and came to any calls, the newest first, at most `limit`. */
  pastRuns(limit: number): Promise<readonly PastRun[]>;
  /** What the scene has cost since then, as far as its calls are kept one by one, which is a week. */
  costSince(scene: SceneId, since: number): Promise<RunCost>;
  /** How much of what was set aside the calls of each model really used, over the days that calls are kept. */
  callShares(): Promise<readonly CallShare[]>;
}
