// The body of a request: JSON, or parts with files and `payload_json` beside them ("Uploading Files").
import type { Upload } from "./call.ts";

/** Stands for a body that was no JSON. */
export const BROKEN_JSON = Symbol("broken JSON");

interface Read {
  readonly body: unknown;
  readonly files: readonly Upload[];
}

/** What a request says; the body is BROKEN_JSON when it cannot be read. */
export function readBody(contentType: string, content: Buffer): Read {
  if (contentType.startsWith("multipart/form-data")) return readParts(contentType, content);
  if (content.length === 0) return { body: undefined, files: [] };
  return { body: parse(content.toString("utf8")), files: [] };
}

function readParts(contentType: string, content: Buffer): Read {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return { body: BROKEN_JSON, files: [] };
  const files: Upload[] = [];
  const fields: Record<string, unknown> = {};
  // One character for each byte, so that files pass through unharmed; between the first and the last boundary stand the parts.
  const parts = content.toString("latin1").split(`--${boundary}`).slice(1, -1);
  for (const part of parts) {
    const end = part.indexOf("\r\n\r\n");
    const head = Buffer.from(part.slice(0, end), "latin1").toString("utf8");
    const inside = Buffer.from(part.slice(end + 4, -2), "latin1");
    const field = /name="([^"]*)"/.exec(head)?.[1] ?? "";
    const filename = /filename="([^"]*)"/.exec(head)?.[1];
    const type = /content-type: *([^\r\n]+)/i.exec(head)?.[1] ?? "application/octet-stream";
    if (filename === undefined) fields[field] = inside.toString("utf8");
    else files.push({ field, filename, contentType: type, content: inside });
  }
  const payload = fields["payload_json"];
  return { body: typeof payload === "string" ? parse(payload) : fields, files };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return BROKEN_JSON;
  }
}
