// Lines: what a person types or a pipe brings, one entry at a time.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Clock } from "../../clock.ts";
import type { Screen } from "./screen.ts";

/** Where to read: `process.stdin`, or a stream that stands for it. */
export type Input = Readable & { readonly isTTY?: boolean };

// Nobody presses Enter twice within this time: what comes so fast was pasted, and is one message.
const PASTE_MS = 20;

const PROMPT = "you> ";

/** What is entered until the input ends (Ctrl-D), Ctrl-C is pressed or `signal` aborts. From a pipe each line is an entry, read when the one before is dealt with; at a terminal, lines that were pasted together are one. */
export function entriesFrom(input: Input, screen: Screen, clock: Clock, signal: AbortSignal): AsyncIterable<string> {
  return screen.isLive && input.isTTY === true
    ? typedEntries(input, screen, clock, signal)
    : createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, signal });
}

async function* typedEntries(input: Input, screen: Screen, clock: Clock, signal: AbortSignal): AsyncGenerator<string> {
  const reader = createInterface({ input, output: screen.output, terminal: true, prompt: PROMPT, signal });
  const typed: string[] = [];
  let isEnded = false;
  let stir = (): void => {};
  reader.on("line", (line) => {
    screen.entered(PROMPT, line);
    typed.push(line);
    stir();
  });
  reader.on("close", () => {
    screen.attach(null);
    isEnded = true;
    stir();
  });
  reader.on("SIGINT", () => reader.close());
  screen.attach({ rows: () => reader.getCursorPos().rows, redraw: () => reader.prompt(true) });
  try {
    for (;;) {
      if (!isEnded) reader.prompt(true);
      if (typed.length === 0 && !isEnded) {
        await new Promise<void>((resolve) => {
          stir = resolve;
        });
      }
      if (typed.length === 0) return;
      if (!isEnded) await clock.sleep(PASTE_MS, signal);
      yield* joined(typed.splice(0));
    }
  } finally {
    reader.close();
  }
}

/** Lines that came at once: one message, unless they begin with a command. */
function joined(lines: readonly string[]): readonly string[] {
  return lines[0]?.startsWith("/") === true ? lines : [lines.join("\n")];
}
