// The house as the real program, in as many processes as it is started in, on one folder.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import type { Ref } from "../fakes/discord/places.ts";

const start = resolve(import.meta.dirname, "../../src/start.js");

/** A folder with Ada in it, who answers "message 7" with its number. */
export function newHouse(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-roles-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ada = join(folder, "personas", "ada");
  mkdirSync(ada, { recursive: true });
  writeFileSync(join(ada, "persona.yaml"), "version: 1\nname: Ada\nsolvers: [rivescript]\n");
  writeFileSync(join(ada, "brain.rive"), "! version = 2.0\n\n+ [*] message #\n- Number <star1> it is.\n");
  return folder;
}

export interface Process {
  readonly child: ChildProcess;
  /** What it says that matches. Rejects when it ends before. */
  hears(wanted: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** Starts the program. It is killed when the test ends. */
export function run(folder: string, env: Readonly<Record<string, string>>): Process {
  const child = spawn(process.execPath, [start], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", TROUPE_LOG: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      said += part.toString();
      look();
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, said }));
  return {
    child,
    ended,
    hears: (wanted) =>
      new Promise((done, fail) => {
        look = () => {
          const found = wanted.exec(said);
          if (found !== null) done(found);
        };
        look();
        void ended.then(() => fail(new Error(`it ended without saying ${wanted}, but: ${said}`)));
      }),
  };
}

/** Ada lives in these channels. Returns what the processes on Discord are told. */
export async function onDiscord(
  folder: string,
  fake: FakeDiscord,
  channels: readonly Ref[],
): Promise<Readonly<Record<string, string>>> {
  const database = join(folder, "troupe.db");
  const store = await openSqliteStore(database, { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Mira" };
  for (const channel of channels) {
    const scope = channelScope(channelId(discordPlatform, channel.id));
    await store.registry.bind({ persona: personaId("ada"), scope, by: by.name, at: Date.now() }, by);
  }
  await store.close();
  return { DATABASE_URL: `file:${database}`, DISCORD_TOKEN: fake.token, DISCORD_API_URL: fake.url };
}
