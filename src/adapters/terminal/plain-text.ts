// Plain text: what is left of a text when nothing in it can steer a terminal.
import { stripVTControlCharacters } from "node:util";

// Operating system commands, device control strings and their kin run to a terminator (ECMA-48, 8.3): a title, the clipboard (OSC 52), a link. Without one they end at the line's end.
const STRINGS =
  /(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)?/gu;

// What is left of control characters, but tab and line feed.
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

// Embeddings, overrides and isolates show a text in another order than it has (Unicode, UAX 9); the plain marks of Hebrew and Arabic may stay.
const REORDERINGS = /[\u202A-\u202E\u2066-\u2069]/gu;

const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/gu;

/** `text` without escape sequences, control characters but tab and line feed, and characters that reorder it. Never longer than `text`. */
export function plainText(text: string): string {
  const withoutStrings = text.toWellFormed().replaceAll(LINE_ENDS, "\n").replaceAll(STRINGS, "");
  return stripVTControlCharacters(withoutStrings).replaceAll(CONTROLS, "").replaceAll(REORDERINGS, "");
}

/** The same on one line, such as for a name. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/gu, " ").trim();
}
