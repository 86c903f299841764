// Folding: of what one author asks one persona in a row, only the last is answered; pure.
import type { NewTurn, Turn } from "../domain/turn.ts";

/** A turn that ends because a later message of the same author is answered instead. */
export interface Fold {
  readonly turn: Turn["id"];
  readonly into: Turn["id"];
}

/** What of `waiting`, and of `made` itself, is folded into a turn of `made` that came later. */
export function foldsOf(waiting: readonly NewTurn[], made: readonly NewTurn[]): readonly Fold[] {
  const folds: Fold[] = [];
  const open = waiting.filter(isFoldable);
  for (const turn of made.filter(isFoldable)) {
    for (const earlier of open.filter((each) => isAnsweredBy(turn, each))) {
      folds.push({ turn: earlier.id, into: turn.id });
      open.splice(open.indexOf(earlier), 1);
    }
    open.push(turn);
  }
  return folds;
}

/** What was asked by a command is answered each time: somebody was told that it would be. A tick answers nobody. */
function isFoldable(turn: NewTurn): boolean {
  return turn.askedBy !== null && turn.reason.kind !== "asked" && turn.reason.kind !== "tick";
}

/** What a person asked is not left to a turn that a brake may hold back. */
function isAnsweredBy(later: NewTurn, earlier: NewTurn): boolean {
  const isSamePair = earlier.persona === later.persona && earlier.askedBy === later.askedBy;
  return isSamePair && earlier.id !== later.id && (earlier.unasked || !later.unasked);
}
