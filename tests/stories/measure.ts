// Measures a run of the house cast: pure functions over what was said.
import { areNearlyIdentical, fingerprintOf } from "../../src/domain/likeness.ts";

/** One post of a run. */
export interface Told {
  readonly id: string;
  readonly persona: string;
  readonly text: string;
  readonly replyTo: string | null;
  /** The start of the thread that it stands in; its own id where it begins one. */
  readonly thread: string;
  /** Topic and trigger that it came from, such as `cast: [*] @goat [*]` or `stage: event`. */
  readonly matched: string;
}

export function shareOf<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(is).length / items.length;
}

function isReply(post: Told): boolean {
  return post.replyTo !== null;
}

/** How many of all posts reply to one. */
export function replyShare(posts: readonly Told[]): number {
  return shareOf(posts, isReply);
}

/** How many replies come from a trigger that heard something, not from the catch-all. */
export function specificShare(posts: readonly Told[]): number {
  return shareOf(posts.filter(isReply), (post) => post.matched !== "" && !post.matched.endsWith(": *"));
}

/** Pairs of posts in nearly the same words, no more than `window` posts apart. */
export function repeatsWithin(posts: readonly Told[], window: number): readonly (readonly [Told, Told])[] {
  const prints = posts.map((post) => fingerprintOf(post.text));
  const found: (readonly [Told, Told])[] = [];
  for (const [at, post] of posts.entries()) {
    for (let before = Math.max(0, at - window); before < at; before += 1) {
      const earlier = posts[before];
      const [one, other] = [prints[before], prints[at]];
      if (earlier === undefined || one === undefined || other === undefined) continue;
      if (areNearlyIdentical(one, other)) found.push([earlier, post]);
    }
  }
  return found;
}

/** The first sign of machinery in a post, or of something missing; null when there is none. */
export function machineryShown(text: string): string | null {
  return /ERR:|[<>{}]|undefined|\[object|\s\s|\s[,.](?:\s|$)|^\s|\s$/.exec(text)?.[0] ?? null;
}

/** How much of the run each persona spoke. */
export function shares(posts: readonly Told[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { persona } of posts) counts.set(persona, (counts.get(persona) ?? 0) + 1);
  return new Map([...counts].map(([persona, count]) => [persona, count / posts.length]));
}

/** Posts in the longest thread. */
export function longestThread(posts: readonly Told[]): number {
  return Math.max(...[...Map.groupBy(posts, (post) => post.thread).values()].map((thread) => thread.length));
}

/** Events with the personas other than its author that took each up: that spoke in its thread. */
export function takes(posts: readonly Told[]): ReadonlyMap<Told, ReadonlySet<string>> {
  const threads = Map.groupBy(posts, (post) => post.thread);
  const events = posts.filter((post) => post.matched === "stage: event");
  return new Map(
    events.map((event) => {
      const others = (threads.get(event.id) ?? []).filter((post) => post.persona !== event.persona);
      return [event, new Set(others.map((post) => post.persona))];
    }),
  );
}

/** Of each `size` posts in a row, how many hold an event, or a post that takes one up, that two others took up in the end. */
export function eventfulShare(posts: readonly Told[], size: number): number {
  const taken = new Set([...takes(posts)].filter(([, by]) => by.size >= 2).map(([event]) => event.id));
  const blocks = Array.from({ length: Math.floor(posts.length / size) }, (_, at) =>
    posts.slice(at * size, (at + 1) * size),
  );
  return shareOf(blocks, (block) => block.some((post) => taken.has(post.thread)));
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
// Words that any two sentences share say nothing about having listened.
const EVERYBODYS = new Set(
  "this that what with your have about from they there were will would when where which who".split(" "),
);
const OWN_WORD_CHARS_MIN = 4;

/** Whether an answer uses the person's name or a word of theirs. */
export function usesTheirWords(answer: string, said: { readonly name: string; readonly text: string }): boolean {
  const given = new Set(answer.toLowerCase().match(WORD));
  const theirs = (said.text.toLowerCase().match(WORD) ?? []).filter(
    (word) => word.length >= OWN_WORD_CHARS_MIN && !EVERYBODYS.has(word),
  );
  return [said.name.toLowerCase(), ...theirs].some((word) => given.has(word)) || answer.includes(said.name);
}

/** Tells speakers apart by how they write. */
export interface Ear {
  whoSaid(text: string): string;
}

// Words and marks: vocabulary, punctuation and capitals are what a reader goes by.
const TOKEN = /[\p{L}\p{M}\p{N}']+|[^\s\p{L}\p{M}\p{N}]/gu;

function tokensOf(text: string, names: ReadonlySet<string>): readonly string[] {
  const words = (text.match(TOKEN) ?? []).filter((word) => !names.has(word));
  const tokens = words.map((word) => word.toLowerCase());
  const length = words.length < 15 ? "~short" : words.length < 28 ? "~middling" : "~long";
  const shout = words.some((word) => word.length > 2 && word === word.toUpperCase() && /\p{L}/u.test(word));
  const ending = /[.!?]$/.test(text) ? "~ends" : "~open";
  const start = /^\p{Ll}/u.test(text) ? "~small" : "~capital";
  return [...tokens, length, ending, start, shout ? "~shouts" : "~calm"];
}

/** A naive Bayes classifier of words and punctuation, without the cast's names, that has heard `posts`. */
export function earFrom(posts: readonly Pick<Told, "persona" | "text">[]): Ear {
  const names = new Set(posts.map((post) => post.persona));
  const counts = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  const known = new Set<string>();
  for (const post of posts) {
    const own = counts.get(post.persona) ?? new Map<string, number>();
    counts.set(post.persona, own);
    for (const token of tokensOf(post.text, names)) {
      own.set(token, (own.get(token) ?? 0) + 1);
      totals.set(post.persona, (totals.get(post.persona) ?? 0) + 1);
      known.add(token);
    }
  }
  const likelihood = (persona: string, token: string): number =>
    Math.log(((counts.get(persona)?.get(token) ?? 0) + 1) / ((totals.get(persona) ?? 0) + known.size));
  return {
    whoSaid: (text) => {
      const tokens = tokensOf(text, names);
      const score = (persona: string): number => tokens.reduce((sum, token) => sum + likelihood(persona, token), 0);
      return [...counts.keys()].toSorted((a, b) => score(b) - score(a))[0] ?? "";
    },
  };
}
