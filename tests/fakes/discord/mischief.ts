// What the gateway may do to an event on its way: nothing, repeat it, let another overtake it, or lose it.
import { seededChance } from "../../../src/chance.ts";

export type Fate = "late" | "lost" | "now" | "twice";

/** Decides for one event of one session; `key` is another one each time. */
export type Mischief = (name: string, key: string) => Fate;

export const NO_MISCHIEF: Mischief = () => "now";

/** Shares of events, from 0 to 1, that meet each fate. */
export interface MischiefShares {
  readonly twice?: number;
  readonly late?: number;
  readonly lost?: number;
}

// Only what a bot has to bear in any order: the greeting stays in its place.
const TOUCHED = /^(?:MESSAGE_|INTERACTION_)/;

/** The same fates for the same seed. */
export function seededMischief(seed: string, shares: MischiefShares): Mischief {
  const chance = seededChance(seed);
  return (name, key) => {
    if (!TOUCHED.test(name)) return "now";
    const draw = chance("mischief", name, key);
    const twice = shares.twice ?? 0;
    const late = twice + (shares.late ?? 0);
    if (draw < twice) return "twice";
    if (draw < late) return "late";
    return draw < late + (shares.lost ?? 0) ? "lost" : "now";
  };
}

/** The next `times` events of that name meet `fate`, then all is well again. */
export function nextMeets(name: string, fate: Fate, times: number, otherwise: Mischief): Mischief {
  let left = times;
  return (event, key) => {
    if (event !== name || left <= 0) return otherwise(event, key);
    left -= 1;
    return fate;
  };
}
