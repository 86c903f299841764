// What a scene would cost, as a sum that can be checked by hand.
import { expect, test } from "vitest";
import type { ForecastFacts, Speaking } from "../../src/domain/forecast.ts";
import { forecast } from "../../src/domain/forecast.ts";
import { personaId } from "../../src/domain/ids.ts";
import { forecastText } from "../../src/engine/forecast-words.ts";

const priced = { model: "small", tokensIn: 900, tokensOutMax: 100, costUsd: 0.01 };
const longer = { ...priced, tokensIn: 1_900, costUsd: 0.02 };

function speaker(handle: string, more: Partial<Speaking> = {}): Speaking {
  return { persona: personaId(handle), talkativeness: 0.5, anew: priced, reply: longer, ...more };
}

const plan = { cast: [], postLimit: 100, replyChance: 0.5 };
const facts = (more: Partial<ForecastFacts> = {}): ForecastFacts => ({
  speakers: [speaker("ada"), speaker("bruno")],
  shares: [],
  past: [],
  ...more,
});

test("a forecast is what its posts may use, by the share of it that calls of the model really use", () => {
  const measured = forecast(plan, facts({ shares: [{ model: "small", calls: 20, share: 0.4 }] }));
  // Half of a hundred posts at a cent, half at two.
  expect(measured.usdMost).toBeCloseTo(1.5, 9);
  expect(measured.usd).toBeCloseTo(0.6, 9);
  expect(measured).toMatchObject({ posts: 100, unpricedTokens: 0, error: null, pastScenes: 0 });
  // Too few calls say nothing of a model.
  const unmeasured = forecast(plan, facts({ shares: [{ model: "small", calls: 19, share: 0.4 }] }));
  expect(unmeasured.usd).toBeCloseTo(0.9, 9);
});

test("who speaks more readily costs more, and whom the plan does not cast costs nothing", () => {
  const [silent, loud] = [
    speaker("ada", { talkativeness: 0.2, anew: null, reply: null }),
    speaker("bruno", { talkativeness: 0.8 }),
  ];
  expect(forecast(plan, facts({ speakers: [silent, loud] })).usdMost).toBeCloseTo(0.8 * 1.5, 9);
  expect(forecast({ ...plan, cast: [personaId("ada")] }, facts({ speakers: [silent, loud] }))).toMatchObject({
    usd: 0,
  });
  const shy = [speaker("ada", { talkativeness: 0 }), speaker("bruno", { talkativeness: 0 })];
  expect(forecast(plan, facts({ speakers: shy })).usdMost).toBeCloseTo(1.5, 9);
  expect(forecast(plan, facts({ speakers: [] }))).toMatchObject({ posts: 0, usd: 0 });
});

test("where no price is known tokens tell, and the two are not mixed", () => {
  const unpriced = { ...priced, model: "local", costUsd: null };
  const local = speaker("ada", { anew: unpriced, reply: unpriced });
  expect(forecast(plan, facts({ speakers: [local] }))).toMatchObject({
    usd: null,
    usdMost: null,
    unpricedTokens: 60_000,
  });
  expect(forecast(plan, facts({ speakers: [local, speaker("bruno")] }))).toMatchObject({ unpricedTokens: 30_000 });
});

test("the error is the one that half of the past scenes stayed below", () => {
  const past = [0.5, 0.9, 1.2, 3].map((realEach) => ({ expectedEach: 1, realEach }));
  expect(forecast(plan, facts({ past }))).toMatchObject({ error: expect.closeTo(0.2, 9), pastScenes: 4 });
});

test("a forecast is one sentence, in the language of whoever asks", () => {
  const told = { posts: 50, usd: 0.0349, usdMost: 0.06, unpricedTokens: 0, error: 0.143, pastScenes: 12 };
  expect(forecastText(told, null)).toBe(
    "Its 50 posts cost about 0.035 USD, at most 0.060 (of 12 scenes so far the usual error was 14 % for each post); the day's budget holds in any case.",
  );
  expect(forecastText({ ...told, error: null }, "de-AT")).toBe(
    "Ihre 50 Beiträge kosten etwa 0.035 USD, höchstens 0.060 (noch hat keine Szene gezeigt, wie gut eine solche Schätzung ist); was ein Tag kosten darf, gilt auf jeden Fall.",
  );
  expect(forecastText({ ...told, usd: 0, usdMost: 0 }, null)).toBe("It costs nothing: scripts speak.");
  expect(forecastText({ ...told, usd: null, unpricedTokens: 81_794 }, "xx")).toContain("take about 82,000 tokens");
});
