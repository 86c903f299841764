// Answers to commands as messages: for everyone or for the asker alone, nobody pinged, and none too long.
import type { TextAnswer } from "../../commands/command.ts";
import type { CustomIds } from "./components.ts";
import { rowsOf, whole } from "./components.ts";
import { mentionsOf, plainText, TEXT_CHARS_MAX } from "./render.ts";
import type { Ask } from "./rest.ts";

/** One message of an answer. */
export interface Message {
  readonly body: object;
  readonly files: NonNullable<Ask["files"]>;
}

// More than this in a row is no answer that anybody reads in a channel: it comes as a file.
const MESSAGES_MAX = 3;

// "Message Flags".
const SUPPRESS_EMBEDS = 1 << 2;
export const EPHEMERAL = 1 << 6;

/** The messages of an answer, at least one; buttons and menus stand below the last. `inFile`: what is said where it comes as a file. */
export async function messagesOf(
  answer: TextAnswer,
  ids: CustomIds,
  inFile: string,
): Promise<readonly [Message, ...Message[]]> {
  const files = answer.files.map(({ name, type, text }) => fileOf(name, type, text));
  const flags = SUPPRESS_EMBEDS | (answer.shown === "private" ? EPHEMERAL : 0);
  const common = { allowed_mentions: mentionsOf(null), flags };
  const components = await rowsOf(answer, ids);
  const texts = textsOf(answer.text).map(plainText);
  // What takes another message's place has to be one.
  const isOne = answer.as === "replace" && texts.length > 1;
  if (texts.length > MESSAGES_MAX || isOne) {
    const file = fileOf("answer.md", "text/markdown", answer.text);
    return [{ body: { ...common, content: inFile, components }, files: [file, ...files] }];
  }
  const last = texts.length - 1;
  const messages = texts.map((content, at): Message => {
    return at === last
      ? { body: { ...common, content, components }, files }
      : { body: { ...common, content }, files: [] };
  });
  const [first, ...others] = messages;
  if (first === undefined) throw new RangeError("an answer without a message");
  return [first, ...others];
}

function fileOf(name: string, contentType: string, text: string): Message["files"][number] {
  return { name, contentType, data: Buffer.from(text) };
}

/** `text` in pieces that Discord takes, between lines where there are any. */
export function textsOf(text: string): readonly string[] {
  const pieces: string[] = [];
  // A message cannot be empty.
  let rest = text.trim() === "" ? "Done." : text;
  while (rest.length > TEXT_CHARS_MAX) {
    const line = rest.lastIndexOf("\n", TEXT_CHARS_MAX);
    const piece = line > 0 ? rest.slice(0, line) : whole(rest, TEXT_CHARS_MAX);
    pieces.push(piece);
    rest = rest.slice(piece.length).replace(/^\n+/u, "");
  }
  return [...pieces, ...(rest === "" ? [] : [rest])].filter((piece) => piece.trim() !== "");
}
