// What an adapter remembers, kept in the house's store.
import type { Keep } from "../adapters/adapter.ts";
import type { Clock } from "../clock.ts";
import type { PlatformName, ProcessId } from "../domain/ids.ts";
import { HouseFault, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** The keep of one platform: its keys are nobody else's. What was sealed under another secret counts as not kept, for a platform gives most of it again; the log says so once. */
export function keepOf(
  store: Store,
  platform: PlatformName,
  process: ProcessId,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Keep {
  const own = (key: string): string => `${platform}:${key}`;
  let isTold = false;
  return {
    get: async (key) => {
      try {
        return await store.registry.kept(own(key));
      } catch (error) {
        if (!(error instanceof HouseFault)) throw error;
        if (!isTold) log.warn("what a platform had kept is asked for anew", { platform, why: messageOf(error) });
        isTold = true;
        return null;
      }
    },
    put: (key, value) => store.registry.keep(own(key), value),
    lend: (key, value, forMs) => store.registry.keepUntil(own(key), value, clock.now() + forMs),
    claim: (key, forMs) => store.claim(own(key), forMs, clock.now()),
    hold: (key) => store.hold(own(key), process, clock.now()),
    checkpoint: (key) => store.registry.checkpoint(key),
  };
}
