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
  /** Words that any match contains. */
  readonly required: readonly string[];
}

interface Matches {
  [Symbol.match](text: string): RegExpMatchArray | null;
}

const kept = new Map<string, Matches>();

/** Stands in for `RegExp` inside the library: patterns anchored at both ends are triggers and stay within bounds, everything else is a RegExp as ever. */
export function Pattern(source: string | RegExp, flags?: string): RegExp | Matches {
  if (typeof source !== "string" || !source.startsWith("^") || !source.endsWith("$")) return new RegExp(source, flags);
  const known = kept.get(source);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const made = boundedTrigger(source.slice(1, -1));
  kept.set(source, made);
  return made;
}

/** The longest text that a trigger, given as the library's regular expression without its anchors, is tried against; the rest of a longer text is not looked at. */
export function triedCharsMax(expression: string): number {
  const { wildcards, optionals } = shapeOf(markGaps(expression));
  if (wildcards === 0) return Number.POSITIVE_INFINITY;
  let orders = 1;
  for (let count = 2; count <= wildcards; count += 1) orders *= count;
  return Math.floor(((STEPS_MAX * orders) / 2 ** optionals) ** (1 / wildcards));
}

/** `expression` as it is tried; throws SyntaxError when it is none. */
export function nativeOf(expression: string): RegExp {
  return new RegExp(`^${markGaps(expression).replaceAll(GAP_MARK, GAP)}$`, "i");
}

function boundedTrigger(expression: string): Matches {
  const charsMax = triedCharsMax(expression);
  const { required } = shapeOf(markGaps(expression));
  const lowerCase = expression.toLowerCase() === expression;
  let exact: RegExp | null = null;
  let anyCase: RegExp | null = null;
  return {
    [Symbol.match](text) {
      const tried = text.length > charsMax ? text.slice(0, charsMax) : text;
      const lower = tried.toLowerCase();
      for (const word of required) if (!lower.includes(word)) return null;
      // What people say comes in lower case, and so do triggers: the exact form compiles three times faster than the one that minds no case.
      if (lowerCase && lower === tried) {
        exact ??= new RegExp(nativeOf(expression).source);
        return exact.exec(tried);
      }
      anyCase ??= nativeOf(expression);
      return anyCase.exec(tried);
    },
  };
}

function markGaps(expression: string): string {
  return expression.replaceAll(LIBRARY_GAPS, GAP_MARK);
}

const TOKENS = /\(\?:|\[\^\\s\\d\]\+\?|\\d\+\?|\.[+*]\?|\\.|[\s\S]/g;
const WILDCARDS = new Set(["[^\\s\\d]+?", "\\d+?", ".+?", ".*?"]);
const QUANTIFIER = /^[+?*{]/;
const FOREIGN = /^[+?*{}^$.[\]\\]/;
// A wildcard at the end takes whatever is left: it never sends the search back.
const LAST_TAKES_ALL = new RegExp(
  `\\(\\.[+*]\\?\\)$|\\(\\?:${GAP_MARK}\\(\\?:\\.\\+\\?\\)${GAP_MARK}\\|${GAP_MARK}\\)$`,
);

function shapeOf(marked: string): Shape {
  const tokens = marked.match(TOKENS) ?? [];
  const read = { at: 0 };
  const shape = alternatives(tokens, read);
  return LAST_TAKES_ALL.test(marked) ? { ...shape, wildcards: Math.max(0, shape.wildcards - 1) } : shape;
}

// Reads up to the closing bracket: the costliest alternative counts, and a word is required only where there is no other way.
function alternatives(tokens: readonly string[], read: { at: number }): Shape {
  const found: Shape[] = [sequence(tokens, read)];
  while (tokens[read.at] === "|") {
    read.at += 1;
    found.push(sequence(tokens, read));
  }
  const only = found.length === 1 ? found[0] : undefined;
  const isOptional = found.length > 1 && tokens[read.at - 1] === GAP_MARK;
  const wildcards = Math.max(...found.map((shape) => shape.wildcards));
  return {
    wildcards,
    optionals: Math.max(...found.map((shape) => shape.optionals)) + (isOptional && wildcards === 0 ? 1 : 0),
    required: only?.required ?? [],
  };
}

function sequence(tokens: readonly string[], read: { at: number }): Shape {
  let wildcards = 0;
  let optionals = 0;
  let run = "";
  const required: string[] = [];
  const endRun = (): void => {
    const word = run.trim();
    if (word !== "") required.push(word.toLowerCase());
    run = "";
  };
  for (let token = tokens[read.at]; token !== undefined && token !== "|" && token !== ")"; token = tokens[read.at]) {
    read.at += 1;
    if (token === "(" || token === "(?:") {
      endRun();
      const inner = alternatives(tokens, read);
      read.at += 1;
      wildcards += inner.wildcards;
      optionals += inner.optionals;
      if (!QUANTIFIER.test(tokens[read.at] ?? "")) required.push(...inner.required);
    } else if (WILDCARDS.has(token)) {
      endRun();
      wildcards += 1;
    } else if (FOREIGN.test(token)) {
      // Not of the RiveScript language: a quantifier may undo the character before it, so that word is not required.
      run = "";
      wildcards += 1;
    } else if (token === GAP_MARK) endRun();
    else run += token;
  }
  endRun();
  return { wildcards, optionals, required };
}
