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
  if (await store.registry.hasOptedOut(by.id)) {
    throw new NotAllowed(
      "You asked not to be heard, so no persona can be asked for you: /privacy opt-in changes that.",
    );
  }
  const room = await rooms.at(place);
  const isHere = askableBy(asked, room).some(({ persona }) => isSame(persona.id, member.persona.id));
  if (!isHere) {
    const others = room.cast.map(({ persona }) => plain(persona.name)).join(", ");
    const whom = others === "" ? "" : ` You can ask: ${others}.`;
    throw new NotAllowed(
      `${plain(member.persona.name)} does not take part here, so only those who may manage this channel can ask it.${whom}`,
    );
  }
  if (closedIn(room) !== null) {
    throw new NotAllowed("This is a channel for adults, and the settings do not let personas speak in one.");
  }
  return room;
}
