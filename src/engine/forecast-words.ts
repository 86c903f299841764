// What a scene would cost, as one sentence to whoever is about to start it.
import type { SceneForecast } from "../domain/forecast.ts";

interface Say {
  readonly nothing: string;
  readonly dollars: (posts: number, usd: string, most: string) => string;
  readonly tokens: (posts: number, tokens: string) => string;
  readonly also: (tokens: string) => string;
  readonly measured: (scenes: number, percent: number) => string;
  readonly unmeasured: string;
  readonly cap: string;
}

const english: Say = {
  nothing: "It costs nothing: scripts speak.",
  dollars: (posts, usd, most) => `Its ${posts} posts cost about ${usd} USD, at most ${most}`,
  tokens: (posts, tokens) => `Its ${posts} posts take about ${tokens} tokens of a model whose price is not known`,
  also: (tokens) => ` and ${tokens} tokens of models whose price is not known`,
  measured: (scenes, percent) =>
    ` (of ${scenes === 1 ? "one scene" : `${scenes} scenes`} so far the usual error was ${percent} % for each post)`,
  unmeasured: " (no scene has shown yet how good such a forecast is)",
  cap: "; the day's budget holds in any case.",
};

const german: Say = {
  nothing: "Es kostet nichts: Skripte sprechen.",
  dollars: (posts, usd, most) => `Ihre ${posts} Beiträge kosten etwa ${usd} USD, höchstens ${most}`,
  tokens: (posts, tokens) => `Ihre ${posts} Beiträge brauchen etwa ${tokens} Token eines Modells mit unbekanntem Preis`,
  also: (tokens) => ` und ${tokens} Token von Modellen mit unbekanntem Preis`,
  measured: (scenes, percent) =>
    ` (bei ${scenes === 1 ? "einer Szene" : `${scenes} Szenen`} bisher lag der Fehler je Beitrag meist bei ${percent} %)`,
  unmeasured: " (noch hat keine Szene gezeigt, wie gut eine solche Schätzung ist)",
  cap: "; was ein Tag kosten darf, gilt auf jeden Fall.",
};

/** `locale`: a language tag such as `de-AT`; null, or one that is not known here: English. */
export function forecastText(forecast: SceneForecast, locale: string | null): string {
  const say = locale?.split("-", 1)[0]?.toLowerCase() === "de" ? german : english;
  const { posts, usd, usdMost, error, pastScenes } = forecast;
  const tokens = rounded(forecast.unpricedTokens);
  if ((usd ?? 0) === 0 && forecast.unpricedTokens === 0) return say.nothing;
  const cost =
    usd === null || usd === 0
      ? say.tokens(posts, tokens)
      : `${say.dollars(posts, money(usd), money(usdMost ?? usd))}${forecast.unpricedTokens === 0 ? "" : say.also(tokens)}`;
  const measured = error === null ? say.unmeasured : say.measured(pastScenes, Math.round(error * 100));
  return `${cost}${measured}${say.cap}`;
}

// An answer by a small model costs some hundredths of a cent.
const SMALL_DIGITS = 6;

/** Cents from a dollar on, else two digits that say something. */
export function money(usd: number): string {
  if (usd >= 1 || usd === 0) return usd.toFixed(2);
  return usd.toFixed(Math.max(2, Math.min(SMALL_DIGITS, 1 - Math.floor(Math.log10(usd)))));
}

/** Two digits that say something: more would claim to know. */
function rounded(tokens: number): string {
  return Number(tokens.toPrecision(2)).toLocaleString("en-US");
}
