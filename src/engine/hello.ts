// Hello: a persona that was put into a place opens a conversation there with a line of its own.
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import type { AuthorId, PersonaId } from "../domain/ids.ts";
import { askedId, platformOf } from "../domain/ids.ts";
import { replaceMacros } from "../domain/macros.ts";
import type { Arrival, Place } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Personas } from "../personas/personas.ts";

export interface HelloHouse {
  readonly personas: Pick<Personas, "get">;
  readonly clock: Clock;
  /** Where what people say comes in. */
  readonly hear: (arrival: Arrival) => Promise<{ readonly fresh: boolean }>;
}

/** Who was put where, and by whom. `key` is the same when a command is delivered twice. */
export interface MovingIn {
  readonly persona: PersonaId;
  readonly place: Place;
  readonly by: { readonly id: AuthorId; readonly name: string };
  readonly key: string;
}

/** Lets the persona say hello, by a turn of its own like any other; false: it has no line for that. */
export async function sayHello({ personas, clock, hear }: HelloHouse, moving: MovingIn): Promise<boolean> {
  const { persona, place, by, key } = moving;
  const member = personas.get(persona);
  if (member === null || greetingsOf(member.persona).length === 0) return false;
  // Of those who asked not to be heard nothing is stored.
  const { fresh } = await hear({
    id: askedId(platformOf(place.channel), key),
    place,
    author: { ...by, kind: "person" },
    // Nothing is asked: whoever is asked so opens the conversation.
    text: "",
    images: [],
    toHouse: false,
    asks: persona,
    replyTo: null,
    createdAt: clock.now(),
  });
  return fresh;
}

/** The line with which the persona opens a conversation; null: its file has none. */
export function greetingOf(persona: Persona, user: string, chance: Chance): string | null {
  const greetings = greetingsOf(persona);
  const greeting = greetings[Math.floor(chance("greeting", persona.id) * greetings.length)];
  return greeting === undefined ? null : replaceMacros(greeting, { char: persona.name, user }).trim();
}

function greetingsOf({ character }: Persona): readonly string[] {
  return character.greetings.filter((greeting) => greeting.trim() !== "");
}
