// Macros: names put into a persona's texts, once.
import { expect, test } from "vitest";
import { replaceMacros } from "../../src/domain/macros.ts";

test("both macros are replaced, whatever their case", () => {
  const text = "{{char}} greets {{user}}. {{CHAR}}! {{User}}? {{other}} {char}";
  expect(replaceMacros(text, { char: "Ada", user: "Tom" })).toBe("Ada greets Tom. Ada! Tom? {{other}} {char}");
});

test("a person whose name is a macro keeps it", () => {
  expect(replaceMacros("{{char}} meets {{user}}", { char: "{{user}}", user: "{{char}}" })).toBe(
    "{{user}} meets {{char}}",
  );
  expect(replaceMacros("{{user}}", { char: "Ada", user: "$& $1 {{{{char}}}}" })).toBe("$& $1 {{{{char}}}}");
});
