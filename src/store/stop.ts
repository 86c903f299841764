// The transactions of stopping: personas of a channel talk only when people ask them, until somebody lets them.
import type { ChannelId, TurnId } from "../domain/ids.ts";
import { channelScope, platformOf } from "../domain/ids.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Changer } from "./registry.ts";
import type { Repositories } from "./repositories.ts";

/** What a stop is called in the audit list. */
export const STOP = "stop";

/** False when it is stopped already. Turns that nobody asked for end withdrawn, in its threads too, an answer that is just being written says no more than it has said, and scenes that run are paused: all also when it is stopped once more. */
export function stopChannel(repositories: Repositories, channel: ChannelId, by: Changer, now: number): boolean {
  const { channels, growing, posts, scenes, turns } = repositories;
  // A stop holds where nobody has said anything yet, too.
  channels.ensure(channel, platformOf(channel));
  const isNew = (channels.known(channel)?.stoppedAt ?? null) === null;
  if (isNew) channels.setStopped(channel, now);
  const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail: `${by.name} stopped the talk here` };
  for (const place of channels.withThreads(channel)) {
    for (const turn of turns.open(place)) {
      if (!turn.unasked) {
        growing.cutShort(turn.id, { kind: "replied" });
        continue;
      }
      posts.withdraw(turn.id);
      turns.end(turn.id, outcome);
    }
    for (const scene of scenes.of(place)) {
      if (scene.state.kind !== "running" && scene.state.kind !== "resting") continue;
      scenes.set(scene.plan.id, { kind: "paused", why: `${by.name} stopped it` }, null);
    }
    channels.change(place, now);
  }
  return isNew;
}

/** False when nothing was stopped. Scenes stay paused: a person resumes each. */
export function resumeChannel({ channels }: Repositories, channel: ChannelId): boolean {
  const stoppedAt = channels.known(channel)?.stoppedAt ?? null;
  if (stoppedAt === null) return false;
  channels.setStopped(channel, null);
  return true;
}

/** Who stopped the talk in the channel, or in the one of which it is a thread; null: it goes on. */
export function stoppedBy({ audits, channels }: Repositories, channel: ChannelId): string | null {
  const stopped = channels.stoppedAround(channel);
  return stopped === null ? null : (audits.lastBy(channelScope(stopped), STOP) ?? "somebody");
}

/** Where the talk is stopped, a turn that nobody asked for ends with what it has said; true when it did. */
export function endIfStopped(repositories: Repositories, channel: ChannelId, turn: TurnId): boolean {
  const by = stoppedBy(repositories, channel);
  if (by === null) return false;
  repositories.posts.withdraw(turn);
  repositories.turns.end(turn, { kind: "withdrawn", why: "stopped", detail: `stopped by ${by}` });
  return true;
}
