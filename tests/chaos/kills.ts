// Kills: the house dies at random instants while people ask, and the next one goes on.
import { strikeAtWorst } from "./instants.ts";
import type { Result } from "./result.ts";
import { resultOf } from "./result.ts";
import { until } from "./restarts.ts";
import type { Stage } from "./stage.ts";
import { kill, sleep } from "./stage.ts";
import { verdictOn } from "./judge.ts";
import { withOutcomes } from "./outcomes.ts";

// Between two messages: quicker than anybody writes, slower than a flood.
const BETWEEN_MS = 20;
// Where each answer takes a second and a half to be written, a house should live long enough to finish some.
const BETWEEN_SLOW_MS = 150;

// So many of those who are killed have connected before.
const LATE_SHARE = 0.8;

/** `messages` are asked; `kills` times the house is killed and started again meanwhile. */
export async function runKills(
  stage: Stage,
  plan: { readonly messages: number; readonly kills: number },
): Promise<Result> {
  const { fake, chance } = stage;
  const betweenMs = stage.speech === "model" ? BETWEEN_SLOW_MS : BETWEEN_MS;
  let house = stage.start();
  const accepted = (): number => fake.gateway.entries.filter((each) => each.outcome === "accepted").length;
  let before = 0;
  await until(() => accepted() > before);
  const killAt = new Set(
    Array.from({ length: plan.kills }, (_, at) =>
      Math.floor(((at + chance("kill", String(at))) * plan.messages) / plan.kills),
    ),
  );
  for (let number = 0; number < plan.messages; number += 1) {
    stage.ask();
    await sleep(betweenMs);
    if (killAt.has(number)) {
      // Most have come so far as to listen: on a busy machine nothing else would ever happen.
      if (chance("kill", "late", String(number)) < LATE_SHARE) await until(() => accepted() > before);
      await strikeAtWorst(stage, number, () => kill(house));
      before = accepted();
      house = stage.start();
    }
  }
  await stage.settled();
  await kill(house);
  const verdict = verdictOn(await withOutcomes(stage.database, stage.asked), stage.rooms());
  return resultOf(
    fake,
    `${plan.messages} messages in ${stage.channels.length} channels, ${killAt.size} kills${stage.speech === "model" ? ", answers shown while they are being written" : ""}`,
    verdict,
  );
}
