// Events of Discord with something wrong in them, the same for the same seed.
import type { Chance } from "../../../src/chance.ts";

const TEXTS: readonly unknown[] = ["", "x", "\ud800", "../../x", "<@&1><#1><@1>", "1".repeat(30), "9".repeat(19)];
const OTHERS: readonly unknown[] = [null, true, 0, -1, 1e30, [], {}, [null], { id: "1" }];
const JUNK = [...TEXTS, ...OTHERS];

// Low enough that most of an event stays as it was.
const SHARE = 0.08;

/** `value` with junk in place of some of what is in it. */
export function withJunk(value: unknown, chance: Chance, path: string): unknown {
  if (chance("hit", path) < SHARE) return JUNK[Math.floor(chance("junk", path) * JUNK.length)];
  if (Array.isArray(value)) return value.map((each, at) => withJunk(each, chance, `${path}[${at}]`));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withJunk(each, chance, `${path}.${key}`)]),
  );
}
