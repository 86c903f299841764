// Long texts become parts that read well, and nothing of them is lost.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitText } from "../../src/engine/split.ts";
import { needsCorpora } from "../needs.ts";

const specification = needsCorpora("text/commonmark-spec.txt");
const naughty = needsCorpora("text/naughty-strings.json");

const bare = (text: string): string => text.replaceAll(/\s+/gu, "");
const FENCE_LINE = /^[ \t]*(?:`{3,}|~{3,}).*$/gmu;
const withoutFences = (text: string): string => bare(text.replaceAll(FENCE_LINE, ""));

function graphemesOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
}

/** What holds for every text and limit. */
function expectSound(text: string, charsMax: number, parts: readonly string[]): void {
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(charsMax);
    expect(part.trim()).not.toBe("");
  }
  expect(withoutFences(parts.join("\n"))).toBe(withoutFences(text));
}

/** Where fences play no part: the parts are stretches of the text, with white space between, cut at graphemes. */
function expectStretches(text: string, charsMax: number, parts: readonly string[]): void {
  const starts = new Set<number>([text.length]);
  for (const { index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) starts.add(index);
  const fits = graphemesOf(text).every((grapheme) => grapheme.length <= charsMax);
  let at = 0;
  for (const part of parts) {
    const from = text.indexOf(part, at);
    expect(from).toBeGreaterThanOrEqual(at);
    expect(text.slice(at, from).trim()).toBe("");
    at = from + part.length;
    if (fits) {
      expect(starts.has(from)).toBe(true);
      expect(starts.has(at)).toBe(true);
    }
    expect(part.isWellFormed()).toBe(text.isWellFormed() || part.isWellFormed());
  }
  expect(text.slice(at).trim()).toBe("");
}

describe("a text that is too long for one post", () => {
  test("stays as it is when it fits", () => {
    expect(splitText("  as it is \n", 2000)).toEqual(["  as it is \n"]);
  });

  test("has no parts when it is blank", () => {
    expect(splitText("", 10)).toEqual([]);
    expect(splitText(" \n\t ".repeat(100), 10)).toEqual([]);
  });

  test("is cut between paragraphs first", () => {
    expect(splitText("One here. Two here.\n\nThree here. Four here.", 30)).toEqual([
      "One here. Two here.",
      "Three here. Four here.",
    ]);
  });

  test("is cut between sentences where a paragraph is too long", () => {
    expect(splitText("One is here. Two is here! Is three here? Four is.", 30)).toEqual([
      "One is here. Two is here!",
      "Is three here? Four is.",
    ]);
    expect(splitText("今日はいい天気です。散歩に行きましょう。公園で会いましょう。", 20)).toEqual([
      "今日はいい天気です。散歩に行きましょう。",
      "公園で会いましょう。",
    ]);
  });

  test("is cut between words where a sentence is too long", () => {
    expect(splitText("seven small words stand here without end", 16)).toEqual([
      "seven small",
      "words stand here",
      "without end",
    ]);
  });

  test("is cut between the lines of a list", () => {
    expect(splitText("- milk and honey\n- bread and butter\n- salt", 35)).toEqual([
      "- milk and honey\n- bread and butter",
      "- salt",
    ]);
  });

  test("is never cut inside a grapheme", () => {
    const family = "👨‍👩‍👧";
    expect(splitText(family.repeat(5), family.length * 2 + 3)).toEqual([family.repeat(2), family.repeat(2), family]);
    // A space may carry an accent; cutting there would lose it or put it on the letter before.
    expect(splitText("abcdef \u0301ghijkl", 8).join("")).toContain(" \u0301");
  });

  test("is cut between code points where a single grapheme is longer than a post", () => {
    const zalgo = `e${"\u0301".repeat(25)}`;
    const parts = splitText(zalgo, 10);
    expect(parts.join("")).toBe(zalgo);
    expect(parts.every((part) => part.length <= 10)).toBe(true);
    expect(splitText("👨‍👩‍👧", 3).join("")).toBe("👨‍👩‍👧");
  });

  test("needs room for a surrogate pair", () => {
    expect(() => splitText("abc", 1)).toThrow("expected at least 2, got 1");
    expect(splitText("😀😀", 2)).toEqual(["😀", "😀"]);
  });
});

describe("a code fence", () => {
  test("is closed where it is cut and opened again with its info string", () => {
    const parts = splitText("Look:\n\n```js\nfirst();\n  second();\nthird();\n```\n\nDone.", 30);
    expect(parts).toEqual(["Look:", "```js\nfirst();\n  second();\n```", "```js\nthird();\n```\n\nDone."]);
  });

  test("is kept whole when it fits a post of its own", () => {
    const code = "```\na\n\nb\n```";
    expect(splitText(`Some words before it.\n${code}\nSome words after it.`, 22)).toEqual([
      "Some words before it.",
      code,
      "Some words after it.",
    ]);
  });

  test("may be made of tildes, be longer than three, and hold a shorter one", () => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at}`).join("\n");
    for (const marker of ["~~~", "````", "~~~~~"]) {
      const parts = splitText(`${marker}md\n${lines}\n\`\`\`\n${marker}`, 50);
      expect(parts.length).toBeGreaterThan(2);
      for (const part of parts) {
        expect(part.startsWith(`${marker}md\n`)).toBe(true);
        expect(part.endsWith(`\n${marker}`)).toBe(true);
      }
    }
  });

  test("that nobody closed is closed at the end of its last part", () => {
    const parts = splitText(`\`\`\`\n${"abcd efgh\n".repeat(10)}`, 40);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^```\n[^`]+\n```$/u);
  });

  test("with a line longer than a post is cut inside the line", () => {
    const parts = splitText(`\`\`\`txt\n${"x".repeat(100)}\n\`\`\``, 40);
    for (const part of parts) expect(part).toMatch(/^```txt\nx+\n```$/u);
    expect(withoutFences(parts.join("\n"))).toBe("x".repeat(100));
  });

  test("whose opening line takes most of a post is split like prose, and nothing of it is lost", () => {
    const text = `\`\`\`${"i".repeat(40)}\ncode\n\`\`\``;
    expect(bare(splitText(text, 20).join(""))).toBe(bare(text));
  });
});

describe("for every text and limit", () => {
  const limit = fc.integer({ min: 2, max: 80 });
  const words = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("word", "a", "sentence.", "End!", "\n", "\n\n", " ", "e\u0301", "字。") },
      { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom("👨‍👩‍👧‍👦", "🇪🇪", "‼\u200D👩", " \u0301", "\u200B", "\r\n", "\u00A0") },
    ),
    { maxLength: 60 },
  );

  test("without fences, the parts are stretches of the text, cut between graphemes, with only white space between", () => {
    fc.assert(
      fc.property(words, limit, (pieces, charsMax) => {
        const text = pieces.join(" ").replaceAll(/[`~]/gu, "'");
        const parts = splitText(text, charsMax);
        expectSound(text, charsMax, parts);
        expectStretches(text, charsMax, parts);
      }),
      { numRuns: 500 },
    );
  });

  test("with fences, nothing but fence lines and white space is added or lost, and every part closes what it opens", () => {
    const line = fc.constantFrom("code();", "  deeper();", "", "a long line of code with many words", "``", "end.");
    const block = fc.tuple(fc.constantFrom("```js", "```", "~~~", "````text"), fc.array(line, { maxLength: 12 }));
    const prose = fc.constantFrom("A paragraph. With sentences.", "Short.", "word ".repeat(20));
    const blocks = fc.array(
      fc.oneof(
        prose,
        block.map(([opening, lines]) => [opening, ...lines, opening.replaceAll(/[a-z]/gu, "")].join("\n")),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(blocks, fc.integer({ min: 30, max: 120 }), (texts, charsMax) => {
        const text = texts.join("\n\n");
        const parts = splitText(text, charsMax);
        expectSound(text, charsMax, parts);
        // Blocks that hold nothing are prose to us.
        if (texts.some((one) => /^(?:`{3,}|~{3,}).*\n\s*(?:`{3,}|~{3,})$/u.test(one))) return;
        for (const part of parts) expect((part.match(FENCE_LINE) ?? []).length % 2).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("40,000 characters of anything take time in proportion", { timeout: 20_000 }, () => {
    const texts = [
      "a",
      "a ",
      "\n",
      " ",
      "e\u0301",
      "\u0301",
      "👨‍👩‍👧",
      "a. ",
      "```\n",
      "```js\nx\n",
      "\n \t",
      "สวัสดี",
      "`",
      "[",
      "a\n\n",
    ];
    for (const unit of texts) {
      const text = unit.repeat(Math.ceil(40_000 / unit.length)).slice(0, 40_000);
      const longer = `${text}${text}${text}${text}`;
      const once = fastest(() => splitText(`x${text}x`, 2000));
      const four = fastest(() => splitText(`x${longer}x`, 2000));
      // Four times the text: about four times the time, far from sixteen; the rest is noise.
      expect(four, JSON.stringify(unit)).toBeLessThan(once * 10 + 50);
    }
  });
});

describe("real texts", () => {
  test.skipIf(specification.skip)("the CommonMark specification is split soundly at every limit", () => {
    const text = readFileSync(specification.path(), "utf8");
    for (const charsMax of [40, 280, 2000, 12_000]) expectSound(text, charsMax, splitText(text, charsMax));
  });

  test.skipIf(naughty.skip)("naughty strings are split soundly at every limit", () => {
    const strings: readonly string[] = JSON.parse(readFileSync(naughty.path(), "utf8"));
    for (const text of [...strings, strings.join("\n"), strings.join(" ")]) {
      for (const charsMax of [2, 7, 50, 2000]) expectSound(text, charsMax, splitText(text, charsMax));
    }
  });
});

/** The least CPU time of three tries, in ms: other work on the machine is not counted. */
function fastest(act: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.threadCpuUsage();
    act();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
