// The body of a request: JSON, or parts with files and `payload_json` beside them ("Uploading Files").
import type { Upload } from "./call.ts";

/** Stands for a body that was no JSON. */
export const BROKEN_JSON = Symbol("broken JSON");

interface Read {
  readonly body: unknown;
  readonly files: readonly Upload[];
}

export async function readBody(contentType: string, content: Buffer): Promise<Read> {
  if (contentType.startsWith("multipart/form-data")) return readParts(contentType, content);
  if (content.length === 0) return { body: undefined, files: [] };
  return { body: parse(content.toString("utf8")), files: [] };
}

async function readParts(contentType: string, content: Buffer): Promise<Read> {
  const headers = { "content-type": contentType };
  const form = await new Response(new Uint8Array(content), { headers }).formData().catch(() => null);
  if (form === null) return { body: BROKEN_JSON, files: [] };
  const files: Upload[] = [];
  const fields: Record<string, unknown> = {};
  for (const [field, value] of form) {
    if (typeof value === "string") fields[field] = value;
    else
      files.push({
        field,
        filename: value.name,
        contentType: value.type,
        content: Buffer.from(await value.arrayBuffer()),
      });
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
