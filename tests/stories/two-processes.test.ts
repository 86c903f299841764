// A channel that one process works on, while another brings in what is said there.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { makeArrival } from "../people.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { openStory, solverKind } from "./house.ts";

test("what another process stores is answered while an earlier answer is still being thought about", async () => {
  const database = join(newFolder(), "troupe.db");
  const asked: string[] = [];
  const second = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const slow = solverKind("slow", {
    say: async () => {
      asked.push("asked");
      if (asked.length === 2) second.resolve();
      await release.promise;
      return "There it is.";
    },
  });
  const house = await openStory({ database, personas: threeWith("slow"), kinds: () => [slow] });
  onTestFinished(() => house.close());
  await house.post("Mira", "Ada, how deep is the harbour?");
  await house.clock.advance(10);
  expect(asked).toHaveLength(1);
  // The clock stands still from here on: nobody looks again because a second has passed.
  const gateway = await openSqliteStore(database, { log: silentLog, secret: null });
  onTestFinished(() => gateway.close());
  await gateway.recordMessage(makeArrival("from the gateway", "Bruno, how cold is it?"), 1, null, house.clock.now());
  await second.promise;
  release.resolve();
  await house.clock.advance(20_000);
  expect((await house.told()).filter(({ author }) => author.kind === "persona").length).toBeGreaterThanOrEqual(2);
});
