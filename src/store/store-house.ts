// What a store is handed of the house around it.
import type { Log } from "../log.ts";

export interface StoreHouse {
  readonly log: Log;
  /** What adapters keep is sealed with it; null: nothing can be kept. */
  readonly secret: string | null;
}
