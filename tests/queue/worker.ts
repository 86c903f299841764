// A worker in a process of its own, put together as the house's are; it prints when it takes a channel, says something there and gives it back.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Adapter, Sent } from "../../src/adapters/adapter.ts";
import type { PlatformName } from "../../src/domain/ids.ts";
import { readConfig } from "../../src/config.ts";
import { Engine } from "../../src/engine/engine.ts";
import { workerProcess } from "../../src/engine/neighbours.ts";
import { Tally } from "../../src/engine/tally.ts";
import { silentLog } from "../../src/log.ts";
import { foldersOf, openParts, openQueue, usualGrounds } from "../../src/parts.ts";
import { engineHouse } from "../../src/process.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/clock.ts";
import { RoomAdapter } from "../fakes/room-adapter.ts";

// Long enough for somebody else to walk in, if the door were open.
const SENDING_MS = 5;

/** One clock for all processes of the machine, in ns. */
function tell(what: string, channel: string, fence: number): void {
  writeSync(1, `${what} ${channel} ${fence} ${process.hrtime.bigint()}\n`);
}

class SlowRoom extends RoomAdapter {
  override async send(...sending: Parameters<RoomAdapter["send"]>): Promise<Sent> {
    const [post] = sending;
    tell("begin", post.channel, 0);
    await systemClock.sleep(SENDING_MS);
    const sent = await super.send(...sending);
    tell("end", post.channel, 0);
    return sent;
  }
}

/** The store, which tells when a channel is taken and given back. */
function watched(store: Store): Store {
  const own: Pick<Store, "openChannel" | "closeChannel"> = {
    openChannel: async (...args) => {
      const opened = await store.openChannel(...args);
      if (opened !== null) tell("take", opened.lease.channel, opened.lease.fence);
      return opened;
    },
    closeChannel: (lease, dueAt) => {
      tell("give", lease.channel, lease.fence);
      return store.closeChannel(lease, dueAt);
    },
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "openChannel" || name === "closeChannel") return own[name];
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (...args: unknown[]): unknown => Reflect.apply(value, target, args) : value;
    },
  });
}

const { positionals } = parseArgs({ allowPositionals: true });
const [folder = "", redisUrl = "", secret = "", name = ""] = positionals;
const settings = { DATABASE_URL: `file:${join(folder, "troupe.db")}`, TROUPE_PERSONAS: join(folder, "personas") };
const config = readConfig({ ...settings, REDIS_URL: redisUrl, TROUPE_ROLE: "worker" }, {});
const secrets = { secret, adminToken: "", adminTokenIs: "kept", adminTokenFile: null } as const;
const around = { ...usualGrounds(silentLog), secrets };
const opened = await openParts(config, around, secret, {
  folders: foldersOf(config, null),
  scene: null,
  watch: "read-once",
});
const parts = { ...opened, store: watched(opened.store) };
const room = new SlowRoom(systemClock, { cast: "everyone" });
const house = engineHouse(config, around, parts, {
  process: workerProcess(name),
  adapters: new Map<PlatformName, Adapter>([[room.platform, room]]),
  serves: () => true,
  everyone: () => parts.personas.all(),
  meter: new Tally(),
});
const engine = new Engine(house, await openQueue(config.redisUrl, secret, silentLog));
await engine.start();
tell("ready", "-", 0);
process.once("SIGTERM", () => {
  void engine.stop(3_000).then(() => process.exit());
});
