// Reads text files that people wrote: whatever is wrong with one becomes a complaint.
import { readFile, stat } from "node:fs/promises";
import type { Complaint } from "../errors.ts";
import { messageOf } from "../errors.ts";
import { FILE_BYTES_MAX } from "./limits.ts";

/** A file as it is found, and as it is named to people. */
export interface Located {
  /** Absolute. */
  readonly path: string;
  /** As somebody at the command line would type it. */
  readonly shown: string;
}

export type TextFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "complaint"; readonly complaint: Complaint };

/** The text of a UTF-8 file, without its byte order mark, lines ended by `\n`. Never throws. */
export async function readTextFile(file: Located): Promise<TextFile> {
  const wrong = (expected: string, got: string, line: number | null = null): TextFile => ({
    kind: "complaint",
    complaint: { where: file.shown, line, field: null, expected, got },
  });
  let bytes: Buffer;
  try {
    const stats = await stat(file.path);
    if (!stats.isFile()) return wrong("a file", stats.isDirectory() ? "a folder" : "something else");
    if (stats.size > FILE_BYTES_MAX) return wrong(`at most ${FILE_BYTES_MAX} bytes`, `${stats.size}`);
    bytes = await readFile(file.path);
  } catch (error) {
    return codeOf(error) === "ENOENT" ? { kind: "missing" } : wrong("a file that can be read", reasonOf(error));
  }
  if (bytes.byteLength > FILE_BYTES_MAX) return wrong(`at most ${FILE_BYTES_MAX} bytes`, `${bytes.byteLength}`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "text", text: text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") };
  } catch {
    const readable = new TextDecoder("utf-8").decode(bytes);
    const line = readable.slice(0, readable.indexOf("\uFFFD")).split("\n").length;
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    return wrong("text in UTF-8", isUtf16 ? "text in UTF-16" : "bytes that are none", isUtf16 ? null : line);
  }
}

/** The code of a system error, such as `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a file or folder cannot be read, in plain words. */
export function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    case "ELOOP":
      return "a link that leads back to itself";
    case "ENOENT":
      return "nothing there";
    case "ENOTDIR":
      return "a file";
    default:
      return messageOf(error);
  }
}
