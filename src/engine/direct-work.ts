// Directs what waits in a channel: gathers what the director must know, and stores what it decided.
import type { MessageId, PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import { nameMatcher } from "../domain/names.ts";
import type { Persona } from "../domain/persona.ts";
import type { NewTurn, Turn } from "../domain/turn.ts";
import type { Lease, Work } from "../store/store.ts";
import { directBurst } from "./director.ts";
import type { EngineHouse } from "./house.ts";

/** What directing came to: what waits in the channel now, as far as this process knows, and the promise that it is stored. */
export interface Directed {
  readonly work: Work;
  readonly stored: Promise<void>;
}

/** Directs what is undirected; null when nothing is. The work that comes with it holds the new turns already, so that thinking may begin in the same commit. */
export async function directWork(house: EngineHouse, lease: Lease, work: Work): Promise<Directed | null> {
  const last = work.undirected.at(-1);
  if (last === undefined) return null;
  const cast = house.cast(lease.channel).map((member) => member.persona);
  const waiting = work.turns.filter((turn) => turn.state === "waiting");
  const { decisions, folds } = directBurst(work.undirected, waiting, {
    cast,
    unnamed: work.unnamed,
    names: namesOf(cast),
    repliedTo: await repliedToBy(house, work.undirected),
    chance: house.chance,
  });
  const now = house.clock.now();
  const stored = house.store.recordDecisions(lease, { throughSeq: last.seq, decisions, folds, tick: null }, now);
  for (const { turn, into } of folds) house.log.info("folded a turn", { turn, into });
  const folded = new Set(folds.map((fold) => fold.turn));
  const made = decisions.flatMap((decision) => decision.turns.map((turn) => waitingTurn(turn, now)));
  const turns = [...work.turns, ...made].filter((turn) => !folded.has(turn.id));
  return { work: { ...work, undirected: [], turns }, stored };
}

function waitingTurn(turn: NewTurn, now: number): Turn {
  return { ...turn, state: "waiting", outcome: null, attempts: 0, createdAt: now };
}

async function repliedToBy(house: EngineHouse, messages: readonly Message[]): Promise<ReadonlyMap<MessageId, Message>> {
  const known = new Map(messages.map((message) => [message.id, message]));
  const found = new Map<MessageId, Message>();
  for (const { replyTo } of messages) {
    if (replyTo === null || found.has(replyTo)) continue;
    const original = known.get(replyTo) ?? (await house.store.message(replyTo));
    if (original !== null) found.set(replyTo, original);
  }
  return found;
}

type Names = (text: string) => readonly { readonly id: PersonaId; readonly said: string }[];

const matchers = new WeakMap<Persona, { readonly cast: readonly Persona[]; readonly names: Names }>();

/** The matcher of a cast is made once for as long as nobody in it changes. */
function namesOf(cast: readonly Persona[]): Names {
  const first = cast[0];
  if (first === undefined) return () => [];
  const known = matchers.get(first);
  if (known !== undefined && known.cast.length === cast.length && known.cast.every((each, i) => each === cast[i])) {
    return known.names;
  }
  const names = nameMatcher(cast.map(({ id, name, aliases }) => ({ id, name, aliases, handle: id })));
  matchers.set(first, { cast, names });
  return names;
}
