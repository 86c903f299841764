// Holds every request and every answer to Discord's own description of its API, and remembers what did not fit.
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Route } from "./route.ts";

/** What is looked at of a request. */
interface Request {
  readonly asked: { readonly body: unknown };
  readonly query: URLSearchParams;
  readonly isMultipart: boolean;
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

/** Reads the description at `path`. */
export function openDescription(path: string): Description {
  const api = withoutExtras(JSON.parse(readFileSync(path, "utf8"))) as OpenApi;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  for (const name of ["nonce", "snowflake"]) ajv.addFormat(name, true);
  ajv.addSchema({ $id: "discord", components: { schemas: api.components.schemas } });
  return new Held(api, ajv);
}

class Held implements Description {
  readonly #api: OpenApi;
  readonly #ajv: Ajv2020;
  readonly #compiled = new WeakMap<object, ValidateFunction>();
  #violations: readonly string[] = [];

  constructor(api: OpenApi, ajv: Ajv2020) {
    this.#api = api;
    this.#ajv = ajv;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  take(): readonly string[] {
    const all = this.#violations;
    this.#violations = [];
    return all;
  }

  request(route: Route, { asked, query, isMultipart }: Request): void {
    const operation = this.#operation(route);
    if (operation === null) return;
    const what = `${route.method} ${route.path}: request`;
    const known = operation.parameters ?? [];
    for (const [name, value] of query) {
      const parameter = known.find((one) => one.name === name && one.in === "query");
      if (parameter === undefined) this.#add(`${what}: the query parameter ${name} is unknown`);
      else this.#check(`${what}: ${name}`, parameter.schema, fromQuery(value));
    }
    const content = operation.requestBody?.content;
    const schema = content?.[isMultipart ? "multipart/form-data" : "application/json"]?.schema;
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
      this.#check(
        what,
        { $ref: `discord#/components/schemas/${status === 429 ? "RatelimitedResponse" : "ErrorResponse"}` },
        body,
      );
      return;
    }
    const schema = described.content?.["application/json"]?.schema;
    if (schema !== undefined) this.#check(what, schema, asSent(body));
    else if (body !== undefined) this.#add(`${what}: expected no body`);
  }

  #operation(route: Route): Operation | null {
    const found = this.#api.paths[described(route.path)]?.[route.method.toLowerCase()];
    if (found === undefined) this.#add(`${route.method} ${route.path}: the description knows no such route`);
    return found ?? null;
  }

  #check(what: string, schema: object, value: unknown): void {
    const validate = this.#compile(schema);
    if (validate(value) === true) return;
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "anyOf" && keyword !== "oneOf");
    for (const { instancePath, message, params } of errors.slice(0, ERRORS_SHOWN)) {
      this.#add(`${what}: ${instancePath} ${message ?? ""} ${JSON.stringify(params)}`);
    }
  }

  #compile(schema: object): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const fresh = this.#ajv.compile(schema);
    this.#compiled.set(schema, fresh);
    return fresh;
  }

  #add(line: string): void {
    if (!this.#violations.includes(line)) this.#violations = [...this.#violations, line];
  }
}

// A value that fits none of many alternatives has an error for each; the first ones tell enough.
const ERRORS_SHOWN = 12;

function described(path: string): string {
  return path;
}

// What goes over the wire: without the fields that are undefined.
function asSent(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function fromQuery(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  return /^\d{1,9}$/.test(value) ? Number(value) : value;
}

// The description is made from unions of which only one is meant: a value may fit more than one, so "one of" is read as "any of".
// An object takes no other fields than those described, so that neither the bot nor the fake can invent one.
function withoutExtras(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutExtras);
  if (typeof node !== "object" || node === null) return node;
  const known = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key === "oneOf" ? "anyOf" : key,
      key === "$ref" && typeof value === "string" ? value.replace(/^#/, "discord#") : withoutExtras(value),
    ]),
  );
  const isObject = known["type"] === "object" && typeof known["properties"] === "object";
  return isObject && known["additionalProperties"] === undefined ? { ...known, additionalProperties: false } : known;
}
