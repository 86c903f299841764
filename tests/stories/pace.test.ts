// Posts that the platform's pace holds back.
import { expect, test } from "vitest";
import { Limited } from "../../src/adapters/adapter.ts";
import { openRoom } from "./room.ts";

test("a post held back by the platform's pace goes out at its time, not at the next look of the house", async () => {
  const { story, room, bind, says } = await openRoom();
  const { clock } = story;
  await bind("ada");
  // Looks come each second; the time is none of theirs.
  const freeAt = clock.now() + 3_450;
  room.troubles.push({ on: "say", when: "before", error: new Limited("the pace is used up", freeAt) });
  let saidAt: number | null = null;
  room.onPost = async () => {
    saidAt = clock.now();
  };
  await says("Mira", "Ada, hello?");
  expect(saidAt).toBe(freeAt);
});
