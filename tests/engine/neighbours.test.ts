// Who else works on the database, and when that is worth a warning.
import { expect, test } from "vitest";
import { processId } from "../../src/domain/ids.ts";
import { houseProcess, warnOfNeighbours, workerProcess } from "../../src/engine/neighbours.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { VirtualClock } from "../virtual-clock.ts";

async function warningsWith(other: { readonly process: string; readonly beats: "once" | "on" }): Promise<number> {
  const clock = new VirtualClock();
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
  let warnings = 0;
  const log = { ...silentLog, warn: () => void (warnings += 1) };
  const own = houseProcess("own");
  const never = new AbortController().signal;
  const watching = warnOfNeighbours(own, { store, clock, log }, never);
  for (let second = 0; second < 6; second += 1) {
    await store.beat(own, clock.now());
    if (second === 0 || other.beats === "on") await store.beat(processId(other.process), clock.now());
    await clock.advance(1_000);
  }
  await watching;
  await store.close();
  return warnings;
}

test("a second house on the same database is warned of, once", async () => {
  expect(await warningsWith({ process: "house-other", beats: "on" })).toBe(1);
});

test("a house that was killed just before, a chat in a terminal and a worker are no reason to warn", async () => {
  expect(await warningsWith({ process: "house-other", beats: "once" })).toBe(0);
  expect(await warningsWith({ process: "chat-other", beats: "on" })).toBe(0);
  expect(await warningsWith({ process: workerProcess("other"), beats: "on" })).toBe(0);
});
