// Tests of the tests' own needs: a missing program must never pass for a green test.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const needs = resolve(import.meta.dirname, "needs.ts");

function ask(env: Readonly<Record<string, string>>): { readonly out: string; readonly told: string } {
  const script = `const { needsCorpora, needsPackage, needsProgram } = await import(${JSON.stringify(needs)});
    for (const need of [needsProgram("redis-server"), needsCorpora("text/nothing.json"), needsPackage("no-such-package")]) {
      console.log(need.skip);
      try { console.log("at " + need.path()); } catch (error) { console.log(error.message); }
    }`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: "/nowhere", TROUPE_CORPORA: "/nowhere", ...env },
    encoding: "utf8",
  });
  return { out: child.stdout, told: child.stderr };
}

test("a missing program, corpus or package skips the test with a line that says what to install", () => {
  const { out, told } = ask({});
  expect(out.split("\n").filter((line) => line === "true")).toHaveLength(3);
  expect(told).toContain("skipped: the program redis-server is missing: install the Debian package redis-server");
  expect(told).toContain("skipped: the corpus text/nothing.json is missing");
  expect(told).toContain("skipped: the package no-such-package is missing: run npm ci");
});

test("under CI=true a missing program, corpus or package fails the test instead", () => {
  const { out, told } = ask({ CI: "true" });
  expect(out.split("\n").filter((line) => line === "false")).toHaveLength(3);
  expect(out).toContain("the program redis-server is missing: install the Debian package redis-server");
  expect(told).not.toContain("skipped");
});
