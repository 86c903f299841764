// The director: who answers a message, and why; pure, so that a retry decides the same again.
import type { PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import { writtenIn } from "../domain/message.ts";
import type { Decision, NewTurn, Silence, Turn, TurnReason } from "../domain/turn.ts";
import type { Addressed, InBurst, Room } from "./directing.ts";
import { answeredBy, asked, silent, turnFor, unasked } from "./directing.ts";
import type { Fold } from "./folding.ts";
import { foldsOf } from "./folding.ts";
import { isSame } from "./rooms.ts";
import { answerIfInclined, answerOne } from "./unnamed.ts";

/** What a burst of messages comes to. */
export interface Direction {
  readonly decisions: readonly Decision[];
  readonly folds: readonly Fold[];
}

/** Directs messages that have not been directed yet, oldest first, seen as a whole: where the same author asks the same persona again before it began to think, the earlier turn is folded into the later one. `waiting`: turns of earlier messages that nobody has begun to think about. */
export function directBurst(messages: readonly Message[], waiting: readonly Turn[], room: Room): Direction {
  const decisions: Decision[] = [];
  const made: NewTurn[] = [];
  const speakers = [...room.speakers];
  for (const message of messages) {
    const decision = direct(message, inBurst(message, messages, [...waiting, ...made], speakers), room);
    decisions.push(decision);
    made.push(...decision.turns);
    speakers.push(...spokenWith(message, decision));
  }
  return { decisions, folds: foldsOf(waiting, made) };
}

/** What a message adds to who spoke: its own author, and whoever is about to answer. */
function spokenWith({ author, spoken }: Message, { turns }: Decision): Room["speakers"] {
  const own = author.kind === "person" ? [null] : spoken === null ? [] : [spoken.persona];
  return [...own, ...turns.map((turn) => turn.persona)];
}

function inBurst(
  message: Message,
  burst: readonly Message[],
  open: readonly NewTurn[],
  speakers: Room["speakers"],
): InBurst {
  const answering = open.filter((turn) => turn.askedBy === message.author.id);
  const chosen = answering.find(({ reason }) => ["chosen", "in-turn", "pooled"].includes(reason.kind));
  const joining = answering.filter(({ reason }) => reason.kind === "joined-in");
  const last = burst.findLast((each) => each.author.id === message.author.id && each.asks === null);
  const key = last?.id ?? message.id;
  return {
    key,
    isLast: key === message.id,
    chosen: chosen === undefined ? null : addressedBy(chosen),
    joining: joining.map(addressedBy),
    speakers,
  };
}

function addressedBy({ persona, reason }: NewTurn): Addressed {
  return { id: persona, reason };
}

/** Who answers `message`, and why; a silence is an answer too, with its reason. Same input, same output. */
function direct(message: Message, burst: InBurst, room: Room): Decision {
  const closed = closedTo(message, room);
  if (closed !== null) return silent(message, closed);
  const stop = room.stops.get(message.id);
  if (stop !== undefined) return directStop(message, stop);
  if (message.asks !== null) return directAsked(message, message.asks, room);
  const all = addressedIn(message, room);
  const addressed = all.filter((each) => !isManual(each.id, room));
  const manual = all.filter((each) => isManual(each.id, room));
  // Who alone is called does not leave the answer to somebody else.
  const decision =
    addressed.length === 0 && manual.length > 0
      ? { trigger: message.id, turns: [], silences: [] }
      : directAuthor(message, addressed, burst, room);
  const silences = manual.map((each): Silence => ({ persona: each.id, reason: { kind: "manual" } }));
  return silences.length === 0 ? decision : { ...decision, silences: [...silences, ...decision.silences] };
}

function directAuthor(message: Message, addressed: readonly Addressed[], burst: InBurst, room: Room): Decision {
  switch (message.author.kind) {
    case "persona":
      return directPersona(message, addressed, room);
    case "bot":
      return directBot(message, addressed, burst, room);
    case "person":
      return directPerson(message, addressed, burst, room);
    default:
      return message.author.kind satisfies never;
  }
}

/** Why nobody answers, whatever the message says; null: somebody may. */
function closedTo(message: Message, room: Room): Silence["reason"] | null {
  if (room.cast.length === 0 && message.asks === null) return { kind: "nobody-here" };
  if (message.text === "" && message.images.length === 0 && message.asks === null) return { kind: "empty-text" };
  return room.closed === null ? null : { kind: room.closed };
}

/** One persona says that the "stop" was heard; all others are silent. */
function directStop(message: Message, speaker: PersonaId | null): Decision {
  const nobody = silent(message, { kind: "told-to-stop" });
  if (speaker === null) return nobody;
  const addressed: Addressed = { id: speaker, reason: { kind: "told-to-stop" } };
  return { ...nobody, turns: [turnFor(message, addressed, asked(message))] };
}

/** Who was asked by a command answers alone, whether it lives here or not: who may ask whom was looked at when the command was given. */
function directAsked(message: Message, persona: PersonaId, room: Room): Decision {
  // Who is asked nothing at all was put here.
  const isNew = message.text === "" && message.replyTo === null;
  const reason: TurnReason = isNew ? { kind: "moved-in" } : { kind: "asked", post: message.replyTo };
  const addressed: Addressed = { id: persona, reason };
  const hasOthers = room.cast.some((each) => each.id !== persona);
  return {
    trigger: message.id,
    turns: [turnFor(message, addressed, asked(message))],
    silences: hasOthers ? [{ persona: null, reason: { kind: "not-named" } }] : [],
  };
}

const notNamed = { kind: "not-named" } as const;

function directPerson(message: Message, addressed: readonly Addressed[], burst: InBurst, room: Room): Decision {
  const isToHouse = message.toHouse || room.unnamed === "answered";
  if (room.residents === "nobody" && !isToHouse) return silent(message, { kind: "nobody-here" });
  const asking = asked(message);
  if (addressed.length > 0) return answeredBy(message, addressed, asking, { room, reason: notNamed });
  return isToHouse ? answerOne(message, asking, burst, room) : answerIfInclined(message, asking, burst, room);
}

/** Another bot's message: no answer to it is asked for by a person, and each is a step deeper in the chain, so that the brakes end every talk between machines. */
function directBot(message: Message, addressed: readonly Addressed[], burst: InBurst, room: Room): Decision {
  const isToHouse = message.toHouse;
  const isHeard = room.bots === "all" || (room.bots === "mention" && (addressed.length > 0 || isToHouse));
  if (!isHeard) return silent(message, { kind: "foreign-bot" });
  if (room.residents === "nobody" && !isToHouse) return silent(message, { kind: "nobody-here" });
  if (room.rest !== null) return silent(message, { kind: room.rest });
  const asking = unasked(room.depthOf(message));
  if (addressed.length > 0) return answeredBy(message, addressed, asking, { room, reason: notNamed });
  return isToHouse ? answerOne(message, asking, burst, room) : answerIfInclined(message, asking, burst, room);
}

/** Everyone whom the message names or replies to, in the order in which they are to answer; never its own author. */
function addressedIn(message: Message, room: Room): readonly Addressed[] {
  const found = new Map<PersonaId, Addressed>();
  const original = message.replyTo === null ? undefined : room.repliedTo.get(message.replyTo);
  const author = original?.spoken?.persona;
  // Whoever spoke may have been given the workspace's own copy since.
  const repliedTo = author === undefined ? undefined : room.cast.find((persona) => isSame(persona.id, author));
  if (original !== undefined && repliedTo !== undefined) {
    found.set(repliedTo.id, { id: repliedTo.id, reason: { kind: "replied-to", post: original.id } });
  }
  for (const { id, said } of room.names(writtenIn(message.text))) {
    if (!found.has(id)) found.set(id, { id, reason: { kind: "named", said } });
  }
  if (message.spoken !== null) found.delete(message.spoken.persona);
  return [...found.values()];
}

/** Strategy `manual`: only a command makes it speak, whoever calls it. */
function isManual(id: PersonaId, room: Room): boolean {
  return room.cast.some((persona) => persona.id === id && room.part(persona).strategy === "manual");
}

/** A persona's post: within a scene the scene decides who speaks next, and what the house says through a persona is for people; elsewhere those it addresses answer, less likely with each step, so that talk among personas dies away before a brake must end it. */
function directPersona(message: Message, addressed: readonly Addressed[], room: Room): Decision {
  const nobody: Decision = { trigger: message.id, turns: [], silences: [] };
  if (message.spoken !== null && message.spoken.scene !== null) {
    return { ...nobody, silences: [{ persona: null, reason: { kind: "scene-decides" } }] };
  }
  if (message.spoken?.solver === "house") return silent(message, { kind: "house-line" });
  if (addressed.length === 0) return silent(message, notNamed);
  if (room.rest !== null) return silent(message, { kind: room.rest });
  const turns: NewTurn[] = [];
  const silences: Silence[] = [];
  for (const each of addressed) {
    const persona = room.cast.find((one) => one.id === each.id);
    const talkativeness = persona === undefined ? 0 : room.part(persona).talkativeness;
    const chance = message.depth <= 1 ? 1 : talkativeness / message.depth;
    if (room.chance("fade", message.id, each.id) < chance) turns.push(turnFor(message, each, unasked(message.depth)));
    else silences.push({ persona: each.id, reason: { kind: "faded", chance } });
  }
  return { trigger: message.id, turns, silences };
}
