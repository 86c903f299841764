// Loops under any combination of options: the guard holds in each, in the whole house.
import fc from "fast-check";
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import type { Brakes } from "../../src/domain/brakes.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { messageId, personaId, platformScope } from "../../src/domain/ids.ts";
import type { RoomSettingName } from "../../src/domain/settings.ts";
import { ROOM_STRATEGIES } from "../../src/domain/strategy.ts";
import { directPlace, loungePlace, roomPlatform, threadOf, whoIs } from "../fakes/room-adapter.ts";
import { endlessCast, expectWithinCaps, LINES_MAX, namesEverybody } from "./endless.ts";
import { openRoom } from "./room.ts";

// Talk that brakes do not end in this time would not end.
const TALK_MS = 20 * 60_000;
const QUIET_MS = 5 * 60_000;

const places = {
  lounge: loungePlace,
  thread: threadOf(messageId(roomPlatform, "a-thread")),
  direct: directPlace,
} as const;

interface Options {
  readonly strategies: readonly (typeof ROOM_STRATEGIES)[number][];
  readonly talkativeness: number;
  readonly bots: "off" | "mention" | "all";
  readonly place: keyof typeof places;
  readonly brakes: Brakes;
  /** Who set the brakes: they hold alike. */
  readonly capsBy: "house" | "place";
  readonly echo: "none" | "once" | "twice";
  readonly thinkMs: number;
  readonly seed: string;
}

const CAPS = [
  ["brake-depth", "depthMax"],
  ["brake-minute", "channelPerMinute"],
  ["brake-hour", "conversationPerHour"],
  ["brake-pair", "pairMax"],
  ["brake-alike", "alikeMax"],
] as const satisfies readonly (readonly [RoomSettingName, keyof Brakes])[];

const options: fc.Arbitrary<Options> = fc.record({
  strategies: fc.array(fc.constantFrom(...ROOM_STRATEGIES), { minLength: 1, maxLength: 4 }),
  talkativeness: fc.constantFrom(0, 0.5, 1),
  bots: fc.constantFrom("off", "mention", "all"),
  place: fc.constantFrom("lounge", "thread", "direct"),
  brakes: fc
    .record({
      depthMax: fc.constantFrom(1, 8, 100),
      channelPerMinute: fc.constantFrom(1, 20, 120),
      conversationPerHour: fc.constantFrom(1, 60, 1_000),
      pairMax: fc.constantFrom(1, 6, 50),
      alikeMax: fc.constantFrom(1, 3, 20),
    })
    .map((caps): Brakes => ({ ...usualBrakes, ...caps })),
  capsBy: fc.constantFrom("house", "place"),
  echo: fc.constantFrom("none", "once", "twice"),
  thinkMs: fc.constantFrom(0, 3_000),
  seed: fc.string({ maxLength: 4 }),
});

async function expectToEnd(given: Options): Promise<void> {
  const { folder, handles } = endlessCast(given.strategies.length);
  const words = namesEverybody();
  const opened = await openRoom({
    personas: folder,
    limits: { brakes: given.capsBy === "house" ? given.brakes : usualBrakes },
    chance: seededChance(given.seed),
    say: async (request, signal) => {
      await opened.story.clock.sleep(given.thinkMs, signal);
      return words(request);
    },
  });
  const { story, room } = opened;
  const scope = platformScope(roomPlatform);
  const set = async (name: RoomSettingName, value: string, handle: string | null): Promise<void> => {
    const persona = handle === null ? null : personaId(handle);
    await story.store.registry.set(
      { scope, persona, name, value, by: "Mira", at: story.clock.now() },
      { id: whoIs("Mira"), name: "Mira" },
    );
  };
  for (const [at, handle] of handles.entries()) {
    await opened.bind(handle, scope);
    await set("strategy", given.strategies[at] ?? "natural", handle);
  }
  await set("talkativeness", String(given.talkativeness), null);
  await set("bots", given.bots, null);
  if (given.capsBy === "place") {
    for (const [name, key] of CAPS) await set(name, String(given.brakes[key]), null);
  }
  const place = places[given.place];
  const echoes = { none: [], once: ["Echo"], twice: ["Echo", "Parrot"] }[given.echo];
  room.onPost = async ({ post }) => {
    for (const name of echoes) await room.hear({ kind: "bot", name }, post.text, { place });
  };
  await room.hear({ kind: "person", name: "Mira" }, "Ada, Bruno, begin", { place });
  await story.clock.advance(TALK_MS);
  const said = await story.store.recentMessages(place.channel, null, 100_000);
  expect(said.length).toBeLessThan(LINES_MAX);
  expectWithinCaps(said, given.brakes);
  await story.clock.advance(QUIET_MS);
  expect(await story.store.recentMessages(place.channel, null, 100_000)).toHaveLength(said.length);
}

test("rule 8: whatever the options, personas and bots that always answer stop by themselves, within the caps", async () => {
  await fc.assert(fc.asyncProperty(options, expectToEnd), { numRuns: 25, endOnFailure: true });
}, 120_000);
