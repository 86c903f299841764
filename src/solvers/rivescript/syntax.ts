// Mistakes in RiveScript files, told with file and line before anybody speaks by them.
import type { Complaint } from "../../errors.ts";
import { messageOf, quoted } from "../../errors.ts";
import type { Interpreter } from "./loader.ts";
import { boundedTrigger, checkExpression } from "./patterns.ts";

/** One file of a brain, as it was read. */
export interface BrainFile {
  /** As people know it, for complaints. */
  readonly name: string;
  readonly text: string;
}

/** A complaint about a line (from 1) of a brain's file; null for the whole file. */
export function complaintAbout(file: BrainFile, line: number | null, expected: string, got: string): Complaint {
  return { where: file.name, line, field: null, expected, got };
}

// The library copies a line once for each unit of its weight; a hundred to one is as good as always.
const WEIGHT_MAX = 1_000;
// A trigger that is tried against fewer characters than a short sentence has would miss most of what it is for.
const TRIED_CHARS_MIN = 40;

// These would reach the regular expression as they are, with another meaning than the one they have on paper.
const FOREIGN_SIGNS = /[+?^$\\]/;

/** What is wrong with `file` that the library would let pass. */
export function mistakesIn(file: BrainFile): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const { command, rest, line } of commandsOf(file.text)) {
    const heavy = /\{weight=(\d+)\}/i.exec(rest);
    if (heavy !== null && Number(heavy[1]) > WEIGHT_MAX) {
      complaints.push(complaintAbout(file, line, `a weight of at most ${WEIGHT_MAX}`, heavy[0]));
    }
    const sign = command === "+" || command === "%" ? FOREIGN_SIGNS.exec(rest.replaceAll(/<[^>]*>/g, "")) : null;
    if (sign !== null) {
      const expected = "a trigger of words, * # _, (a|b), [a|b] and @arrays, without punctuation";
      complaints.push(complaintAbout(file, line, expected, `"${sign[0]}" in ${quoted(`${command} ${rest}`)}`));
    }
  }
  return complaints;
}

const AT_LINE = / at stream\(\) line (\d+)(?: near [\s\S]*)?$/;

/** The library's own complaint (`Syntax error: … at stream() line 7 near + Hello`) in our form. */
export function complaintFrom(file: BrainFile, message: string): Complaint {
  const line = AT_LINE.exec(message)?.[1];
  const what = message.replace(AT_LINE, "").replace(/^Syntax error: /, "");
  const number = line === undefined ? null : Number(line);
  const got = number === null ? "" : quoted((file.text.split("\n")[number - 1] ?? "").trim());
  return complaintAbout(file, number, "RiveScript", got === "" ? what : `${got}: ${what}`);
}

/** Triggers that are no pattern or would take too long, once the library has parsed `files`. */
export async function triggerMistakes(
  interpreter: Interpreter,
  files: readonly BrainFile[],
): Promise<readonly Complaint[]> {
  const complaints: Complaint[] = [];
  const triggers = Object.values(interpreter._topics).flat();
  const patterns = new Set(
    triggers.flatMap((each) => (each.previous === null ? [each.trigger] : [each.trigger, each.previous])),
  );
  for (const pattern of patterns) {
    const expression = await interpreter.brain.triggerRegexp("", pattern);
    const fault = faultOf(expression);
    if (fault !== null) complaints.push(complaintAt(files, pattern, fault));
  }
  return complaints;
}

// Brains share files, and so do the personas of a house: most triggers have been looked at before.
const FAULTS_KEPT_MAX = 20_000;
const faults = new Map<string, string | null>();

function faultOf(expression: string): string | null {
  const known = faults.get(expression);
  if (known !== undefined) return known;
  const fault = lookForFault(expression);
  if (faults.size >= FAULTS_KEPT_MAX) faults.clear();
  faults.set(expression, fault);
  return fault;
}

function lookForFault(expression: string): string | null {
  try {
    checkExpression(expression);
  } catch (error) {
    return `a trigger that can be matched, got ${messageOf(error)}`;
  }
  return boundedTrigger(expression).charsMax < TRIED_CHARS_MIN ? "a trigger with fewer wildcards and optionals" : null;
}

function complaintAt(files: readonly BrainFile[], pattern: string, expected: string): Complaint {
  for (const file of files) {
    for (const { command, rest, line } of commandsOf(file.text)) {
      if ("+%?".includes(command) && rest.startsWith(pattern)) {
        return complaintAbout(file, line, expected, quoted(`${command} ${rest}`));
      }
    }
  }
  const file = files[0] ?? { name: "brain", text: "" };
  return complaintAbout(file, null, expected, quoted(pattern));
}

/** Topics that include or inherit each other in a circle: the library would sort their triggers for ever. */
export function circlesIn(interpreter: Interpreter, files: readonly BrainFile[]): readonly Complaint[] {
  const done = new Set<string>();
  const open: string[] = [];
  const circle = (topic: string): readonly string[] | null => {
    if (open.includes(topic)) return [...open.slice(open.indexOf(topic)), topic];
    if (done.has(topic)) return null;
    open.push(topic);
    const next = [
      ...Object.keys(interpreter._includes[topic] ?? {}),
      ...Object.keys(interpreter._inherits[topic] ?? {}),
    ];
    for (const each of next) {
      const found = circle(each);
      if (found !== null) return found;
    }
    open.pop();
    done.add(topic);
    return null;
  };
  for (const topic of Object.keys(interpreter._topics)) {
    const found = circle(topic);
    if (found === null) continue;
    const file = files.find((each) => each.text.includes(`> topic ${topic}`)) ?? files[0];
    if (file === undefined) return [];
    return [complaintAbout(file, null, "topics that do not include each other in a circle", found.join(" > "))];
  }
  return [];
}

interface Command {
  readonly command: string;
  readonly rest: string;
  readonly line: number;
}

// Lines as the library reads them: comments and the bodies of objects are none.
function* commandsOf(text: string): Generator<Command> {
  let isComment = false;
  let isObject = false;
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (isObject) isObject = !/^<\s*object/.test(line);
    else if (isComment) isComment = !line.includes("*/");
    else if (line.startsWith("/*")) isComment = !line.includes("*/");
    else if (/^>\s*object\b/.test(line)) isObject = true;
    else if (line !== "" && !line.startsWith("//")) {
      yield { command: line.slice(0, 1), rest: (line.slice(1).split(" //")[0] ?? "").trim(), line: at + 1 };
    }
  }
}
