// What every part of the engine is handed: the ports, time and chance, and the house's limits.
import type { Adapter } from "../adapters/adapter.ts";
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import type { Brakes } from "../domain/brakes.ts";
import type { SpendCaps } from "../domain/budget.ts";
import type { ChannelId, PlatformName, ProcessId } from "../domain/ids.ts";
import type { Log } from "../log.ts";
import type { CountTokens } from "../memory/memory.ts";
import type { Personas } from "../personas/personas.ts";
import type { Speaking } from "../solvers/solver.ts";
import type { Store } from "../store/store.ts";
import type { Meter } from "./meter.ts";
import type { Rooms } from "./rooms.ts";

export interface Limits {
  readonly brakes: Brakes;
  readonly spend: SpendCaps;
  /** Tokens that the context of one turn may take. */
  readonly contextTokens: number;
}

export interface EngineHouse {
  readonly process: ProcessId;
  readonly store: Store;
  readonly personas: Personas;
  readonly adapters: ReadonlyMap<PlatformName, Adapter>;
  /** Whether this process speaks in the channel: several terminals may share one store. */
  readonly serves: (channel: ChannelId) => boolean;
  readonly rooms: Rooms;
  readonly speaking: () => Speaking;
  readonly countTokens: CountTokens;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly meter: Meter;
}
