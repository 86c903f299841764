// Asides: what a persona comes to outside of any turn, for one person alone or in place of what it said; paid for like every answer.
import type { ChannelId, TurnId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { RoomSettings } from "../domain/settings.ts";
import type { Member } from "../personas/personas.ts";
import type { Act, Purse, Solved } from "../solvers/solver.ts";
import type { Question } from "./asking.ts";
import { askSolvers } from "./asking.ts";
import { ContextBuilder } from "./context.ts";
import type { EngineHouse } from "./house.ts";
import type { RoomFacts } from "./rooms.ts";

export type AsideHouse = Pick<EngineHouse, "chance" | "clock" | "countTokens" | "limits" | "meter" | "store">;

/** What is to be thought about. */
export interface Aside {
  /** What its calls are booked under. */
  readonly id: TurnId;
  readonly member: Member;
  readonly act: Act;
  /** What is answered; null where nothing is. It need not be in memory. */
  readonly trigger: Message | null;
  /** The messages before it, oldest first. */
  readonly recent: readonly Message[];
  /** What scripts mind so as not to repeat it, oldest first. */
  readonly said: readonly Message[];
  readonly settings: Pick<RoomSettings, "language" | "model">;
  /** Where it is thought, and by which rules. */
  readonly channel: ChannelId;
  readonly room: RoomFacts;
  /** Names of everyone who takes part. */
  readonly cast: readonly string[];
  /** What chance hangs on beside the id: another one is another answer, by scripts too. */
  readonly draw: string;
}

// Discord lets a command be answered for 15 minutes ("Interaction Callback"); what is ready by then can still be told.
const THINKING_MS_MAX = 10 * 60_000;

export class Asides {
  readonly #house: AsideHouse;
  readonly #closing: AbortSignal;
  readonly #contexts: ContextBuilder;

  /** `closing` aborts when the house closes: then nothing more is thought about. */
  constructor(house: AsideHouse, closing: AbortSignal) {
    this.#house = house;
    this.#closing = closing;
    this.#contexts = new ContextBuilder(house.countTokens);
  }

  /** Asks the persona's solvers in order; each call has its room in the budget before it begins. Nothing of it is kept: no message, no trace, no state of a solver. Rejects only when the house closes. */
  async think(aside: Aside): Promise<Solved> {
    const { clock, meter } = this.#house;
    const late = new AbortController();
    const done = new AbortController();
    const waiting = clock.sleep(THINKING_MS_MAX, done.signal).then(() => {
      if (!done.signal.aborted) late.abort(TOO_LATE);
    });
    try {
      const solved = await this.#solve(aside, AbortSignal.any([this.#closing, late.signal]));
      for (const attempt of solved.attempts) meter.attempted(attempt);
      return solved;
    } catch (error) {
      if (error !== TOO_LATE) throw error;
      return tooLate;
    } finally {
      done.abort();
      await waiting;
    }
  }

  #solve(aside: Aside, signal: AbortSignal): Promise<Solved> {
    const { store, limits } = this.#house;
    const { id, member, act, trigger, recent, said, settings, draw } = aside;
    const { messages: prompt } = this.#contexts.build({
      persona: member.persona,
      act,
      trigger,
      recent,
      language: settings.language,
      scene: null,
      tokenBudget: limits.contextTokens,
    });
    const question: Question = {
      ...aside,
      turn: id,
      prompt,
      model: settings.model,
      recent: async () => said,
      scene: null,
      draw: [draw],
    };
    const settle: Purse["settle"] = (reservation, usage) => store.settle(reservation, usage);
    return askSolvers(this.#house, question, { states: {}, onText: null, settle }, signal);
  }
}

const TOO_LATE = new Error("it took too long");

const tooLate: Solved = {
  text: null,
  solver: "",
  model: null,
  state: null,
  attempts: [
    {
      solver: "house",
      model: null,
      result: "failed",
      why: `it took longer than ${THINKING_MS_MAX / 60_000} minutes`,
      ms: THINKING_MS_MAX,
      usage: null,
      matched: "",
    },
  ],
  untilMended: false,
};
