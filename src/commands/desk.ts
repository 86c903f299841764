// The desk: takes commands of any platform, looks at rights and options, and always answers.
import { BadInput, messageOf } from "../errors.ts";
import type { Asked, Command, CommandHouse } from "./asked.ts";
import { button, commandSaid, complaintSaid, needRight, NotAllowed, optionIn, unfit, wrong } from "./asked.ts";
import type { Answer, Choice, CommandDesk, CommandGroup, Notices, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import { helpCommand } from "./help.ts";
import { personaCommands } from "./persona.ts";
import { privacyCommands } from "./privacy.ts";
import { settingsCommands } from "./settings.ts";
import { stopCommands } from "./stop.ts";
import { suggestionsFor } from "./suggestions.ts";
import type { Words } from "./words-en.ts";
import { languages, wordsFor } from "./words.ts";
import { english } from "./words-en.ts";

const GROUPS: readonly CommandGroup[] = (["persona", "scene", "post", "settings", "budget", "privacy"] as const).map(
  (name) => {
    return { name, summary: english.summaries[name] };
  },
);

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
    languages,
    opensForm: (path) => find(path)?.answersWith === "form",
    run: async (invocation, signal) => {
      const words = wordsFor(invocation.by.locale);
      const asked = { house, invocation, words };
      const command = find(invocation.path);
      if (command === null) return textAnswer("private", words.say.noCommand(commandSaid(words, invocation.path)));
      if (signal.aborted) return textAnswer("private", words.say.closing);
      try {
        return await attend(command, asked);
      } catch (error) {
        // Given up because of it, not because of a fault.
        return signal.aborted ? textAnswer("private", words.say.closing) : excuse(error, asked);
      }
    },
    notices: (locale) => noticesIn(wordsFor(locale)),
    excuse: (why, locale) => textAnswer("private", wordsFor(locale).say[why]),
    suggest: async (invocation, name, typed) => {
      const option = find(invocation.path)?.shape.options.find((each) => each.name === name);
      if (option === undefined) return [];
      return suggest(option, { house, invocation, words: wordsFor(invocation.by.locale) }, typed);
    },
  };
}

function noticesIn({ say, choices }: Words): Notices {
  const welcome = textAnswer("public", say.welcome);
  return {
    welcome: { ...welcome, buttons: [button(choices.setUp, ["setup"], {}, "main")] },
    parked: (channel) => textAnswer("public", say.parked(channel)),
    inFile: say.inFile,
  };
}

async function attend(command: Command, asked: Asked): Promise<Answer> {
  needRight(asked, command.shape.right);
  for (const option of command.shape.options) check(option, asked);
  return command.run(asked);
}

// A form field of Discord's holds as many; no option needs more.
const OPTION_CHARS_MAX = 4_000;

function check(option: Option, asked: Asked): void {
  const given = optionIn(asked, option.name);
  const { say } = asked.words;
  if (option.kind === "file") {
    if (option.isRequired && !Object.hasOwn(asked.invocation.files, option.name)) {
      throw wrong(asked, option.name, say.needs.file, undefined);
    }
    return;
  }
  if (given === null) {
    if (option.isRequired) throw wrong(asked, option.name, say.needs[option.kind], undefined);
    return;
  }
  if (given.length > OPTION_CHARS_MAX) {
    throw unfit(asked, option.name, say.charsMax(OPTION_CHARS_MAX), say.soMany(given.length));
  }
  if (option.kind === "switch" && given !== "on" && given !== "off") {
    throw wrong(asked, option.name, say.needs.switch, given);
  }
  if (option.kind === "channel" && !Object.hasOwn(asked.invocation.channels, option.name)) {
    throw unfit(asked, option.name, say.channelGone, say.anotherOne);
  }
  // `where` knows the platform's own words.
  if (option.kind !== "choice" || option.name === "where") return;
  const values = option.choices.map((choice) => choice.value);
  if (!values.includes(given)) throw wrong(asked, option.name, say.oneOf(values), given);
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

function excuse(error: unknown, { house, invocation, words }: Asked): Answer {
  if (error instanceof BadInput) {
    return textAnswer("private", error.complaints.map((complaint) => complaintSaid(words, complaint)).join("\n"));
  }
  if (error instanceof NotAllowed) return textAnswer("private", error.message);
  house.log.error("a command failed", { command: invocation.path.join(" "), id: invocation.id, why: messageOf(error) });
  return textAnswer("private", words.say.fault);
}
