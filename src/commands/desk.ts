// The desk: takes commands of any platform, looks at rights and options, and always answers.
import { BadInput, messageOf } from "../errors.ts";
import type { Asked, Command, CommandHouse } from "./asked.ts";
import { needRight, NotAllowed, optionIn, wrong } from "./asked.ts";
import type { Answer, Choice, CommandDesk, CommandGroup, Invocation, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import { helpCommand } from "./help.ts";
import { personaCommands } from "./persona.ts";
import { privacyCommands } from "./privacy.ts";
import { settingsCommands } from "./settings.ts";
import { stopCommands } from "./stop.ts";
import { suggestionsFor } from "./suggestions.ts";

const GROUPS: readonly CommandGroup[] = [
  { name: "persona", summary: "Who lives here" },
  { name: "post", summary: "What a persona said" },
  { name: "settings", summary: "How personas behave here" },
  { name: "privacy", summary: "What is kept of you" },
];

/** The catalogue on a house. `more`: commands that need more of the house than all others do. */
export function openDesk(house: CommandHouse, more: readonly Command[] = []): CommandDesk {
  const persona = [...personaCommands, ...more];
  const rest: readonly Command[] = [...persona, ...settingsCommands, ...stopCommands, ...privacyCommands];
  const listed = rest.filter((command) => command.offered === "by-name").map((command) => command.shape);
  const help = helpCommand(listed);
  const byPath = new Map([...rest, help].map((command) => [command.shape.path.join(" "), command]));
  const find = (path: readonly string[]): Command | null => byPath.get(path.join(" ")) ?? null;
  return {
    groups: GROUPS,
    commands: [...listed, help.shape],
    opensForm: (path) => find(path)?.answersWith === "form",
    run: async (invocation, signal) => {
      const command = find(invocation.path);
      if (command === null) return unknown(invocation);
      if (signal.aborted) return textAnswer("private", "The house is just closing: please ask again in a moment.");
      try {
        return await attend(command, { house, invocation });
      } catch (error) {
        return excuse(error, invocation, house);
      }
    },
    suggest: async (invocation, name, typed) => {
      const option = find(invocation.path)?.shape.options.find((each) => each.name === name);
      if (option === undefined) return [];
      return suggest(option, { house, invocation }, typed);
    },
  };
}

async function attend(command: Command, asked: Asked): Promise<Answer> {
  needRight(asked, command.shape.right);
  for (const option of command.shape.options) check(option, asked);
  return command.run(asked);
}

const NEEDED: Readonly<Record<Option["kind"], string>> = {
  text: "a text",
  persona: "the name of a persona",
  setting: "the name of a setting",
  value: "a value",
  choice: "a choice",
  switch: "on or off",
  file: "a file",
};

// A form field of Discord's holds as many; no option needs more.
const OPTION_CHARS_MAX = 4_000;

function check(option: Option, asked: Asked): void {
  const given = optionIn(asked, option.name);
  if (option.kind === "file") {
    if (option.isRequired && !Object.hasOwn(asked.invocation.files, option.name)) {
      throw wrong(asked, option.name, NEEDED.file, undefined);
    }
    return;
  }
  if (given === null) {
    if (option.isRequired) throw wrong(asked, option.name, NEEDED[option.kind], undefined);
    return;
  }
  if (given.length > OPTION_CHARS_MAX) {
    throw wrong(asked, option.name, `at most ${OPTION_CHARS_MAX} characters`, `${given.length} of them`);
  }
  if (option.kind === "switch" && given !== "on" && given !== "off") {
    throw wrong(asked, option.name, "on or off", given);
  }
  // `where` knows the platform's own words.
  if (option.kind !== "choice" || option.name === "where") return;
  const values = option.choices.map((choice) => choice.value);
  if (!values.includes(given)) throw wrong(asked, option.name, `one of ${values.join(", ")}`, given);
}

async function suggest(option: Option, asked: Asked, typed: string): Promise<readonly Choice[]> {
  try {
    return await suggestionsFor(option, asked, typed);
  } catch (error) {
    const why = messageOf(error);
    asked.house.log.warn("nothing could be suggested for a command", { command: asked.invocation.path.join(" "), why });
    return [];
  }
}

function unknown(invocation: Invocation): Answer {
  return textAnswer(
    "private",
    `There is no command /${invocation.path.join(" ")} any more; /help names all there are.`,
  );
}

function excuse(error: unknown, invocation: Invocation, house: CommandHouse): Answer {
  if (error instanceof BadInput || error instanceof NotAllowed) return textAnswer("private", error.message);
  house.log.error("a command failed", { command: invocation.path.join(" "), id: invocation.id, why: messageOf(error) });
  return textAnswer("private", "That did not work: something is wrong in the house itself, and its log says what.");
}
