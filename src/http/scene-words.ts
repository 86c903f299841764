// Words for scenes: how one stands, what hinders one, and what its settings are called.
import type { Spent } from "../domain/budget.ts";
import type { RunCost } from "../domain/forecast.ts";
import type { Scene } from "../domain/scene.ts";
import type { SceneOptionName } from "../domain/scene-options.ts";
import type { SceneStrategy } from "../domain/strategy.ts";
import type { Hindered } from "../engine/scene-desk.ts";
import { money } from "../engine/forecast-words.ts";
import { quoted } from "../errors.ts";

/** How a scene stands, as one sentence without its end. */
export function sceneSentence({ plan, posts, state }: Scene): string {
  const place = `post ${posts} of ${plan.postLimit}`;
  switch (state.kind) {
    case "running":
      return `Playing, ${place}`;
    case "paused":
      return `${capital(state.why)} at ${place}`;
    case "finished":
      return capital(state.why);
    case "resting":
      return `Resting at ${place}: ${state.why}`;
    default:
      return state satisfies never;
  }
}

/** What a scene has cost, beside what was expected of it; null: nothing, and nobody expected more. */
export function costWords({ spent, expected }: RunCost): string | null {
  const so = amount(spent);
  // Two digits that say something: more would claim to know.
  const all =
    expected === null ? null : amount({ ...expected, unpricedTokens: Number(expected.unpricedTokens.toPrecision(2)) });
  if (so === null) return all === null ? null : `about ${all} expected, nothing spent yet`;
  return all === null ? `${so} so far` : `${so} so far, about ${all} expected`;
}

function amount({ usd, unpricedTokens }: Spent): string | null {
  const parts = [
    usd === 0 ? "" : `${money(usd)} USD`,
    unpricedTokens === 0 ? "" : `${unpricedTokens.toLocaleString("en")} tokens`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(" and ");
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A setting of a scene as the form shows it. */
export interface OptionWords {
  readonly label: string;
  /** What may stand there, beyond what the label says. */
  readonly hint: string;
}

export const optionWords: Readonly<Record<SceneOptionName | "cast", OptionWords>> = {
  name: { label: "Name", hint: "" },
  cast: { label: "Who plays", hint: "Nobody chosen: everyone." },
  setting: { label: "Setting", hint: "Where and when it plays, and what everybody knows." },
  tone: { label: "Tone", hint: "Such as: dry, warm, a little uncanny." },
  rules: { label: "Rules", hint: "What everybody keeps to." },
  strategy: { label: "Who speaks next", hint: "" },
  pace: { label: "Time between posts", hint: "Seconds, or a time such as 90s, 5m or 2h." },
  posts: { label: "Posts until it pauses", hint: "" },
  replies: { label: "Chance to reply", hint: "Rather than post anew: from 0 to 1, or in %." },
  hours: { label: "Hours of the day", hint: "Such as 8-22 Europe/Berlin. Empty: all day." },
  end: { label: "End", hint: "Such as 2h, 22:30 or 2026-12-24 18:00 Europe/Berlin. Empty: at its last post." },
};

export const strategyWords: Readonly<Record<SceneStrategy, string>> = {
  microblog: "One of the cast posts anew, or answers an earlier post",
  natural: "Who was named, else whoever feels like it",
  list: "Each in turn",
  pooled: "Whoever has been silent for longest",
};

/** What is wrong with one setting, as one sentence. */
export function mistakeSentence(option: SceneOptionName, expected: string, got: string): string {
  return `${optionWords[option].label}: expected ${expected}, got ${got.trim() === "" ? "nothing" : quoted(got)}.`;
}

/** Why a scene does not play, as one sentence, and the field that it is about; null: none. */
export function hinderedWords(
  hindered: Hindered,
  nameOf: (handle: string) => string,
): { readonly field: "cast" | "end" | null; readonly why: string } {
  switch (hindered.kind) {
    case "busy":
      return { field: null, why: `“${hindered.other.plan.name}” plays now, and the feed has one scene at a time.` };
    case "nobody":
      return { field: null, why: "Nobody lives on the feed yet: a scene takes a cast." };
    case "absent": {
      const names = new Intl.ListFormat("en").format(hindered.personas.map(nameOf));
      const are = hindered.personas.length === 1 ? "does" : "do";
      return { field: "cast", why: `${names} ${are} not live on the feed: choose somebody else.` };
    }
    case "stopped":
      return { field: null, why: "A person said “stop” here: personas only answer people until the talk is resumed." };
    case "closed":
      return { field: null, why: "This is a channel for adults, and the settings do not let personas speak in one." };
    case "over":
      return { field: "end", why: "The time of its end has passed: choose a later one." };
    case "gone":
      return { field: null, why: "There is no such scene on the feed." };
    default:
      return hindered satisfies never;
  }
}
