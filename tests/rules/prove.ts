// Proves that the rules' tests can fail: breaks a copy of the code, one rule at a time, and looks on as its test goes red.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Break } from "./break.ts";
import { breaks } from "./breaks.ts";

const root = resolve(import.meta.dirname, "../..");
// A rule, such as 8, or part of a test file's name, such as loops; nothing: every break.
const wanted = process.argv[2] ?? "";
const copy = mkdtempSync(join(tmpdir(), "troupe-prove-"));

function run(test: string, named: string): { readonly isGreen: boolean; readonly says: string } {
  const done = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", test, "-t", named], {
    cwd: copy,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  const lines = `${done.stdout}\n${done.stderr}`.split("\n");
  const said = lines.find((line) => /^(AssertionError|Error|\w*Error)/u.test(line)) ?? "";
  const tests = lines.find((line) => /^\s*Tests\s/u.test(line)) ?? "no test ran";
  const ranSome = /[1-9]\d* (?:passed|failed)/u.test(tests);
  if (!ranSome) throw new Error(`${test}, "${named}": ${tests}\n${lines.join("\n")}`);
  return { isGreen: done.status === 0, says: `${tests.trim()} ${said}`.trim() };
}

function prove(each: Break): boolean {
  const file = join(copy, each.file);
  const source = readFileSync(file, "utf8");
  const parts = source.split(each.find);
  if (parts.length !== 2) {
    throw new Error(`${each.file}: expected once ${JSON.stringify(each.find)}, got ${parts.length - 1} times`);
  }
  const whole = run(each.test, each.named);
  writeFileSync(file, parts.join(each.replace));
  const broken = run(each.test, each.named);
  writeFileSync(file, source);
  const isProven = whole.isGreen && !broken.isGreen;
  console.log(`rule ${each.rule}: ${each.what} (${each.file})`);
  console.log(`  whole:  ${whole.isGreen ? "green" : "RED"} ${whole.says}`);
  console.log(`  broken: ${broken.isGreen ? "GREEN" : "red"} ${broken.says}`);
  return isProven;
}

try {
  for (const name of ["src", "tests", "personas", "migrations", "package.json", "tsconfig.json", "vitest.config.ts"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const chosen = breaks.filter(
    (each) => each.rule === wanted || (!/^\d+$/u.test(wanted) && each.test.includes(wanted)),
  );
  const proven = chosen.filter((each) => prove(each)).length;
  console.log(`\n${proven} of ${chosen.length} breaks were seen by their tests.`);
  process.exitCode = proven === chosen.length && proven > 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
