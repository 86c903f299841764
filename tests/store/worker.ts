// A process of its own that works on a store until it is killed; each line that it writes is something the store has acknowledged.
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { channelId, channelScope, feedPlatform, processId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import type { Store } from "../../src/store/store.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { payerOf } from "../people.ts";
import { arrival, asked, decide, finish, main, NOW, place, postOf, say, take } from "./samples.ts";

// As many as wait for one commit in a busy house.
const TOGETHER = 8;

function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Records messages, several at a time, and names each once it is stored. */
async function record(store: Store): Promise<void> {
  for (let round = 0; ; round += 1) {
    const natives = Array.from({ length: TOGETHER }, (_, index) => `m${round}-${index}`);
    await Promise.all(
      natives.map(async (native) => {
        await store.recordMessage(arrival(native), 1, { key: "heard", value: native }, NOW);
        tell(native);
      }),
    );
  }
}

/** Answers message after message, each step on its own. */
async function answer(store: Store, name: string): Promise<void> {
  const process = processId(name);
  for (let round = 0; ; round += 1) {
    const native = `${name}-${round}`;
    const turn = asked(native);
    await store.beat(process, NOW);
    await store.recordMessage(arrival(native), 1, null, NOW);
    const { lease, work } = await take(store, NOW, process);
    tell(`took ${native}`);
    await decide(store, lease, [turn]);
    await store.recordDecisions(
      lease,
      { throughSeq: work.undirected.at(-1)?.seq ?? null, decisions: [], folds: [], tick: null },
      NOW,
    );
    await store.beginTurn(lease, turn.id, usualBrakes, NOW);
    await store.finishTurn(lease, finish(turn, [postOf(turn)]), NOW);
    await store.recordSending(lease, postOf(turn).id, NOW);
    await say(store, lease, postOf(turn).id, `reply-to-${native}`);
    const rest = await store.readWork(lease);
    await store.recordDecisions(
      lease,
      { throughSeq: rest.undirected.at(-1)?.seq ?? null, decisions: [], folds: [], tick: null },
      NOW,
    );
    await store.closeChannel(lease, null);
    tell(`answered ${native}`);
  }
}

/** Takes the channel and keeps it until it is killed. */
async function hold(store: Store, name: string): Promise<void> {
  const process = processId(name);
  await store.beat(process, NOW);
  await store.recordMessage(arrival(name), 1, null, NOW);
  await take(store, NOW, process);
  tell("took it");
  await new Promise(() => setInterval(() => {}, 60_000));
}

/** Tries to take many channels and names those that it got. */
async function contend(store: Store, name: string): Promise<void> {
  const process = processId(name);
  await store.beat(process, NOW);
  for (let index = 0; index < 60; index += 1) {
    const channel = channelId(feedPlatform, `c${index}`);
    await store.recordMessage(arrival(`m${index}`, { place: place(channel) }), 1, null, NOW);
    const opened = await store.openChannel(channel, process, NOW);
    if (opened !== null) tell(`${channel} ${opened.lease.fence}`);
  }
  await store.close();
}

/** Makes calls under a cap of the channel until there is no more room, and names each as it is asked and as it is settled. */
async function spend(store: Store, name: string): Promise<void> {
  // The test reckons with the same sums.
  const estimate = { model: "small", tokensIn: 100, tokensOutMax: 50, costUsd: 0.2 };
  const caps = [{ scope: channelScope(main), persona: null, usdPerDay: 5 }];
  const payer = payerOf(asked(name), { caps });
  for (;;) {
    const reserved = await store.reserve(payer, estimate, { usdPerDay: 100, tokensPerDay: 0 }, NOW);
    if (reserved.kind === "refused") break;
    tell("asked");
    await store.settle(reserved.reservation, { tokensIn: 90, tokensOut: 10, costUsd: 0.15, estimated: false });
    tell("settled");
  }
  await store.close();
}

const { positionals } = parseArgs({ allowPositionals: true });
const [job = "", path = "", name = "worker"] = positionals;
const store = await openSqliteStore(path, { log: silentLog, secret: null });
if (job === "record") await record(store);
else if (job === "answer") await answer(store, name);
else if (job === "hold") await hold(store, name);
else if (job === "spend") await spend(store, name);
else await contend(store, name);
