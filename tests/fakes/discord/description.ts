// Holds every request and every answer to Discord's own description of its API, and remembers what did not fit.
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Route } from "./route.ts";

/** What is looked at of a request. */
interface Request {
  readonly asked: { readonly body: unknown };
  readonly query: URLSearchParams;
}

export interface Description {
  request(route: Route, request: Request): void;
  answer(route: Route, status: number, body: unknown): void;
  /** What did not fit so far, one line each. */
  readonly violations: readonly string[];
  /** Forgets them, and gives them. */
  take(): readonly string[];
}

/** Where the description is not at hand: nothing is looked at. */
export const noDescription: Description = { request() {}, answer() {}, violations: [], take: () => [] };

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
    readonly required?: boolean;
  };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

// Reading and compiling it takes longer than most tests: once for each process.
const known = new Map<string, Compiled>();

interface Compiled {
  readonly api: OpenApi;
  readonly check: (schema: object) => ValidateFunction;
}

/** Reads the description at `path`. */
export function openDescription(path: string): Description {
  const compiled = known.get(path) ?? compile(path);
  known.set(path, compiled);
  return new Held(compiled);
}

function compile(path: string): Compiled {
  const said = withDocumented(JSON.parse(readFileSync(path, "utf8")));
  const api = closed(said) as OpenApi;
  const open = opened(said) as OpenApi;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  for (const name of ["nonce", "snowflake"]) ajv.addFormat(name, true);
  ajv.addSchema({ $id: "discord", components: { schemas: api.components.schemas } });
  ajv.addSchema({ $id: "open", components: { schemas: open.components.schemas } });
  return { api, check: (schema) => ajv.compile(schema) };
}

// The two answers that the description gives by reference, as schemas that stay the same objects: ajv keeps what it compiled by them.
const REFUSED = { $ref: "discord#/components/schemas/ErrorResponse" };
const LIMITED = { $ref: "discord#/components/schemas/RatelimitedResponse" };

class Held implements Description {
  readonly #described: Compiled;
  #violations: readonly string[] = [];

  constructor(described: Compiled) {
    this.#described = described;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  take(): readonly string[] {
    const all = this.#violations;
    this.#violations = [];
    return all;
  }

  request(route: Route, { asked, query }: Request): void {
    const operation = this.#operation(route);
    if (operation === null) return;
    const what = `${route.method} ${route.path}: request`;
    const known = operation.parameters ?? [];
    for (const [name, value] of query) {
      const parameter = known.find((one) => one.name === name && one.in === "query");
      if (parameter === undefined) this.#add(`${what}: the query parameter ${name} is unknown`);
      else this.#check(`${what}: ${name}`, parameter.schema, fromQuery(value));
    }
    // What comes beside files is the same body, as `payload_json`.
    const content = operation.requestBody?.content;
    const schema = content?.["application/json"]?.schema;
    if (schema !== undefined) this.#check(what, schema, asked.body ?? {});
    else if (asked.body !== undefined && content === undefined) this.#add(`${what}: expected no body`);
  }

  answer(route: Route, status: number, body: unknown): void {
    const operation = this.#operation(route);
    if (operation === null) return;
    const what = `${route.method} ${route.path}: answer ${status}`;
    const described =
      operation.responses[status.toString()] ?? (status >= 400 ? operation.responses["4XX"] : undefined);
    if (described === undefined) {
      this.#add(`${what}: the description knows no such answer`);
      return;
    }
    if (described.$ref !== undefined) {
      this.#check(what, status === 429 ? LIMITED : REFUSED, body);
      return;
    }
    const schema = described.content?.["application/json"]?.schema;
    if (schema !== undefined) this.#check(what, schema, asSent(body));
    else if (body !== undefined) this.#add(`${what}: expected no body`);
  }

  #operation(route: Route): Operation | null {
    const found = this.#described.api.paths[route.path]?.[route.method.toLowerCase()];
    if (found === undefined) this.#add(`${route.method} ${route.path}: the description knows no such route`);
    return found ?? null;
  }

  #check(what: string, schema: object, value: unknown): void {
    const validate = this.#described.check(schema);
    if (validate(value)) return;
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "anyOf" && keyword !== "oneOf");
    for (const { instancePath, message, params } of errors.slice(0, ERRORS_SHOWN)) {
      this.#add(`${what}: ${instancePath} ${message ?? ""} ${JSON.stringify(params)}`);
    }
  }

  #add(line: string): void {
    if (!this.#violations.includes(line)) this.#violations = [...this.#violations, line];
  }
}

// A value that fits none of many alternatives has an error for each; the first ones tell enough.
const ERRORS_SHOWN = 12;

// What goes over the wire: without the fields that are undefined.
function asSent(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function fromQuery(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  return /^\d{1,9}$/.test(value) ? Number(value) : value;
}

type Node = Readonly<Record<string, unknown>>;

function mapped(node: unknown, change: (node: Node) => unknown): unknown {
  if (Array.isArray(node)) return node.map((one) => mapped(one, change));
  if (typeof node !== "object" || node === null) return node;
  return change(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mapped(value, change)])));
}

// Where the description and the documentation disagree, the documentation has it: the codes of single fields are words ("Error Messages"),
// and permissions are written as text ("Application Commands: default_member_permissions is a ?string").
function withDocumented(api: unknown): unknown {
  return mapped(api, (node) => {
    const properties = node["properties"] as Node | undefined;
    if (properties === undefined) return node;
    if ("_errors" in properties) {
      const item = {
        type: "object",
        required: ["code", "message"],
        properties: { code: { type: "string" }, message: { type: "string" } },
      };
      return { ...node, properties: { _errors: { type: "array", items: item } } };
    }
    if (!("default_member_permissions" in properties)) return node;
    return {
      ...node,
      properties: { ...properties, default_member_permissions: { type: ["string", "null"], pattern: "^\\d+$" } },
    };
  });
}

// An object takes no other fields than those described, so that neither the bot nor the fake can invent one. The parts of an "all of" stay open, and
// the whole is closed instead. The unions are such that a value may fit more than one of them: "one of" is read as "any of".
function closed(api: unknown): unknown {
  return mapped(api, (node) => {
    const known = anyOf(referring(node, "discord"));
    const parts = known["allOf"];
    if (Array.isArray(parts) && parts.length > 1) {
      return { ...(mapped(known, reopened) as Node), unevaluatedProperties: false };
    }
    const isObject = known["type"] === "object" && typeof known["properties"] === "object";
    return isObject && known["additionalProperties"] === undefined ? { ...known, additionalProperties: false } : known;
  });
}

function opened(api: unknown): unknown {
  return mapped(api, (node) => anyOf(referring(node, "open")));
}

function reopened(node: Node): unknown {
  const { additionalProperties, ...rest } = referring(node, "open");
  return additionalProperties === false || additionalProperties === undefined
    ? rest
    : { ...rest, additionalProperties };
}

function anyOf({ oneOf, ...rest }: Node): Node {
  return oneOf === undefined ? rest : { ...rest, anyOf: oneOf };
}

function referring(node: Node, to: "discord" | "open"): Node {
  const { $ref, ...rest } = node;
  return typeof $ref === "string" ? { ...rest, $ref: $ref.replace(/^(?:discord|open)?#/, `${to}#`) } : node;
}
