// Brakes: how much personas may say that nobody asked for.
import type { AuthorId, MessageId, TurnId } from "./ids.ts";
import type { Fingerprint } from "./likeness.ts";
import { areNearlyIdentical, fingerprintOf } from "./likeness.ts";
import type { Message } from "./message.ts";
import type { Quota } from "./quota.ts";

export interface Brakes {
  /** Steps in a chain without a person. */
  readonly depthMax: number;
  /** Unasked posts in a channel within 60 s. */
  readonly channelPerMinute: number;
  /** Unasked posts in a conversation within an hour. */
  readonly conversationPerHour: number;
  /** Answers in a row that the same two give each other while nobody else speaks. */
  readonly pairMax: number;
  /** Unasked posts among the newest of a channel that say nearly the same. */
  readonly alikeMax: number;
  /** How much one person is answered; null: nobody is counted here. */
  readonly quota: Quota | null;
}

export const usualBrakes: Brakes = {
  depthMax: 8,
  channelPerMinute: 20,
  conversationPerHour: 60,
  pairMax: 6,
  alikeMax: 3,
  quota: null,
};

/** What a brake is called; its settings are `brake-` and this name. */
export type BrakeName = "depth" | "minute" | "hour" | "pair" | "alike";

/** A brake that holds. */
export interface Held {
  readonly brake: BrakeName;
  readonly max: number;
  /** As one sentence. */
  readonly why: string;
}

export interface UnaskedCounts {
  readonly channelLastMinute: number;
  readonly conversationLastHour: number;
  /** How often the two who would speak on have answered each other without a break. */
  readonly pairInARow: number;
}

/** The brake that holds an unasked post of this depth back; null when none does. */
export function brakeFor(depth: number, counts: UnaskedCounts, brakes: Brakes): Held | null {
  if (depth > brakes.depthMax) {
    return held("depth", brakes.depthMax, `personas have spoken ${brakes.depthMax} times in a row without a person`);
  }
  if (counts.pairInARow >= brakes.pairMax) {
    return held("pair", brakes.pairMax, `the same two have answered each other ${brakes.pairMax} times in a row`);
  }
  if (counts.channelLastMinute >= brakes.channelPerMinute) {
    const why = `${brakes.channelPerMinute} unasked posts in this channel within a minute`;
    return held("minute", brakes.channelPerMinute, why);
  }
  if (counts.conversationLastHour >= brakes.conversationPerHour) {
    const why = `${brakes.conversationPerHour} unasked posts in this conversation within an hour`;
    return held("hour", brakes.conversationPerHour, why);
  }
  return null;
}

function held(brake: BrakeName, max: number, why: string): Held {
  return { brake, max, why };
}

/** Who would speak, to whom, and where. */
export interface Answering {
  readonly speaker: AuthorId;
  readonly to: AuthorId;
  readonly conversation: MessageId | null;
}

/** How often the two have answered each other without a break up to now: in the channel where nobody else spoke between, and in their conversation whoever else speaks in the channel. `recent`: oldest first. An answer in several posts is one. */
export function pairInARow(answering: Answering, recent: readonly Message[]): number {
  const { conversation } = answering;
  const ofTalk = recent.filter((message) => message.conversation === conversation);
  return Math.max(answersAtEnd(answering, recent), answersAtEnd(answering, ofTalk));
}

function answersAtEnd({ speaker, to }: Answering, recent: readonly Message[]): number {
  let answers = 0;
  let next: AuthorId = speaker;
  // Whoever is to speak now answers the other one, so what stands last is the other's.
  for (const { author } of recent.toReversed()) {
    if (author.kind === "person" || (author.id !== speaker && author.id !== to)) break;
    if (author.id === next) continue;
    answers += 1;
    next = author.id;
  }
  // The first of them answered nobody of the two.
  return Math.max(0, answers - 1);
}

/** How many of a channel's newest messages a post is compared with: what is further up nobody has before them any more. */
export const ALIKE_AMONG = 30;

// Each message is compared with those that follow it, some thirty times.
const prints = new WeakMap<Message, Fingerprint>();

function printOf(message: Message): Fingerprint {
  const known = prints.get(message);
  if (known !== undefined) return known;
  const print = fingerprintOf(message.text);
  prints.set(message, print);
  return print;
}

/** The brake that holds `text` back where too many of the channel's newest posts, which nobody asked for either, say nearly the same; null: it may be said. `recent`: oldest first, at least `ALIKE_AMONG` where there are as many. */
export function alikeBrake(text: string, turn: TurnId, recent: readonly Message[], alikeMax: number): Held | null {
  const print = fingerprintOf(text);
  const alike = recent
    .slice(-ALIKE_AMONG)
    .filter(({ spoken }) => spoken !== null && spoken.unasked && spoken.turn !== turn)
    .filter((message) => areNearlyIdentical(print, printOf(message)));
  if (alike.length < alikeMax) return null;
  return held("alike", alikeMax, `${alikeMax} of the newest posts here say nearly the same already`);
}
