// Faces on Discord where several processes show them at the same time.
import { join } from "node:path";
import { expect, test } from "vitest";
import { UploadedAvatars } from "../../../src/adapters/discord/avatars.ts";
import { openApi } from "../../../src/adapters/discord/rest.ts";
import { systemClock } from "../../../src/clock.ts";
import { silentLog } from "../../../src/log.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { makePersona } from "../../people.ts";
import { shippedPersonas } from "../../stories/house.ts";
import { fakeDiscord, Memory } from "./rig.ts";

const EMOJIS = "/applications/{application_id}/emojis";

const ada = makePersona("ada", {
  folder: join(shippedPersonas, "ada"),
  avatar: { kind: "file", path: "avatar.png" },
});

/** A process that shows faces, and what it has warned of. */
async function processOn(fake: FakeDiscord, memory: Memory) {
  const api = await openApi({ token: fake.token, apiUrl: fake.url, clock: systemClock });
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (phrase: string) => void warnings.push(phrase) };
  const avatars = new UploadedAvatars(api, memory.keep(), async () => fake.bot.id, log);
  return { show: (persona = ada) => avatars.of(persona), warnings };
}

test("two processes that upload one picture at once show the same one", async () => {
  const fake = await fakeDiscord();
  const memory = new Memory();
  const processes = await Promise.all([processOn(fake, memory), processOn(fake, memory)]);
  // Both have seen that it is not there before either uploads it.
  const looks = processes.map(() => fake.hold("after", ({ route }) => route === `GET ${EMOJIS}`));
  const showing = processes.map(({ show }) => show());
  await fake.until(() => fake.requests(`GET ${EMOJIS}`).length === processes.length);
  for (const look of looks) look.release();
  const [one, other] = await Promise.all(showing);
  expect(one).toMatch(/\/emojis\/\d+\.png$/u);
  expect(other).toBe(one);
  expect(processes.map(({ warnings }) => warnings)).toEqual([[], []]);
  expect(fake.requests(`POST ${EMOJIS}`).map(({ status }) => status)).toEqual([201, 400]);
});

test("a picture whose upload ended in doubt is found, and not uploaded again", async () => {
  const fake = await fakeDiscord();
  const { show, warnings } = await processOn(fake, new Memory());
  fake.fault({ trouble: { kind: "reset", when: "after" }, on: ({ route }) => route === `POST ${EMOJIS}` });
  expect(await show()).toMatch(/\/emojis\/\d+\.png$/u);
  expect(warnings).toEqual([]);
  expect(fake.requests(`POST ${EMOJIS}`)).toHaveLength(1);
});

test("a picture that Discord refuses is done without, and the log says so", async () => {
  const fake = await fakeDiscord();
  const { show, warnings } = await processOn(fake, new Memory());
  fake.fault({
    trouble: { kind: "status", when: "before", status: 400 },
    on: ({ route }) => route === `POST ${EMOJIS}`,
  });
  expect(await show()).toBeNull();
  expect(warnings).toEqual(["a persona's picture could not be shown to Discord"]);
});

test("many faces that are shown at once cost one look at what is there, and Discord has to refuse none", async () => {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const { show, warnings } = await processOn(fake, new Memory());
  const cast = ["ada", "bruno", "jory", "mabel", "ottoline", "pilchard"].map((handle) =>
    makePersona(handle, { folder: join(shippedPersonas, handle), avatar: { kind: "file", path: "avatar.png" } }),
  );
  const shown = await Promise.all(cast.map((persona) => show(persona)));
  expect(new Set(shown).size).toBe(cast.length);
  expect(warnings).toEqual([]);
  expect(fake.requests(`GET ${EMOJIS}`)).toHaveLength(1);
  expect(fake.requests().filter(({ status }) => status === 429)).toEqual([]);
}, 20_000);
