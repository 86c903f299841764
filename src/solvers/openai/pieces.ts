// Gathers the words of a quick stream into pieces worth handing on: each step of a piece through the solvers costs as much as reading it.

// A reader takes in about as much at a glance.
const PIECE_CHARS = 80;

// Slower words than these are handed on one by one.
const PIECE_MS = 50;

/** The text of one answer that is not handed on yet. */
export class Pieces {
  #gathered = "";
  #handedOnAt = Number.NEGATIVE_INFINITY;

  /** Takes more of the text at `now` (epoch ms) and gives what is to be handed on; empty: nothing yet. */
  add(text: string, now: number): string {
    this.#gathered += text;
    const isDue = now - this.#handedOnAt >= PIECE_MS || this.#gathered.length >= PIECE_CHARS;
    if (!isDue || this.#gathered === "") return "";
    this.#handedOnAt = now;
    return this.drop();
  }

  /** Gives what is left and forgets it. */
  drop(): string {
    const rest = this.#gathered;
    this.#gathered = "";
    return rest;
  }
}
