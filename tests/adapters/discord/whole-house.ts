// The whole house on a fake Discord: what app.ts puts together.
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { House } from "../../../src/app.ts";
import { openHouse, usualSurroundings } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../../../src/domain/ids.ts";
import type { Log } from "../../../src/log.ts";
import { silentLog } from "../../../src/log.ts";
import { openSqliteStore } from "../../../src/store/sqlite.ts";
import type { Store } from "../../../src/store/store.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { newFolder } from "../../folder.ts";
import { shippedPersonas } from "../../stories/house.ts";

const SECRET = "a secret of this test";

export interface HouseOptions {
  /** Where its database stands; a new one where none is named. */
  readonly folder?: string;
  /** Settings beside those that every such house has, or in their place. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
  readonly secret?: string;
}

/** Starts a house with the shipped cast and no model. Whoever starts it closes it. */
export async function startHouseOn(fake: FakeDiscord, options: HouseOptions = {}): Promise<House> {
  const { folder = newFolder(), env = {}, log = silentLog, secret = SECRET } = options;
  const settings = {
    DISCORD_TOKEN: fake.token,
    DISCORD_API_URL: fake.url,
    PORT: "0",
    DATABASE_URL: `file:${databaseIn(folder)}`,
    TROUPE_PERSONAS: shippedPersonas,
    TROUPE_SEED: "discord",
    ...env,
  };
  const secrets = { secret, adminToken: "admin", adminTokenIs: "kept", adminTokenFile: null } as const;
  const house = await openHouse(readConfig(settings, {}), usualSurroundings(log, secrets), {
    world: null,
    scene: null,
  });
  await house.start();
  return house;
}

/** As `startHouseOn`; it listens, its commands are registered, and it is closed after the test. */
export async function openHouseOn(fake: FakeDiscord, options: HouseOptions = {}): Promise<House> {
  const house = await startHouseOn(fake, options);
  onTestFinished(() => house.close(5_000));
  await fake.until(() => fake.gateway.entries.length > 0);
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  return house;
}

/** The settings of a house whose personas are those in `folder`, and speak by that model. */
export function modelOf(llm: { readonly url: string }, folder: string): Readonly<Record<string, string>> {
  return { TROUPE_PERSONAS: folder, OPENAI_BASE_URL: llm.url, OPENAI_MODEL: "fake-model" };
}

/** Opens the store of a house in that folder, beside the house itself. */
export function openStoreIn(folder: string): Promise<Store> {
  return openSqliteStore(databaseIn(folder), { log: silentLog, secret: SECRET });
}

/** Puts a persona into a channel, as `/persona add` does. */
export async function bind({ registry }: Store, handle: string, channel: { readonly id: string }): Promise<void> {
  const carol = { id: authorId(discordPlatform, "1"), name: "Carol" };
  const scope = channelScope(channelId(discordPlatform, channel.id));
  await registry.bind({ persona: personaId(handle), scope, by: carol.name, at: Date.now() }, carol);
}

function databaseIn(folder: string): string {
  return join(folder, "troupe.db");
}
