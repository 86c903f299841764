// Where personas spoke lately, and when: what the next process has to know of a platform's limits.
import type { ChannelId, PlatformName } from "../domain/ids.ts";
import type { Store } from "../store/store.ts";

// As many channels as one process speaks in within a minute or so.
const CHANNELS_MAX = 500;
// Among so many messages stand all that a platform lets personas say in a minute, however much people say between.
const MESSAGES_MAX = 100;

// Who is answered was heard before, but not for longer.
const HEARD_BEFORE_MS = 10 * 60_000;

/** The times, epoch ms, at which personas spoke since, by channel; a thread's count with its channel's. */
export async function spokenLately(
  store: Pick<Store, "recentMessages" | "registry">,
  platform: PlatformName,
  since: number,
): Promise<ReadonlyMap<ChannelId, readonly number[]>> {
  const times = new Map<ChannelId, number[]>();
  for (const { channel } of await store.registry.heardSince(platform, since - HEARD_BEFORE_MS, CHANNELS_MAX)) {
    const [known, messages] = await Promise.all([
      store.registry.place(channel),
      store.recentMessages(channel, null, MESSAGES_MAX),
    ]);
    const own = messages.filter((message) => message.spoken !== null && message.createdAt >= since);
    const home = known?.place.parent ?? channel;
    times.set(home, [...(times.get(home) ?? []), ...own.map((message) => message.createdAt)]);
  }
  return times;
}
