// Privacy: what is kept of a person, and how they take it back.
import type { Message } from "../domain/message.ts";
import type { Asked, Command } from "./asked.ts";
import { button, optionIn, shape } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { english } from "./words-en.ts";

// Discord takes files of 10 MB; more messages than this are more than that.
const EXPORT_MESSAGES_MAX = 20_000;
const EXPORT_BYTES_MAX = 9_000_000;

const SEPARATOR = ",\n";

async function optOut({ house, invocation, words }: Asked): Promise<Answer> {
  const { registry } = house.store;
  if (await registry.hasOptedOut(invocation.by.id)) {
    return textAnswer("private", words.say.optedOutAlready);
  }
  await registry.optOut(invocation.by.id, house.clock.now());
  return textAnswer("private", words.say.optedOut);
}

async function optIn({ house, invocation, words }: Asked): Promise<Answer> {
  const isNew = await house.store.registry.optIn(invocation.by.id);
  return textAnswer("private", isNew ? words.say.optedIn : words.say.optedInAlready);
}

async function exportSaid({ house, invocation, words }: Asked): Promise<Answer> {
  const said = await house.store.registry.said(invocation.by.id, EXPORT_MESSAGES_MAX);
  if (said.length === 0) return textAnswer("private", words.say.nothingKept);
  const written: string[] = [];
  let bytes = 0;
  for (const message of said) {
    const line = JSON.stringify(entryOf(message));
    bytes += Buffer.byteLength(line) + SEPARATOR.length;
    if (bytes > EXPORT_BYTES_MAX) break;
    written.push(line);
  }
  const isCut = written.length < said.length || said.length === EXPORT_MESSAGES_MAX;
  const text = isCut ? words.say.someKept(written.length) : words.say.allKept(written.length);
  const file = { name: "what-you-said.json", type: "application/json", text: `[\n${written.join(SEPARATOR)}\n]\n` };
  return { ...textAnswer("private", text), files: [file] };
}

function entryOf(message: Message): object {
  const { id, channel, createdAt, text, images, replyTo } = message;
  return { id, channel, at: new Date(createdAt).toISOString(), text, images: images.map(({ url }) => url), replyTo };
}

async function forgetMe(asked: Asked): Promise<Answer> {
  const { house, invocation, words } = asked;
  if (optionIn(asked, "sure") !== "on") {
    const sure = button(words.choices.forgetEverything, ["privacy", "forget-me"], { sure: "on" }, "danger");
    return { ...textAnswer("private", words.say.willForget), buttons: [sure] };
  }
  const count = await house.store.registry.forget(invocation.by.id, house.clock.now());
  return { ...textAnswer("private", words.say.forgot(count)), as: "replace" };
}

const { summaries } = english;

export const privacyCommands: readonly Command[] = [
  {
    shape: shape(["privacy", "opt-out"], summaries["privacy opt-out"]),
    offered: "by-name",
    answersWith: "text",
    run: optOut,
  },
  {
    shape: shape(["privacy", "opt-in"], summaries["privacy opt-in"]),
    offered: "by-name",
    answersWith: "text",
    run: optIn,
  },
  {
    shape: shape(["privacy", "export"], summaries["privacy export"]),
    offered: "by-name",
    answersWith: "text",
    run: exportSaid,
  },
  {
    shape: shape(["privacy", "forget-me"], summaries["privacy forget-me"], {
      options: [{ name: "sure", summary: english.options.sure, kind: "switch", isRequired: false, choices: [] }],
    }),
    offered: "by-name",
    answersWith: "text",
    run: forgetMe,
  },
];
