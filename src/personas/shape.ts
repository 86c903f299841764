// Checks the shape of what a file holds: what is wrong becomes a complaint with its line, what is unknown is kept.
import { z } from "zod";
import type { Complaint } from "../errors.ts";
import { quoted } from "../errors.ts";
import { LIST_MAX } from "./limits.ts";
import type { LineOf, Path } from "./yaml-text.ts";

/** A text of at most `charsMax`. Messages of a shape say what is expected: they end up in complaints. */
export function textShape(charsMax: number, expected = "text"): z.ZodString {
  return z.string({ error: expected }).max(charsMax, { error: `at most ${charsMax} characters` });
}

type ListShape = z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodNullable<z.ZodString>>]>;

/** A list of texts, or one text for a list of one. Empty entries count for nothing. */
export function listShape(item: z.ZodString, most = LIST_MAX): ListShape {
  return z.union([item, z.array(item.nullable()).max(most, { error: `at most ${most} entries` })], {
    error: "text or a list of texts",
  });
}

export function numberShape(from: number, to: number): z.ZodNumber {
  const expected = `a number from ${from} to ${to}`;
  return z.number({ error: expected }).min(from, { error: expected }).max(to, { error: expected });
}

export function wholeShape(from: number, to: number): z.ZodInt {
  const expected = `a whole number from ${from} to ${to}`;
  return z.int({ error: expected }).min(from, { error: expected }).max(to, { error: expected });
}

export type Checked<T> =
  | {
      readonly kind: "ok";
      readonly value: T;
      readonly unknown: Readonly<Record<string, unknown>>;
      readonly warnings: readonly string[];
    }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

/** `value` in the shape of `schema`. Fields that the shape does not know are kept under their paths in `unknown`, each with a warning. */
export function checkShape<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: string,
  lineOf: LineOf,
): Checked<z.output<S>> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.flatMap((issue) => mistakesOf(issue, []));
    return { kind: "complaints", complaints: mistakes.map((mistake) => complaintOf(mistake, value, where, lineOf)) };
  }
  const unknown = unknownIn(schema, value, []);
  const warnings = unknown.map(
    ({ path }) =>
      `${placeOf(where, lineOf(path))}: ${flat(fieldOf(path))}: this field is not known; it is kept, and does nothing`,
  );
  return {
    kind: "ok",
    value: parsed.data,
    unknown: Object.fromEntries(unknown.map((field) => [fieldOf(field.path), field.value])),
    warnings,
  };
}

// A field's name in a sentence: on one line, and no longer than a line.
function flat(field: string): string {
  return field
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .slice(0, FIELD_CHARS_MAX)
    .toWellFormed();
}

const FIELD_CHARS_MAX = 80;

/** `solvers[1].model` for `["solvers", 1, "model"]`. */
export function fieldOf(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** The other way round. */
export function pathOf(field: string): Path {
  return field
    .split(/[.[\]]+|: /u)
    .filter((step) => step !== "")
    .map((step) => (/^\d{1,9}$/u.test(step) ? Number(step) : step));
}

/** `file:line`, or the file alone. */
export function placeOf(where: string, line: number | null): string {
  return line === null ? where : `${where}:${line}`;
}

interface Mistake {
  readonly path: Path;
  readonly code: string | undefined;
  readonly expected: string;
}

/** What an issue comes to. Of a choice of shapes that one counts whose kind the value is of: what is wrong inside of it says more. */
function mistakesOf(issue: z.core.$ZodIssue, above: Path): readonly Mistake[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  if (issue.code === "invalid_union") {
    const branches = issue.errors.map((issues) => issues.flatMap((inner) => mistakesOf(inner, path)));
    const isOther = (mistake: Mistake): boolean => mistake.path.length === path.length && OTHER_KIND.has(mistake.code);
    const fitting = branches.find((mistakes) => !mistakes.some((mistake) => isOther(mistake)));
    if (fitting !== undefined) return fitting;
  }
  return [{ path, code: issue.code, expected: issue.message }];
}

const OTHER_KIND = new Set<string | undefined>(["invalid_type", "invalid_union"]);

function complaintOf(mistake: Mistake, value: unknown, where: string, lineOf: LineOf): Complaint {
  const { path, expected } = mistake;
  const got = valueAt(value, path);
  return {
    where,
    line: lineOf(path),
    field: path.length === 0 ? null : fieldOf(path),
    expected,
    got: mistake.code === "too_big" && typeof got !== "number" ? sizeOf(got) : gotWords(got, expected),
  };
}

function sizeOf(value: unknown): string {
  if (typeof value === "string") return `${value.length}`;
  return Array.isArray(value) ? `${value.length}` : quoted(value);
}

function gotWords(value: unknown, expected: string): string {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  return isPlain && expected.includes("text") ? `${quoted(value)} (quotes make it text)` : quoted(value);
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

interface UnknownField {
  readonly path: Path;
  readonly value: unknown;
}

function unknownIn(schema: unknown, value: unknown, path: Path): readonly UnknownField[] {
  if (typeof value !== "object" || value === null) return [];
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
  if (isWrapped) return unknownIn(schema.unwrap(), value, path);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, i) => unknownIn(schema.element, item, [...path, i]));
  }
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(shape, key) ? unknownIn(shape[key], inner, [...path, key]) : [{ path: [...path, key], value: inner }],
  );
}
