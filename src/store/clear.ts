// Forgetting: a channel that is cleared, and what has been kept for long enough.
import type { ChannelId } from "../domain/ids.ts";
import type { Repositories } from "./repositories.ts";

// Rows in one transaction, so that a long list of old ones never holds up the house.
const SLICE_ROWS = 500;

// What a script remembers of somebody is of use while they come back.
const STATE_MS = 30 * 86_400_000;

/** Removes what was said, decided and kept in the channel; whoever works there loses its lease. Money that was spent stays spent. */
export function clearChannel(repositories: Repositories, channel: ChannelId, now: number): void {
  const { leases, decisions, messages, scenes, solverStates, turns } = repositories;
  leases.seize(channel, now);
  turns.clear(channel);
  decisions.clear(channel);
  messages.clear(channel);
  solverStates.clear(channel);
  scenes.clear(channel, now);
}

/** Forgets one slice of what is older; true when there may be more. */
export function expireSlice(repositories: Repositories, olderThan: number, now: number): boolean {
  const { budget, claims, decisions, leases, posts, solverStates, traces } = repositories;
  claims.expire(now);
  leases.forgetDead(olderThan);
  const forgotten = [traces, decisions, posts, budget].map((each) => each.expire(olderThan, SLICE_ROWS));
  forgotten.push(solverStates.expire(now - STATE_MS, SLICE_ROWS));
  return forgotten.some((count) => count === SLICE_ROWS);
}
