// Rooms: who takes part in a channel, how, and by which settings.
import type { Adapter } from "../adapters/adapter.ts";
import { nearestBindings, scopesOf } from "../domain/binding.ts";
import type { PartCap } from "../domain/budget.ts";
import { partCaps } from "../domain/cap-settings.ts";
import type { ChannelId, PersonaId, PlatformName, WorkspaceId } from "../domain/ids.ts";
import { handleOf, platformOf } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import { isQuiet, readQuietHours } from "../domain/quiet-hours.ts";
import type { RoomSettings, SettingRow } from "../domain/settings.ts";
import { roomSettings, usualRoomSettings } from "../domain/settings.ts";
import type { Member, Personas } from "../personas/personas.ts";
import type { KnownPlace, Registry } from "../store/registry.ts";

/** A channel as it is set up now. */
export interface RoomFacts {
  /** Who lives here: the house's whole cast, those who were bound, or nobody; then `cast` is the default persona alone, who answers what speaks to the house. */
  readonly residents: "everyone" | "bound" | "nobody";
  readonly cast: readonly Member[];
  /** Null where residents are everyone: such a place has no settings of its own. */
  readonly place: Place | null;
  readonly isStopped: boolean;
  /** As they hold for the place itself. */
  readonly settings: RoomSettings;
  /** As they hold for one persona in it. */
  readonly settingsOf: (persona: PersonaId) => RoomSettings;
  /** The caps of money on what it does there, beside the house's. */
  readonly capsOf: (persona: PersonaId) => readonly PartCap[];
}

export interface RoomsHouse {
  readonly registry: Pick<Registry, "place" | "bindings" | "settings">;
  readonly personas: Pick<Personas, "all" | "of">;
  readonly adapters: ReadonlyMap<PlatformName, Adapter>;
  /** The cast of a channel in which everyone lives. */
  readonly everyone: (channel: ChannelId) => readonly Member[];
}

export class Rooms {
  readonly #house: RoomsHouse;

  constructor(house: RoomsHouse) {
    this.#house = house;
  }

  /** The channel as it is set up now. Asks the store only where personas live by being bound. */
  async of(channel: ChannelId): Promise<RoomFacts> {
    if (!this.#isBound(channel)) return this.#openRoom(channel);
    const known = await this.#house.registry.place(channel);
    if (known === null) return { ...this.#openRoom(channel), residents: "nobody", cast: this.#defaultCast(null) };
    return this.#roomOf(known);
  }

  /** As `of`, for a place as its platform tells it just now: nothing need ever have been heard from there. */
  async at(place: Place): Promise<RoomFacts> {
    if (!this.#isBound(place.channel)) return this.#openRoom(place.channel);
    const known = await this.#house.registry.place(place.channel);
    return this.#roomOf({ place, stoppedAt: known?.stoppedAt ?? null });
  }

  /** Whether personas live there by being bound. */
  #isBound(channel: ChannelId): boolean {
    return this.#house.adapters.get(platformOf(channel))?.traits.cast === "bound";
  }

  async #roomOf(known: KnownPlace): Promise<RoomFacts> {
    const { registry, personas } = this.#house;
    const { place } = known;
    const scopes = scopesOf(place);
    const [bindings, rows, around] = await Promise.all([
      registry.bindings(scopes),
      registry.settings(scopes),
      place.parent === null ? null : registry.place(place.parent),
    ]);
    const here = personas.of(place.workspace);
    const bound = nearestBindings(bindings, scopes).flatMap(({ persona }) => memberFor(persona, here) ?? []);
    const settingsFor = new Map<PersonaId, RoomSettings>();
    return {
      residents: bound.length > 0 ? "bound" : "nobody",
      cast: bound.length > 0 ? [...new Set(bound)] : this.#defaultCast(place.workspace),
      place,
      // A channel is stopped with its threads.
      isStopped: known.stoppedAt !== null || (around?.stoppedAt ?? null) !== null,
      settings: roomSettings(rows, scopes, null),
      settingsOf: (persona) => {
        const known = settingsFor.get(persona);
        if (known !== undefined) return known;
        const settings = roomSettings(meantFor(persona, rows), scopes, persona);
        settingsFor.set(persona, settings);
        return settings;
      },
      capsOf: (persona) => partCaps(rows, persona, isSame),
    };
  }

  #openRoom(channel: ChannelId): RoomFacts {
    return {
      residents: "everyone",
      cast: this.#house.everyone(channel),
      place: null,
      isStopped: false,
      settings: usualRoomSettings,
      settingsOf: () => usualRoomSettings,
      capsOf: () => [],
    };
  }

  /** The first persona of the house, as the workspace has it. */
  #defaultCast(workspace: WorkspaceId | null): readonly Member[] {
    const { personas } = this.#house;
    const first = personas.all()[0];
    if (first === undefined) return personas.of(workspace).slice(0, 1);
    return [memberFor(first.persona.id, personas.of(workspace)) ?? first];
  }
}

/** Who of `members` is meant by `persona`: a workspace's own copy stands for the house's persona of the same handle. */
function memberFor(persona: PersonaId, members: readonly Member[]): Member | undefined {
  return (
    members.find((member) => member.persona.id === persona) ??
    members.find((member) => isSame(member.persona.id, persona))
  );
}

/** What was set for a persona of the house holds for the workspace's own copy of it too. */
function meantFor(persona: PersonaId, rows: readonly SettingRow[]): readonly SettingRow[] {
  return rows.map((row) => (row.persona !== null && isSame(row.persona, persona) ? { ...row, persona } : row));
}

/** Whether two ids are one persona as people see it: the house's own and a workspace's copy of it. */
export function isSame(one: PersonaId, other: PersonaId): boolean {
  return one === other || handleOf(one) === handleOf(other);
}

/** How readily `persona` joins in: as set here, else as its file says. */
export function talkativenessIn(room: RoomFacts, persona: Persona): number {
  return room.settingsOf(persona.id).talkativeness ?? persona.talkativeness;
}

/** Why nobody may speak here at all; null: personas may. */
export function closedIn(room: RoomFacts): "adults-only" | null {
  return room.place?.nsfw === true && room.settings.nsfw === "off" ? "adults-only" : null;
}

/** Why what nobody asked for rests here at `now`; null: it goes on. */
export function restIn(room: RoomFacts, now: number): "stopped" | "quiet-hours" | null {
  if (room.isStopped) return "stopped";
  const hours = room.settings["quiet-hours"] === null ? null : readQuietHours(room.settings["quiet-hours"]);
  return hours !== null && isQuiet(hours, now) ? "quiet-hours" : null;
}
