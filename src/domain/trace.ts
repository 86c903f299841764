// A trace: why a turn was taken, what was in its context, what was tried and what it cost.
import type { MessageId } from "./ids.ts";
import type { Image } from "./message.ts";

export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /** Pictures that belong to it, for models that see; traces of before there were pictures have none. */
  readonly images?: readonly Image[];
}

/** A part of the context. Dropped parts stay in the list, with the reason. */
export interface ContextPart {
  readonly name: "persona" | "world" | "examples" | "recent" | "post-history";
  readonly tokens: number;
  /** How many messages or exchanges of it are in. */
  readonly items: number;
  readonly dropped: number;
}

/** One solver's try. */
export interface Attempt {
  readonly solver: string;
  readonly model: string | null;
  /** `answered`, `not-me` (yielded nothing), `failed`, or `skipped` (not configured, no budget, stopped). */
  readonly result: "answered" | "not-me" | "failed" | "skipped";
  /** One sentence; empty when it answered. */
  readonly why: string;
  readonly ms: number;
  readonly usage: Usage | null;
  /** What matched, for scripted solvers; empty otherwise. */
  readonly matched: string;
}

/** What a call used. `costUsd` is null where the price is unknown. */
export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly costUsd: number | null;
  /** True when the server did not say and we counted by ourselves. */
  readonly estimated: boolean;
}

export interface Trace {
  readonly parts: readonly ContextPart[];
  /** In the order in which parts are dropped when they do not fit. */
  readonly dropOrder: readonly string[];
  readonly tokenBudget: number;
  /** The exact messages that were sent, or would have been. */
  readonly messages: readonly PromptMessage[];
  readonly attempts: readonly Attempt[];
  /** The newest message that was in the context. */
  readonly lastMessage: MessageId | null;
  readonly startedAt: number;
  readonly endedAt: number;
}
