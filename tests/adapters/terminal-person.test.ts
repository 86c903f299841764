// Who sits at the terminal.
import { expect, test } from "vitest";
import { usualName } from "../../src/adapters/terminal/person.ts";

test("who says no name goes by the login name, and root, or nobody, is you", () => {
  expect(usualName(() => "mira")).toBe("mira");
  expect(usualName(() => "root")).toBe("you");
  expect(usualName(() => " ")).toBe("you");
  const nobody = (): string => {
    throw new Error("ENOENT: no such user");
  };
  expect(usualName(nobody)).toBe("you");
  expect(usualName()).not.toBe("");
});
