// Quiet hours: how they are written, and when it is quiet.
import { expect, test } from "vitest";
import { isQuiet, readQuietHours } from "../../src/domain/quiet-hours.ts";

function quietHours(text: string): readonly number[] {
  const hours = readQuietHours(text);
  if (hours === null) throw new Error(`${text} can be read`);
  return Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => isQuiet(hours, Date.UTC(2026, 0, 5, hour, 59)));
}

test("hours are from the first up to the last, over midnight too, in their time zone", () => {
  expect(quietHours("1-4")).toEqual([1, 2, 3]);
  expect(quietHours("22-2")).toEqual([0, 1, 22, 23]);
  expect(quietHours("22-2 Europe/Berlin")).toEqual([0, 21, 22, 23]);
  expect(quietHours("7-7")).toEqual([]);
  expect(quietHours("0-0 America/Argentina/Buenos_Aires")).toEqual([]);
});

test.each(["", "22", "22-25", "22-7 Nowhere/City", "22-7 Europe/Berlin!", "nachts"])("%j cannot be read", (text) => {
  expect(readQuietHours(text)).toBeNull();
});
