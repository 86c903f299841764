// The transactions of stopping: personas of a channel talk only when people ask them, until somebody lets them.
import type { ChannelId } from "../domain/ids.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Changer } from "./registry.ts";
import type { Repositories } from "./repositories.ts";

/** False when it is stopped already. Turns that nobody asked for end withdrawn, in its threads too; scenes that run are paused. */
export function stopChannel(repositories: Repositories, channel: ChannelId, by: Changer, now: number): boolean {
  const { channels, posts, scenes, turns } = repositories;
  const known = channels.known(channel);
  if (known !== null && known.stoppedAt !== null) return false;
  channels.setStopped(channel, now);
  const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail: `${by.name} stopped the talk here` };
  for (const place of channels.withThreads(channel)) {
    for (const turn of turns.open(place)) {
      if (!turn.unasked) continue;
      posts.withdraw(turn.id);
      turns.end(turn.id, outcome);
    }
    for (const scene of scenes.of(place)) {
      if (scene.state.kind !== "running" && scene.state.kind !== "resting") continue;
      scenes.set(scene.plan.id, { kind: "paused", why: `${by.name} stopped it` }, null);
    }
    channels.change(place, now);
  }
  return true;
}

/** False when nothing was stopped. Scenes stay paused: a person resumes each. */
export function resumeChannel({ channels }: Repositories, channel: ChannelId): boolean {
  const stoppedAt = channels.known(channel)?.stoppedAt ?? null;
  if (stoppedAt === null) return false;
  channels.setStopped(channel, null);
  return true;
}
