// The tests where BullMQ and its driver are not installed, as on a machine that does without Redis: `npm exec -- node tests/queue/without-packages.ts [tests]`, all of them where none are named.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

const LEFT_OUT = ["bullmq", "ioredis"];

/** What lies in the checkout and is not copied. */
const NOT_COPIED = new Set(["node_modules", ".git", "data"]);

/** Runs tests in a copy of the checkout whose packages are all but these two. `show`: where their lines go. */
export function testWithoutPackages(
  tests: readonly string[],
  show: "inherit" | "pipe",
): { readonly isGreen: boolean; readonly said: string } {
  const copy = mkdtempSync(join(tmpdir(), "troupe-without-"));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !NOT_COPIED.has(relative(root, path)) });
    // Some tests ask which files belong to the project.
    if (existsSync(join(root, ".git"))) symlinkSync(join(root, ".git"), join(copy, ".git"));
    link(join(root, "node_modules"), join(copy, "node_modules"));
    const { CI: _, ...env } = process.env;
    const vitest = join(copy, "node_modules/vitest/vitest.mjs");
    const done = spawnSync(process.execPath, [vitest, "run", ...tests], {
      cwd: copy,
      encoding: "utf8",
      stdio: ["ignore", show, show],
      env: {
        ...env,
        NO_COLOR: "1",
        TROUPE_CORPORA: process.env["TROUPE_CORPORA"] ?? resolve(root, "../shared/corpora"),
      },
    });
    return { isGreen: done.status === 0, said: `${done.stdout}\n${done.stderr}` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Each package by a link of its own, but for those that are left out. */
function link(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!LEFT_OUT.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = testWithoutPackages(process.argv.slice(2), "inherit").isGreen ? 0 : 1;
}
