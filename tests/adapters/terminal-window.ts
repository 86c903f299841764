// A terminal window for tests: what a person would see after everything that was written to it.
import { PassThrough, Writable } from "node:stream";
import type { Input } from "../../src/adapters/terminal/lines.ts";
import type { Output } from "../../src/adapters/terminal/screen.ts";

/** Follows the few sequences that node:readline and our screen write; anything else that begins with ESC is kept as `unexpected`. */
export class TerminalWindow extends Writable implements Output {
  readonly isTTY = true;
  readonly columns: number;
  readonly unexpected: string[] = [];
  readonly #rows: string[][] = [[]];
  readonly #seen = new Set<() => void>();
  #row = 0;
  #column = 0;
  raw = "";

  constructor(columns = 60) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  getColorDepth(): number {
    return 8;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const text = chunk.toString();
    this.raw += text;
    for (const [token] of text.matchAll(TOKENS)) this.#take(token);
    for (const look of this.#seen) look();
    done();
  }

  /** What stands in the window, line by line, without the empty ones at the end. */
  lines(): readonly string[] {
    return this.#rows.map((row) => row.join("").trimEnd());
  }

  text(): string {
    return this.lines().join("\n").trimEnd();
  }

  /** Resolves when what is shown makes `is` true. */
  async until(is: (text: string) => boolean): Promise<void> {
    while (!is(this.text())) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#seen.delete(look);
          resolve();
        };
        this.#seen.add(look);
      });
    }
  }

  #take(token: string): void {
    const [, count = "", verb] = /^\u001B\[([\d;?]*)([A-Za-z])$/u.exec(token) ?? [];
    if (verb !== undefined) this.#move(verb, count, token);
    else if (token.startsWith("\u001B")) this.unexpected.push(token);
    else if (token === "\n") this.#newLine();
    else if (token === "\r") this.#column = 0;
    else this.#put(token);
  }

  #move(verb: string, count: string, token: string): void {
    const steps = count === "" ? 1 : Number(count);
    const row = this.#rows[this.#row] ?? [];
    if (verb === "A") this.#row = Math.max(0, this.#row - steps);
    else if (verb === "B") this.#row += steps;
    else if (verb === "C") this.#column += steps;
    else if (verb === "D") this.#column = Math.max(0, this.#column - steps);
    else if (verb === "G") this.#column = steps - 1;
    else if (verb === "K") row.length = Math.min(row.length, this.#column);
    else if (verb === "J") {
      row.length = Math.min(row.length, this.#column);
      this.#rows.length = this.#row + 1;
    } else if (verb !== "m") this.unexpected.push(token);
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= [];
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#newLine();
    const row = (this.#rows[this.#row] ??= []);
    while (row.length < this.#column) row.push(" ");
    row[this.#column] = character;
    this.#column += 1;
  }
}

const TOKENS = /\u001B\[[\d;?]*[A-Za-z]|\u001B[^[]?|./gsu;

/** A keyboard: what is written to it was typed. */
export class Keyboard extends PassThrough implements Input {
  readonly isTTY = true;

  setRawMode(): this {
    return this;
  }

  type(text: string): void {
    this.write(text);
  }
}

/** A pipe that somebody reads: everything that was written to it. */
export class Pipe extends Writable implements Output {
  text = "";

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
