// Why a persona said what it said, in plain words.
import type { Attempt, ContextPart, Trace, Usage } from "../../domain/trace.ts";
import type { Turn } from "../../domain/turn.ts";
import type { Speaking } from "../../solvers/solver.ts";
import type { TurnRecord } from "../../store/store.ts";

/** The house's own words for what it decided, the same wherever they are read. */
export interface Words {
  reasonSentence(turn: Pick<Turn, "reason" | "unasked">, name: string): string;
  outcomeSentence(turn: Pick<Turn, "state" | "outcome">): string;
  attemptSentence(attempt: Attempt): string;
  readonly partWords: Readonly<Record<ContextPart["name"], string>>;
  speakingSentence(speaking: Speaking): string;
  duration(ms: number): string;
  dollars(usd: number): string;
}

const FORGOTTEN = "What was in its context is not kept any more: that is kept for 7 days.";

/** What `/why` says of a turn of the persona called `name`, line by line. */
export function whyLines(record: TurnRecord, name: string, words: Words): readonly string[] {
  const { turn, trace } = record;
  const isAlone = turn.reason.kind === "chosen" && turn.reason.among === 1;
  const reason = isAlone ? `You are alone with ${name} here, so ${name} answers.` : words.reasonSentence(turn, name);
  const outcome = words.outcomeSentence(turn);
  if (trace === null) return [reason, outcome, FORGOTTEN];
  return [
    reason,
    outcome,
    ...contextLines(trace, words),
    ...trace.attempts.map((attempt) => attemptLine(attempt, words)),
    costLine(trace, words),
  ];
}

function contextLines(trace: Trace, words: Words): readonly string[] {
  const used = trace.parts.filter((part) => part.tokens > 0 || part.dropped > 0);
  const total = used.reduce((sum, part) => sum + part.tokens, 0);
  const parts = used.map((part) => {
    const dropped = part.dropped === 0 ? "" : ` (${part.dropped} left out)`;
    return `${words.partWords[part.name]} ${part.tokens}${dropped}`;
  });
  return [
    `In its context, ${total} of at most ${trace.tokenBudget} tokens: ${parts.length === 0 ? "nothing" : parts.join(", ")}.`,
  ];
}

function attemptLine(attempt: Attempt, words: Words): string {
  const who = attempt.model === null ? attempt.solver : `${attempt.solver} (${attempt.model})`;
  const matched = attempt.matched === "" ? "" : ` by “${attempt.matched}”`;
  const took = attempt.result === "skipped" ? "" : `, in ${words.duration(attempt.ms)}`;
  return `${who} ${words.attemptSentence(attempt)}${matched}${took}.`;
}

function costLine(trace: Trace, words: Words): string {
  const usages = trace.attempts.map((attempt) => attempt.usage).filter((usage): usage is Usage => usage !== null);
  if (usages.length === 0) return "It cost nothing: no model was asked.";
  const tokensIn = usages.reduce((sum, usage) => sum + usage.tokensIn, 0);
  const tokensOut = usages.reduce((sum, usage) => sum + usage.tokensOut, 0);
  const isPriced = usages.every((usage) => usage.costUsd !== null);
  const price = isPriced
    ? words.dollars(usages.reduce((sum, usage) => sum + (usage.costUsd ?? 0), 0))
    : "a price that is not known";
  const counted = usages.some((usage) => usage.estimated) ? ", counted by the house itself" : "";
  return `It cost ${price}: ${tokensIn} tokens in and ${tokensOut} out${counted}.`;
}
