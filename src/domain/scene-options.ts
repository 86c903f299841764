// What people can say of a scene: each option with its values, and how it is read.
import type { Moment } from "./moment.ts";
import { readMoment, readSpan } from "./moment.ts";
import type { PersonaId } from "./ids.ts";
import { readQuietHours } from "./quiet-hours.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { SceneEnd, ScenePlan, SceneWorld } from "./scene.ts";
import { usualPace } from "./scene.ts";
import type { SceneStrategy } from "./strategy.ts";
import { SCENE_STRATEGIES } from "./strategy.ts";

/** What people say of a scene; who plays is looked for by name, since that takes the house. */
export interface SceneDraft {
  readonly name: string;
  /** Empty: everyone who lives in the channel. */
  readonly cast: readonly PersonaId[];
  readonly world: SceneWorld;
  readonly strategy: SceneStrategy;
  /** Seconds between posts. */
  readonly seconds: number;
  readonly postLimit: number;
  /** Chance to reply rather than post anew, where its strategy posts anew at all: 0 never, 1 always. */
  readonly replyChance: number;
  readonly hours: QuietHours | null;
  readonly end: SceneEnd | null;
}

// One line in a list, and room for a sentence around it.
const NAME_CHARS_MAX = 80;

// What a Discord option holds ("Application Command Option Structure"); a model needs no more to be put in the picture.
const TEXT_CHARS_MAX = 4_000;

// Quicker nobody can read along, and the brakes hold at twenty posts a minute anyway.
const SECONDS_MIN = 5;
const SECONDS_MAX = 86_400;

// A thousand posts are a day and a night at one in ninety seconds: whoever wants more resumes the scene.
const POSTS_MAX = 1_000;

// As long as a year: a scene that nobody ends before then has been forgotten.
const END_MS_MAX = 366 * 86_400_000;

/** Says that an option is to hold nothing. */
export const NONE = "none";

interface SceneOption<Value> {
  /** What a right value looks like, for people and complaints. */
  readonly expected: string;
  /** All values there are; null: too many to list. */
  readonly values: readonly string[] | null;
  /** Null: wrong. `now`: epoch ms. */
  readonly read: (text: string, now: number) => { readonly value: Value } | null;
}

const text: SceneOption<string> = {
  expected: `a text of at most ${TEXT_CHARS_MAX} characters, or ${NONE}`,
  values: null,
  read: (said) => {
    const value = said.trim() === NONE ? "" : said.trim();
    return value.length <= TEXT_CHARS_MAX ? { value } : null;
  },
};

/** Every option but the cast, in the order in which people see them. */
export const SCENE_OPTIONS = {
  name: {
    expected: `a name of at most ${NAME_CHARS_MAX} characters`,
    values: null,
    read: (said: string) => {
      const value = said.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
      return value !== "" && value.length <= NAME_CHARS_MAX ? { value } : null;
    },
  } satisfies SceneOption<string>,
  setting: text,
  tone: text,
  rules: text,
  strategy: {
    expected: `one of ${SCENE_STRATEGIES.join(", ")}`,
    values: SCENE_STRATEGIES,
    read: (said: string) => {
      const value = SCENE_STRATEGIES.find((each) => each === said.trim().toLowerCase());
      return value === undefined ? null : { value };
    },
  } satisfies SceneOption<SceneStrategy>,
  pace: {
    expected: `seconds between posts from ${SECONDS_MIN} to ${SECONDS_MAX}, or a time such as 90s, 5m or 2h`,
    values: null,
    read: (said: string) => {
      const value = /^\d{1,6}$/u.test(said.trim()) ? Number(said) : (readSpan(said) ?? 0) / 1000;
      return value >= SECONDS_MIN && value <= SECONDS_MAX ? { value } : null;
    },
  } satisfies SceneOption<number>,
  posts: {
    expected: `a whole number from 1 to ${POSTS_MAX}`,
    values: null,
    read: (said: string) => {
      const value = /^\d{1,5}$/u.test(said.trim()) ? Number(said) : 0;
      return value >= 1 && value <= POSTS_MAX ? { value } : null;
    },
  } satisfies SceneOption<number>,
  replies: {
    expected: "a chance from 0 to 1, or from 0% to 100%",
    values: null,
    read: (said: string) => {
      const value = chanceIn(said);
      return value !== null && value <= 1 ? { value } : null;
    },
  } satisfies SceneOption<number>,
  hours: {
    expected: `hours of the day and a time zone such as 8-22 Europe/Berlin, or ${NONE}`,
    values: null,
    read: (said: string) => {
      if (said.trim() === NONE) return { value: null };
      const value = readQuietHours(said);
      return value === null || value.from === value.to ? null : { value };
    },
  } satisfies SceneOption<QuietHours | null>,
  end: {
    expected: `a time such as 2h, 3d, 22:30 or 2026-12-24 18:00 Europe/Berlin within a year, or ${NONE}`,
    values: null,
    read: (said: string, now: number) => {
      if (said.trim() === NONE) return { value: null };
      const moment = readMoment(said, now);
      return moment === null || !isAhead(moment, now) ? null : { value: moment };
    },
  } satisfies SceneOption<SceneEnd | null>,
} as const;

function chanceIn(said: string): number | null {
  const { number, percent } = /^(?<number>\d{1,3}(?:[.,]\d{1,4})?)\s?(?<percent>%?)$/u.exec(said.trim())?.groups ?? {};
  if (number === undefined) return null;
  return Number(number.replace(",", ".")) / (percent === "%" ? 100 : 1);
}

export type SceneOptionName = keyof typeof SCENE_OPTIONS;

export const SCENE_OPTION_NAMES: readonly SceneOptionName[] = Object.keys(SCENE_OPTIONS).filter(isSceneOption);

export function isSceneOption(name: string): name is SceneOptionName {
  return Object.hasOwn(SCENE_OPTIONS, name);
}

function isAhead(moment: Moment, now: number): boolean {
  const ms = moment.kind === "at" ? moment.at - now : moment.ms;
  return ms > 0 && ms <= END_MS_MAX;
}

/** What people said of a scene, by option; options that are missing were not given. */
export type SceneSaid = Readonly<Partial<Record<SceneOptionName, string>>>;

export type ReadSceneDraft =
  | { readonly kind: "draft"; readonly draft: SceneDraft }
  | { readonly kind: "wrong"; readonly option: SceneOptionName; readonly expected: string; readonly got: string };

/** `said` over what holds `before`; the first mistake in it, if there is one. */
export function readSceneDraft(said: SceneSaid, before: SceneDraft, now: number): ReadSceneDraft {
  const wrong = SCENE_OPTION_NAMES.find((name) => {
    const given = said[name];
    return given !== undefined && SCENE_OPTIONS[name].read(given, now) === null;
  });
  if (wrong !== undefined) {
    return { kind: "wrong", option: wrong, expected: SCENE_OPTIONS[wrong].expected, got: said[wrong] ?? "" };
  }
  const valueOf = <Value>(given: string | undefined, option: SceneOption<Value>, usual: Value): Value =>
    (given === undefined ? null : option.read(given, now))?.value ?? usual;
  const clearable = <Value>(given: string | undefined, option: SceneOption<Value | null>, usual: Value | null) =>
    given === undefined ? usual : (option.read(given, now)?.value ?? null);
  const { name, setting, tone, rules, strategy, pace, posts, replies, hours, end } = SCENE_OPTIONS;
  return {
    kind: "draft",
    draft: {
      name: valueOf(said.name, name, before.name),
      cast: before.cast,
      world: {
        setting: valueOf(said.setting, setting, before.world.setting),
        tone: valueOf(said.tone, tone, before.world.tone),
        rules: valueOf(said.rules, rules, before.world.rules),
      },
      strategy: valueOf(said.strategy, strategy, before.strategy),
      seconds: valueOf(said.pace, pace, before.seconds),
      postLimit: valueOf(said.posts, posts, before.postLimit),
      replyChance: valueOf(said.replies, replies, before.replyChance),
      hours: clearable(said.hours, hours, before.hours),
      end: clearable(said.end, end, before.end),
    },
  };
}

/** A scene of which nobody has said anything yet. */
export const blankScene: Omit<SceneDraft, "name"> = {
  cast: [],
  world: { setting: "", tone: "", rules: "" },
  strategy: usualPace.strategy,
  seconds: usualPace.seconds,
  postLimit: usualPace.postLimit,
  replyChance: usualPace.replyChance,
  hours: null,
  end: null,
};

/** What can be said of a scene that is there. */
export function draftOf(plan: ScenePlan): SceneDraft {
  const { world, name, cast, strategy, seconds, postLimit, replyChance, hours, end } = plan;
  return { name, cast, world: world ?? blankScene.world, strategy, seconds, postLimit, replyChance, hours, end };
}
