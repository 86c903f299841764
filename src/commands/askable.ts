// Who can be asked by a command: whoever takes part in a place, and by those who manage it whoever could.
import type { RoomFacts } from "../engine/rooms.ts";
import { closedIn, isSame } from "../engine/rooms.ts";
import type { Member } from "../personas/personas.ts";
import type { Asked } from "./asked.ts";
import { everyoneFor, hasRight, NotAllowed, plain } from "./asked.ts";

/** Everyone whom this person may ask here. */
export function askableBy(asked: Asked, room: RoomFacts): readonly Member[] {
  return hasRight(asked, "channel") ? everyoneFor(asked) : room.cast;
}

/** The place, where this person may ask `member` now; throws `NotAllowed` where not. */
export async function needAskable(asked: Asked, member: Member): Promise<RoomFacts> {
  const { place, by } = asked.invocation;
  const { rooms, store } = asked.house;
  const { say } = asked.words;
  if (await store.registry.hasOptedOut(by.id)) throw new NotAllowed(say.notHeard);
  const room = await rooms.at(place);
  const isHere = askableBy(asked, room).some(({ persona }) => isSame(persona.id, member.persona.id));
  if (!isHere) {
    const others = room.cast.map(({ persona }) => plain(persona.name));
    throw new NotAllowed(say.takesNoPart(plain(member.persona.name), others));
  }
  if (closedIn(room) !== null) throw new NotAllowed(say.adultsOnly);
  return room;
}
