// The breaks that `npm run prove` makes fit the code as it is: each finds its place once.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { breaks } from "./breaks.ts";

test.each(breaks)("rule $rule: $what", ({ file, find, test: path, named }) => {
  const read = (name: string): string => readFileSync(resolve(import.meta.dirname, "../..", name), "utf8");
  expect(read(file).split(find)).toHaveLength(2);
  expect(read(path)).toContain(named);
});
