// The judge of a chaos run: everybody who named a persona has one answer, of the right name and face, in order. Pure.
import type { MessageId } from "../../src/domain/ids.ts";
import { isUnfinished, NOTICE } from "./said.ts";

/** What somebody asked. */
export interface Asked {
  readonly number: number;
  readonly message: MessageId;
  readonly channel: string;
  /** The name of the persona who is asked. */
  readonly persona: string;
  /** What that persona is to answer. Others may be given the same words. */
  readonly answer: string;
  /** By the platform's clock, epoch ms. */
  readonly at: number;
  /** Taken back at once: it may stay without an answer. */
  readonly isTakenBack: boolean;
}

/** What was said by the house. */
export interface Posted {
  readonly author: string;
  /** Whose picture it shows; null: nobody's. */
  readonly face: string | null;
  readonly text: string;
  readonly at: number;
}

/** What stands in a channel in the end, oldest first. */
export interface Room {
  readonly channel: string;
  readonly posts: readonly Posted[];
}

export interface Verdict {
  readonly isGood: boolean;
  /** Messages that were answered once. */
  readonly once: number;
  readonly lost: number;
  readonly doubled: number;
  /** Answered before a message that was asked earlier in the same channel, though nobody waited long enough for that. */
  readonly disordered: number;
  readonly misnamed: number;
  /** Posts that stand half written. */
  readonly unfinished: number;
  /** Of those that were answered once, how many were told why there is no answer. */
  readonly noticed: number;
  /** Taken back, and left without an answer: rule 2 allows it. */
  readonly silent: number;
  /** A few of each, to look into. */
  readonly lines: readonly string[];
}

// Answers to people wait for a slower one before them for so long, no longer ("Rules that hold always", 5).
const HOLD_MS = 10_000;

// A few of each are enough to look into.
const SHOWN_MAX = 5;

interface Findings {
  once: number;
  silent: number;
  readonly lost: string[];
  readonly doubled: string[];
  readonly disordered: string[];
  readonly misnamed: string[];
  readonly unfinished: string[];
}

/** What came of everything that was asked. An answer by somebody else, or with another face, counts as misnamed. */
export function verdictOn(asked: readonly Asked[], rooms: readonly Room[]): Verdict {
  const found: Findings = { once: 0, silent: 0, lost: [], doubled: [], disordered: [], misnamed: [], unfinished: [] };
  for (const room of rooms) {
    const here = asked.filter((each) => each.channel === room.channel);
    count(here, room, found);
    judgeOrder(here, room, found);
  }
  const { once, silent, lost, doubled, disordered, misnamed, unfinished } = found;
  const lines = [lost, doubled, disordered, misnamed, unfinished].flatMap((each) => each.slice(0, SHOWN_MAX));
  return {
    isGood: lines.length === 0 && once + silent === asked.length,
    once,
    lost: lost.length,
    doubled: doubled.length,
    disordered: disordered.length,
    misnamed: misnamed.length,
    unfinished: unfinished.length,
    noticed: asked.filter((each) => each.answer === NOTICE).length,
    silent,
    lines,
  };
}

/** One line that says it all. */
export function verdictLine(verdict: Verdict): string {
  const { once, noticed, lost, doubled, disordered, misnamed, unfinished, silent } = verdict;
  return `answered once ${once} (${noticed} by a notice), taken back and silent ${silent}, lost ${lost}, said twice ${doubled}, out of order ${disordered}, under another name or face ${misnamed}, half written ${unfinished}`;
}

/** Whether as many of each answer stand there as were asked for. */
function count(asked: readonly Asked[], room: Room, found: Findings): void {
  const wanted = Map.groupBy(asked, (each) => `${each.persona}: ${each.answer}`);
  const got = Map.groupBy(room.posts, (post) => `${post.author}: ${post.text}`);
  for (const [answer, askers] of wanted) {
    const posts = got.get(answer) ?? [];
    const must = askers.filter((each) => !each.isTakenBack).length;
    const numbers = askers.map((each) => each.number).join(", ");
    found.once += Math.min(posts.length, askers.length);
    found.silent += Math.max(0, askers.length - Math.max(must, posts.length));
    for (let missing = posts.length; missing < must; missing += 1) found.lost.push(`lost: the answer to ${numbers}`);
    for (let more = askers.length; more < posts.length; more += 1) {
      found.doubled.push(`said twice: "${answer}" in answer to ${numbers}`);
    }
    for (const post of posts) {
      if (post.face !== post.author) found.misnamed.push(`with the face of ${post.face ?? "nobody"}: ${answer}`);
    }
  }
  for (const [answer, posts] of got) {
    if (wanted.has(answer)) continue;
    const where = posts.every(({ text }) => isUnfinished(text)) ? found.unfinished : found.misnamed;
    for (const _ of posts) where.push(`nobody asked for: ${answer}`);
  }
}

/** Whether a persona overtook itself, or another one for which it had not waited long enough. */
function judgeOrder(asked: readonly Asked[], room: Room, found: Findings): void {
  // Only words that one person was given say to whom they are.
  const askers = Map.groupBy(asked, (each) => `${each.persona}: ${each.answer}`);
  const posts = room.posts.flatMap((post) => {
    const of = askers.get(`${post.author}: ${post.text}`) ?? [];
    return of[0] === undefined || of.length > 1 ? [] : [{ post, asked: of[0] }];
  });
  let earliest = Number.POSITIVE_INFINITY;
  const earliestOf = new Map<string, number>();
  for (const { post, asked: each } of posts.toReversed()) {
    const own = earliestOf.get(post.author) ?? Number.POSITIVE_INFINITY;
    const hasWaited = post.at - each.at >= HOLD_MS;
    if (own < each.number || (earliest < each.number && !hasWaited)) {
      found.disordered.push(`out of order: the answer to ${each.number}`);
    }
    earliest = Math.min(earliest, each.number);
    earliestOf.set(post.author, Math.min(own, each.number));
  }
}
