// What a solver said, as a post: without the trimmings that models put around their words.

// A name is at most this long (persona files cap it), with room for stars around it.
const NAME_CHARS_MAX = 120;

// Trimmings around trimmings: a label in quotes around a quoted reply.
const LAYERS_MAX = 6;

// What is shorter may be said twice by chance: "Hello" is no echo.
const ECHO_CHARS_MIN = 20;

/** `text` without the persona's own name as a label before it, without quotation marks around the whole of it, and without what it repeats of the prompt before its own words. `prompts`: what was asked, as the model saw it. */
export function replyText(text: string, names: readonly string[], prompts: readonly string[] = []): string {
  let reply = text.trim();
  for (let layer = 0; layer < LAYERS_MAX; layer += 1) {
    const next = withoutLabel(withoutQuotes(withoutEcho(withoutMarks(reply), prompts)), names);
    if (next === reply) break;
    reply = next;
  }
  return reply;
}

function withoutLabel(text: string, names: readonly string[]): string {
  const colon = text.slice(0, NAME_CHARS_MAX).search(/[:：]/u);
  if (colon === -1) return text;
  const label = text
    .slice(0, colon)
    .replaceAll(/[*_@[\]()"]/gu, "")
    .trim()
    .toLowerCase();
  const isOwn = names.some((name) => name.toLowerCase() === label);
  return isOwn ? text.slice(colon + 1).replace(/^[\s*_]+/u, "") : text;
}

// Marks of chat formats that models say aloud when their server does not take them away.
const OPENING_MARKS = /^(?:<\|[a-z_]{1,30}\|>|<s>|\[\/?INST\]|#{2,3} (?:Response|Assistant):?(?=\s*\n))\s*/iu;
const CLOSING_MARKS = /\s*(?:<\|[a-z_]{1,30}\|>|<\/s>|\[\/?INST\])$/iu;

function withoutMarks(text: string): string {
  return text.replace(OPENING_MARKS, "").replace(CLOSING_MARKS, "");
}

/** A reply that says nothing but the prompt stays: somebody may have asked for just that. */
function withoutEcho(text: string, prompts: readonly string[]): string {
  const echo = prompts.find((prompt) => prompt.length >= ECHO_CHARS_MIN && text.startsWith(prompt));
  const rest = echo === undefined ? null : text.slice(echo.length);
  // Own words begin on a line of their own.
  if (rest !== null && /^\s*\n\s*\S/u.test(rest)) return rest.trim();
  return withoutRequest(text);
}

/** Without the request of the microblog simulator, said back as the object that it is. */
function withoutRequest(text: string): string {
  if (!/^\{\s*"current_user"/u.test(text)) return text;
  const end = endOfObject(text);
  const rest = end === null ? "" : text.slice(end).trim();
  return rest === "" ? text : rest;
}

/** Where the JSON object at the beginning of `text` ends; null: it does not. */
function endOfObject(text: string): number | null {
  let isInText = false;
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i];
    if (isInText && sign === "\\") i += 1;
    else if (sign === '"') isInText = !isInText;
    else if (!isInText && sign === "{") depth += 1;
    else if (!isInText && sign === "}") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return null;
}

// Quotation marks by their opening; where both are the same sign, a second pair inside means that the whole is not quoted.
const CLOSINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['"', ['"']],
  ["“", ["”"]],
  ["„", ["“", "”"]],
  ["”", ["”"]],
  ["«", ["»"]],
  ["»", ["«"]],
  ["‹", ["›"]],
  ["「", ["」"]],
  ["『", ["』"]],
  ["‘", ["’"]],
  ["'", ["'"]],
]);

/** Without quotation marks around the whole; those around parts of it stay. */
function withoutQuotes(text: string): string {
  const closings = CLOSINGS.get(text.slice(0, 1));
  if (closings === undefined || text.length < 2 || !closings.includes(text.slice(-1))) return text;
  const inside = text.slice(1, -1);
  // Apostrophes stand between letters.
  const marks = inside.replaceAll(/(?<=\p{L})['’](?=\p{L})/gu, "");
  const isWhole = [text.slice(0, 1), ...closings].every((mark) => !marks.includes(mark));
  return isWhole ? inside.trim() : text;
}
