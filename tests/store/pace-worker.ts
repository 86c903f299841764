// A process of its own that speaks in one channel under a limit that it shares with others: it prints when the platform counted each post, or takes what there is and is never heard of again.
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/clock.ts";
import { channelId, platformName } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const [path = "", bucket = "", name = "", posts = "", task = ""] = positionals;
const store = await openSqliteStore(path, { log: silentLog, secret: null });
const channel = channelId(platformName("test"), name);
// Whoever starts several sets them off together.
writeSync(1, "ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));

for (let number = 1; number <= Number(posts); number += 1) {
  const pacing = { buckets: [JSON.parse(bucket)], channel, by: `${name} ${number}`, need: "post" } as const;
  for (;;) {
    const now = systemClock.now();
    const slot = await store.paces.take(pacing, now);
    if (slot.kind === "now") break;
    await systemClock.sleep(slot.at - now);
  }
  if (task === "speak") {
    const at = systemClock.now();
    await store.paces.settle(pacing, null, at);
    writeSync(1, `${at}\n`);
  } else {
    writeSync(1, "taken\n");
  }
}
if (task === "speak") process.exit();
await systemClock.sleep(600_000);
