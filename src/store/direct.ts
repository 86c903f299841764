// The transactions of directing: what waits in a channel, and what was decided about it.
import type { ChannelId } from "../domain/ids.ts";
import { isTick, tickId } from "../domain/ids.ts";
import type { Standing } from "./leases.ts";
import type { Repositories } from "./repositories.ts";
import type { Lease, Store, Work } from "./store.ts";

export type Batch = Parameters<Store["recordDecisions"]>[1];

/** What waits in the channel, read after `standing` was: what changes meanwhile is found when the channel is given back. */
export function workOf(repositories: Repositories, channel: ChannelId, standing: Standing): Work {
  const { messages, turns, posts, scenes } = repositories;
  const open = standing.hasTurns ? turns.open(channel) : [];
  return {
    undirected: standing.lastSeq > standing.directedSeq ? messages.after(channel, standing.directedSeq) : [],
    turns: open,
    posts: open.some((turn) => turn.state === "saying") ? posts.open(channel) : [],
    scenes: standing.hasScenes ? scenes.of(channel) : [],
    unnamed: standing.unnamed,
    watchedAt: standing.watchedAt,
  };
}

/** Records a batch of decisions. A tick of a scene that does not run any more is left out: whoever paused it wins. */
export function recordDecisions(repositories: Repositories, lease: Lease, batch: Batch, now: number): void {
  const { leases, decisions, turns } = repositories;
  leases.direct(lease, batch.throughSeq ?? 0);
  const ticks = batch.tick === null || recordTick(repositories, batch.tick, batch);
  for (const decision of batch.decisions) {
    if (isTick(decision.trigger) && !ticks) continue;
    decisions.record(lease.channel, decision, now);
    for (const turn of decision.turns) turns.add(turn, now);
  }
  for (const { turn, into } of batch.folds) turns.fold(lease.channel, turn, into);
}

/** False when the scene does not run, and for a tick that was counted already: what was decided for it stands. */
function recordTick({ scenes }: Repositories, tick: NonNullable<Batch["tick"]>, batch: Batch): boolean {
  const scene = scenes.get(tick.scene);
  if (scene?.state.kind !== "running") return false;
  const next = tickId(tick.scene, scene.ticks + 1);
  const isNew = batch.decisions.length === 0 || batch.decisions.some((decision) => decision.trigger === next);
  scenes.tick(tick.scene, isNew ? scene.ticks + 1 : scene.ticks, tick.dueAt);
  return isNew;
}
