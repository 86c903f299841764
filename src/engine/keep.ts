// What an adapter remembers, kept in the house's store.
import type { Keep } from "../adapters/adapter.ts";
import type { Clock } from "../clock.ts";
import type { PlatformName, ProcessId } from "../domain/ids.ts";
import type { Store } from "../store/store.ts";

/** The keep of one platform: its keys are nobody else's. */
export function keepOf(store: Store, platform: PlatformName, process: ProcessId, clock: Clock): Keep {
  const own = (key: string): string => `${platform}:${key}`;
  return {
    get: (key) => store.registry.kept(own(key)),
    put: (key, value) => store.registry.keep(own(key), value),
    lend: (key, value, forMs) => store.registry.keepUntil(own(key), value, clock.now() + forMs),
    claim: (key, forMs) => store.claim(own(key), forMs, clock.now()),
    hold: (key) => store.hold(own(key), process, clock.now()),
    checkpoint: (key) => store.registry.checkpoint(key),
  };
}
