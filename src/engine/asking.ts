// Asking: a persona's solvers are asked in order, each call on somebody's account and with its room in the budget before it begins.
import type { ChannelId, SceneId, TurnId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { PromptMessage } from "../domain/trace.ts";
import type { Member } from "../personas/personas.ts";
import type { Act, ChainHouse, Purse, Solved, SolverRequest } from "../solvers/solver.ts";
import { solveInOrder } from "../solvers/solver.ts";
import type { EngineHouse } from "./house.ts";
import { payerIn } from "./room-limits.ts";
import type { RoomFacts } from "./rooms.ts";

/** What the solvers are asked. */
export interface Question {
  /** What its calls are booked under, and what chance hangs on. */
  readonly turn: TurnId;
  readonly member: Member;
  readonly act: Act;
  /** What is answered; null where nothing is. */
  readonly trigger: Message | null;
  readonly prompt: readonly PromptMessage[];
  /** The model that was chosen for the place; null: the persona's own. */
  readonly model: string | null;
  /** What scripts mind so as not to repeat it, oldest first. */
  readonly recent: SolverRequest["recent"];
  /** Names of everyone who takes part. */
  readonly cast: readonly string[];
  /** Where it is asked, by which rules, and in which scene. */
  readonly channel: ChannelId;
  readonly room: RoomFacts;
  readonly scene: SceneId | null;
  /** What chance hangs on beside the turn. */
  readonly draw: readonly string[];
}

/** As `solveInOrder`. `settle` is told what a call used. */
export function askSolvers(
  { store, clock, chance, limits }: Pick<EngineHouse, "chance" | "clock" | "limits" | "store">,
  question: Question,
  asked: Pick<ChainHouse, "onText" | "states"> & Pick<Purse, "settle">,
  signal: AbortSignal,
): Promise<Solved> {
  const { turn, member, act, trigger, prompt, model, recent, cast, channel, room, scene, draw } = question;
  const request: Omit<SolverRequest, "state"> = {
    persona: member.persona,
    act,
    heard: trigger === null ? null : { author: trigger.author, text: trigger.text },
    messages: prompt,
    model,
    recent,
    cast,
    chance: (...keys) => chance("solve", turn, ...draw, ...keys),
  };
  const payer = payerIn(room, channel, { turn, persona: member.persona.id, scene });
  const purse: Purse = {
    reserve: (estimate) => store.reserve(payer, estimate, limits.spend, clock.now()),
    settle: asked.settle,
  };
  const { states, onText } = asked;
  return solveInOrder(member.solvers, request, { purse, clock, states, onText }, signal);
}
