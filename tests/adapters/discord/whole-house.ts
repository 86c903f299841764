// The whole house on a fake Discord, with the shipped cast and no model: what app.ts puts together.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openHouse, usualSurroundings } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import type { Log } from "../../../src/log.ts";
import { silentLog } from "../../../src/log.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { shippedPersonas } from "../../stories/house.ts";

const secrets = {
  secret: "a secret of this test",
  adminToken: "admin",
  adminTokenIs: "kept",
  adminTokenFile: null,
} as const;

/** Opens a house that is closed after the test; it listens, and its commands are registered. */
export async function openHouseOn(fake: FakeDiscord, log: Log = silentLog): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-discord-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = readConfig(
    {
      DISCORD_TOKEN: fake.token,
      DISCORD_API_URL: fake.url,
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "troupe.db")}`,
      TROUPE_PERSONAS: shippedPersonas,
      TROUPE_SEED: "discord",
    },
    {},
  );
  const house = await openHouse(config, usualSurroundings(log, secrets), { world: null, scene: null });
  onTestFinished(() => house.close(5_000));
  await house.start();
  await fake.until(() => fake.gateway.entries.length > 0);
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
}
