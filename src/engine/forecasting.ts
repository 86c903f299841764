// Forecasting: gathers what a scene's posts would cost before any is written, says so, and keeps it to be measured.
import type { Estimate } from "../domain/budget.ts";
import type { SceneForecast, Speaking } from "../domain/forecast.ts";
import { forecast } from "../domain/forecast.ts";
import type { ScenePlan } from "../domain/scene.ts";
import type { Message } from "../domain/message.ts";
import type { Member } from "../personas/personas.ts";
import type { Act, Solver } from "../solvers/solver.ts";
import { ContextBuilder } from "./context.ts";
import { forecastText } from "./forecast-words.ts";
import type { EngineHouse } from "./house.ts";
import type { RoomFacts } from "./rooms.ts";
import { talkativenessIn } from "./rooms.ts";

export type ForecastHouse = Pick<EngineHouse, "store" | "countTokens" | "limits" | "clock" | "chance">;

// Enough runs that one odd one does not tell for all.
const PAST_MAX = 50;

export class Forecasting {
  readonly #house: ForecastHouse;
  readonly #contexts: ContextBuilder;

  constructor(house: ForecastHouse) {
    this.#house = house;
    this.#contexts = new ContextBuilder(house.countTokens);
  }

  /** What a run of the plan would cost in this room. Nothing is asked of any model. */
  async of(plan: ScenePlan, room: RoomFacts): Promise<SceneForecast> {
    const { ledger } = this.#house.store;
    const recent = await this.#recent(plan, room);
    const [shares, past] = await Promise.all([ledger.callShares(), ledger.pastRuns(PAST_MAX)]);
    const speakers = room.cast.map((member): Speaking => ({
      persona: member.persona.id,
      talkativeness: talkativenessIn(room, member.persona),
      anew: this.#estimate(plan, room, member, recent, null),
      reply: this.#estimate(plan, room, member, recent, recent.at(-1) ?? null),
    }));
    return forecast(plan, { speakers, shares, past });
  }

  /** The same as a sentence in the language of the tag (null: English), and kept: what the run that begins with it really costs is measured against it. */
  async sentence(plan: ScenePlan, room: RoomFacts, locale: string | null): Promise<string> {
    const expected = await this.of(plan, room);
    await this.#house.store.ledger.recordForecast(plan.id, expected, this.#house.clock.now());
    return forecastText(expected, locale);
  }

  async #recent(plan: ScenePlan, room: RoomFacts): Promise<readonly Message[]> {
    if (room.place === null) return [];
    return this.#house.store.recentMessages(room.place.channel, null, plan.candidates);
  }

  /** The most that its post can use, by the solver that would be asked first of those that cost anything; null: a script speaks before any does. */
  #estimate(
    plan: ScenePlan,
    room: RoomFacts,
    { persona, solvers }: Member,
    recent: readonly Message[],
    trigger: Message | null,
  ): Estimate | null {
    const { language, model } = room.settingsOf(persona.id);
    const { chance, limits } = this.#house;
    const act: Act = trigger === null ? "post" : "reply";
    const { contextTokens: tokenBudget } = limits;
    const context = this.#contexts.build({ persona, act, trigger, recent, language, scene: plan, tokenBudget });
    const heard = trigger === null ? null : { author: trigger.author, text: trigger.text };
    const request: Parameters<Solver["readiness"]>[0] = {
      persona,
      act,
      heard,
      messages: context.messages,
      model,
      recent: async () => recent,
      cast: room.cast.map((each) => each.persona.name),
      chance,
      state: null,
    };
    for (const solver of solvers) {
      const readiness = solver.readiness(request);
      if (readiness.kind === "paid") return readiness.estimate;
      if (readiness.kind === "free") return null;
    }
    return null;
  }
}
