// Typing is shown while somebody thinks, however long, and not after.
import { expect, test } from "vitest";
import type { RoomOptions } from "./room.ts";
import { openRoom } from "./room.ts";

/** A room in which Ada lives, and when typing was shown there, in seconds since the question. */
async function openQuiet(options: RoomOptions) {
  const opened = await openRoom({ model: "stub", ...options });
  await opened.bind("ada");
  const { clock } = opened.story;
  const askedAt = clock.now();
  const shown: number[] = [];
  opened.room.typing = async () => void shown.push(Math.round((clock.now() - askedAt) / 1000));
  const ask = () => opened.room.hear({ kind: "person", name: "Tom" }, "Ada, who are you?");
  return { ...opened, clock, shown, ask };
}

test("who thinks for long is shown typing all the while, and no more once the answer is there", async () => {
  const answer = Promise.withResolvers<string>();
  const { room, clock, shown, ask } = await openQuiet({ say: () => answer.promise });
  await ask();
  await clock.advance(30_000);
  expect(shown.length).toBeGreaterThanOrEqual(4);
  for (const [at, seconds] of shown.entries()) expect(seconds - (shown[at - 1] ?? 0)).toBeLessThanOrEqual(9);
  const before = shown.length;
  answer.resolve("I am Ada.");
  await clock.advance(60_000);
  expect(room.got).toHaveLength(1);
  expect(shown).toHaveLength(before);
});

test("who answers at once is not shown typing, for it would still be shown when the answer stands there", async () => {
  const { room, clock, shown, ask } = await openQuiet({});
  await ask();
  await clock.advance(60_000);
  expect(room.got).toHaveLength(1);
  expect(shown).toEqual([]);
});

test("an answer that fails ends the typing too", async () => {
  const failing = Promise.withResolvers<string>();
  const { clock, shown, ask } = await openQuiet({ say: () => failing.promise });
  await ask();
  await clock.advance(5_000);
  failing.reject(new Error("the line is dead"));
  await clock.advance(60_000);
  expect(shown).toEqual([0]);
});
