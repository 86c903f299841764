// A scene's forecast in the whole house: told before it starts, kept, and measured when it has been played.
import { expect, test } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { PlatformName } from "../../src/domain/ids.ts";
import { messageId } from "../../src/domain/ids.ts";
import { Forecasting } from "../../src/engine/forecasting.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import { lounge, loungePlace, roomPlatform } from "../fakes/room-adapter.ts";
import { makeTurn, payerOf } from "../people.ts";
import { plan } from "../store/samples.ts";
import type { RoomStory } from "../stories/room.ts";
import { openRoom } from "../stories/room.ts";

const price = { model: "some-model", tokensIn: 900, tokensOutMax: 100, costUsd: 0.01 };

async function sentenceFor({ story, room }: RoomStory, locale: string | null = null): Promise<string> {
  const { store, personas, clock } = story;
  const adapters = new Map<PlatformName, Adapter>([[room.platform, room]]);
  const rooms = new Rooms({ registry: store.registry, personas, adapters, everyone: () => personas.all() });
  const limits = { brakes: usualBrakes, spend: { usdPerDay: 1, tokensPerDay: 0 }, contextTokens: 6000 };
  const forecasting = new Forecasting({ store, countTokens, limits, clock, chance: () => 0 });
  return forecasting.sentence(plan({ postLimit: 10 }), await rooms.at(loungePlace), locale);
}

/** What playing the scene costs. */
async function play({ story }: RoomStory, calls: number, costUsd: number): Promise<void> {
  const turn = { ...makeTurn(messageId(roomPlatform, "1"), "ada"), channel: lounge, scene: plan().id };
  for (let each = 0; each < calls; each += 1) {
    const reserved = await story.store.reserve(
      payerOf(turn),
      price,
      { usdPerDay: 9, tokensPerDay: 9 },
      story.clock.now(),
    );
    if (reserved.kind !== "reserved") throw new Error(reserved.why);
    await story.store.settle(reserved.reservation, { tokensIn: 500, tokensOut: 50, costUsd, estimated: false });
  }
}

test("scripts cost nothing", async () => {
  const opened = await openRoom();
  await opened.bind("ada");
  expect(await sentenceFor(opened)).toBe("It costs nothing: scripts speak.");
});

test("a model's price is told before the scene starts, and the error of the forecast once it was played", async () => {
  const opened = await openRoom({ model: "some-model", readiness: () => ({ kind: "paid", estimate: price }) });
  await opened.bind("ada");
  await opened.bind("bruno");
  // Ten posts at a cent at most, of which three fifths are usually used.
  expect(await sentenceFor(opened)).toBe(
    "Its 10 posts cost about 0.060 USD, at most 0.10 (no scene has shown yet how good such a forecast is); the day's budget holds in any case.",
  );
  expect(opened.asked).toEqual([]);
  await play(opened, 5, 0.009);
  await opened.story.clock.advance(1000);
  expect(await sentenceFor(opened, "de")).toContain("bei einer Szene bisher lag der Fehler je Beitrag meist bei 50 %");
});

test("once enough calls of the model were made, what they used tells what the next will", async () => {
  const opened = await openRoom({ model: "some-model", readiness: () => ({ kind: "paid", estimate: price }) });
  await opened.bind("ada");
  await play(opened, 20, 0.002);
  expect(await sentenceFor(opened)).toContain("Its 10 posts cost about 0.020 USD, at most 0.10");
});
