// Two workers, each a process of its own, share the channels of one database over Redis.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { ChannelId, MessageId } from "../../src/domain/ids.ts";
import { authorId, channelId, messageId } from "../../src/domain/ids.ts";
import { Intake } from "../../src/engine/intake.ts";
import { silentLog } from "../../src/log.ts";
import { openQueue } from "../../src/parts.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { directPlace, roomPlatform } from "../fakes/room-adapter.ts";
import { needsPackage, needsProgram } from "../needs.ts";
import { startRedis } from "../redis-server.ts";

const program = needsProgram("redis-server");
const needs = [program, needsPackage("bullmq"), needsPackage("ioredis")];
const isSkipped = needs.some((need) => need.skip);

const CHANNELS = 40;
const MESSAGES = 400;
const SECRET = "a secret of forty characters, or so many";

interface Told {
  readonly what: string;
  readonly channel: string;
  readonly fence: number;
  readonly at: bigint;
}

interface Worker {
  readonly child: ChildProcess;
  readonly told: Told[];
  readonly ready: Promise<void>;
}

/** While one process had a channel, or was saying something there. */
interface Span {
  readonly worker: number;
  readonly channel: string;
  readonly fence: number;
  readonly from: bigint;
  readonly to: bigint;
}

function startWorker(folder: string, redisUrl: string, name: string): Worker {
  const script = join(import.meta.dirname, "worker.ts");
  const child = spawn(process.execPath, [script, folder, redisUrl, SECRET, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const told: Told[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("exit", () => reject(new Error(`the worker ${name} ended before it was ready`)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [what = "", channel = "", fence = "", at = ""] = line.split(" ");
    if (what === "ready") resolve();
    else told.push({ what, channel, fence: Number(fence), at: BigInt(at) });
  });
  return { child, told, ready: promise };
}

/** What begins with `from` and ends with `to`; what never ended ended with the process. */
function spansOf(
  { told }: Worker,
  worker: number,
  [from, to]: readonly [string, string],
  died: bigint,
): readonly Span[] {
  const spans: Span[] = [];
  const begun = new Map<string, Told>();
  for (const each of told) {
    const key = `${each.channel} ${each.fence}`;
    const start = begun.get(key);
    if (each.what === from) begun.set(key, each);
    else if (each.what === to && start !== undefined) {
      begun.delete(key);
      spans.push({ worker, channel: each.channel, fence: each.fence, from: start.at, to: each.at });
    }
  }
  const open = [...begun.values()].map(({ channel, fence, at }) => ({ worker, channel, fence, from: at, to: died }));
  return [...spans, ...open];
}

/** Pairs of the same channel that overlap. */
function overlapping(spans: readonly Span[]): readonly string[] {
  const problems: string[] = [];
  for (const of of Map.groupBy(spans, (span) => span.channel).values()) {
    const sorted = of.toSorted((a, b) => Number(a.from - b.from));
    for (const [at, span] of sorted.entries()) {
      const next = sorted[at + 1];
      if (next !== undefined && next.from < span.to) {
        problems.push(`${span.channel}: ${span.worker} (fence ${span.fence}) and ${next.worker} (${next.fence})`);
      }
    }
  }
  return problems;
}

function makeCast(folder: string): void {
  const ada = join(folder, "personas", "ada");
  mkdirSync(ada, { recursive: true });
  writeFileSync(join(ada, "persona.yaml"), "version: 1\nname: Ada\nsolvers: [rivescript]\n");
  writeFileSync(join(ada, "brain.rive"), "! version = 2.0\n\n+ [*] message #\n- Number <star1> it is.\n");
}

async function kill(child: ChildProcess): Promise<bigint> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  return process.hrtime.bigint();
}

const channelOf = (number: number): ChannelId => channelId(roomPlatform, `room-${number % CHANNELS}`);

/** How often each message was answered. */
async function answersIn(store: Store, asked: readonly MessageId[]): Promise<readonly number[]> {
  const counts = new Map<MessageId, number>();
  for (let room = 0; room < CHANNELS; room += 1) {
    for (const { author, replyTo } of await store.recentMessages(channelOf(room), null, MESSAGES)) {
      if (author.kind === "persona" && replyTo !== null) counts.set(replyTo, (counts.get(replyTo) ?? 0) + 1);
    }
  }
  return asked.map((id) => counts.get(id) ?? 0);
}

test.skipIf(isSkipped)(
  "two workers share 40 channels, while Redis is wiped and killed and then one of them: no channel is ever worked on twice at once, and each message is answered once",
  async () => {
    for (const need of needs) need.path();
    const redis = await startRedis(program.path());
    onTestFinished(() => redis.kill());
    const folder = mkdtempSync(join(tmpdir(), "troupe-workers-"));
    makeCast(folder);
    const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: SECRET });
    const queue = await openQueue(redis.url, SECRET, silentLog);
    onTestFinished(async () => {
      await queue.close(2_000);
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const workers = ["one", "two"].map((name) => startWorker(folder, redis.url, name));
    await Promise.all(workers.map((each) => each.ready));
    const intake = new Intake(
      store,
      (text) => text.length,
      systemClock,
      (channel) => queue.wake(channel),
    );
    const asked: MessageId[] = [];
    const ask = async (count: number): Promise<void> => {
      for (let time = 0; time < count; time += 1) {
        const number = asked.length;
        const id = messageId(roomPlatform, `m${number}`);
        asked.push(id);
        const author = { id: authorId(roomPlatform, `p${number}`), kind: "person", name: `Person ${number}` } as const;
        const said = {
          id,
          author,
          text: `Ada, message ${number}`,
          images: [],
          toHouse: false,
          asks: null,
          replyTo: null,
        };
        const place = { ...directPlace, channel: channelOf(number) };
        await intake.message({ ...said, place, createdAt: systemClock.now() }, null);
      }
    };
    const answered = async (): Promise<number> => (await answersIn(store, asked)).filter((count) => count > 0).length;
    const until = (count: number) =>
      expect.poll(answered, { timeout: 40_000, interval: 50 }).toBeGreaterThanOrEqual(count);

    await ask(MESSAGES / 4);
    await until(10);
    await redis.ask("FLUSHALL");
    await ask(MESSAGES / 4);
    await until(MESSAGES / 4);
    await redis.kill();
    await ask(MESSAGES / 4);
    await until(MESSAGES / 2);
    await redis.start();
    await ask(MESSAGES / 4);
    const [first, second] = workers;
    if (first === undefined || second === undefined) throw new RangeError("there are two workers");
    first.child.removeAllListeners("exit");
    const died = await kill(first.child);
    await until(MESSAGES);

    expect(await answersIn(store, asked)).toEqual(asked.map(() => 1));
    const now = process.hrtime.bigint();
    const spans = (what: readonly [string, string]): readonly Span[] => [
      ...spansOf(first, 1, what, died),
      ...spansOf(second, 2, what, now),
    ];
    expect(overlapping(spans(["take", "give"]))).toEqual([]);
    expect(overlapping(spans(["begin", "end"]))).toEqual([]);
    // Both had their share, or nothing was tried.
    const taken = spans(["take", "give"]);
    for (const worker of [1, 2]) {
      const channels = new Set(taken.filter((span) => span.worker === worker).map((span) => span.channel));
      expect(channels.size).toBeGreaterThanOrEqual(3);
    }
  },
  90_000,
);
