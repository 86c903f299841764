// What a rehearsal is asked for on the command line.
import type { Complaint } from "../errors.ts";
import { BadInput, quoted } from "../errors.ts";

/** The options as they were typed; undefined: not given. */
export interface Typed {
  readonly hours?: string;
  readonly seed?: string;
  readonly posts?: string;
}

export interface RehearsalOptions {
  /** Of the scene's own time. */
  readonly hours: number;
  readonly seed: string;
  /** In place of the scene's own limit; null: that one. */
  readonly posts: number | null;
}

// A month at the usual pace is some forty thousand posts, more than anybody reads.
const HOURS_MAX = 744;
const USUAL_HOURS = 24;

// What a scene file may say.
const POSTS_MAX = 1_000_000;

// Any would do; this one is printed, so that it can be given again.
const USUAL_SEED = "7";

/** Reads `typed`; without a seed there, `houseSeed` (null: none is set) is taken. Throws `BadInput` with every mistake. */
export function readRehearsal(typed: Typed, houseSeed: string | null): RehearsalOptions {
  const complaints: Complaint[] = [];
  const complain = (where: string, expected: string, got: string): void => {
    complaints.push({ where, line: null, field: null, expected, got: quoted(got) });
  };
  const hours = numberIn(typed.hours) ?? USUAL_HOURS;
  if (!(hours > 0 && hours <= HOURS_MAX)) {
    complain("--hours", `a number of hours above 0, at most ${HOURS_MAX}`, typed.hours ?? "");
  }
  const posts = numberIn(typed.posts);
  if (posts !== null && !(Number.isInteger(posts) && posts >= 1 && posts <= POSTS_MAX)) {
    complain("--posts", `a whole number from 1 to ${POSTS_MAX}`, typed.posts ?? "");
  }
  const seed = typed.seed ?? houseSeed ?? USUAL_SEED;
  if (seed.trim() === "") complain("--seed", "a number or a word", seed);
  if (complaints.length > 0) throw new BadInput(complaints);
  return { hours, seed, posts };
}

/** Null: not given. `NaN`: no number in plain digits. */
function numberIn(text: string | undefined): number | null {
  if (text === undefined) return null;
  return /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
}
