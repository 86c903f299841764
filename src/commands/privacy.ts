// Privacy: what is kept of a person, and how they take it back.
import type { Message } from "../domain/message.ts";
import type { Asked, Command } from "./asked.ts";
import { button, optionIn, shape } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";

// Discord takes files of 10 MB; more messages than this are more than that.
const EXPORT_MESSAGES_MAX = 20_000;
const EXPORT_CHARS_MAX = 6_000_000;

async function optOut({ house, invocation }: Asked): Promise<Answer> {
  const { registry } = house.store;
  if (await registry.hasOptedOut(invocation.by.id)) {
    return textAnswer("private", "You have opted out already: nothing that you say is kept or sent to a model.");
  }
  await registry.optOut(invocation.by.id, house.clock.now());
  const text =
    "Done. From now on nothing that you say is kept or sent to a model, so personas do not answer you, and what you said before is forgotten. /privacy opt-in takes this back.";
  return textAnswer("private", text);
}

async function optIn({ house, invocation }: Asked): Promise<Answer> {
  const isNew = await house.store.registry.optIn(invocation.by.id);
  const text = isNew
    ? "Welcome back: personas hear and answer you again."
    : "You had not opted out: personas hear you.";
  return textAnswer("private", text);
}

async function exportSaid({ house, invocation }: Asked): Promise<Answer> {
  const said = await house.store.registry.said(invocation.by.id, EXPORT_MESSAGES_MAX);
  if (said.length === 0) return textAnswer("private", "Nothing that you said is kept.");
  const written: string[] = [];
  let chars = 0;
  for (const message of said) {
    const line = JSON.stringify(entryOf(message));
    chars += line.length;
    if (chars > EXPORT_CHARS_MAX) break;
    written.push(line);
  }
  const isCut = written.length < said.length || said.length === EXPORT_MESSAGES_MAX;
  const text = isCut
    ? `The first ${written.length} messages that are kept of you are in the file; there are more than one file can hold.`
    : `Everything that is kept of you is in the file: ${written.length} ${written.length === 1 ? "message" : "messages"}.`;
  const file = { name: "what-you-said.json", type: "application/json", text: `[\n${written.join(",\n")}\n]\n` };
  return { ...textAnswer("private", text), files: [file] };
}

function entryOf(message: Message): object {
  const { id, channel, createdAt, text, images, replyTo } = message;
  return { id, channel, at: new Date(createdAt).toISOString(), text, images: images.map(({ url }) => url), replyTo };
}

async function forgetMe(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  if (optionIn(asked, "sure") !== "on") {
    const text =
      "Everything that you said will be forgotten everywhere, for good. Messages that stand in channels stay there.";
    const sure = button("Forget everything", ["privacy", "forget-me"], { sure: "on" }, "danger");
    return { ...textAnswer("private", text), buttons: [sure] };
  }
  const count = await house.store.registry.forget(invocation.by.id, house.clock.now());
  const text = `Forgotten: ${count} ${count === 1 ? "message" : "messages"}. What you say from now on is kept again; /privacy opt-out changes that.`;
  return { ...textAnswer("private", text), as: "replace" };
}

export const privacyCommands: readonly Command[] = [
  {
    shape: shape(["privacy", "opt-out"], "Keep nothing that you say, and forget what you said"),
    offered: "by-name",
    answersWith: "text",
    run: optOut,
  },
  {
    shape: shape(["privacy", "opt-in"], "Let personas hear you again"),
    offered: "by-name",
    answersWith: "text",
    run: optIn,
  },
  {
    shape: shape(["privacy", "export"], "Everything that is kept of you, as a file"),
    offered: "by-name",
    answersWith: "text",
    run: exportSaid,
  },
  {
    shape: shape(["privacy", "forget-me"], "Forget everything that you said, for good", {
      options: [
        { name: "sure", summary: "Do it without asking again", kind: "switch", isRequired: false, choices: [] },
      ],
    }),
    offered: "by-name",
    answersWith: "text",
    run: forgetMe,
  },
];
