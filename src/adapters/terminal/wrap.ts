// Wraps text to the width of a terminal, counting columns as terminals do.

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// Two columns each, in every common terminal (Unicode, UAX 11, East Asian Wide and Fullwidth; emoji).
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|\uFE0F|[\u{20000}-\u{3FFFD}]/u;
const INVISIBLE = /^[\p{M}\p{Cf}]+$/u;
const NARROW_ONLY = /^[\u0020-\u007E]*$/u;

/** Columns that `text`, one line, takes. */
export function columnsOf(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOfGrapheme(segment);
  return columns;
}

function columnsOfGrapheme(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** The lines of `text` as they fit `columns`, cut between words, and inside a word only where it is longer than a line. Indentation at the start of a line stays. */
export function wrapped(text: string, columns: number): readonly string[] {
  return text.split("\n").flatMap((line) => wrappedLine(line.replaceAll("\t", "    ").trimEnd(), columns));
}

function wrappedLine(line: string, columns: number): readonly string[] {
  if (columnsOf(line) <= columns) return [line];
  const lines: string[] = [];
  let current = "";
  let width = 0;
  const add = (text: string, textWidth: number): void => {
    current += text;
    width += textWidth;
  };
  const breakLine = (): void => {
    lines.push(current.trimEnd());
    current = "";
    width = 0;
  };
  for (const run of line.match(/\s+|\S+/gu) ?? []) {
    const runWidth = columnsOf(run);
    const isSpace = run.trim() === "";
    if (width + runWidth <= columns) {
      if (!isSpace || width > 0 || lines.length === 0) add(run, runWidth);
    } else if (isSpace) {
      breakLine();
    } else {
      if (width > 0 && current.trim() !== "") breakLine();
      for (const { segment } of graphemes.segment(run)) {
        const segmentWidth = columnsOfGrapheme(segment);
        if (width > 0 && width + segmentWidth > columns) breakLine();
        add(segment, segmentWidth);
      }
    }
  }
  if (current !== "") breakLine();
  return lines;
}
