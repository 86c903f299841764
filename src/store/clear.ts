// Forgetting: a channel that is cleared, and what has been kept for long enough.
import { scopesOf } from "../domain/binding.ts";
import type { ChannelId } from "../domain/ids.ts";
import { QUOTA_MS } from "../domain/quota.ts";
import { roomSettings as resolveRoomSettings } from "../domain/settings.ts";
import { expireMessages } from "./forget.ts";
import type { Repositories } from "./repositories.ts";
import { RESTORE_MS } from "./registry.ts";

// Rows in one transaction, so that a long list of old ones never holds up the house.
const SLICE_ROWS = 500;

const DAY_MS = 86_400_000;

// What a script remembers of somebody is of use while they come back.
const STATE_MS = 30 * DAY_MS;

// As long as anybody asks who changed what.
const AUDIT_MS = 365 * DAY_MS;

/** Removes what was said, decided and kept in the channel and its threads; whoever works there loses its lease. Money that was spent stays spent. Returns what was cleared. */
export function clearWithThreads(repositories: Repositories, channel: ChannelId, now: number): readonly ChannelId[] {
  const cleared = [...new Set([channel, ...repositories.channels.withThreads(channel)])];
  for (const each of cleared) clearChannel(repositories, each, now);
  return cleared;
}

function clearChannel(repositories: Repositories, channel: ChannelId, now: number): void {
  const { leases, decisions, messages, scenes, solverStates, turns, versions } = repositories;
  leases.seize(channel, now);
  turns.clear(channel);
  decisions.clear(channel);
  // Before their messages, by which they are found.
  versions.clear(channel);
  messages.clear(channel);
  solverStates.clear(channel);
  scenes.clear(channel, now);
}

/** Forgets one slice of what is older; true when there may be more. */
export function expireSlice(repositories: Repositories, olderThan: number, now: number): boolean {
  const { quotas } = repositories;
  const { audits, budget, claims, decisions, keeps, leases, ownedPersonas, paces, posts, solverStates, traces } =
    repositories;
  claims.expire(now);
  leases.forgetDead(olderThan);
  quotas.expire(now - QUOTA_MS.day);
  const forgotten = [traces, decisions, posts, budget].map((each) => each.expire(olderThan, SLICE_ROWS));
  forgotten.push(
    solverStates.expire(now - STATE_MS, SLICE_ROWS),
    ownedPersonas.expire(now - RESTORE_MS, SLICE_ROWS),
    audits.expire(now - AUDIT_MS, SLICE_ROWS),
    keeps.expire(now, SLICE_ROWS),
    paces.expire(now, SLICE_ROWS),
    expireByRetention(repositories, now, SLICE_ROWS),
  );
  return forgotten.some((count) => count === SLICE_ROWS);
}

/** Forgets at most `limit` messages that are older than their channel's retention; returns how many. */
function expireByRetention(repositories: Repositories, now: number, limit: number): number {
  const { channels, messages, roomSettings } = repositories;
  const rows = roomSettings.named("retention");
  if (rows.length === 0) return 0;
  let count = 0;
  for (const place of channels.all()) {
    const { retention } = resolveRoomSettings(rows, scopesOf(place), null);
    if (retention === null) continue;
    const olderThan = now - retention * DAY_MS;
    const old = messages.before(place.channel, olderThan, limit - count);
    if (old.length > 0) expireMessages(repositories, place.channel, old, olderThan);
    count += old.length;
    if (count === limit) break;
  }
  return count;
}
