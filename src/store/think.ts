// The transactions of thinking: a turn begins under its brakes, a turn comes to posts or to its end.
import type { Brakes, Held } from "../domain/brakes.ts";
import { brakeFor, pairInARow } from "../domain/brakes.ts";
import type { ProcessId, TurnId } from "../domain/ids.ts";
import { personaAuthorId } from "../domain/ids.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Repositories } from "./repositories.ts";
import { stoppedBy } from "./stop.ts";
import type { Begun, Ending, Finish, Lease } from "./store.ts";
import type { TurnFacts } from "./turn-rows.ts";

// The windows that the brakes are named after.
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Begins to think, unless a brake holds. */
export function beginTurn(repositories: Repositories, lease: Lease, id: TurnId, brakes: Brakes, now: number): Begun {
  const { quotas, turns, solverStates, traces } = repositories;
  const turn = turns.held(lease, id);
  if (turn.state === "ended") return { kind: "braked", why: "the turn has ended already", by: "end" };
  if (turn.state === "saying") throw new RangeError(`the turn ${id} is being said already`);
  const braked = turn.unasked ? whyNot(repositories, turn, brakes, now) : overQuota(repositories, turn, brakes, now);
  if (braked !== null) {
    // Begun before a crash: it must not count as being thought about.
    if (turn.state === "thinking") turns.wait(turn);
    return braked;
  }
  if (brakes.quota !== null && !turn.unasked) quotas.count(turn);
  // Begun before, with a context that is read anew now.
  if (turn.state === "thinking") traces.remove(id);
  turns.think(turn);
  const author = turn.askedBy ?? personaAuthorId(turn.persona);
  return { kind: "go", states: solverStates.get(turn.channel, turn.persona, author) };
}

type Braked = Extract<Begun, { readonly kind: "braked" }>;

function whyNot(repositories: Repositories, turn: TurnFacts, brakes: Brakes, now: number): Braked | null {
  const by = stoppedBy(repositories, turn.channel);
  if (by !== null) return { kind: "braked", why: `stopped by ${by}`, by: "stop" };
  const held = brakeOn(repositories, turn, brakes, now);
  return held === null ? null : { kind: "braked", why: held.why, by: held };
}

/** What was begun before a crash has counted already. */
function overQuota({ quotas }: Repositories, turn: TurnFacts, { quota }: Brakes, now: number): Braked | null {
  const over = quota === null || turn.state !== "waiting" ? null : quotas.over(turn, quota, now);
  if (quota === null || over === null) return null;
  const max = over === "minute" ? quota.perMinute : quota.perDay;
  return { kind: "braked", why: `${max} answers to this person within a ${over}`, by: over };
}

// As much of a channel's newest as holds what two have said to each other, though others talk beside them.
const PAIR_AMONG = 60;

function brakeOn({ messages, posts, turns }: Repositories, turn: TurnFacts, brakes: Brakes, now: number): Held | null {
  const said = posts.countUnasked(turn.channel, turn.conversation, {
    inChannel: now - MINUTE_MS,
    inConversation: now - HOUR_MS,
  });
  const thinking = turns.thinkingUnasked(turn);
  const counts = {
    channelLastMinute: said.inChannel + thinking.inChannel,
    conversationLastHour: said.inConversation + thinking.inConversation,
    // In a scene the scene decides who speaks, and when it has been enough.
    pairInARow:
      turn.scene !== null || turn.askedBy === null
        ? 0
        : pairInARow(
            { speaker: personaAuthorId(turn.persona), to: turn.askedBy, conversation: turn.conversation },
            messages.recent(turn.channel, null, PAIR_AMONG),
          ),
  };
  return brakeFor(turn.depth, counts, brakes);
}

/** A process ends in good order: what it was thinking about is begun again by another, and is not what ended it. */
export function leave({ growing, leases }: Repositories, process: ProcessId): void {
  growing.uncount(process);
  leases.leave(process);
}

/** Ends the thinking of a turn, once. */
export function finishTurn(repositories: Repositories, lease: Lease, finish: Finish, now: number): Ending {
  const { claims, turns, posts, traces, solverStates } = repositories;
  const turn = turns.held(lease, finish.turn);
  if (turn.state !== "waiting" && turn.state !== "thinking") return finish;
  const { notice } = finish;
  const ending = notice !== null && claims.take(notice.key, notice.forMs, now) ? notice : finish;
  for (const post of ending.posts) posts.add(post);
  if (ending.posts.length > 0) turns.conclude(turn, "saying", ending.outcome);
  else if (turn.unasked) turns.conclude(turn, "ended", ending.outcome);
  else endUnsaid(repositories, finish.turn, ending.outcome);
  // What was forgotten meanwhile does not come back with what was made of it.
  const mayBeKept = finish.trace === null || traces.record(turn, finish.trace, now);
  if (!mayBeKept) traces.remove(finish.turn);
  if (finish.state !== null && mayBeKept) {
    solverStates.keep({ channel: turn.channel, persona: turn.persona, ...finish.state, usedAt: now });
  }
  return ending;
}

/** Ends a turn whose posts will not be said, or not all of them. */
export function withdrawTurn(repositories: Repositories, lease: Lease, id: TurnId, outcome: Outcome): void {
  if (repositories.turns.held(lease, id).state !== "ended") endUnsaid(repositories, id, outcome);
}

/** The posts go first: a turn of which something stands on its platform ends when that is taken back. */
function endUnsaid({ posts, turns }: Repositories, id: TurnId, outcome: Outcome): void {
  posts.withdraw(id);
  turns.end(id, outcome);
}
