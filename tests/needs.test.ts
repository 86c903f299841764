// Tests of the tests' own needs: a missing program must never pass for a green test.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const needs = resolve(import.meta.dirname, "needs.ts");

function ask(env: Readonly<Record<string, string>>): { readonly out: string; readonly told: string } {
  const script = `const { needsCorpora, needsProgram } = await import(${JSON.stringify(needs)});
    for (const need of [needsProgram("redis-server"), needsCorpora("text/nothing.json")]) {
      console.log(need.skip);
      try { console.log("at " + need.path()); } catch (error) { console.log(error.message); }
    }`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: "/nowhere", TROUPE_CORPORA: "/nowhere", ...env },
    encoding: "utf8",
  });
  return { out: child.stdout, told: child.stderr };
}

test("a missing program or corpus skips the test with a line that says what to install", () => {
  const { out, told } = ask({});
  expect(out.split("\n").filter((line) => line === "true")).toHaveLength(2);
  expect(told).toContain("skipped: the program redis-server is missing: install the Debian package redis-server");
  expect(told).toContain("skipped: the corpus text/nothing.json is missing");
});

test("under CI=true a missing program or corpus fails the test instead", () => {
  const { out, told } = ask({ CI: "true" });
  expect(out.split("\n").filter((line) => line === "false")).toHaveLength(2);
  expect(out).toContain("the program redis-server is missing: install the Debian package redis-server");
  expect(told).not.toContain("skipped");
});
