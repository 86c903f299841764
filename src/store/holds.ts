// Holds: what one process at a time has, until it dies.
import type { ProcessId } from "../domain/ids.ts";
import { storedId } from "../domain/ids.ts";
import type { Repositories } from "./repositories.ts";

/** Whoever took it last, living or dead. */
export function holderOf({ keeps }: Pick<Repositories, "keeps">, key: string): ProcessId | null {
  const holder = keeps.get(keyOf(key));
  return holder === null ? null : storedId<ProcessId>(holder);
}

/** True when the process has it now. */
export function takeHold(
  repositories: Pick<Repositories, "keeps" | "leases">,
  key: string,
  process: ProcessId,
  now: number,
): boolean {
  const holder = holderOf(repositories, key);
  if (holder === process) return true;
  if (holder !== null && repositories.leases.alive(now).includes(holder)) return false;
  repositories.keeps.put(keyOf(key), process, null);
  return true;
}

function keyOf(key: string): string {
  return `held:${key}`;
}
