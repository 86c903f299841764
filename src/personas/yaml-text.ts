// YAML as people write it: its values, the line of each, and every mistake as a complaint.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, ErrorCode, Node, Pair } from "yaml";
import type { Complaint } from "../errors.ts";
import { messageOf, quoted } from "../errors.ts";
import { DEPTH_MAX, ENTRIES_MAX, FILE_LINES_MAX } from "./limits.ts";

/** Keys and places from the top, such as `["model", "stop", 1]`. */
export type Path = readonly (string | number)[];

/** The line of a value, from 1; of its nearest parent where it is missing. */
export type LineOf = (path: Path) => number | null;

export type ParsedText =
  | { readonly kind: "parsed"; readonly value: unknown; readonly lineOf: LineOf; readonly warnings: readonly string[] }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

/** Parses one YAML 1.2 document. Never throws, and takes well under a second for any text that `readTextFile` gives. */
export function parseYaml(text: string, where: string): ParsedText {
  const complain = (line: number | null, expected: string, got: string): ParsedText => ({
    kind: "complaints",
    complaints: [{ where, line, field: null, expected, got }],
  });
  const lines = countLines(text);
  if (lines > FILE_LINES_MAX) return complain(null, `at most ${FILE_LINES_MAX} lines`, `${lines}`);
  const counter = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line);
  let document: Document.Parsed;
  try {
    // Keys that come twice are looked for below: the parser's own way takes seconds for some thousands of keys.
    document = parseDocument(text, {
      lineCounter: counter,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      resolveKnownTags: false,
      logLevel: "error",
    });
  } catch (error) {
    return complain(null, "YAML", messageOf(error));
  }
  const [error] = document.errors;
  if (error !== undefined) {
    const { expected, got } = plainWords(error.code, error.message);
    return complain(lineAt(error.pos[0]), expected, got);
  }
  const doubled = keysTwice(document.contents, 0);
  if (doubled !== null) return complain(lineAt(doubled.offset), "each key once", `a second ${quoted(doubled.key)}`);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (thrown) {
    return complain(
      lineOfAlias(text, messageOf(thrown)),
      "aliases that lead somewhere, and few of them",
      messageOf(thrown),
    );
  }
  if (!isOfSize(value)) {
    return complain(null, `at most ${DEPTH_MAX} levels and ${ENTRIES_MAX} entries`, "more than that");
  }
  const warnings = document.warnings.map(
    (warning) => `${where}:${lineAt(warning.pos[0])}: ${plainTag(warning.message)}`,
  );
  return { kind: "parsed", value, warnings, lineOf: (path) => lineAt(offsetOf(document.contents, path)) };
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/** The parser's words for the mistakes that people make most are made plainer; the rest are good enough. */
function plainWords(code: ErrorCode, message: string): { readonly expected: string; readonly got: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { expected: "spaces at the start of a line", got: "a tab" };
    case "MULTIPLE_DOCS":
      return { expected: "one document", got: "another one after ---" };
    case "NON_STRING_KEY":
      return { expected: "keys that are text", got: "another kind of key" };
    case "BAD_ALIAS":
      return { expected: "an alias that leads somewhere (put text with * in quotes)", got: lowerFirst(message) };
    case "BLOCK_AS_IMPLICIT_KEY":
      return { expected: 'one "key: value" a line (put text with a colon in quotes)', got: lowerFirst(message) };
    case "RESOURCE_EXHAUSTION":
      return { expected: `at most ${DEPTH_MAX} levels`, got: "many more" };
    case "MISSING_CHAR":
    case "BAD_INDENT":
    default:
      return { expected: "YAML", got: `a mistake: ${lowerFirst(message)}` };
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function plainTag(message: string): string {
  return `${lowerFirst(message)}: tags are not used here, the value was taken as plain text`;
}

function lineOfAlias(text: string, message: string): number | null {
  const name = /: (\S{1,100})$/u.exec(message)?.[1];
  const at = name === undefined ? -1 : text.indexOf(`*${name}`);
  return at === -1 ? null : countLines(text.slice(0, at));
}

interface Doubled {
  readonly key: string;
  readonly offset: number;
}

function keysTwice(node: unknown, depth: number): Doubled | null {
  // Deeper ones are refused for their depth.
  if (depth > DEPTH_MAX) return null;
  if (isSeq(node)) return firstOf(node.items, (item) => keysTwice(item, depth + 1));
  if (!isMap(node)) return null;
  const seen = new Set<string>();
  return firstOf(node.items, (pair) => {
    const key = keyOf(pair);
    if (seen.has(key)) return { key, offset: startOf(pair.key) };
    seen.add(key);
    return keysTwice(pair.value, depth + 1);
  });
}

function firstOf<T>(items: readonly T[], find: (item: T) => Doubled | null): Doubled | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

function startOf(node: unknown): number {
  return isNodeWithRange(node) ? node.range[0] : 0;
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && Array.isArray(node.range);
}

/** Where the value at `path` stands: its key in a map, itself in a list; as far down as the path leads. */
function offsetOf(top: unknown, path: Path): number {
  let node: unknown = top;
  let offset = startOf(top);
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => keyOf(item) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) return offset;
      node = item;
      offset = startOf(item);
    } else return offset;
  }
  return offset;
}

/** False when `value` is deeper or larger than the limits, as what leads back to itself always is. */
export function isOfSize(value: unknown): boolean {
  let entries = 0;
  const fits = (part: unknown, depth: number): boolean => {
    if (typeof part !== "object" || part === null) return true;
    if (depth >= DEPTH_MAX) return false;
    const inner: readonly unknown[] = Object.values(part);
    entries += inner.length;
    return entries <= ENTRIES_MAX && inner.every((each) => fits(each, depth + 1));
  };
  return fits(value, 0);
}
