// The figures of a rehearsal as a person reads them.
import type { Held } from "./brakes-seen.ts";
import type { Figures, Speaker } from "./figures.ts";
import type { Dollars, Forecast } from "./forecast.ts";
import type { Ended } from "./stage.ts";
import { timeOf } from "./transcript.ts";

/** How a rehearsal was asked for, as it is told. */
export interface Asked {
  readonly scenes: readonly string[];
  readonly hours: number;
  readonly seed: string;
  readonly audience: "watching" | "nobody";
}

/** The line above the transcript. */
export function openingOf({ scenes, hours, seed, audience }: Asked): string {
  const watched = audience === "watching" ? "a page is open all the time" : "no page is open";
  return `${scenes.join(", ")}: a rehearsal of ${plural(hours, "hour")}, seed ${seed}; nobody joins in, ${watched}`;
}

/** The lines below the transcript. */
export function reportOf(figures: Figures, asked: Asked): readonly string[] {
  return [
    endingOf(figures.ended, asked),
    "",
    `Who spoke: ${plural(figures.posts, "post")} in ${timeOf(figures.ended.playedMs)}`,
    ...figures.speakers.map(speakerLine),
    "",
    "Brakes",
    ...(figures.brakes.length === 0 ? ["  none would have held anything back"] : figures.brakes.map(brakeLine)),
    "",
    "Cost",
    ...(figures.forecasts.length === 0 ? [NO_CALLS] : figures.forecasts.flatMap(forecastLines)),
  ];
}

const NO_CALLS = "  no model would be asked";

function endingOf({ how, playedMs }: Ended, { hours }: Asked): string {
  const time = timeOf(playedMs);
  if (how === "time-up") return `${time} (the time is up)`;
  if (how === "broken-off") return `${time} (broken off by hand)`;
  const left = timeOf(hours * 3_600_000 - playedMs);
  return `${time} (nothing more until a person resumes it, for ${left}; --posts <number> sets another limit)`;
}

function speakerLine({ name, posts, anew, to }: Speaker): string {
  const answered = to.map((each) => `to ${each.name} ${grouped(each.posts)}`);
  const parts = [...(anew > 0 ? [`anew ${grouped(anew)}`] : []), ...answered];
  return `  ${name}: ${grouped(posts)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

function brakeLine({ why, what, times, firstAt }: Held): string {
  const instead = what === "turn" ? "" : "; scripts speak instead, where there are any";
  return `  ${why}: held back ${plural(times, what)}, first at ${timeOf(firstAt)}${instead}`;
}

function forecastLines(forecast: Forecast): readonly string[] {
  const { model, host, thinks, calls, standIns, tokensIn, tokensOut, tokensMost, usd } = forecast;
  const who = `${model === "" ? "the server's own model" : model} at ${host}`;
  return [
    `  ${who}: ${plural(calls, "call")}, ${grouped(tokensIn)} tokens in and ${grouped(tokensOut)} out, by the house's own count`,
    ...(usd === null
      ? [`  no price is known for it: at most ${grouped(tokensMost)} tokens, were every answer as long as it may be`]
      : dollarLines(usd)),
    ...(standIns === 0
      ? []
      : [`  for ${plural(standIns, "call")} no script had any words: a stand-in spoke, and counts`]),
    ...(thinks ? ["  the model thinks before it speaks; its thoughts cost more and are only in the most"] : []),
  ];
}

function dollarLines({ all, most, each }: Dollars): readonly string[] {
  return [
    `  about ${money(all)} USD; at most ${money(most)}, were every answer as long as it may be`,
    `  an answer: from ${money(each.least)} to ${money(each.most)} USD, half of them up to ${money(each.median)}`,
  ];
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `1,234,567.5`: the same on every machine. */
function grouped(count: number): string {
  const [whole = "", fraction] = String(count).split(".");
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

// An answer by a small model costs some hundredths of a cent.
const SMALL_DIGITS = 6;

/** A sum of dollars: cents from a dollar on, else two digits that say something. */
function money(usd: number): string {
  if (usd >= 1 || usd === 0) return usd.toFixed(2);
  const digits = Math.min(SMALL_DIGITS, 1 - Math.floor(Math.log10(usd)));
  return usd.toFixed(digits);
}
