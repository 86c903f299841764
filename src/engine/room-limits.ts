// How a room's own settings bound what is said and spent there.
import type { Brakes } from "../domain/brakes.ts";
import type { Payer } from "../domain/budget.ts";
import { brakesUnder } from "../domain/cap-settings.ts";
import type { ChannelId } from "../domain/ids.ts";
import type { Turn } from "../domain/turn.ts";
import type { RoomFacts } from "./rooms.ts";

/** The brakes on a turn in this room, `house` where it has none of its own. */
export function brakesIn(room: RoomFacts, turn: Pick<Turn, "reason">, house: Brakes): Brakes {
  const brakes = brakesUnder(room.settings, house);
  // A "stop" is always heard. Where everyone lives the web server counts posts by address: names there are anybody's.
  const isFree = turn.reason.kind === "told-to-stop" || room.residents === "everyone";
  return isFree ? { ...brakes, quota: null } : brakes;
}

/** On whose account a call is made there. */
export function payerIn(room: RoomFacts, channel: ChannelId, call: Pick<Payer, "turn" | "persona" | "scene">): Payer {
  const place = room.place ?? { channel, parent: null, workspace: null };
  return { ...call, place, caps: room.capsOf(call.persona) };
}
