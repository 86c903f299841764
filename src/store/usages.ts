// Usage and forecasts as the tables hold them: calls that are kept one by one, and what older ones came to.
import type { Spent } from "../domain/budget.ts";
import type { CallShare, PastRun, RunCost, SceneForecast } from "../domain/forecast.ts";
import type { ChannelId, PersonaId, SceneId, WorkspaceId } from "../domain/ids.ts";
import type { UsageKey, UsageOf, UsageRow } from "../domain/usage.ts";
import { costOfRuns, NANO } from "./budget.ts";
import type { Tables } from "./drizzle.ts";
import { sql } from "./drizzle.ts";
import { forecasts } from "./ledger-tables.ts";
import { given, value } from "./parameters.ts";
import { prepareRead, prepareWrite } from "./prepared.ts";

// Fewer calls than this say little about a run.
const CALLS_MIN = 3;

export class Usages {
  readonly #queries: ReturnType<typeof prepareUsage> & ReturnType<typeof prepareRuns> & ReturnType<typeof prepareCost>;

  constructor(tables: Tables) {
    this.#queries = { ...prepareUsage(tables), ...prepareRuns(tables), ...prepareCost(tables) };
  }

  of(of: UsageOf, by: readonly UsageKey[], since: number, limit: number): readonly UsageRow[] {
    const told = (key: UsageKey): 0 | 1 => (by.includes(key) ? 1 : 0);
    return this.#queries.usage.all({
      byDay: told("day"),
      byWorkspace: told("workspace"),
      byChannel: told("channel"),
      byPersona: told("persona"),
      byModel: told("model"),
      workspace: of?.kind === "workspace" ? of.workspace : null,
      channel: of?.kind === "channel" ? of.channel : null,
      since,
      limit,
    });
  }

  record(scene: SceneId, { posts, usd, unpricedTokens }: SceneForecast, startedAt: number): void {
    const nanoUsd = usd === null ? null : Math.round(usd * NANO);
    this.#queries.record.run({ scene, startedAt, posts, nanoUsd, tokens: Math.round(unpricedTokens) });
  }

  pastRuns(limit: number): readonly PastRun[] {
    return this.#queries.pastRuns.all({ limit, least: CALLS_MIN });
  }

  costSince(scene: SceneId, since: number): RunCost {
    const spent = this.#queries.spentSince.get({ scene, since }) ?? { usd: 0, unpricedTokens: 0 };
    return { spent, expected: this.#queries.expected.get({ scene }) };
  }

  shares(): readonly CallShare[] {
    return this.#queries.shares.all({});
  }
}

type UsageColumns = readonly [
  day: number | null,
  workspace: WorkspaceId | null,
  channel: ChannelId | null,
  persona: PersonaId | null,
  model: string | null,
  calls: number,
  tokensIn: number,
  tokensOut: number,
  nanoUsd: number,
  unpricedTokens: number,
];

function toUsage(row: UsageColumns): UsageRow {
  const [day, workspace, channel, persona, model, calls, tokensIn, tokensOut, nanoUsd, unpricedTokens] = row;
  return {
    day,
    workspace,
    channel,
    persona,
    model,
    calls,
    tokensIn,
    tokensOut,
    usd: nanoUsd / NANO,
    unpricedTokens,
  };
}

type RunColumns = readonly [
  posts: number,
  nanoUsd: number | null,
  tokens: number,
  calls: number,
  realNanoUsd: number,
  realTokens: number,
];

function toRun([posts, nanoUsd, tokens, calls, realNanoUsd, realTokens]: RunColumns): PastRun {
  return nanoUsd === null
    ? { expectedEach: tokens / posts, realEach: realTokens / calls }
    : { expectedEach: nanoUsd / NANO / posts, realEach: realNanoUsd / NANO / calls };
}

function toSpent([nanoUsd, unpricedTokens]: readonly [nanoUsd: number, unpricedTokens: number]): Spent {
  return { usd: nanoUsd / NANO, unpricedTokens };
}

function prepareUsage(tables: Tables) {
  const kept = sql`SELECT day, channel, parent, coalesce(workspace, '') AS workspace, persona, model, 1 AS calls,
      tokens_in, tokens_out, coalesce(nano_usd, 0) AS nano_usd,
      CASE WHEN nano_usd IS NULL THEN tokens_in + tokens_out ELSE 0 END AS unpriced
    FROM calls WHERE day >= ${given("since")}`;
  const older = sql`SELECT day, channel, NULL, workspace, persona, model, calls, tokens_in, tokens_out, nano_usd,
      unpriced_tokens
    FROM usage WHERE day >= ${given("since")}`;
  const key = (name: string, column: string) =>
    sql`CASE WHEN ${given(`by${name}`)} THEN nullif(${sql.raw(column)}, '') END`;
  return {
    usage: prepareRead(
      tables,
      tables
        .select({
          day: key("Day", "day"),
          workspace: key("Workspace", "workspace"),
          channel: key("Channel", "channel"),
          persona: key("Persona", "persona"),
          model: key("Model", "model"),
          calls: sql`sum(calls)`,
          tokensIn: sql`sum(tokens_in)`,
          tokensOut: sql`sum(tokens_out)`,
          nanoUsd: sql`sum(nano_usd)`,
          unpricedTokens: sql`sum(unpriced)`,
        })
        .from(sql`(${kept} UNION ALL ${older}) AS used`)
        .where(
          sql`(${given("workspace")} IS NULL OR workspace = ${given("workspace")})
            AND (${given("channel")} IS NULL OR channel = ${given("channel")} OR parent = ${given("channel")})`,
        )
        .groupBy(sql`1, 2, 3, 4, 5`)
        .orderBy(sql`1 DESC, 9 DESC, 10 DESC, 3, 4, 5 LIMIT ${given("limit")}`),
      toUsage,
    ),
  };
}

function prepareRuns(tables: Tables) {
  const live = costOfRuns(sql`1`);
  return {
    record: prepareWrite(
      tables,
      tables
        .insert(forecasts)
        .values({
          scene: value("scene"),
          startedAt: value("startedAt"),
          posts: value("posts"),
          nanoUsd: value("nanoUsd"),
          tokens: value("tokens"),
        })
        .onConflictDoNothing(),
    ),
    pastRuns: prepareRead(
      tables,
      tables
        .select({
          posts: forecasts.posts,
          nanoUsd: forecasts.nanoUsd,
          tokens: forecasts.tokens,
          calls: sql`${forecasts.realCalls} + coalesce(ran.calls, 0)`,
          realNanoUsd: sql`${forecasts.realNanoUsd} + coalesce(ran.nano_usd, 0)`,
          realTokens: sql`${forecasts.realTokens} + coalesce(ran.tokens, 0)`,
        })
        .from(forecasts)
        .leftJoin(
          sql`(${live}) AS ran`,
          sql`ran.scene = ${forecasts.scene} AND ran.started_at = ${forecasts.startedAt}`,
        )
        .where(
          sql`${forecasts.realCalls} + coalesce(ran.calls, 0) >= ${given("least")} AND ${forecasts.posts} > 0
            AND coalesce(${forecasts.nanoUsd}, ${forecasts.tokens}) > 0`,
        )
        .orderBy(sql`${forecasts.startedAt} DESC LIMIT ${given("limit")}`),
      toRun,
    ),
    // What a server refused was never read, and says nothing of how long answers are.
    shares: prepareRead(
      tables,
      tables
        .select({
          model: sql`model`,
          calls: sql`count(*)`,
          share: sql`CASE WHEN sum(most_nano_usd) > 0 THEN 1.0 * sum(nano_usd) / sum(most_nano_usd)
            ELSE 1.0 * sum(tokens_in + tokens_out) / sum(most_tokens) END`,
        })
        .from(sql`calls`)
        .where(sql`settled = 1 AND most_tokens > 0 AND tokens_in > 0`)
        .groupBy(sql`model`),
      ([model, calls, share]: readonly [string, number, number]): CallShare => ({ model, calls, share }),
    ),
  };
}

function prepareCost(tables: Tables) {
  return {
    spentSince: prepareRead(
      tables,
      tables
        .select({
          nanoUsd: sql`coalesce(sum(nano_usd), 0)`,
          tokens: sql`coalesce(sum(CASE WHEN nano_usd IS NULL THEN tokens_in + tokens_out ELSE 0 END), 0)`,
        })
        .from(sql`calls`)
        .where(sql`scene = ${given("scene")} AND at >= ${given("since")}`),
      toSpent,
    ),
    expected: prepareRead(
      tables,
      tables
        .select({ nanoUsd: sql`coalesce(${forecasts.nanoUsd}, 0)`, tokens: forecasts.tokens })
        .from(forecasts)
        .where(sql`${forecasts.scene} = ${given("scene")}`)
        .orderBy(sql`${forecasts.startedAt} DESC LIMIT 1`),
      toSpent,
    ),
  };
}
