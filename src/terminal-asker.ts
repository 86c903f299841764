// Asks a person at a terminal.
import { cancel, intro, log, outro, password, select, spinner, text } from "@clack/prompts";
import type { Asker } from "./setup.ts";
import { Cancelled } from "./setup.ts";

/** Somebody at this process's terminal. */
export const terminalAsker: Asker = {
  async choose(question, choices, first) {
    const options = choices.map((choice) => ({
      value: choice.value,
      label: choice.label,
      hint: choice.hint,
    }));
    const answer = given(await select<string>({ message: question, options, initialValue: first }));
    return choices.find((choice) => choice.value === answer)?.value ?? first;
  },
  async line(question, first, check) {
    // Shown, but not typed in: whoever types begins with nothing, and an empty answer is `first`.
    const meant = (typed: string | undefined): string => (isEmpty(typed) ? first : (typed ?? "").trim());
    const validate = (typed: string | undefined): string | undefined => check(meant(typed)) ?? undefined;
    return meant(given(await text({ message: question, placeholder: first, defaultValue: first, validate })));
  },
  async hiddenLine(question, check) {
    const validate = (typed: string | undefined): string | undefined => check(typed ?? "") ?? undefined;
    return given(await password({ message: question, validate })).trim();
  },
  tell: (words) => log.info(words),
  async wait(words, work) {
    const shown = spinner();
    shown.start(words);
    try {
      return await work();
    } finally {
      shown.stop(words);
    }
  },
};

/** The first line of setup. */
export function greet(): void {
  intro("Troupe: setup");
}

/** Its last line. */
export function takeLeave(words: string): void {
  outro(words);
}

function isEmpty(typed: string | undefined): boolean {
  return (typed ?? "").trim() === "";
}

// A cancelled question is a symbol, an empty one nothing.
function given(answer: string | symbol | undefined): string {
  if (typeof answer !== "symbol") return answer ?? "";
  cancel("Nothing was written.");
  throw new Cancelled("cancelled");
}
