// The figures of a rehearsal, for people and for programs.
import type { PersonaId } from "../domain/ids.ts";
import type { Held } from "./brakes-seen.ts";
import type { Forecast } from "./forecast.ts";
import { forecastsOf } from "./forecast.ts";
import type { Ended } from "./stage.ts";
import type { Happening } from "./transcript.ts";
import type { Call } from "./understudy.ts";

/** Who spoke how often, and to whom. */
export interface Speaker {
  readonly persona: PersonaId;
  readonly name: string;
  readonly posts: number;
  readonly anew: number;
  /** Whom it answered, the most answered first. */
  readonly to: readonly { readonly name: string; readonly posts: number }[];
}

export interface Figures {
  readonly posts: number;
  readonly ended: Ended;
  /** Everybody in the cast, the most talkative first. */
  readonly speakers: readonly Speaker[];
  /** In the order in which they first held; `firstAt` in ms since the scene began. */
  readonly brakes: readonly Held[];
  readonly forecasts: readonly Forecast[];
}

/** What a rehearsal has gathered. */
export interface Gathered {
  readonly cast: readonly { readonly id: PersonaId; readonly name: string }[];
  readonly happenings: readonly Happening[];
  readonly held: readonly Held[];
  readonly calls: readonly Call[];
  readonly ended: Ended;
  /** Epoch ms. */
  readonly startedAt: number;
}

/** Adds up what was gathered. */
export function figuresOf({ cast, happenings, held, calls, ended, startedAt }: Gathered): Figures {
  const posts = happenings.filter((each) => each.kind === "post");
  const speakers = cast.map(({ id, name }): Speaker => {
    const own = posts.filter((post) => post.persona === id);
    const to = new Map<string, number>();
    for (const { to: whom } of own) if (whom !== null) to.set(whom, (to.get(whom) ?? 0) + 1);
    const answered = [...to].map(([name, posts]) => ({ name, posts })).toSorted(byPosts);
    return { persona: id, name, posts: own.length, anew: own.filter((post) => post.to === null).length, to: answered };
  });
  return {
    posts: posts.length,
    ended,
    speakers: speakers.toSorted(byPosts),
    brakes: held.map((each) => ({ ...each, firstAt: Math.floor(each.firstAt - startedAt) })),
    forecasts: forecastsOf(calls),
  };
}

// By code units: the same order wherever it is sorted.
function byPosts(
  a: { readonly name: string; readonly posts: number },
  b: { readonly name: string; readonly posts: number },
): number {
  if (a.posts !== b.posts) return b.posts - a.posts;
  return a.name < b.name ? -1 : 1;
}
