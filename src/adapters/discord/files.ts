// Text files that came with a message, fetched from Discord's own store of them.
import { fileText } from "../../domain/message.ts";
import type { Log } from "../../log.ts";
import { messageOf } from "../../errors.ts";
import type { TextFile } from "./normalize.ts";

// As large as a file may say that it is, and no larger whatever comes.
const BYTES_MAX = 64 * 1024;

const ANSWER_MS = 5_000;

/** The files as one text to be read after the message: data, each between lines that name it. What cannot be fetched is named as such. `hosts`: where Discord keeps files; nothing is fetched from elsewhere. */
export async function readFiles(files: readonly TextFile[], hosts: readonly string[], log: Log): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, hosts, log)));
  return texts.map((text, at) => fileText(files[at]?.name ?? "", text)).join("");
}

async function readFile(file: TextFile, hosts: readonly string[], log: Log): Promise<string> {
  const url = URL.parse(file.url);
  if (url === null || !hosts.includes(url.host)) return "(it could not be read)";
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "error" });
    if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
    return new TextDecoder("utf-8").decode(await firstBytes(answer)).replaceAll("\u0000", "");
  } catch (error) {
    log.debug("a file could not be read", { why: messageOf(error) });
    return "(it could not be read)";
  }
}

async function firstBytes(answer: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  if (body === null) return new Uint8Array();
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes >= BYTES_MAX) break;
  }
  return Buffer.concat(pieces).subarray(0, BYTES_MAX);
}
