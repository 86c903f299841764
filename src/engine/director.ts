// The director: who answers a message, and why; pure, so that a retry decides the same again.
import type { Chance } from "../chance.ts";
import { pickWeighted } from "../chance.ts";
import type { MessageId, PersonaId } from "../domain/ids.ts";
import { turnId } from "../domain/ids.ts";
import type { Author, Message } from "../domain/message.ts";
import { writtenIn } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Decision, NewTurn, Silence, Turn, TurnReason } from "../domain/turn.ts";
import { isSame } from "./rooms.ts";

/** What the director must know of a channel. */
export interface Room {
  /** Everyone who lives here; where nobody does, the default persona, who answers only what speaks to the house. */
  readonly cast: readonly Persona[];
  readonly residents: "everyone" | "bound" | "nobody";
  /** Whether a person's message that names nobody is answered. */
  readonly unnamed: "answered" | "ignored";
  /** Names of the cast in a text, in the order in which they were said. */
  readonly names: (text: string) => readonly { readonly id: PersonaId; readonly said: string }[];
  /** Messages that are replied to, by id. */
  readonly repliedTo: ReadonlyMap<MessageId, Message>;
  readonly part: (persona: Persona) => Part;
  /** Whether other bots are answered: never, when they name a persona, or like people. */
  readonly bots: "off" | "mention" | "all";
  /** Why nobody may speak at all; null: personas may. */
  readonly closed: "adults-only" | null;
  /** Why what nobody asked for rests; null: it goes on. */
  readonly rest: "stopped" | "quiet-hours" | null;
  /** Messages with which a person said "stop", each with who says that it was heard; null: nobody does. */
  readonly stops: ReadonlyMap<MessageId, PersonaId | null>;
  /** How deep in its chain another bot's message stands. */
  readonly depthOf: (message: Message) => number;
  readonly chance: Chance;
}

/** How a persona takes part. */
export interface Part {
  /** `natural`: it also joins in unasked, by its talkativeness. */
  readonly strategy: "named" | "natural";
  /** From 0 to 1. */
  readonly talkativeness: number;
}

// More than two who join in on one remark drown it.
const JOINING_MAX = 2;

/** What a burst of messages comes to. */
export interface Direction {
  readonly decisions: readonly Decision[];
  readonly folds: readonly { readonly turn: Turn["id"]; readonly into: Turn["id"] }[];
}

interface Addressed {
  readonly id: PersonaId;
  readonly reason: TurnReason;
}

/** Directs messages that have not been directed yet, oldest first, seen as a whole: where the same author asks the same persona again before it began to think, the earlier turn is folded into the later one. `waiting`: turns of earlier messages that nobody has begun to think about. */
export function directBurst(messages: readonly Message[], waiting: readonly Turn[], room: Room): Direction {
  const decisions = messages.map((message) => direct(message, burstOf(message, messages, waiting), room));
  const folds: Direction["folds"][number][] = [];
  const open: { id: Turn["id"]; persona: PersonaId; author: Author["id"] }[] = waiting.flatMap((turn) =>
    turn.askedBy === null || !isFoldable(turn) ? [] : [{ id: turn.id, persona: turn.persona, author: turn.askedBy }],
  );
  for (const decision of decisions) {
    for (const turn of decision.turns) {
      if (turn.askedBy === null || !isFoldable(turn)) continue;
      const author = turn.askedBy;
      for (const earlier of open.filter((each) => each.persona === turn.persona && each.author === author)) {
        folds.push({ turn: earlier.id, into: turn.id });
        open.splice(open.indexOf(earlier), 1);
      }
      open.push({ id: turn.id, persona: turn.persona, author });
    }
  }
  return { decisions, folds };
}

/** What was asked by a command is answered each time: somebody was told that it would be. */
function isFoldable(turn: Pick<NewTurn, "reason" | "unasked">): boolean {
  return !turn.unasked && turn.reason.kind !== "asked";
}

/** What a message is in its burst: those of one burst by one author that name nobody go to one persona. */
interface InBurst {
  /** The choice hangs on the author's last message. */
  readonly key: MessageId;
  readonly isLast: boolean;
  /** The persona that waits already to answer the author; null: nobody does. */
  readonly chosen: PersonaId | null;
}

function burstOf(message: Message, burst: readonly Message[], waiting: readonly Turn[]): InBurst {
  const chosen = waiting.find((turn) => turn.askedBy === message.author.id && turn.reason.kind === "chosen");
  const last = burst.findLast((each) => each.author.id === message.author.id && each.asks === null);
  const key = last?.id ?? message.id;
  return { key, isLast: key === message.id, chosen: chosen?.persona ?? null };
}

/** Who answers `message`, and why; a silence is an answer too, with its reason. Same input, same output. */
function direct(message: Message, inBurst: InBurst, room: Room): Decision {
  const closed = closedTo(message, room);
  if (closed !== null) return silent(message, closed);
  const stop = room.stops.get(message.id);
  if (stop !== undefined) return directStop(message, stop);
  if (message.asks !== null) return directAsked(message, message.asks, room);
  const addressed = addressedIn(message, room);
  switch (message.author.kind) {
    case "persona":
      return directPersona(message, addressed, room);
    case "bot":
      return directBot(message, addressed, inBurst, room);
    case "person":
      return directPerson(message, addressed, inBurst, room);
    default:
      return message.author.kind satisfies never;
  }
}

function silent(message: Message, reason: Silence["reason"]): Decision {
  return { trigger: message.id, turns: [], silences: [{ persona: null, reason }] };
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

function directPerson(message: Message, addressed: readonly Addressed[], inBurst: InBurst, room: Room): Decision {
  const isToHouse = message.toHouse || room.unnamed === "answered";
  if (room.residents === "nobody" && !isToHouse) return silent(message, { kind: "nobody-here" });
  if (addressed.length > 0) {
    return {
      trigger: message.id,
      turns: addressed.map((each) => turnFor(message, each, asked(message))),
      silences: silencesOf(room, addressed, { kind: "not-named" }),
    };
  }
  if (!isToHouse) return joinIn(message, 0, inBurst, room);
  const chosen = chooseOne(inBurst, room);
  return {
    trigger: message.id,
    turns: [turnFor(message, chosen, asked(message))],
    silences: silencesOf(room, [chosen], { kind: "another-chosen", chosen: chosen.id }),
  };
}

/** Another bot's message: no answer to it is asked for by a person, and each is a step deeper in the chain, so that the brakes end every talk between machines. */
function directBot(message: Message, addressed: readonly Addressed[], inBurst: InBurst, room: Room): Decision {
  const isToHouse = message.toHouse;
  const isHeard = room.bots === "all" || (room.bots === "mention" && (addressed.length > 0 || isToHouse));
  if (!isHeard) return silent(message, { kind: "foreign-bot" });
  if (room.residents === "nobody" && !isToHouse) return silent(message, { kind: "nobody-here" });
  if (room.rest !== null) return silent(message, { kind: room.rest });
  const depth = room.depthOf(message);
  const speaking = addressed.length === 0 && isToHouse ? [chooseOne(inBurst, room)] : addressed;
  if (speaking.length === 0) return joinIn(message, depth, inBurst, room);
  return {
    trigger: message.id,
    turns: speaking.map((each) => turnFor(message, each, unasked(depth))),
    silences: silencesOf(room, speaking, { kind: "not-named" }),
  };
}

/** A message that speaks to nobody: whoever feels like it joins in, at most two, less likely the deeper the chain. Of a burst by one author the last message counts. */
function joinIn(message: Message, depth: number, inBurst: InBurst, room: Room): Decision {
  const naturals = room.cast.filter((persona) => room.part(persona).strategy === "natural");
  if (naturals.length === 0) return silent(message, { kind: "nobody-named" });
  if (room.rest !== null) return silent(message, { kind: room.rest });
  if (!inBurst.isLast) return silent(message, { kind: "wrote-on" });
  const drawn = naturals
    .map((persona) => {
      const chance = room.part(persona).talkativeness / Math.max(1, depth);
      return { id: persona.id, chance, at: room.chance("join", message.id, persona.id) };
    })
    .toSorted((a, b) => a.at - b.at);
  const willing = drawn.filter((each) => each.at < each.chance);
  const joining = willing.slice(0, JOINING_MAX);
  const others = naturals.length === room.cast.length ? [] : silent(message, { kind: "nobody-named" }).silences;
  return {
    trigger: message.id,
    turns: joining.map(({ id, chance }) => {
      return turnFor(message, { id, reason: { kind: "joined-in", chance } }, unasked(depth));
    }),
    silences: [
      ...drawn
        .filter((each) => !joining.includes(each))
        .map(({ id, chance, at }): Silence => {
          const reason =
            at < chance ? ({ kind: "others-joined" } as const) : ({ kind: "not-inclined", chance } as const);
          return { persona: id, reason };
        }),
      ...others,
    ],
  };
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

/** A persona's post: within a scene the scene decides who speaks next; elsewhere those it addresses answer, less likely with each step, so that talk among personas dies away before a brake must end it. */
function directPersona(message: Message, addressed: readonly Addressed[], room: Room): Decision {
  const nobody: Decision = { trigger: message.id, turns: [], silences: [] };
  if (message.spoken !== null && message.spoken.scene !== null) {
    return { ...nobody, silences: [{ persona: null, reason: { kind: "scene-decides" } }] };
  }
  if (addressed.length === 0) return { ...nobody, silences: [{ persona: null, reason: { kind: "not-named" } }] };
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

function chooseOne(inBurst: InBurst, room: Room): Addressed {
  const { cast } = room;
  const waitingOne = cast.find((persona) => persona.id === inBurst.chosen);
  const at = room.chance("chosen", inBurst.key);
  const weight = (persona: Persona): number => room.part(persona).talkativeness;
  const persona =
    waitingOne ??
    pickWeighted(cast, weight, at) ??
    // Somebody must answer, even where everyone is set to silence.
    pickWeighted(cast, () => 1, at);
  if (persona === null) throw new RangeError("a cast without personas has nobody to choose");
  const total = cast.reduce((sum, each) => sum + weight(each), 0);
  const share = total > 0 ? weight(persona) / total : 1 / cast.length;
  return { id: persona.id, reason: { kind: "chosen", among: cast.length, share } };
}

function silencesOf(room: Room, speaking: readonly Addressed[], reason: Silence["reason"]): readonly Silence[] {
  return speaking.length === room.cast.length ? [] : [{ persona: null, reason }];
}

/** Who asked for a turn, and how deep the message stands that it answers. */
interface Asking {
  readonly unasked: boolean;
  readonly depth: number;
}

function asked(message: Message): Asking {
  return { unasked: false, depth: message.depth };
}

function unasked(depth: number): Asking {
  return { unasked: true, depth };
}

function turnFor(message: Message, addressed: Addressed, asking: Asking): NewTurn {
  return {
    id: turnId(message.id, addressed.id),
    trigger: message.id,
    channel: message.channel,
    persona: addressed.id,
    reason: addressed.reason,
    askedBy: message.author.id,
    replyTo: message.id,
    conversation: message.conversation,
    depth: asking.depth + 1,
    unasked: asking.unasked,
    scene: null,
  };
}
