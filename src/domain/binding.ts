// A binding: a persona's place in a channel, in a whole workspace or on a platform.
import type { ChannelId, PersonaId, ScopeId } from "./ids.ts";
import { channelScope, houseScope, platformScope, workspaceScope } from "./ids.ts";
import type { Place } from "./message.ts";

export interface Binding {
  readonly persona: PersonaId;
  readonly scope: ScopeId;
  /** Who bound it, as shown to people. */
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The scopes that reach `place`, nearest first: thread, channel, workspace, platform, house. */
export function scopesOf(place: Pick<Place, "channel" | "parent" | "workspace" | "platform">): readonly ScopeId[] {
  const near: readonly (ChannelId | null)[] = [place.channel, place.parent];
  return [
    ...near.flatMap((channel) => (channel === null ? [] : [channelScope(channel)])),
    ...(place.workspace === null ? [] : [workspaceScope(place.workspace)]),
    platformScope(place.platform),
    houseScope,
  ];
}

/** The bindings of the nearest scope that has any: the cast of the place. `bindings`: those of the place's scopes. */
export function nearestBindings(bindings: readonly Binding[], scopes: readonly ScopeId[]): readonly Binding[] {
  for (const scope of scopes) {
    const here = bindings.filter((binding) => binding.scope === scope);
    if (here.length > 0) return here;
  }
  return [];
}

/** How far a new binding reaches, as people say it. */
export type Reach = "thread" | "channel" | "workspace";
