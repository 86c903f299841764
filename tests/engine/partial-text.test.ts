// An answer that is still being written, as it may be shown.
import { expect, test } from "vitest";
import { isWorthShowing, partialText } from "../../src/engine/partial-text.ts";

const as = { names: ["Ada", "ada"], charsMax: 300 };

test("a sentence or a line is worth showing, in any script", () => {
  for (const text of ["It is deep. ", "Really?! Well", "“Yes.” he", "そうです。", "نعم؟", "one line\nand"]) {
    expect([text, isWorthShowing(text)]).toEqual([text, true]);
  }
  for (const text of ["", "It is", "3.5 fathoms", "It is deep."]) {
    expect([text, isWorthShowing(text)]).toEqual([text, false]);
  }
});

test("it ends with a sign that more is to come, without the speaker's own name before it", () => {
  expect(partialText("Ada: It is ", as)).toBe("It is …");
  expect(partialText("It is deep.\n", as)).toBe("It is deep. …");
  expect(partialText("", as)).toBe("…");
  expect(partialText("  \n", as)).toBe("…");
});

test("a code fence that is not closed yet is closed for now", () => {
  expect(partialText("See:\n```ts\nconst a = 1;", as)).toBe("See:\n```ts\nconst a = 1;\n```\n…");
  expect(partialText("See:\n```ts\nconst a = 1;\n```\nDone", as)).toBe("See:\n```ts\nconst a = 1;\n```\nDone …");
});

test("it fits one post however much there is, and no character is cut in two", () => {
  const texts = [
    "word ".repeat(500),
    "x".repeat(2000),
    "👩‍👩‍👧‍👦".repeat(200),
    `\`\`\`\n${"code\n".repeat(400)}`,
    "Half \ud83d",
  ];
  for (const text of texts) {
    const shown = partialText(text, as);
    expect(shown.length).toBeLessThanOrEqual(as.charsMax);
    expect(shown.isWellFormed()).toBe(true);
    expect(shown.endsWith("…")).toBe(true);
  }
  expect(partialText("👩‍👩‍👧‍👦".repeat(200), as)).toMatch(/^(?:👩‍👩‍👧‍👦)+ …$/u);
});
