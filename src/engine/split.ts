// Splits a text that is too long for one post into parts that are not.

// A surrogate pair must fit, or an emoji could not be said at all.
const CHARS_MAX_AT_LEAST = 2;

// A fence that takes more of a post than this leaves too little for what stands in it: then it is split like prose.
const FENCE_SHARE_MAX = 0.5;

/** `from` up to, not including, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Prose extends Range {
  readonly kind: "prose";
}

interface Code extends Range {
  readonly kind: "code";
  /** The opening line, with its info string. */
  readonly opening: string;
  /** The line that ends it. */
  readonly closing: string;
  /** Its lines, the blank ones left out. */
  readonly lines: readonly Range[];
  /** Where the closing line ends; null when the text ends without one. */
  readonly closedAt: number | null;
}

/** `text` in parts of at most `charsMax` UTF-16 code units (at least 2), in order: cut between paragraphs, else between sentences, else between words, else between graphemes; a grapheme longer than a part is cut between code points. A code fence that is cut is closed there and opened again. Nothing is lost or said twice but white space at the cuts; blank text has no parts. Takes time in proportion to the text. */
export function splitText(text: string, charsMax: number): readonly string[] {
  if (charsMax < CHARS_MAX_AT_LEAST) throw new RangeError(`expected at least ${CHARS_MAX_AT_LEAST}, got ${charsMax}`);
  if (text.trim() === "") return [];
  if (text.length <= charsMax) return [text];
  const packing = new Packing(text, charsMax);
  for (const block of blocksOf(text)) {
    if (block.kind === "code" && block.lines.length > 0 && packing.hasRoomInside(block)) packing.addCode(block);
    else packing.addProse(block);
  }
  return packing.end();
}

/** Cuts a range of the text into smaller ones, white space between them left out. */
type Cut = (text: string, range: Range) => readonly Range[];

/** The parts so far and the one that is being filled: a stretch of the text, inside a fence or not. */
class Packing {
  readonly #text: string;
  readonly #charsMax: number;
  readonly #isBoundary: Uint8Array;
  readonly #parts: string[] = [];
  #filled: Range | null = null;
  /** What the part being filled opens with: the fence that the last cut closed. */
  #before = "";
  /** What it has to end with when it is cut here. */
  #after = "";

  constructor(text: string, charsMax: number) {
    this.#text = text;
    this.#charsMax = charsMax;
    this.#isBoundary = graphemeBoundaries(text);
  }

  hasRoomInside(code: Code): boolean {
    return code.opening.length + code.closing.length + 2 <= this.#charsMax * FENCE_SHARE_MAX;
  }

  addProse(paragraph: Prose | Code): void {
    this.#add(this.#whole(paragraph), [sentencesIn, wordsIn, graphemesIn, codePointsIn]);
  }

  addCode(code: Code): void {
    if (this.#fits(code) || this.#fitsAlone(code)) {
      this.#add(code, []);
      return;
    }
    this.#flush();
    this.#before = `${code.opening}\n`;
    this.#after = `\n${code.closing}`;
    for (const line of code.lines) this.#add(line, [wordsIn, graphemesIn, codePointsIn]);
    if (code.closedAt === null || this.#filled === null) return;
    // Its own closing line serves the last part if there is room for it; else the part is closed like the others.
    const { from } = this.#filled;
    if (this.#before.length + (code.closedAt - from) <= this.#charsMax) {
      this.#filled = { from, to: code.closedAt };
      this.#after = "";
      return;
    }
    this.#flush();
    this.#after = "";
    this.#before = "";
  }

  end(): readonly string[] {
    this.#flush();
    return this.#parts;
  }

  /** Adds a range to the part, or to the next one, or cut by the first of `cuts` that makes it small enough. */
  #add(range: Range, cuts: readonly Cut[]): void {
    if (this.#fits(range)) {
      this.#filled = { from: this.#filled?.from ?? range.from, to: range.to };
      return;
    }
    const [cut, ...finer] = cuts;
    if (this.#fitsAlone(range) || cut === undefined) {
      this.#flush();
      this.#filled = range;
      return;
    }
    const pieces = cut(this.#text, range);
    // Below graphemes there are only code points, and no grapheme is left to keep whole.
    const whole = finer.length === 0 ? pieces : this.#keepGraphemes(pieces);
    for (const piece of whole) this.#add(piece, finer);
  }

  #fits(range: Range): boolean {
    const from = this.#filled?.from ?? range.from;
    return this.#before.length + (range.to - from) + this.#after.length <= this.#charsMax;
  }

  #fitsAlone(range: Range): boolean {
    const before = this.#after === "" ? 0 : this.#before.length;
    return before + (range.to - range.from) + this.#after.length <= this.#charsMax;
  }

  #flush(): void {
    if (this.#filled === null) return;
    const { from, to } = this.#filled;
    this.#parts.push(this.#before + this.#text.slice(from, to) + this.#after);
    this.#filled = null;
    // Outside a fence the next part opens with nothing.
    if (this.#after === "") this.#before = "";
  }

  /** The pieces, with those joined that a cut between them would tear a grapheme apart, such as a space that carries an accent. */
  #keepGraphemes(pieces: readonly Range[]): readonly Range[] {
    const kept: Range[] = [];
    for (const piece of pieces.map((one) => this.#whole(one))) {
      const last = kept.at(-1);
      if (last === undefined || last.to <= piece.from) kept.push(piece);
      else kept[kept.length - 1] = { from: last.from, to: Math.max(last.to, piece.to) };
    }
    return kept;
  }

  /** `range`, widened to the graphemes that it begins and ends in. */
  #whole(range: Range): Range {
    let { from, to } = range;
    while (this.#isBoundary[from] === 0) from -= 1;
    while (this.#isBoundary[to] === 0) to += 1;
    return { from, to };
  }
}

const FENCE = /^[ \t]*(?<marker>`{3,}|~{3,})(?<info>.*)$/;

/** The paragraphs and fenced blocks of `text`, blank lines left out (CommonMark, "Fenced code blocks", but for how far a fence may be indented). */
function blocksOf(text: string): readonly (Prose | Code)[] {
  const blocks: (Prose | Code)[] = [];
  const paragraph: Range[] = [];
  let code: { readonly from: number; readonly opening: string; readonly marker: string; lines: Range[] } | null = null;
  const endParagraph = (): void => {
    const [first] = paragraph;
    const last = paragraph.at(-1);
    if (first !== undefined && last !== undefined) {
      blocks.push({ kind: "prose", ...trimmed(text, { from: first.from, to: last.to }) });
    }
    paragraph.length = 0;
  };
  const endCode = (to: number, closedAt: number | null): void => {
    if (code === null) return;
    const { from, opening, marker, lines } = code;
    const indent = opening.slice(0, opening.indexOf(marker));
    blocks.push({ kind: "code", from, to, opening, closing: indent + marker, lines, closedAt });
    code = null;
  };
  for (const line of linesOf(text)) {
    const written = text.slice(line.from, line.to);
    const fence = FENCE.exec(written)?.groups;
    const marker = fence?.["marker"] ?? "";
    const info = fence?.["info"] ?? "";
    if (code !== null) {
      if (marker.startsWith(code.marker) && info.trim() === "") endCode(line.to, line.to);
      else if (written.trim() !== "") code.lines.push(line);
    } else if (marker !== "" && !(marker.startsWith("`") && info.includes("`"))) {
      endParagraph();
      code = { from: line.from, opening: written.trimEnd(), marker, lines: [] };
    } else if (written.trim() === "") {
      endParagraph();
    } else {
      paragraph.push(line);
    }
  }
  endParagraph();
  endCode(text.trimEnd().length, null);
  return blocks;
}

function* linesOf(text: string): Generator<Range> {
  let from = 0;
  while (from <= text.length) {
    const end = text.indexOf("\n", from);
    const to = end === -1 ? text.length : end;
    yield { from, to };
    from = to + 1;
  }
}

function sentencesIn(text: string, range: Range): readonly Range[] {
  // Not in the machine's own language: a post is split in the same places wherever the house stands.
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  return segmentsIn(segmenter, text, range)
    .map((sentence) => trimmed(text, sentence))
    .filter((sentence) => !isBlank(text, sentence));
}

function wordsIn(text: string, range: Range): readonly Range[] {
  const words = text.slice(range.from, range.to).matchAll(/\S+/gu);
  return Array.from(words, (word) => ({
    from: range.from + word.index,
    to: range.from + word.index + word[0].length,
  }));
}

function graphemesIn(text: string, range: Range): readonly Range[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmentsIn(segmenter, text, range).filter((grapheme) => !isBlank(text, grapheme));
}

function codePointsIn(text: string, range: Range): readonly Range[] {
  let from = range.from;
  const points = Array.from(text.slice(range.from, range.to), (point) => {
    const at = from;
    from += point.length;
    return { from: at, to: from };
  });
  return points.filter((point) => !isBlank(text, point));
}

function segmentsIn(segmenter: Intl.Segmenter, text: string, range: Range): readonly Range[] {
  const segments = segmenter.segment(text.slice(range.from, range.to));
  return Array.from(segments, ({ index, segment }) => ({
    from: range.from + index,
    to: range.from + index + segment.length,
  }));
}

/** 1 at each index of `text` where a grapheme begins, and at its end. */
function graphemeBoundaries(text: string): Uint8Array {
  const boundaries = new Uint8Array(text.length + 1);
  for (const { index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    boundaries[index] = 1;
  }
  boundaries[text.length] = 1;
  return boundaries;
}

function isBlank(text: string, range: Range): boolean {
  return text.slice(range.from, range.to).trim() === "";
}

/** `range` without white space at its ends. */
function trimmed(text: string, range: Range): Range {
  const written = text.slice(range.from, range.to);
  const from = range.from + (written.length - written.trimStart().length);
  return { from, to: Math.max(from, range.from + written.trimEnd().length) };
}
