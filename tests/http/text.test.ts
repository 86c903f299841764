import { expect, test } from "vitest";
import { initials } from "../../src/http/posts.ts";
import { excerpt, marked, shortened } from "../../src/http/text.ts";

const shown = async (text: string): Promise<string> =>
  (await Promise.all(marked(text, (handle) => handle === "ada").map(async (piece) => String(await piece)))).join("");

test.each([
  ["https://example.org.", "https://example.org"],
  ["(https://example.org/a)", "https://example.org/a"],
  ["https://example.org/a_(b)", "https://example.org/a_(b)"],
  ["“https://example.org/x”!", "https://example.org/x"],
])("in %s the address is %s", async (text, address) => {
  expect(await shown(text)).toContain(`<a href="${address}" rel="nofollow noopener noreferrer ugc"`);
});

test.each([
  ["javascript:alert(1)"],
  ["data:text/html,x"],
  ["ftp://example.org"],
  ["http://"],
  ["https://[bad"],
  ["//example.org"],
])("%s is no link", async (text) => {
  expect(await shown(text)).not.toContain("<a ");
});

test("an @ in an address is no mention, and a mention keeps its case", async () => {
  expect(await shown("mail me@ada, @ADA! x@ada @@ada")).toBe(
    'mail me@ada, <span class="mention c-ada">@ADA</span>! x@ada @@ada',
  );
});

test("marking is linear in the text", async () => {
  for (const piece of ["https://", "@", "@a", "http://a", "(", "https://a)"]) {
    const from = performance.now();
    await shown(piece.repeat(4000));
    expect(performance.now() - from).toBeLessThan(1000);
  }
});

test("an excerpt is one line, and never half a character", () => {
  expect(excerpt("a\n\n b")).toBe("a b");
  const cut = excerpt(`${"x".repeat(159)}😀😀`);
  expect(cut.isWellFormed()).toBe(true);
  expect(cut.endsWith("…")).toBe(true);
});

test.each([
  ["Mira Lindqvist", "ML"],
  ["mira", "M"],
  ["李小龙", "李"],
  ["👩‍👩‍👧 family", "👩‍👩‍👧F"],
  [`Z${"\u0310".repeat(50)}`, "Z"],
])("the initials of %s are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("a line is cut at the end of a word, and a text without words where it is full", () => {
  expect(shortened("Bakes at four,\n gossips from five.", 160)).toBe("Bakes at four, gossips from five.");
  expect(shortened("Bakes at four, gossips from five.", 16)).toBe("Bakes at four…");
  expect(shortened("麵".repeat(200), 160)).toBe(`${"麵".repeat(159)}…`);
  expect(shortened("🥖".repeat(100), 160)).toBe(`${"🥖".repeat(79)}…`);
});
