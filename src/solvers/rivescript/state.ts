// What a brain remembers of one author between turns: variables, topic, the last few lines. People's words in it are veiled (heard.ts) as they were when they came.

export interface Remembered {
  readonly topic: string;
  /** What replies have set with `<set …>`. */
  readonly vars: ReadonlyMap<string, string>;
  /** What the author said, newest first. */
  readonly input: readonly string[];
  /** What the brain answered, newest first. */
  readonly reply: readonly string[];
  /** The last answer as it was said. */
  readonly said: string;
}

export const DEFAULT_TOPIC = "random";

export const NOTHING_REMEMBERED: Remembered = { topic: DEFAULT_TOPIC, vars: new Map(), input: [], reply: [], said: "" };

// One row for each persona, channel and author: what fits here is some thirty variables and five exchanges.
const STATE_CHARS_MAX = 8_000;
const VARS_MAX = 50;
const VAR_CHARS_MAX = 200;
// The library looks back nine lines at most; scripts in the wild use one.
const LINES_MAX = 5;
const LINE_CHARS_MAX = 500;

/** What `state` says; nothing remembered when it is none of ours. */
export function readState(state: string | null): Remembered {
  if (state === null || state.length > STATE_CHARS_MAX) return NOTHING_REMEMBERED;
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    return NOTHING_REMEMBERED;
  }
  if (typeof parsed !== "object" || parsed === null) return NOTHING_REMEMBERED;
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const vars = fields.get("vars");
  const topic = textOf(fields.get("topic"), VAR_CHARS_MAX);
  const known = typeof vars === "object" && vars !== null ? Object.entries(vars) : [];
  return {
    topic: topic === "" ? DEFAULT_TOPIC : topic,
    vars: keptVars(known),
    input: linesOf(fields.get("input")),
    reply: linesOf(fields.get("reply")),
    said: textOf(fields.get("said"), LINE_CHARS_MAX),
  };
}

/** `remembered` as one text within the limits; what is too long is cut, what is too much is left out, the oldest lines first. */
export function writeState(remembered: Remembered): string {
  const cut = (line: string): string => line.slice(0, LINE_CHARS_MAX).toWellFormed();
  for (let lines = LINES_MAX; lines >= 1; lines -= 1) {
    const state = JSON.stringify({
      topic: remembered.topic,
      vars: Object.fromEntries(keptVars([...remembered.vars])),
      input: remembered.input.slice(0, lines).map(cut),
      reply: remembered.reply.slice(0, lines).map(cut),
      said: cut(remembered.said),
    });
    if (state.length <= STATE_CHARS_MAX) return state;
  }
  return JSON.stringify({ topic: remembered.topic, said: cut(remembered.said) });
}

// Names that the library keeps for itself, or that we set anew before each call.
const NOT_KEPT = /^(?:__|topic$|handle$)/;

function keptVars(entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const [name, value] of entries) {
    if (kept.size >= VARS_MAX) break;
    if (NOT_KEPT.test(name) || name.length > VAR_CHARS_MAX) continue;
    if (typeof value === "string") kept.set(name, value.slice(0, VAR_CHARS_MAX));
  }
  return kept;
}

function textOf(value: unknown, charsMax: number): string {
  return typeof value === "string" ? value.slice(0, charsMax) : "";
}

function linesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, LINES_MAX).map((line) => textOf(line, LINE_CHARS_MAX));
}
