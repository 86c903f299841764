// What the benchmarks of Discord stand on: the fake with its limits enforced, the house as `npm start` runs it, and the library alone beside it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../src/domain/ids.ts";
import { silentLog } from "../src/log.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { FakeDiscord } from "../tests/fakes/discord/fake.ts";
import type { Ref } from "../tests/fakes/discord/places.ts";
import type { Child } from "./children.ts";
import { startNode } from "./children.ts";
import { GIVE_UP_MS, houseEnv, start, startArguments } from "./program.ts";

const PERSONA = `version: 1
name: Ada
description: keeps the lighthouse and the log of it
solvers: [openai]
`;

/** A folder for the house: Ada alone, who lives in these channels and answers when she is named. */
export async function settle(folder: string, channels: readonly Ref[]): Promise<void> {
  mkdirSync(join(folder, "personas"), { recursive: true });
  writeFileSync(join(folder, "personas", "ada.yaml"), PERSONA);
  const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Bench" };
  for (const channel of channels) {
    const scope = channelScope(channelId(discordPlatform, channel.id));
    await store.registry.bind({ persona: personaId("ada"), scope, by: by.name, at: Date.now() }, by);
  }
  await store.close();
}

/** Starts the house of `folder` on the fake, and resolves when it hears what is said there. Without `llm` it is the shipped house, which speaks by scripts. */
export async function startHouse(
  fake: FakeDiscord,
  { folder, llm, speed }: { readonly folder: string; readonly llm: string | null; readonly speed: number },
): Promise<Child> {
  const before = fake.gateway.entries.length;
  const { child } = await start(
    startArguments(),
    houseEnv(folder, {
      DISCORD_TOKEN: fake.token,
      DISCORD_API_URL: fake.url,
      DISCORD_PACE: String(speed),
      TROUPE_SEED: "bench",
      // One person asks for many.
      TROUPE_QUOTA_PER_MINUTE: "10000",
      TROUPE_QUOTA_PER_DAY: "1000000",
      ...(llm === null ? {} : modelled(folder, llm)),
    }),
  );
  await entered(fake, before);
  return child;
}

function modelled(folder: string, llm: string): NodeJS.ProcessEnv {
  return {
    OPENAI_BASE_URL: `${llm}/v1`,
    OPENAI_API_KEY: "stub",
    OPENAI_MODEL: "stub-model",
    // The budget is kept like any day's, only without an end to it.
    TROUPE_SPEND_PER_DAY: "10000",
    TROUPE_PERSONAS: join(folder, "personas"),
  };
}

/** Starts the library alone on the fake: it answers each interaction at once and says nothing by itself, or `flood`s a route with posts. */
export async function startBare(
  fake: FakeDiscord,
  task: { readonly kind: "echo" } | { readonly kind: "flood"; readonly route: string; readonly speed: number },
): Promise<Child> {
  const before = fake.gateway.entries.length;
  const child = startNode(
    [join(import.meta.dirname, "bare-discord.ts"), JSON.stringify({ url: fake.url, token: fake.token, ...task })],
    houseEnv("", {}),
  );
  if (task.kind === "echo") await entered(fake, before);
  return child;
}

async function entered(fake: FakeDiscord, before: number): Promise<void> {
  await until(() => fake.gateway.entries.slice(before).some(({ outcome }) => outcome === "accepted"));
}

/** Looks every few milliseconds; rejects after a long while. */
export async function until(is: () => boolean, giveUpMs = GIVE_UP_MS): Promise<void> {
  const startedAt = performance.now();
  while (!is()) {
    if (performance.now() - startedAt > giveUpMs) throw new Error(`waited in vain for ${is.toString()}`);
    await sleep(5);
  }
}
