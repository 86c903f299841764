// Neighbours: other houses that work on the same database, which is rarely meant.
import type { Clock } from "../clock.ts";
import type { ProcessId } from "../domain/ids.ts";
import { processId } from "../domain/ids.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import { DEAD_AFTER_MS } from "../store/store.ts";

// Whoever was killed a moment ago counts as dead by then: a quick restart warns of nobody.
const LOOK_AFTER_MS = DEAD_AFTER_MS + 1_000;

// A terminal's chat shares a house's database by design, and is none.
const HOUSE = "house-";
// Workers share the database of their gateway by design.
const WORKER = "worker-";

/** The process of a house; `unique` tells it from all others. */
export function houseProcess(unique: string): ProcessId {
  return processId(`${HOUSE}${unique}`);
}

/** The process of a worker. */
export function workerProcess(unique: string): ProcessId {
  return processId(`${WORKER}${unique}`);
}

export function isWorker(process: ProcessId): boolean {
  return process.startsWith(WORKER);
}

/** Warns once, some seconds after the start, when another house works on the same database. */
export async function warnOfNeighbours(
  own: ProcessId,
  around: { readonly store: Store; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = around;
  await clock.sleep(LOOK_AFTER_MS, signal);
  if (signal.aborted) return;
  const alive = await store.processes(clock.now());
  const others = alive.filter((process) => process !== own && process.startsWith(HOUSE));
  if (others.length === 0) return;
  log.warn(
    "another Troupe works on this database: both speak, and each shows its own page; stop one, or give it another DATABASE_URL",
    { others: others.length },
  );
}
