// The director: who answers a message, and why; pure, so that a retry decides the same again.
import type { Chance } from "../chance.ts";
import { pickWeighted } from "../chance.ts";
import type { MessageId, PersonaId } from "../domain/ids.ts";
import { turnId } from "../domain/ids.ts";
import type { Author, Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Decision, NewTurn, Silence, Turn, TurnReason } from "../domain/turn.ts";

/** What the director must know of a channel. */
export interface Room {
  readonly cast: readonly Persona[];
  /** Whether a person's message that names nobody is answered. */
  readonly unnamed: "answered" | "ignored";
  /** Names of the cast in a text, in the order in which they were said. */
  readonly names: (text: string) => readonly { readonly id: PersonaId; readonly said: string }[];
  /** Messages that are replied to, by id. */
  readonly repliedTo: ReadonlyMap<MessageId, Message>;
  readonly chance: Chance;
}

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
  const decisions = messages.map((message) => direct(message, choiceKey(message, messages, waiting), room));
  const folds: Direction["folds"][number][] = [];
  const open: { id: Turn["id"]; persona: PersonaId; author: Author["id"] }[] = waiting.flatMap((turn) =>
    turn.askedBy === null || turn.unasked ? [] : [{ id: turn.id, persona: turn.persona, author: turn.askedBy }],
  );
  for (const decision of decisions) {
    for (const turn of decision.turns) {
      if (turn.askedBy === null || turn.unasked) continue;
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

/** Messages of one burst by one author that name nobody go to one persona: the choice hangs on the last of them, or on the persona that already waits to answer the author. */
function choiceKey(message: Message, burst: readonly Message[], waiting: readonly Turn[]): string | PersonaChosen {
  const chosen = waiting.find((turn) => turn.askedBy === message.author.id && turn.reason.kind === "chosen");
  if (chosen !== undefined) return { chosen: chosen.persona };
  return burst.findLast((each) => each.author.id === message.author.id)?.id ?? message.id;
}

interface PersonaChosen {
  readonly chosen: PersonaId;
}

/** Who answers `message`, and why; a silence is an answer too, with its reason. Same input, same output. */
function direct(message: Message, key: string | PersonaChosen, room: Room): Decision {
  const everybody = (reason: Silence["reason"]): Decision => ({
    trigger: message.id,
    turns: [],
    silences: [{ persona: null, reason }],
  });
  if (room.cast.length === 0) return everybody({ kind: "nobody-here" });
  if (message.text === "") return everybody({ kind: "empty-text" });
  if (message.author.kind === "bot") return everybody({ kind: "foreign-bot" });
  const addressed = addressedIn(message, room);
  if (message.author.kind === "persona") return directPersona(message, addressed, room);
  if (addressed.length > 0) {
    return {
      trigger: message.id,
      turns: addressed.map((each) => turnFor(message, each, "asked")),
      silences: silencesOf(room, addressed, { kind: "not-named" }),
    };
  }
  if (room.unnamed === "ignored") return everybody({ kind: "not-named" });
  const chosen = chooseOne(key, room);
  return {
    trigger: message.id,
    turns: [turnFor(message, chosen, "asked")],
    silences: silencesOf(room, [chosen], { kind: "another-chosen", chosen: chosen.id }),
  };
}

/** Everyone whom the message names or replies to, in the order in which they are to answer; never its own author. */
function addressedIn(message: Message, room: Room): readonly Addressed[] {
  const found = new Map<PersonaId, Addressed>();
  const original = message.replyTo === null ? undefined : room.repliedTo.get(message.replyTo);
  const repliedTo = original?.spoken?.persona;
  if (original !== undefined && repliedTo !== undefined && room.cast.some((persona) => persona.id === repliedTo)) {
    found.set(repliedTo, { id: repliedTo, reason: { kind: "replied-to", post: original.id } });
  }
  for (const { id, said } of room.names(message.text)) {
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
  const turns: NewTurn[] = [];
  const silences: Silence[] = [];
  for (const each of addressed) {
    const talkativeness = room.cast.find((persona) => persona.id === each.id)?.talkativeness ?? 0;
    const chance = message.depth <= 1 ? 1 : talkativeness / message.depth;
    if (room.chance("fade", message.id, each.id) < chance) turns.push(turnFor(message, each, "unasked"));
    else silences.push({ persona: each.id, reason: { kind: "faded", chance } });
  }
  return { trigger: message.id, turns, silences };
}

function chooseOne(key: string | PersonaChosen, room: Room): Addressed {
  const { cast } = room;
  const waitingOne = typeof key === "string" ? undefined : cast.find((persona) => persona.id === key.chosen);
  const at = room.chance("chosen", typeof key === "string" ? key : key.chosen);
  const persona =
    waitingOne ??
    pickWeighted(cast, (each) => each.talkativeness, at) ??
    // Somebody must answer, even where everyone is set to silence.
    pickWeighted(cast, () => 1, at);
  if (persona === null) throw new RangeError("a cast without personas has nobody to choose");
  const total = cast.reduce((sum, each) => sum + each.talkativeness, 0);
  const share = total > 0 ? persona.talkativeness / total : 1 / cast.length;
  return { id: persona.id, reason: { kind: "chosen", among: cast.length, share } };
}

function silencesOf(room: Room, speaking: readonly Addressed[], reason: Silence["reason"]): readonly Silence[] {
  return speaking.length === room.cast.length ? [] : [{ persona: null, reason }];
}

function turnFor(message: Message, addressed: Addressed, how: "asked" | "unasked"): NewTurn {
  return {
    id: turnId(message.id, addressed.id),
    trigger: message.id,
    channel: message.channel,
    persona: addressed.id,
    reason: addressed.reason,
    askedBy: message.author.id,
    replyTo: message.id,
    conversation: message.conversation,
    depth: message.depth + 1,
    unasked: how === "unasked",
    scene: null,
  };
}
