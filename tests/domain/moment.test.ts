// Moments as people write them: spans, and times of the clock in any zone.
import { expect, test } from "vitest";
import { readMoment, readSpan } from "../../src/domain/moment.ts";

// Nine in the morning in UTC, on a Monday.
const NOW = Date.UTC(2026, 0, 5, 9);

test.each([
  ["90s", 90_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["3d", 259_200_000],
  ["1h 30m", 5_400_000],
  ["1h30m", 5_400_000],
  [" 2 H ", 7_200_000],
  ["0s", 0],
])("%s is a span", (text, ms) => {
  expect(readSpan(text)).toBe(ms);
  expect(readMoment(text, NOW)).toEqual({ kind: "after", ms });
});

test.each(["", "h", "2", "2w", "-2h", "1.5h", "2h or so", "999999s", "1h 1h 1h 1h 1h"])("%j is no span", (text) => {
  expect(readSpan(text)).toBeNull();
});

test.each([
  ["22:30", Date.UTC(2026, 0, 5, 22, 30)],
  ["9:05", Date.UTC(2026, 0, 5, 9, 5)],
  // Past already: tomorrow.
  ["08:00", Date.UTC(2026, 0, 6, 8)],
  ["09:00", Date.UTC(2026, 0, 6, 9)],
  ["10:30 Europe/Berlin", Date.UTC(2026, 0, 5, 9, 30)],
  ["09:30 Europe/Berlin", Date.UTC(2026, 0, 6, 8, 30)],
  ["04:00 America/New_York", Date.UTC(2026, 0, 6, 9)],
  ["20:00 Asia/Kolkata", Date.UTC(2026, 0, 5, 14, 30)],
  ["2026-12-24 18:00 Europe/Berlin", Date.UTC(2026, 11, 24, 17)],
  ["2026-07-01T12:00 Europe/Berlin", Date.UTC(2026, 6, 1, 10)],
  ["2026-02-28 12:00", Date.UTC(2026, 1, 28, 12)],
  ["2028-02-29 12:00", Date.UTC(2028, 1, 29, 12)],
  // Clocks leap from two to three that night, and show three twice in autumn.
  ["2026-03-29 02:30 Europe/Berlin", Date.UTC(2026, 2, 29, 1, 30)],
  ["2026-10-25 02:30 Europe/Berlin", Date.UTC(2026, 9, 25, 1, 30)],
  ["2020-01-01 00:00", Date.UTC(2020, 0, 1)],
])("%s is a time of the clock", (text, at) => {
  expect(readMoment(text, NOW)).toEqual({ kind: "at", at });
});

test("a time on the last day of a month that has passed already is on the first of the next", () => {
  expect(readMoment("08:00", Date.UTC(2026, 11, 31, 9))).toEqual({ kind: "at", at: Date.UTC(2027, 0, 1, 8) });
});

test.each([
  "24:00",
  "12:60",
  "12",
  "12:00 Nowhere/Land",
  "2026-02-30 12:00",
  "2026-02-29 12:00",
  "2026-13-01 12:00",
  "2026-00-10 12:00",
  "2026-1-1 12:00",
  "tomorrow 12:00",
  "12:00; DROP",
])("%j is no moment", (text) => {
  expect(readMoment(text, NOW)).toBeNull();
});
