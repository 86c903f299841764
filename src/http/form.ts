// What people and programs send: a form or JSON, read into fields of text.
import type { WebContext } from "./guard.ts";
import { Fault } from "./guard.ts";
import { isJsonBody } from "./answer.ts";

/** The text fields of a form or a JSON object; anything else in it is left out. Throws `Fault` when it is neither. */
export async function fieldsOf(c: WebContext): Promise<ReadonlyMap<string, string>> {
  return isJsonBody(c) ? jsonFields(await c.req.text()) : formFields(c);
}

function jsonFields(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault(400, "The body is not JSON: expected an object with text fields.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Fault(400, "The body is not a JSON object: expected an object with text fields.");
  }
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(value)) {
    if (field === null) continue;
    if (typeof field !== "string") throw new Fault(400, `${name.slice(0, 40)}: expected text, got ${typeof field}.`);
    fields.set(name, field);
  }
  return fields;
}

async function formFields(c: WebContext): Promise<ReadonlyMap<string, string>> {
  const type = c.req.header("content-type") ?? "";
  if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    throw new Fault(415, "Send a form (application/x-www-form-urlencoded or multipart/form-data) or JSON.");
  }
  const fields = new Map<string, string>();
  try {
    for (const [name, field] of Object.entries(await c.req.parseBody())) {
      if (typeof field === "string") fields.set(name, field);
    }
  } catch {
    throw new Fault(400, "The form cannot be read: its body is not what its content type says.");
  }
  return fields;
}
