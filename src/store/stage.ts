// The transactions of scenes that play: put in place, and set to a state.
import type { ChannelId, PlatformName, SceneId } from "../domain/ids.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import type { Repositories } from "./repositories.ts";
import type { Store } from "./store.ts";

export function putScene(
  { channels, scenes }: Repositories,
  plan: ScenePlan,
  at: { readonly channel: ChannelId; readonly platform: PlatformName },
  now: number,
): Scene {
  channels.ensure(at.channel, at.platform);
  const scene = scenes.put(plan, at.channel, now);
  channels.change(at.channel, now);
  return scene;
}

/** The channel of the scene; null: nothing changed. */
export function setScene(
  { channels, scenes }: Repositories,
  id: SceneId,
  change: Parameters<Store["setScene"]>[1],
  now: number,
): ChannelId | null {
  const scene = scenes.get(id);
  if (scene === null || (change.onlyWhile !== null && scene.state.kind !== change.onlyWhile)) return null;
  scenes.set(id, change.state, change.dueAt);
  if (change.fresh) scenes.restart(id, now);
  channels.change(scene.channel, change.dueAt);
  return scene.channel;
}
