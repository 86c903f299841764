// A clock that was set back: by a time server, or because a machine was asleep.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processId } from "../../src/domain/ids.ts";
import { isOffStage } from "../../src/domain/scene.ts";
import { feedChannel } from "../../src/adapters/feed/feed.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { openStory } from "./house.ts";

const HOUR_MS = 3_600_000;
const killed = processId("killed");

test("a clock set back by an hour stalls neither a scene nor the channels of a process that was killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "troupe-clock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "troupe.db");
  const before = await openStory({ database, scene: "plays" });
  await before.clock.advance(120_000);
  const told = (await before.told()).length;
  expect(told).toBeGreaterThan(0);
  // As a kill leaves it: the channel is held and the heartbeat stands.
  const { store } = before;
  const now = before.clock.now();
  await before.engine.stop(1_000);
  await store.beat(killed, now);
  expect(await store.openChannel(feedChannel, killed, now)).not.toBeNull();
  await store.close();

  const after = await openStory({ database, scene: "plays", clock: new VirtualClock(now - HOUR_MS) });
  onTestFinished(() => after.close());
  expect((await after.store.scenes(feedChannel)).some((scene) => !isOffStage(scene.state))).toBe(true);
  await after.clock.advance(180_000);
  expect((await after.told()).length).toBeGreaterThan(told);
});

test("a clock set back under a running house stalls no scene", async () => {
  const house = await openStory({ scene: "plays" });
  onTestFinished(() => house.close());
  await house.clock.advance(120_000);
  const told = (await house.told()).length;
  house.clock.setBack(HOUR_MS);
  await house.clock.advance(180_000);
  expect((await house.told()).length).toBeGreaterThan(told);
});
