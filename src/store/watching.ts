// Watching: somebody looks at a channel, which wakes the scenes that wait for it.
import type { ChannelId } from "../domain/ids.ts";
import type { Repositories } from "./repositories.ts";

// Pages tell every few seconds that they are open: within this time a repeat says nothing new and is not written.
const REPEAT_MS = 1_000;

// After so long without a word nobody watched, and whoever looks now is somebody new, for whom a scene may go faster.
const ANEW_MS = 30_000;

/** False when recording it would change nothing; a look, no write. */
export function isWorthRecording({ channels }: Repositories, channel: ChannelId, now: number): boolean {
  const known = channels.watchedAt(channel);
  return known !== null && (known.watchedAt === null || Math.abs(now - known.watchedAt) >= REPEAT_MS);
}

/** The channel is due when a scene rests until somebody looks, or goes slowly because nobody did. */
export function recordWatched({ channels, scenes }: Repositories, channel: ChannelId, now: number): void {
  const watchedAt = channels.watchedAt(channel)?.watchedAt ?? null;
  const isNew = watchedAt === null || now - watchedAt > ANEW_MS;
  channels.recordWatched(channel, now);
  const states = scenes.of(channel).map((scene) => scene.state);
  const isAwaited = states.some((state) => state.kind === "resting" && state.until === null);
  const isSlow = isNew && states.some((state) => state.kind === "running");
  if (isAwaited || isSlow) channels.change(channel, now);
}
