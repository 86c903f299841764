// Triggers as regular expressions: words have edges in any script, each is made once, none can run away.

// A word's edge in the library is `\b`, which knows ASCII only: no optional beside a Cyrillic word would ever match. These
// ranges hold the letters and digits of scripts that write words apart; whatever lies outside (Chinese, Japanese, Thai, Lao,
// Burmese, Khmer, emoji, punctuation) has an edge on both sides. Plain ranges, because `\p{…}` costs a millisecond a trigger to compile.
const LETTER =
  "[0-9a-z_\\u00aa\\u00b5\\u00ba\\u00c0-\\u0dff\\u0f00-\\u0fff\\u10a0-\\u177f\\u1800-\\u1fff\\uac00-\\ud7ff]";
const GAP = `(?:\\s+|(?<!${LETTER})|(?!${LETTER}))`;
// How the library writes the gaps around an optional: the same as above, with `\b`. As one character they are easy to count.
const LIBRARY_GAPS = /\(\?:\\s\|\\b\)\+|\(\?:\\b\|\\s\)\+/g;
const GAP_MARK = "\u0001";

// Steps that one trigger may take over one text: some 50 ms where everything goes against it. Counted as n^w / w! for n characters and w wildcards, doubled for each optional: what backtracking does in the worst case (measured).
const STEPS_MAX = 1_000_000;

// Triggers kept compiled; those that hold a user's words are made anew for each user and would otherwise pile up.
const KEPT_MAX = 10_000;

interface Shape {
  readonly wildcards: number;
  readonly optionals: number;
  /** Words of which any match contains one, list for list. */
  readonly required: readonly (readonly string[])[];
}

/** A trigger, ready to be tried. */
export interface BoundedTrigger {
  /** The longest text that it is tried against; the rest of a longer one is not looked at. */
  readonly charsMax: number;
  [Symbol.match](text: string): RegExpMatchArray | null;
}

const kept = new Map<string, BoundedTrigger>();

/** Stands in for `RegExp` inside the library: patterns anchored at both ends are triggers and stay within bounds, everything else is a RegExp as ever. */
export function Pattern(source: string | RegExp, flags?: string): RegExp | BoundedTrigger {
  if (typeof source !== "string" || !source.startsWith("^") || !source.endsWith("$")) return new RegExp(source, flags);
  return boundedTrigger(source.slice(1, -1));
}

/** The trigger that the library writes as `expression`, without its anchors; made once. Whether it is a regular expression at all shows when it is tried, or by `checkExpression`. */
export function boundedTrigger(expression: string): BoundedTrigger {
  const known = kept.get(expression);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const made = makeTrigger(expression);
  kept.set(expression, made);
  return made;
}

/** Throws SyntaxError when `expression` is no regular expression. */
export function checkExpression(expression: string): void {
  // The gaps are ours and right; with one character for each this is ten times cheaper.
  void new RegExp(markGaps(expression));
}

function makeTrigger(expression: string): BoundedTrigger {
  const marked = markGaps(expression);
  const shape = shapeOf(marked);
  const charsMax = triedCharsMax(shape);
  const isLowerCase = expression.toLowerCase() === expression;
  let exact: RegExp | null = null;
  let anyCase: RegExp | null = null;
  return {
    charsMax,
    [Symbol.match](text) {
      const tried = text.length > charsMax ? text.slice(0, charsMax) : text;
      const lower = tried.toLowerCase();
      // Most triggers are done with here, without ever being compiled.
      for (const words of shape.required) if (!words.some((word) => lower.includes(word))) return null;
      // What people say comes in lower case, and so do triggers: the exact form compiles three times faster than the one that minds no case.
      if (isLowerCase && lower === tried) {
        exact ??= new RegExp(anchored(marked));
        return exact.exec(tried);
      }
      anyCase ??= new RegExp(anchored(marked), "i");
      return anyCase.exec(tried);
    },
  };
}

function anchored(marked: string): string {
  return `^${marked.replaceAll(GAP_MARK, GAP)}$`;
}

function triedCharsMax({ wildcards, optionals }: Shape): number {
  if (wildcards === 0) return Number.POSITIVE_INFINITY;
  let orders = 1;
  for (let count = 2; count <= wildcards; count += 1) orders *= count;
  return Math.floor(((STEPS_MAX * orders) / 2 ** optionals) ** (1 / wildcards));
}

function markGaps(expression: string): string {
  return expression.replaceAll(LIBRARY_GAPS, GAP_MARK);
}

const TOKENS = new RegExp(
  `\\(\\?:|\\[\\^\\\\s\\\\d\\]\\+\\?|\\\\d\\+\\?|\\.[+*]\\?|\\\\.|[^()|[\\]\\\\.+*?{}^$${GAP_MARK}]+|[\\s\\S]`,
  "g",
);
const WILDCARDS = new Set(["[^\\s\\d]+?", "\\d+?", ".+?", ".*?"]);
const QUANTIFIER = /^[+?*{]/;
const FOREIGN = /^[+?*{}^$.[\]\\]/;
// A wildcard at the end takes whatever is left: it never sends the search back.
const LAST_TAKES_ALL = new RegExp(
  `\\(\\.[+*]\\?\\)$|\\(\\?:${GAP_MARK}\\(\\?:\\.\\+\\?\\)${GAP_MARK}\\|${GAP_MARK}\\)$`,
);

function shapeOf(marked: string): Shape {
  const shape = alternatives(marked.match(TOKENS) ?? [], { at: 0 });
  return LAST_TAKES_ALL.test(marked) ? { ...shape, wildcards: Math.max(0, shape.wildcards - 1) } : shape;
}

// Reads up to the closing bracket. The costliest alternative counts; required are the words of the only one, or one word out of each.
function alternatives(tokens: readonly string[], read: { at: number }): Shape {
  const found: Shape[] = [sequence(tokens, read)];
  while (tokens[read.at] === "|") {
    read.at += 1;
    found.push(sequence(tokens, read));
  }
  const isOptional = found.length > 1 && tokens[read.at - 1] === GAP_MARK;
  const wildcards = Math.max(...found.map((shape) => shape.wildcards));
  const [only] = found.length === 1 ? found : [];
  const canMatchWithout = found.some((shape) => shape.required.length === 0);
  return {
    wildcards,
    optionals: Math.max(...found.map((shape) => shape.optionals)) + (isOptional && wildcards === 0 ? 1 : 0),
    required: only?.required ?? (canMatchWithout ? [] : [found.flatMap((shape) => shape.required[0] ?? [])]),
  };
}

function sequence(tokens: readonly string[], read: { at: number }): Shape {
  let wildcards = 0;
  let optionals = 0;
  const required: (readonly string[])[] = [];
  for (let token = tokens[read.at]; token !== undefined && token !== "|" && token !== ")"; token = tokens[read.at]) {
    read.at += 1;
    if (token === "(" || token === "(?:") {
      const inner = alternatives(tokens, read);
      read.at += 1;
      wildcards += inner.wildcards;
      optionals += inner.optionals;
      if (!QUANTIFIER.test(tokens[read.at] ?? "")) required.push(...inner.required);
    } else if (WILDCARDS.has(token) || FOREIGN.test(token)) wildcards += 1;
    else if (token !== GAP_MARK && token.trim() !== "" && !QUANTIFIER.test(tokens[read.at] ?? "")) {
      // A quantifier, foreign to RiveScript, may undo the character before it: then nothing of that run is required.
      required.push([token.trim().toLowerCase()]);
    }
  }
  return { wildcards, optionals, required };
}
