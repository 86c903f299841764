// Quiet hours: when personas talk only when asked.

export interface QuietHours {
  /** The first quiet hour, 0 to 23. */
  readonly from: number;
  /** The first hour that is not quiet any more. */
  readonly to: number;
  readonly timeZone: string;
}

const WRITTEN = /^(?<from>[01]?\d|2[0-3])-(?<to>[01]?\d|2[0-3])(?: (?<zone>[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*))?$/u;

/** Reads hours such as `22-7 Europe/Berlin`; without a zone they are in UTC. Null: not written so, or no such time zone. */
export function readQuietHours(text: string): QuietHours | null {
  const { from, to, zone } = WRITTEN.exec(text.trim())?.groups ?? {};
  if (from === undefined || to === undefined) return null;
  const timeZone = zone ?? "UTC";
  return clockOf(timeZone) === null ? null : { from: Number(from), to: Number(to), timeZone };
}

/** Whether it is quiet at `now`, epoch ms. From an hour to the same hour is never. */
export function isQuiet({ from, to, timeZone }: QuietHours, now: number): boolean {
  const hour = hourAt(now, timeZone);
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

function hourAt(now: number, timeZone: string): number {
  return Number(clockOf(timeZone)?.format(now) ?? 0);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

// As many as there are time zones in use on earth, and some for different spellings: making one takes half a millisecond.
const CLOCKS_MAX = 100;

/** Tells the hour of the day in a time zone; null: there is no such zone. */
function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat("en", { hour: "2-digit", hourCycle: "h23", timeZone });
    if (clocks.size >= CLOCKS_MAX) clocks.clear();
    clocks.set(timeZone, made);
    return made;
  } catch {
    // The one way in which it throws: a zone that is not in the table (ECMA-402, "RangeError").
    return null;
  }
}
