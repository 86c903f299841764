// The screen: the one place that writes to the terminal, plain in a pipe and softly coloured for eyes.
import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { plainLine, plainText } from "./plain-text.ts";
import { columnsOf, wrapped } from "./wrap.ts";

/** Where to write: `process.stdout`, or a stream that stands for it. */
export type Output = Writable & Partial<Pick<WriteStream, "isTTY" | "columns" | "getColorDepth">>;

/** The line that a person is typing, which what is written must not tear. */
export interface Prompt {
  /** Rows of it above the cursor. */
  rows(): number;
  /** Shows it again, with what was typed so far. */
  redraw(): void;
}

// Lines longer than this are hard to read, however wide the window is.
const COLUMNS_MAX = 100;
const COLUMNS_USUAL = 80;
const COLUMNS_LEAST = 20;

const INDENT = "  ";

type Style = "cyan" | "green" | "dim" | "bold";

export class Screen {
  readonly output: Output;
  /** Whether a person looks: no pipe, and no terminal without a cursor. */
  readonly isLive: boolean;
  readonly #hasColour: boolean;
  #prompt: Prompt | null = null;
  #note: string | null = null;
  #fault: Error | null = null;

  constructor(output: Output) {
    this.output = output;
    this.isLive = output.isTTY === true && process.env["TERM"] !== "dumb";
    this.#hasColour = this.isLive && (output.getColorDepth?.() ?? 1) > 1;
    // A reader that goes away (`| head`) is no fault of ours; whoever writes next is told.
    output.on("error", (error: Error) => {
      this.#fault = error;
    });
  }

  /** False once nobody can read any more what is written. */
  get isOpen(): boolean {
    return this.#fault === null && !this.output.destroyed && !this.output.writableEnded;
  }

  /** The prompt to keep whole from now on; null: none. */
  attach(prompt: Prompt | null): void {
    this.#prompt = prompt;
  }

  /** What somebody said: the name, then the text; its further lines are indented, so that no text can pass for another speaker. Resolves when it is written, rejects when nobody can read it. */
  say(name: string, remark: string, text: string, by: "persona" | "person"): Promise<void> {
    const speaker = `${plainLine(name)}${remark}`;
    const lines = this.#fitted(`${speaker}: ${plainText(text)}`);
    const coloured = this.#styled(by === "persona" ? ["cyan", "bold"] : ["green"], speaker);
    const [first = "", ...rest] = lines;
    const head = first.startsWith(speaker) ? coloured + first.slice(speaker.length) : first;
    return this.#write([head, ...rest.map((line) => (line === "" ? "" : INDENT + line))]);
  }

  /** What the house says to the person at this terminal. */
  async tell(text: string): Promise<void> {
    await this.#write(this.#fitted(plainText(text)).map((line) => this.#styled(["dim"], line)));
  }

  /** A short line that stays until it is replaced, or taken away with null; only where a person looks. */
  note(text: string | null): void {
    const note = text === null ? null : plainLine(text);
    if (!this.isLive || note === this.#note) return;
    this.#erase();
    this.#note = note;
    this.#restore();
  }

  /** A person has ended a line: what stood above it is put below again. */
  entered(prompt: string, line: string): void {
    if (!this.isLive || this.#note === null) return;
    const rows = Math.floor(columnsOf(prompt + line) / this.#columns) + 2;
    moveCursor(this.output, 0, -rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this.output.write(`${prompt}${plainText(line)}\n${this.#styled(["dim"], this.#note)}\n`);
  }

  get #columns(): number {
    const { columns } = this.output;
    // Some terminals say 0 when they do not know.
    return columns === undefined || columns === 0 ? COLUMNS_USUAL : Math.max(COLUMNS_LEAST, columns);
  }

  #fitted(text: string): readonly string[] {
    if (!this.isLive) return text.split("\n");
    return wrapped(text, Math.min(COLUMNS_MAX, this.#columns - 1) - INDENT.length);
  }

  #styled(styles: Style[], text: string): string {
    return this.#hasColour && text !== "" ? styleText(styles, text, { validateStream: false }) : text;
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (!this.isOpen) throw this.#fault ?? new Error("nobody reads this terminal any more");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#erase();
    this.output.write(`${lines.join("\n")}\n`, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
    this.#restore();
    await promise;
  }

  #erase(): void {
    if (!this.isLive) return;
    const rows = (this.#prompt?.rows() ?? 0) + (this.#note === null ? 0 : 1);
    if (rows > 0) moveCursor(this.output, 0, -rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
  }

  #restore(): void {
    if (!this.isLive) return;
    if (this.#note !== null) this.output.write(`${this.#styled(["dim"], this.#note)}\n`);
    this.#prompt?.redraw();
  }
}
