// Who answers a message that names nobody, by the strategies of those who take part; pure.
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { RoomStrategy } from "../domain/strategy.ts";
import type { Decision, Silence } from "../domain/turn.ts";
import type { Addressed, Asking, InBurst, Room } from "./directing.ts";
import { answeredBy, silent, turnFor, unasked } from "./directing.ts";
import { drawNatural, isWilling, nextInList, pickOne, poolOf } from "./strategy.ts";

// More than two who join in on one remark drown it.
const JOINING_MAX = 2;

/** Somebody must answer, for the message speaks to the house: exactly one does, the next of the list where there is one, else one of the pool, else one by talkativeness; nobody where all are silent but for commands. */
export function answerOne(message: Message, asking: Asking, inBurst: InBurst, room: Room): Decision {
  const chosen = inTurn(inBurst, room) ?? byTalkativeness(inBurst, room);
  return chosen === null ? silent(message, { kind: "manual" }) : oneAnswers(message, chosen, asking, room);
}

/** Nobody must answer: the next of the list does where there is one, else one of the pool, else whoever joins in. Nothing of it happens while the talk rests. */
export function answerIfInclined(message: Message, asking: Asking, inBurst: InBurst, room: Room): Decision {
  const isIdle = room.cast.every((persona) => ["named", "manual"].includes(room.part(persona).strategy));
  if (isIdle) return silent(message, { kind: "nobody-named" });
  if (room.rest !== null) return silent(message, { kind: room.rest });
  const chosen = inTurn(inBurst, room);
  return chosen === null ? joinIn(message, asking.depth, inBurst, room) : oneAnswers(message, chosen, asking, room);
}

function oneAnswers(message: Message, chosen: Addressed, asking: Asking, room: Room): Decision {
  const reason = { kind: "another-chosen", chosen: chosen.id } as const;
  return answeredBy(message, [chosen], asking, { room, reason });
}

function partOf(room: Room, strategy: RoomStrategy): readonly Persona[] {
  return room.cast.filter((persona) => room.part(persona).strategy === strategy);
}

function talkativenessIn(room: Room): (persona: Persona) => number {
  return (persona) => room.part(persona).talkativeness;
}

/** Whose turn it is by the list, else by the pool; null where nobody takes part by either. */
function inTurn({ chosen, key, speakers }: InBurst, room: Room): Addressed | null {
  // A burst of one author is for one persona.
  if (chosen !== null && ["in-turn", "pooled"].includes(chosen.reason.kind)) return chosen;
  const list = partOf(room, "list");
  const next = nextInList(list, speakers);
  if (next !== null) return { id: next.id, reason: { kind: "in-turn", among: list.length } };
  const pool = poolOf(partOf(room, "pooled"), speakers);
  const one = pickOne(pool, talkativenessIn(room), () => room.chance("chosen", key));
  return one === null ? null : { id: one.id, reason: { kind: "pooled", among: pool.length } };
}

function byTalkativeness({ chosen, key }: InBurst, room: Room): Addressed | null {
  const cast = room.cast.filter((persona) => room.part(persona).strategy !== "manual");
  const weight = talkativenessIn(room);
  const waiting = cast.find((persona) => persona.id === chosen?.id);
  const persona = waiting ?? pickOne(cast, weight, () => room.chance("chosen", key));
  if (persona === null) return null;
  const total = cast.reduce((sum, each) => sum + weight(each), 0);
  const share = total > 0 ? weight(persona) / total : 1 / cast.length;
  return { id: persona.id, reason: { kind: "chosen", among: cast.length, share } };
}

/** Whoever feels like it joins in, at most two, less likely the deeper the chain. Of a burst by one author the last message counts, and whoever was to join in on an earlier one does so there. */
function joinIn(message: Message, depth: number, inBurst: InBurst, room: Room): Decision {
  if (!inBurst.isLast) return silent(message, { kind: "wrote-on" });
  const naturals = partOf(room, "natural");
  const chanceOf = (persona: Persona): number => room.part(persona).talkativeness / Math.max(1, depth);
  const drawn = drawNatural(naturals, chanceOf, (persona) => room.chance("join", message.id, persona.id));
  const already = inBurst.joining.filter((each) => naturals.some((persona) => persona.id === each.id));
  const willing = drawn.filter(isWilling).map(({ persona, chance }): Addressed => {
    return { id: persona.id, reason: { kind: "joined-in", chance } };
  });
  const joining = already.length > 0 ? already : willing.slice(0, JOINING_MAX);
  const silences = drawn
    .filter(({ persona }) => joining.every((each) => each.id !== persona.id))
    .map((each): Silence => {
      const isLate = already.length > 0 || isWilling(each);
      const reason = isLate ? ({ kind: "others-joined" } as const) : notInclined(each.chance);
      return { persona: each.persona.id, reason };
    });
  const others = naturals.length === room.cast.length ? [] : silent(message, { kind: "nobody-named" }).silences;
  return {
    trigger: message.id,
    turns: joining.map((each) => turnFor(message, each, unasked(depth))),
    silences: [...silences, ...others],
  };
}

function notInclined(chance: number): Silence["reason"] {
  return { kind: "not-inclined", chance };
}
