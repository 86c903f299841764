// Directs what waits in a channel, and stores what was decided.
import type { NewTurn, Turn } from "../domain/turn.ts";
import type { Lease, Work } from "../store/store.ts";
import { directBurst } from "./director.ts";
import { gatherRoom } from "./gather.ts";
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
  const room = await gatherRoom(house, lease, work);
  const waiting = work.turns.filter((turn) => turn.state === "waiting");
  const { decisions, folds } = directBurst(work.undirected, waiting, room);
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
