// Two processes on one database file: each hears soon what the other has committed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { authorId, channelScope, feedPlatform } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { arrival, main, message, NOW } from "./samples.ts";

async function twoStores(): Promise<readonly [Store, Store]> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-foreign-"));
  const open = () => openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: null });
  const [here, there] = [await open(), await open()];
  onTestFinished(async () => {
    await Promise.all([here.close(), there.close()]);
    rmSync(folder, { recursive: true });
  });
  return [here, there];
}

test("what another process commits is heard of soon, and can be read then", async () => {
  const [here, there] = await twoStores();
  const { promise, resolve } = Promise.withResolvers<void>();
  here.onForeignChange(resolve);
  await there.recordMessage(arrival("a"), 1, null, NOW);
  await promise;
  expect(await here.message(message("a"))).not.toBeNull();
});

test("what this process commits is no news of another, and who stopped listening hears nothing", async () => {
  const [here, there] = await twoStores();
  const heard: string[] = [];
  const stop = here.onForeignChange(() => heard.push("stopped"));
  here.onForeignChange(() => heard.push("listening"));
  stop();
  await here.recordMessage(arrival("own"), 1, null, NOW);
  const { promise, resolve } = Promise.withResolvers<void>();
  there.onForeignChange(resolve);
  await here.recordMessage(arrival("own too"), 1, null, NOW);
  // Both look equally often: when the other has heard of it, this one has looked at least once.
  await promise;
  expect(heard).toEqual([]);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  here.onForeignChange(answer);
  await there.recordMessage(arrival("theirs"), 1, null, NOW);
  await answered;
  expect(heard).toEqual(["listening"]);
});

test("a change to what people set up is heard of in the other process, a message is none", async () => {
  const [here, there] = await twoStores();
  const by = { id: authorId(feedPlatform, "carol"), name: "Carol" };
  const scope = channelScope(main);
  let changes = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  here.registry.onRegistryChange(() => {
    changes += 1;
    resolve();
  });
  const commits = Promise.withResolvers<void>();
  here.onForeignChange(() => commits.resolve());
  await there.recordMessage(arrival("a"), 1, null, NOW);
  await commits.promise;
  expect(changes).toBe(0);
  await there.registry.set({ scope, persona: null, name: "window", value: "30", by: "Carol", at: NOW }, by);
  await promise;
  expect(changes).toBe(1);
});
