// What the house said, as the judge of a chaos run reads it. Pure.

/** What every notice reads as: why there is no answer is told in many ways. */
export const NOTICE = "(a notice)";

const NOTICE_BEGINS = "(I have no answer now";
const ANSWER_ENDS = " it is.";

// Tells that more is to come.
const MORE = "…";

/** The text without the line that names and links what it answers, where that stands further up. */
export function readText(text: string): string {
  const own = text.slice(text.lastIndexOf("\n") + 1);
  return own.startsWith(NOTICE_BEGINS) ? NOTICE : own;
}

/** Whether somebody was answered by it, or told why not. */
export function isAnswer(text: string): boolean {
  return text.endsWith(ANSWER_ENDS) || readText(text) === NOTICE;
}

/** Whether it stands there half written. */
export function isUnfinished(text: string): boolean {
  return text.endsWith(MORE);
}
