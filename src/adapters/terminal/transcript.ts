// The transcript of a talk, as Markdown in a file.
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Message } from "../../domain/message.ts";
import { BadInput, messageOf, quoted } from "../../errors.ts";
import { plainLine, plainText } from "./plain-text.ts";

/** `messages`, oldest first, as Markdown: what was said stands in quotes, so that nothing in it can pass for a heading or another speaker. */
export function transcriptOf(title: string, messages: readonly Message[]): string {
  const parts = messages.map((message) => {
    const lines = plainText(message.text).split("\n");
    return `**${escaped(message.author.name)}** (${minuteOf(message.createdAt)})\n\n${lines.map((line) => `> ${line}`.trimEnd()).join("\n")}\n`;
  });
  return `# ${escaped(title)}\n\n${parts.join("\n")}`;
}

/** Writes `text` where the person said; a file that is there already is kept unless `over` is "replace". Returns the whole path. Throws `BadInput` with one sentence. */
export async function saveTranscript(file: string, text: string, over: "keep" | "replace"): Promise<string> {
  const path = file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(file);
  try {
    await writeFile(path, text, { flag: over === "replace" ? "w" : "wx" });
    return path;
  } catch (error) {
    throw new BadInput([
      { where: "/save", line: null, field: null, expected: "a file that can be written", got: whatIs(file, error) },
    ]);
  }
}

function whatIs(file: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const name = quoted(file);
  switch (code) {
    case "EEXIST":
      return `${name}, which is there already (/save! ${plainLine(file)} writes over it)`;
    case "ENOENT":
    case "ENOTDIR":
      return `${name}, in a folder that is not there`;
    case "EISDIR":
      return `${name}, which is a folder`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${name}, where writing is not allowed`;
    case "ENOSPC":
      return `${name}, on a disk that is full`;
    case "ENAMETOOLONG":
      return `${name}, a name that is too long`;
    default:
      return `${name}: ${plainLine(messageOf(error))}`;
  }
}

/** `2026-11-20 23:15 UTC`. */
export function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

// ASCII punctuation that Markdown could read as markup (CommonMark, "Backslash escapes").
function escaped(name: string): string {
  return plainLine(name).replaceAll(/[\\`*_{}[\]()#+\-!<>|~&]/gu, String.raw`\$&`);
}
