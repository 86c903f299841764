// Help: every command in a line, and what people ask about most.
import type { Command } from "./asked.ts";
import { shape } from "./asked.ts";
import type { CommandShape } from "./command.ts";
import { textAnswer } from "./command.ts";

const RIGHTS: Readonly<Record<CommandShape["right"], string>> = {
  anyone: "",
  channel: " (for those who may manage the channel)",
  workspace: " (for those who may manage everything here)",
};

/** Help about these commands. */
export function helpCommand(commands: readonly CommandShape[]): Command {
  const lines = commands.map(({ path, summary, right }) => `- \`/${path.join(" ")}\` ${summary}${RIGHTS[right]}`);
  const text = [
    "Personas are characters with a voice of their own; each is an AI. Say a persona's name, or reply to what it said, and it answers.",
    "",
    ...lines,
    "- `/help` This page",
    "",
    "`/persona add` puts a persona here and `/persona remove` takes it from here: neither changes the character itself. Where a thread has personas of its own, they talk there and not those of its channel; so has a channel before everything around it.",
    "Anyone can end the talk of personas among themselves: `/stop`, the word stop, or 🛑 on what they said.",
  ].join("\n");
  return {
    shape: shape(["help"], "What can be asked of the house, and how"),
    offered: "by-name",
    answersWith: "text",
    run: async () => textAnswer("private", text),
  };
}
