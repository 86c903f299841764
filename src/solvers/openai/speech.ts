// A streamed answer as it may be said: without the model's thoughts, and never cut inside a character.

// What models put around thoughts that they send in the text itself (DeepSeek R1, Qwen and others).
const OPENING = /<think(?:ing)?>/iu;
const CLOSING = /<\/think(?:ing)?>/iu;
// The beginning of such a mark at the end of a piece: wait for the rest.
const MAYBE_OPENING = /<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?$/iu;
const MAYBE_CLOSING = /<(?:\/(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?$/iu;
// As long as no thought was seen, either may come.
const EITHER = /<\/?think(?:ing)?>/iu;
const MAYBE_EITHER = /<\/?(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?$/iu;

/** What came of a piece. */
export interface Spoken {
  /** True: what was given before was thoughts, and none of it is to be said. */
  readonly takesBack: boolean;
  readonly text: string;
}

/** Takes the pieces of one answer and gives what may be said so far. */
export class Speech {
  #held = "";
  #isThinking = false;
  #hasSpoken = false;
  #hasThought = false;

  /** What may be said now that `piece` has come; empty when it has to wait. */
  push(piece: string): Spoken {
    // By far the most pieces.
    if (this.#held === "" && !this.#isThinking && !piece.includes("<")) {
      return { takesBack: false, text: this.#say(piece) };
    }
    let text = this.#held + piece;
    this.#held = "";
    let said = "";
    let takesBack = false;
    for (;;) {
      const mark = this.#nextMark().exec(text);
      if (mark === null) break;
      const isClosing = mark[0].startsWith("</");
      if (isClosing && !this.#isThinking) {
        // Some templates open the thoughts in the prompt, so that only their end is in the answer.
        takesBack = true;
        said = "";
        this.#hasSpoken = false;
      } else if (!this.#isThinking) said += text.slice(0, mark.index);
      text = text.slice(mark.index + mark[0].length);
      this.#isThinking = !isClosing;
      this.#hasThought = true;
    }
    const start = text.search(this.#nextStart());
    const whole = start === -1 ? text : text.slice(0, start);
    this.#held = start === -1 ? "" : text.slice(start);
    return { takesBack, text: this.#say(this.#isThinking ? said : said + whole) };
  }

  #nextMark(): RegExp {
    if (this.#isThinking) return CLOSING;
    return this.#hasThought ? OPENING : EITHER;
  }

  #nextStart(): RegExp {
    if (this.#isThinking) return MAYBE_CLOSING;
    return this.#hasThought ? MAYBE_OPENING : MAYBE_EITHER;
  }

  /** What is left when the answer is over. */
  end(): string {
    const rest = this.#isThinking ? "" : this.#held;
    this.#held = "";
    return this.#say(rest).toWellFormed();
  }

  // Some servers cut a character in two: its first half waits for the second. Space before the first word is the gap after the thoughts.
  #say(text: string): string {
    let said = this.#hasSpoken ? text : text.trimStart();
    const last = said.charCodeAt(said.length - 1);
    if (last >= 0xd800 && last <= 0xdbff && said.length > 0) {
      this.#held = said.slice(-1) + this.#held;
      said = said.slice(0, -1);
    }
    if (said !== "") this.#hasSpoken = true;
    return said;
  }
}
