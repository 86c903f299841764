// The judge of a chaos run: every message that names a persona is answered by one post of the right name, in order. Pure.

/** A message that was said, by its number. */
export interface Asked {
  readonly number: number;
  readonly channel: string;
}

/** What stands in a channel in the end, oldest first. */
export interface Room {
  readonly channel: string;
  readonly posts: readonly { readonly author: string; readonly text: string }[];
}

export interface Verdict {
  readonly isGood: boolean;
  readonly once: number;
  readonly lost: readonly number[];
  readonly doubled: readonly number[];
  /** Answered before a message that was asked earlier in the same channel. */
  readonly disordered: readonly number[];
  readonly misnamed: readonly string[];
  readonly lines: readonly string[];
}

// What the cast of a chaos run answers.
const ANSWER = /Number (\d+) it is\./u;

// A few of each are enough to look into.
const SHOWN_MAX = 5;

export function verdictOn(asked: readonly Asked[], rooms: readonly Room[]): Verdict {
  const counts = new Map<number, number>();
  const disordered: number[] = [];
  const misnamed: string[] = [];
  for (const room of rooms) {
    let last = -1;
    for (const post of room.posts) {
      const number = numberIn(post.text);
      if (number === null) continue;
      if (post.author !== "Ada") misnamed.push(`${post.author}: ${post.text}`);
      counts.set(number, (counts.get(number) ?? 0) + 1);
      if (number < last) disordered.push(number);
      last = Math.max(last, number);
    }
  }
  const lost = asked.filter((each) => !counts.has(each.number)).map((each) => each.number);
  const doubled = [...counts].filter(([, times]) => times > 1).map(([number]) => number);
  const once = [...counts.values()].filter((times) => times === 1).length;
  const lines = [
    ...lost.slice(0, SHOWN_MAX).map((number) => `lost: message ${number}`),
    ...doubled.slice(0, SHOWN_MAX).map((number) => `said twice: the answer to message ${number}`),
    ...disordered.slice(0, SHOWN_MAX).map((number) => `out of order: the answer to message ${number}`),
    ...misnamed.slice(0, SHOWN_MAX).map((post) => `under another name: ${post}`),
  ];
  return { isGood: lines.length === 0 && once === asked.length, once, lost, doubled, disordered, misnamed, lines };
}

function numberIn(text: string): number | null {
  const found = ANSWER.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
