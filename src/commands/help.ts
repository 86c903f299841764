// Help: every command in a line, and what people ask about most.
import type { Command } from "./asked.ts";
import { commandSaid, shape } from "./asked.ts";
import type { CommandShape } from "./command.ts";
import { textAnswer } from "./command.ts";
import type { Words } from "./words-en.ts";
import { textIn } from "./words.ts";
import { english } from "./words-en.ts";

const PATH: readonly string[] = ["help"];

/** Help about these commands. */
export function helpCommand(commands: readonly CommandShape[]): Command {
  return {
    shape: shape(PATH, english.summaries.help),
    offered: "by-name",
    answersWith: "text",
    run: async ({ words }) => textAnswer("private", helpIn(words, commands)),
  };
}

function helpIn(words: Words, commands: readonly CommandShape[]): string {
  const { say } = words;
  const rights = { anyone: "", channel: say.rightChannel, workspace: say.rightWorkspace };
  const lines = commands.map(({ path, summary, right }) => {
    return `- \`${commandSaid(words, path)}\` ${textIn(words, summary)}${rights[right]}`;
  });
  const itself = `- \`${commandSaid(words, PATH)}\` ${say.helpItself}`;
  return [say.helpHead, "", ...lines, itself, "", say.helpFoot].join("\n");
}
