// Who takes part in a channel: bindings, settings, and personas that a workspace has of its own.
import { expect, test } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { FeedAdapter, feedChannel } from "../../src/adapters/feed/feed.ts";
import type { Binding } from "../../src/domain/binding.ts";
import type { PersonaId, PlatformName } from "../../src/domain/ids.ts";
import { channelScope, ownedPersonaId, personaId } from "../../src/domain/ids.ts";
import type { SettingRow } from "../../src/domain/settings.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import type { Member } from "../../src/personas/personas.ts";
import { lounge, loungePlace, RoomAdapter, workspace } from "../fakes/room-adapter.ts";
import { makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

const [ada, bruno] = ["ada", "bruno"].map((handle): Member => ({ persona: makePersona(handle), solvers: [] }));
const copyId = ownedPersonaId("ada", workspace);
const copy: Member = { persona: { ...makePersona("ada"), id: copyId }, solvers: [] };
const ownId = ownedPersonaId("zoe", workspace);
const own: Member = { persona: { ...makePersona("zoe"), id: ownId }, solvers: [] };
const house = [ada, bruno].filter((member) => member !== undefined);

function rooms(bound: readonly PersonaId[], rows: readonly Pick<SettingRow, "persona" | "name" | "value">[] = []) {
  const clock = new VirtualClock();
  const scope = channelScope(lounge);
  const asked: string[] = [];
  const adapters = new Map<PlatformName, Adapter>(
    [new RoomAdapter(clock), new FeedAdapter(() => [], clock)].map((adapter) => [adapter.platform, adapter]),
  );
  const made = new Rooms({
    registry: {
      place: async () => {
        asked.push("place");
        return { place: loungePlace, stoppedAt: null };
      },
      bindings: async () => bound.map((persona): Binding => ({ persona, scope, by: "Mira", at: 0 })),
      settings: async () => rows.map((row) => ({ ...row, scope, by: "Mira", at: 0 })),
    },
    personas: { all: () => house, of: (where) => (where === workspace ? [copy, ...house.slice(1), own] : house) },
    adapters,
    everyone: () => house,
  });
  return { made, asked };
}

async function castOf(bound: readonly PersonaId[]): Promise<readonly string[]> {
  const { cast } = await rooms(bound).made.of(lounge);
  return cast.map((member) => member.persona.id);
}

test("a workspace's own copy stands for the house's persona of the same handle, and is in the cast once", async () => {
  expect(await castOf([personaId("ada"), copyId, personaId("bruno")])).toEqual([copyId, "bruno"]);
  expect(await castOf([ownId])).toEqual([ownId]);
});

test("who is bound and is gone is not in the cast; where nobody is left the default persona stands by, as the workspace has it", async () => {
  expect(await castOf([personaId("nobody"), personaId("bruno")])).toEqual(["bruno"]);
  expect(await castOf([personaId("nobody")])).toEqual([copyId]);
});

test("what was set for the house's persona holds for the workspace's copy, and for nobody else", async () => {
  const row = { persona: personaId("ada"), name: "talkativeness", value: "0.9" } as const;
  const room = await rooms([personaId("ada"), personaId("bruno")], [row]).made.of(lounge);
  expect(room.settingsOf(copyId).talkativeness).toBe(0.9);
  expect(room.settingsOf(personaId("bruno")).talkativeness).toBeNull();
});

test("where everyone lives nothing is asked of the store", async () => {
  const { made, asked } = rooms([]);
  expect(await made.of(feedChannel)).toMatchObject({ residents: "everyone", cast: house, isStopped: false });
  expect(asked).toEqual([]);
});
