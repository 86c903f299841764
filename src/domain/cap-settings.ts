// Settings that cap what is said and spent: each has an upper bound, and none can be taken away.
import type { Brakes } from "./brakes.ts";
import { usualBrakes } from "./brakes.ts";
import type { PartCap } from "./budget.ts";
import type { PersonaId } from "./ids.ts";
import type { Quota } from "./quota.ts";
import { usualQuota } from "./quota.ts";

/** A cap as a setting of a place. */
interface CapSetting {
  /** Unset, the house's own holds. */
  readonly usual: number | null;
  readonly meaning: string;
  readonly expected: string;
  readonly values: null;
  readonly by: "place" | "persona";
  /** Null: wrong. */
  readonly read: (text: string) => number | null;
}

function cap(to: number, meaning: string): CapSetting {
  const read = (text: string): number | null => {
    const value = /^\d{1,9}$/u.test(text.trim()) ? Number(text) : 0;
    return value >= 1 && value <= to ? value : null;
  };
  return { usual: null, meaning, expected: `a whole number from 1 to ${to}`, values: null, by: "place", read };
}

// What a server's moderators may allow at most: a talk that nobody can follow any more, and the most that a platform lets anybody post.
const DEPTH_TOP = 100;
const PER_MINUTE_TOP = 120;
const PER_HOUR_TOP = 1_000;
const PAIR_TOP = 50;
// Fewer than are compared, so that the brake can hold at all.
const ALIKE_TOP = 20;
// As fast as anybody can type at all, and that all day.
const QUOTA_MINUTE_TOP = 600;
const QUOTA_DAY_TOP = 100_000;
// The house's own cap holds beside it.
const USD_TOP = 10_000;

const DOLLARS = /^\d{1,5}(?:\.\d{1,4})?$/u;

const unset = (usual: number): string => `unset: as the house is set up, usually ${usual}`;

export const CAP_SETTINGS = {
  "brake-depth": cap(
    DEPTH_TOP,
    `how many posts personas may say in a row, each answering the one before, without a person; ${unset(usualBrakes.depthMax)}`,
  ),
  "brake-minute": cap(
    PER_MINUTE_TOP,
    `posts in a minute that nobody asked for; ${unset(usualBrakes.channelPerMinute)}`,
  ),
  "brake-hour": cap(
    PER_HOUR_TOP,
    `posts in an hour of one conversation that nobody asked for; ${unset(usualBrakes.conversationPerHour)}`,
  ),
  "brake-pair": cap(
    PAIR_TOP,
    `answers in a row that the same two personas may give each other; ${unset(usualBrakes.pairMax)}`,
  ),
  "brake-alike": cap(
    ALIKE_TOP,
    `posts that nobody asked for and that say nearly the same; ${unset(usualBrakes.alikeMax)}`,
  ),
  "quota-minute": cap(QUOTA_MINUTE_TOP, `answers that one person gets in a minute; ${unset(usualQuota.perMinute)}`),
  "quota-day": cap(QUOTA_DAY_TOP, `answers that one person gets in 24 hours; ${unset(usualQuota.perDay)}`),
  budget: {
    usual: null,
    meaning:
      "US dollars a day that models may cost here, or this persona here; of several that reach a call, each holds, and the house's own too",
    expected: `an amount in US dollars from 0 to ${USD_TOP}, such as 0.50`,
    values: null,
    by: "persona",
    read: (text) => (DOLLARS.test(text.trim()) && Number(text) <= USD_TOP ? Number(text) : null),
  } satisfies CapSetting as CapSetting,
} as const;

/** Whether the setting is a cap: whoever changes one needs the right for it. */
export function isCap(name: string): boolean {
  return Object.hasOwn(CAP_SETTINGS, name);
}

type Caps = Readonly<Record<keyof typeof CAP_SETTINGS, number | null>>;

/** The brakes as they hold under these settings; the house's own where nothing is set. */
export function brakesUnder(settings: Caps, house: Brakes): Brakes {
  return {
    depthMax: settings["brake-depth"] ?? house.depthMax,
    channelPerMinute: settings["brake-minute"] ?? house.channelPerMinute,
    conversationPerHour: settings["brake-hour"] ?? house.conversationPerHour,
    pairMax: settings["brake-pair"] ?? house.pairMax,
    alikeMax: settings["brake-alike"] ?? house.alikeMax,
    quota: house.quota === null ? null : quotaUnder(settings, house.quota),
  };
}

function quotaUnder(settings: Caps, house: Quota): Quota {
  return {
    perMinute: settings["quota-minute"] ?? house.perMinute,
    perDay: settings["quota-day"] ?? house.perDay,
  };
}

/** The caps of money among rows of settings that hold for a call of `persona`: every one of them. `isSame` tells whether two ids are one persona to people. */
export function partCaps(
  rows: readonly {
    readonly scope: PartCap["scope"];
    readonly persona: PersonaId | null;
    readonly name: string;
    readonly value: string;
  }[],
  persona: PersonaId,
  isSame: (one: PersonaId, other: PersonaId) => boolean,
): readonly PartCap[] {
  return rows.flatMap((row) => {
    if (row.name !== "budget" || (row.persona !== null && !isSame(row.persona, persona))) return [];
    const usdPerDay = CAP_SETTINGS.budget.read(row.value);
    // One that cannot be read any more is heeded as the least there is: it was meant to hold something.
    return [{ scope: row.scope, persona: row.persona, usdPerDay: usdPerDay ?? 0 }];
  });
}
