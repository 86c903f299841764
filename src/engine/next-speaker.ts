// Who speaks at a tick of a scene, and what it replies to, by the scene's strategy; pure.
import type { Chance } from "../chance.ts";
import type { PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";
import type { SceneStrategy } from "../domain/strategy.ts";
import type { Move } from "./microblog.ts";
import { candidatesFor, nextMove } from "./microblog.ts";
import { isSame } from "./rooms.ts";
import { drawNatural, isWilling, nextInList, pickOne, poolOf, speakersOf } from "./strategy.ts";

/** What the choice hangs on of how a scene goes. */
export type MovePlan = Pick<ScenePlan, "id" | "cast" | "replyChance" | "candidates" | "threadMax"> & {
  readonly strategy: SceneStrategy;
};

/** What stands in the channel at the tick. */
export interface Stage {
  /** Who plays and is here. */
  readonly cast: readonly Persona[];
  /** The channel's newest messages, oldest first, enough of them to hold the plan's candidates. */
  readonly recent: readonly Message[];
  /** Personas that had nothing to say at the ticks just before. */
  readonly sitting: ReadonlySet<PersonaId>;
  /** Names of the cast in a text, in the order in which they were said. */
  readonly names: (text: string) => readonly { readonly id: PersonaId }[];
  /** Hangs on the tick. */
  readonly chance: Chance;
}

/** What happens at a tick; null when nobody can do anything. People's messages are answered by turns of their own, never by a tick. */
export function nextSpeaker(plan: MovePlan, stage: Stage): Move | null {
  const { cast, recent, sitting, chance } = stage;
  switch (plan.strategy) {
    case "microblog":
      return nextMove(plan, cast, recent, sitting, chance);
    case "natural":
      return naturalMove(plan, stage);
    case "list":
      return listMove(plan, stage);
    case "pooled":
      return pooledMove(plan, stage);
    default:
      return plan.strategy satisfies never;
  }
}

/** Whom the newest post names answers it, first said first; else everyone but its speaker draws against its talkativeness and the keenest of the willing speaks; where nobody is willing, one by talkativeness. */
function naturalMove(plan: MovePlan, stage: Stage): Move | null {
  const { recent, names, chance } = stage;
  const able = otherThanLast(stage);
  const newest = recent.findLast((message) => message.spoken !== null);
  for (const { id } of newest === undefined ? [] : names(newest.text)) {
    const called = able.find((persona) => persona.id === id);
    const replyTo = called === undefined ? null : newestFor(called, plan, recent);
    // A thread that is full, or a post that it answered, calls nobody any more.
    if (called !== undefined && replyTo !== null && replyTo === newest) return { persona: called.id, replyTo };
  }
  const keenest = drawNatural(able, talkativeness, (persona) => chance("join", persona.id)).find(isWilling);
  return moveOf(keenest?.persona ?? pickOne(able, talkativeness, () => chance("who")), plan, stage);
}

const talkativeness = (persona: Persona): number => persona.talkativeness;

/** Each in turn, in the order of the plan's cast; only the scene's own posts count, so that an answer to a person leaves the order alone. */
function listMove(plan: MovePlan, stage: Stage): Move | null {
  const { cast, recent, sitting } = stage;
  const own = recent.flatMap(({ spoken }) => (spoken?.scene === plan.id ? [spoken.persona] : []));
  const place = (persona: Persona): number => plan.cast.findIndex((id) => isSame(id, persona.id));
  const list = cast.toSorted((a, b) => place(a) - place(b));
  return moveOf(
    nextInList(list, own, (persona) => !sitting.has(persona.id)),
    plan,
    stage,
  );
}

/** One of those who have not spoken since a person last did, by talkativeness. */
function pooledMove(plan: MovePlan, stage: Stage): Move | null {
  const { cast, recent, sitting, chance } = stage;
  const pool = poolOf(cast, speakersOf(recent)).filter((persona) => !sitting.has(persona.id));
  const able = pool.length > 0 ? pool : otherThanLast(stage);
  return moveOf(
    pickOne(able, talkativeness, () => chance("who")),
    plan,
    stage,
  );
}

/** Everyone who may speak, without who spoke last where somebody else is there. */
function otherThanLast({ cast, recent, sitting }: Stage): readonly Persona[] {
  const last = recent.findLast((message) => message.spoken !== null)?.spoken?.persona;
  const able = cast.filter((persona) => !sitting.has(persona.id));
  const others = able.filter((persona) => last === undefined || !isSame(persona.id, last));
  return others.length > 0 ? others : able;
}

/** With the chance to reply it answers the newest post that it may reply to; else it posts anew. */
function moveOf(persona: Persona | null, plan: MovePlan, { recent, chance }: Stage): Move | null {
  if (persona === null) return null;
  const wantsReply = chance("reply") < plan.replyChance;
  return { persona: persona.id, replyTo: wantsReply ? newestFor(persona, plan, recent) : null };
}

function newestFor(persona: Persona, plan: MovePlan, recent: readonly Message[]): Message | null {
  return candidatesFor(persona.id, plan, recent).at(-1)?.message ?? null;
}
