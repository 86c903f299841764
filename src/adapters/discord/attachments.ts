// Files that people give with a command, fetched from Discord's own store of them.
import type { InputFile } from "../../commands/command.ts";
import { fieldsOf, textOf } from "./shapes.ts";

/** A file that was given for an option, before it is fetched. */
export interface Attachment {
  readonly option: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
}

// More than any persona's file may be; of a larger one the beginning tells what it is.
const BYTES_MAX = 256 * 1024;

const ANSWER_MS = 5_000;

/** The files among the options of a command; `data` is the interaction's. */
export function attachmentsIn(data: unknown, options: Readonly<Record<string, string>>): readonly Attachment[] {
  const resolved = fieldsOf(fieldsOf(fieldsOf(data)["resolved"])["attachments"]);
  return Object.entries(options).flatMap(([option, id]): readonly Attachment[] => {
    const raw = fieldsOf(Object.hasOwn(resolved, id) ? resolved[id] : null);
    const url = textOf(raw["url"]);
    if (url === null) return [];
    return [{ option, url, name: textOf(raw["filename"]) ?? option, type: textOf(raw["content_type"]) ?? "" }];
  });
}

/** By option. `hosts`: where Discord keeps files; nothing is fetched from elsewhere. Throws what the network fails with. */
export async function fetchAttachments(
  attachments: readonly Attachment[],
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, InputFile>>> {
  const fetched = await Promise.all(
    attachments.map(async ({ option, name, type, url }) => {
      return [option, { name, type, bytes: await fetchBytes(url, hosts, signal) }] as const;
    }),
  );
  return Object.fromEntries(fetched);
}

async function fetchBytes(address: string, hosts: readonly string[], signal: AbortSignal): Promise<Uint8Array> {
  const url = URL.parse(address);
  if (url === null || !hosts.includes(url.host)) throw new TypeError("the file is not where Discord keeps files");
  const answer = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    redirect: "error",
  });
  if (!answer.ok) throw new TypeError(`Discord answered ${answer.status}`);
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
