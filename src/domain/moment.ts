// A moment as people write it: after a while, or at a time of the clock in a time zone.

/** When something is to happen. */
export type Moment =
  /** Epoch ms. */
  | { readonly kind: "at"; readonly at: number }
  /** So long after something began. */
  | { readonly kind: "after"; readonly ms: number };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const SPAN = /^(?:\d{1,5}\s*[smhd]\s*){1,4}$/u;

/** Reads a time span such as `90s`, `5m` or `1h 30m`, in ms. Null: not written so. */
export function readSpan(text: string): number | null {
  const said = text.trim().toLowerCase();
  if (!SPAN.test(said)) return null;
  const parts = [...said.matchAll(/(?<count>\d+)\s*(?<unit>[smhd])/gu)];
  return parts.reduce((sum, { groups }) => sum + Number(groups?.["count"]) * (UNIT_MS[groups?.["unit"] ?? ""] ?? 0), 0);
}

const CLOCK =
  /^(?:(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[ T])?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?: (?<zone>[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*))?$/u;

/** Reads a time span, or a time such as `22:30`, `22:30 Europe/Berlin` or `2026-12-24 18:00 Europe/Berlin`; without a zone in UTC, without a date the next such time after `now`. Null: not written so, no such day, or no such zone. */
export function readMoment(text: string, now: number): Moment | null {
  const ms = readSpan(text);
  if (ms !== null) return { kind: "after", ms };
  const { year, month, day, hour, minute, zone } = CLOCK.exec(text.trim())?.groups ?? {};
  if (hour === undefined || minute === undefined) return null;
  const timeZone = zone ?? "UTC";
  const today = wallClockAt(now, timeZone);
  if (today === null) return null;
  const time = { hour: Number(hour), minute: Number(minute) };
  if (year !== undefined && month !== undefined && day !== undefined) {
    const date = { year: Number(year), month: Number(month), day: Number(day) };
    const at = epochOf({ ...date, ...time }, timeZone);
    return isDay(date) && at !== null ? { kind: "at", at } : null;
  }
  const at = epochOf({ ...today, ...time }, timeZone);
  if (at === null || at > now) return at === null ? null : { kind: "at", at };
  const tomorrow = epochOf({ ...today, ...time, day: today.day + 1 }, timeZone);
  return tomorrow === null ? null : { kind: "at", at: tomorrow };
}

interface WallClock {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** What clocks show in the zone; null: there is no such zone. */
function wallClockAt(now: number, timeZone: string): WallClock | null {
  try {
    const format = new Intl.DateTimeFormat("en", {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      hourCycle: "h23",
      timeZone,
    });
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return {
      year: part("year"),
      month: part("month"),
      day: part("day"),
      hour: part("hour"),
      minute: part("minute"),
    };
  } catch {
    // The one way in which it throws: a zone that is not in the table (ECMA-402, "RangeError").
    return null;
  }
}

const MINUTE_MS = 60_000;

/** When clocks in the zone show this; where they leap over it, the time after the leap. */
function epochOf(shown: WallClock, timeZone: string): number | null {
  const asUtc = utcOf(shown);
  let at = asUtc;
  // Twice: what lies between the zone and UTC may change on the way.
  for (let round = 0; round < 2; round += 1) {
    const there = wallClockAt(at, timeZone);
    if (there === null) return null;
    at -= utcOf(there) - asUtc;
  }
  return at;
}

function utcOf({ year, month, day, hour, minute }: WallClock): number {
  return (daysOf(year, month, day) * 24 * 60 + hour * 60 + minute) * MINUTE_MS;
}

/** Days from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"); a day past the end of its month is one of the next. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function isDay({ year, month, day }: Pick<WallClock, "year" | "month" | "day">): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const next = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
  return daysOf(year, month, day) < next;
}
