// What the director directs with: what it must know of a channel and of a burst, and how a turn or a silence is made.
import type { Chance } from "../chance.ts";
import type { MessageId, PersonaId } from "../domain/ids.ts";
import { turnId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { RoomStrategy } from "../domain/strategy.ts";
import type { Decision, NewTurn, Silence, TurnReason } from "../domain/turn.ts";
import type { Speakers } from "./strategy.ts";

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
  /** Who spoke before these messages, or is about to; empty where no strategy asks. */
  readonly speakers: Speakers;
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
  readonly strategy: RoomStrategy;
  /** From 0 to 1. */
  readonly talkativeness: number;
}

/** A persona that answers, and why. */
export interface Addressed {
  readonly id: PersonaId;
  readonly reason: TurnReason;
}

/** What a message is in its burst: those of one burst by one author that name nobody go to the same personas. */
export interface InBurst {
  /** Chance hangs on the author's last message. */
  readonly key: MessageId;
  readonly isLast: boolean;
  /** The persona that is to answer the author already; null: nobody is. */
  readonly chosen: Addressed | null;
  /** Those who are to join in on what the author said already. */
  readonly joining: readonly Addressed[];
  /** As the room's, with what came before in the burst. */
  readonly speakers: Speakers;
}

/** Who asked for a turn, and how deep the message stands that it answers. */
export interface Asking {
  readonly unasked: boolean;
  readonly depth: number;
}

/** A person asked with `message`. */
export function asked(message: Message): Asking {
  return { unasked: false, depth: message.depth };
}

/** No person asked; the trigger stands this deep. */
export function unasked(depth: number): Asking {
  return { unasked: true, depth };
}

/** The turn of one who answers `message`. */
export function turnFor(message: Message, addressed: Addressed, asking: Asking): NewTurn {
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

/** Everybody is silent. */
export function silent(message: Message, reason: Silence["reason"]): Decision {
  return { trigger: message.id, turns: [], silences: [{ persona: null, reason }] };
}

/** These answer; everybody else is silent. */
export function answeredBy(
  message: Message,
  speaking: readonly Addressed[],
  asking: Asking,
  others: { readonly room: Room; readonly reason: Silence["reason"] },
): Decision {
  const isAll = speaking.length === others.room.cast.length;
  return {
    trigger: message.id,
    turns: speaking.map((each) => turnFor(message, each, asking)),
    silences: isAll ? [] : [{ persona: null, reason: others.reason }],
  };
}
