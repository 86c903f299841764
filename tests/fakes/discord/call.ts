// A request on its way to its route, and the answer on its way back.
import { z } from "zod";
import type { Books } from "./books.ts";
import type { Door } from "./door.ts";
import type { Gateway } from "./gateway.ts";
import { type FieldFault, invalidForm } from "./refusals.ts";
import type { Addresses } from "./shapes.ts";

/** A file of a multipart request, by the name of its field. */
export interface Upload {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** Everything that a route works with. */
export interface World {
  readonly books: Books;
  readonly gateway: Gateway;
  readonly door: Door;
  readonly at: Addresses;
  readonly gatewayUrl: string;
}

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly Upload[];
  /** Whether the bot's token came along, and was right. */
  readonly isBot: boolean;
  readonly reason: string | null;
}

export interface Answer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body?: unknown;
  /** The message that was stored, for the log. */
  readonly stored?: string;
}

/** A part of the path, such as `channel_id`. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

export const snowflake = z.string().regex(/^\d{1,20}$/, { message: "Value is not snowflake." });

/** The body as `schema` has it; throws 50035 with every fault in its place. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw invalidForm(parsed.error.issues.flatMap((issue) => faultsOf(issue, [])));
}

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, before: readonly (string | number)[]): readonly FieldFault[] {
  const path = [...before, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
  if (issue.code === "invalid_union") {
    const best = issue.errors.toSorted((a, b) => a.length - b.length)[0];
    if (best !== undefined) return best.flatMap((inner) => faultsOf(inner, path));
  }
  return [{ path, ...worded(issue) }];
}

// Discord's own codes and sentences, as far as they are known.
function worded(issue: Issue): { readonly code: string; readonly message: string } {
  switch (issue.code) {
    case "too_big":
      return issue.origin === "number"
        ? { code: "NUMBER_TYPE_MAX", message: `int value should be less than or equal to ${issue.maximum}.` }
        : { code: "BASE_TYPE_BAD_LENGTH", message: `Must be ${issue.maximum} or fewer in length.` };
    case "too_small":
      return issue.origin === "number"
        ? { code: "NUMBER_TYPE_MIN", message: `int value should be greater than or equal to ${issue.minimum}.` }
        : { code: "BASE_TYPE_BAD_LENGTH", message: `Must be ${issue.minimum} or more in length.` };
    case "invalid_type":
      return issue.input === undefined
        ? { code: "BASE_TYPE_REQUIRED", message: "This field is required" }
        : {
            code: `${issue.expected.toUpperCase()}_TYPE_CONVERT`,
            message: `Could not interpret as ${issue.expected}.`,
          };
    case "invalid_value":
      return { code: "BASE_TYPE_CHOICES", message: `Value must be one of {${issue.values.map(String).join(", ")}}.` };
    case "custom": {
      const code: unknown = issue.params?.["code"];
      return { code: typeof code === "string" ? code : "BASE_TYPE_INVALID", message: issue.message };
    }
    default:
      return { code: "BASE_TYPE_INVALID", message: issue.message };
  }
}
