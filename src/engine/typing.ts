// Typing: that somebody thinks is shown as long as they do, and not after.
import type { Clock } from "../clock.ts";

// What is answered sooner needs no announcement: a platform goes on showing it for a while after the answer stands there.
const BEGIN_MS = 300;

// Discord shows it for ten seconds ("Trigger Typing Indicator").
const AGAIN_MS = 8_000;

/** A showing that is under way. */
export interface Typing {
  /** It is not shown again from now on. */
  readonly end: () => void;
  /** Resolves when nothing of it is left; never rejects. */
  readonly ended: () => Promise<void>;
}

/** Has it shown by `show`, which must not reject, until it is ended. */
export function showTyping(show: () => Promise<void>, clock: Clock): Typing {
  let isOver = false;
  let showing = Promise.resolve();
  const showAgain = async (): Promise<void> => {
    await show();
    if (!isOver) cancel = clock.after(AGAIN_MS, begin);
  };
  const begin = (): void => {
    showing = showAgain();
  };
  let cancel = clock.after(BEGIN_MS, begin);
  const end = (): void => {
    isOver = true;
    cancel();
  };
  return { end, ended: () => showing };
}

/** Nothing is shown. */
export const noTyping: Typing = { end: () => {}, ended: () => Promise.resolve() };
