// Holds what is said to OpenAI's own description of its API, so that our requests and our fake cannot drift from it unseen.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** Schemas that are asked for by name. */
export type SchemaName =
  | "CreateChatCompletionRequest"
  | "CreateChatCompletionResponse"
  | "CreateChatCompletionStreamResponse"
  | "ListModelsResponse"
  | "ErrorResponse";

/** What is wrong with a value, one line each; empty when it fits. */
export type Validate = (schema: SchemaName, value: unknown) => readonly string[];

/** Reads the description at `path`. */
export function openaiSchemas(path: string): Validate {
  const description = JSON.parse(readFileSync(path, "utf8")) as { readonly components: { readonly schemas: object } };
  const ajv = new Ajv2020({ strict: false, allErrors: true, discriminator: false });
  addFormats.default(ajv);
  ajv.addFormat("unixtime", true);
  ajv.addSchema({ $id: "openai", components: { schemas: withNull(description.components.schemas) } });
  return (name, value) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`the description has no schema ${name}`);
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
  };
}

// `nullable` is OpenAPI 3.0's word in a 3.1 description: it stands for "or null".
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (typeof node !== "object" || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "example" || key === "examples" ? value : withNull(value),
    ]),
  );
  return nullable === true
    ? { anyOf: [rest, { type: "null" }] }
    : { ...rest, ...(nullable === undefined ? {} : { nullable }) };
}
