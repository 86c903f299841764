// What a test needs from outside the repository: a missing one skips the test with a line that says so, under CI=true it fails it.
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";

/** Something that a test needs: `test.skipIf(need.skip)("…", () => { use(need.path()); })`. */
export interface Need {
  /** True when it is missing and the test may be left out; always false under CI=true. */
  readonly skip: boolean;
  /** Where it is; throws, with what to install, when it is missing. Call it inside the test. */
  path(): string;
}

/** The programs that tests start, each with the Debian package that brings it. */
const PACKAGES = { "redis-server": "redis-server", chromium: "chromium", script: "bsdutils" } as const;

/** A program on the PATH, such as `redis-server`. */
export function needsProgram(name: keyof typeof PACKAGES): Need {
  return need(programPath(name), `the program ${name} is missing: install the Debian package ${PACKAGES[name]}`);
}

/** A file or folder of the corpora, such as `text/naughty-strings.json`. They lie in `shared/corpora` beside the repository, or where `TROUPE_CORPORA` says. */
export function needsCorpora(name: string): Need {
  return need(
    corpusAt(name),
    `the corpus ${name} is missing: put it into shared/corpora beside the repository, or set TROUPE_CORPORA to its folder`,
  );
}

/** Where that file or folder lies; null: it does not, and nobody needs it. */
export function corpusAt(name: string): string | null {
  const folder = process.env["TROUPE_CORPORA"] ?? resolve(import.meta.dirname, "../../shared/corpora");
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

/** A package that the house does without where it is not used, such as `bullmq`. */
export function needsPackage(name: string): Need {
  let found: string | null;
  try {
    found = createRequire(import.meta.url).resolve(name);
  } catch {
    found = null;
  }
  return need(found, `the package ${name} is missing: run npm ci`);
}

const told = new Set<string>();

function need(found: string | null, sentence: string): Need {
  const isCi = process.env["CI"] === "true";
  if (found === null && !isCi && !told.has(sentence)) {
    told.add(sentence);
    console.warn(`skipped: ${sentence}`);
  }
  return {
    skip: found === null && !isCi,
    path: () => {
      if (found === null) throw new Error(sentence);
      return found;
    },
  };
}

function programPath(name: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
