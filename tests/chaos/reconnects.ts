// Reconnects: the connection ends in every way that Discord has, and everything said meanwhile is answered once.
import { verdictOn } from "./judge.ts";
import type { Result } from "./result.ts";
import { resultOf } from "./result.ts";
import { until } from "./restarts.ts";
import type { Stage } from "./stage.ts";
import { stop } from "./stage.ts";

type Ending = (stage: Stage) => void;

const ENDINGS: Readonly<Record<string, Ending>> = {
  "op 7": ({ fake }) => fake.gateway.askToReconnect(),
  "op 9, resumable": ({ fake }) => fake.gateway.invalidate("resumable"),
  "close 4000": ({ fake }) => fake.gateway.closeAll(4000),
  "close 4008": ({ fake }) => fake.gateway.closeAll(4008),
  "wire cut": ({ fake }) => fake.gateway.closeAll(null),
};

// These lose the session: what was said meanwhile is read back. Rarer, for the next one begins only 5 s later.
const LOSSES: Readonly<Record<string, Ending>> = {
  "op 9, lost": ({ fake }) => fake.gateway.invalidate("lost"),
  "close 1001": ({ fake }) => fake.gateway.closeAll(1001),
  "close 4009": ({ fake }) => fake.gateway.closeAll(4009),
};
const LOSS_SHARE = 0.01;

/** The connection ends `reconnects` times, with a message before, one while nobody listens, and one after. */
export async function runReconnects(stage: Stage, reconnects: number): Promise<Result> {
  const { fake, chance } = stage;
  const house = stage.start();
  const accepted = (): number => fake.gateway.entries.filter((each) => each.outcome === "accepted").length;
  await until(() => accepted() > 0);
  const met = new Map<string, number>();
  for (let round = 0; round < reconnects; round += 1) {
    stage.ask();
    const endings = Object.entries(chance("loss", String(round)) < LOSS_SHARE ? LOSSES : ENDINGS);
    const [name, end] = endings[Math.floor(chance("ending", String(round)) * endings.length)] ?? [];
    if (name === undefined || end === undefined) throw new RangeError("there is no such ending");
    const before = accepted();
    end(stage);
    stage.ask();
    await until(() => accepted() > before);
    stage.ask();
    met.set(name, (met.get(name) ?? 0) + 1);
  }
  await stage.settled();
  await stop(house);
  const verdict = verdictOn(stage.asked, stage.rooms());
  return resultOf(
    fake,
    `${reconnects} reconnects (${[...met].map(([name, times]) => `${name}: ${times}`).join(", ")}), ${stage.asked.length} messages`,
    verdict,
  );
}
