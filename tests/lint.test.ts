// The linter's map of the house: files that break an arrow, or the style, are refused; files that keep to it are not.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

const root = resolve(import.meta.dirname, "..");
const ARROW = "no-restricted-imports";

interface Case {
  readonly file: string;
  readonly code: string;
  /** The rule that must refuse it; null: it must pass. */
  readonly rule: string | null;
}

const load = (file: string, path: string): Case => ({
  file,
  code: `import { a } from "${path}";\nconsole.log(a);`,
  rule: ARROW,
});
const pass = (file: string, path: string): Case => ({
  ...load(file, path),
  code: `export const a = await import("${path}");`,
  rule: null,
});
const code = (file: string, text: string, rule: string | null): Case => ({ file, code: text, rule });

const cases: readonly Case[] = [
  // Everything runs down.
  load("src/clock.ts", "./domain/message.ts"),
  load("src/errors.ts", "./config.ts"),
  load("src/domain/turn.ts", "../store/store.ts"),
  load("src/domain/turn.ts", "../engine/director.ts"),
  load("src/domain/turn.ts", "zod"),
  load("src/memory/index.ts", "../engine/director.ts"),
  load("src/engine/channel.ts", "../store/sqlite.ts"),
  load("src/engine/channel.ts", "../queue/local.ts"),
  load("src/engine/channel.ts", "../memory/tokenizer.ts"),
  load("src/engine/channel.ts", "../solvers/openai/openai.ts"),
  load("src/engine/channel.ts", "../http/server.ts"),
  load("src/engine/channel.ts", "../config.ts"),
  load("src/engine/channel.ts", "../app.ts"),
  // Implementations know ports only: not each other, not the engine.
  load("src/store/sqlite.ts", "../engine/channel.ts"),
  load("src/store/sqlite.ts", "../queue/local.ts"),
  load("src/queue/bullmq.ts", "./local.ts"),
  load("src/queue/local.ts", "../engine/channel.ts"),
  load("src/solvers/solver.ts", "./openai/openai.ts"),
  load("src/solvers/failure.ts", "./openai/openai.ts"),
  load("src/solvers/openai/openai.ts", "../rivescript/rivescript.ts"),
  load("src/solvers/openai/openai.ts", "../../engine/context.ts"),
  load("src/adapters/feed/feed.ts", "../terminal/terminal.ts"),
  load("src/adapters/feed/feed.ts", "../../store/sqlite.ts"),
  load("src/adapters/feed/feed.ts", "../../engine/intake.ts"),
  load("src/personas/folder.ts", "../solvers/openai/openai.ts"),
  load("src/engine/channel.ts", "../rehearsal/stage.ts"),
  load("src/rehearsal/stage.ts", "../store/sqlite.ts"),
  load("src/rehearsal/stage.ts", "../adapters/feed/feed.ts"),
  load("src/rehearsal/stage.ts", "node:timers/promises"),
  // Only app.ts names an implementation.
  load("src/http/server.ts", "../store/sqlite.ts"),
  load("src/http/server.ts", "../adapters/feed/feed.ts"),
  load("src/commands/stop.ts", "../solvers/openai/openai.ts"),
  load("src/main.ts", "./store/sqlite.ts"),
  load("src/main.ts", "./engine/channel.ts"),
  load("src/doctor.ts", "./solvers/openai/openai.ts"),
  load("src/config.ts", "./app.ts"),
  // A vendor package stays in the folder that wraps it.
  load("src/engine/channel.ts", "bullmq"),
  load("src/http/server.ts", "better-sqlite3"),
  load("src/http/server.ts", "drizzle-orm/better-sqlite3"),
  load("src/store/sqlite.ts", "hono"),
  load("src/personas/folder.ts", "openai"),
  load("src/adapters/feed/feed.ts", "undici"),
  load("src/solvers/openai/openai.ts", "rivescript"),
  load("src/app.ts", "openai"),
  load("src/app.ts", "pino"),
  // However it is imported.
  code("src/engine/a.ts", `export { a } from "../store/sqlite.ts";`, ARROW),
  code("src/engine/a.ts", `export * from "../store/sqlite.ts";`, ARROW),
  code("src/engine/a.ts", `import type { A } from "../store/sqlite.ts";\nexport interface B { readonly a: A }`, ARROW),
  code("src/engine/a.ts", `export const a = await import("../store/sqlite.ts");`, ARROW),
  // Time, chance, network and disk are parameters of the inner floors.
  load("src/engine/a.ts", "node:fs"),
  load("src/engine/a.ts", "node:timers/promises"),
  load("src/engine/a.ts", "node:module"),
  load("src/memory/a.ts", "node:net"),
  load("src/domain/a.ts", "node:http"),
  code("src/domain/a.ts", `import { randomUUID } from "node:crypto";\nexport const a: string = randomUUID();`, ARROW),
  code("src/domain/a.ts", `export const a: number = Date.now();`, "no-restricted-globals"),
  code("src/engine/a.ts", `export const a: Date = new Date();`, "no-restricted-globals"),
  code("src/engine/a.ts", `setTimeout(() => {}, 5);`, "no-restricted-globals"),
  code("src/engine/a.ts", `export const a: string = crypto.randomUUID();`, "no-restricted-globals"),
  code("src/memory/a.ts", `export const a: Promise<Response> = fetch("http://127.0.0.1");`, "no-restricted-globals"),
  code("src/engine/a.ts", `export const a: number = Math.random();`, "no-restricted-properties"),
  // The style of the house.
  code("src/engine/a.ts", `export function a(b: any): void { void b; }`, "no-explicit-any"),
  code("src/http/a.ts", `export function a(b: string | null): string { return b!; }`, "no-non-null-assertion"),
  code(
    "src/http/a.ts",
    `async function a(): Promise<void> {}\nexport function b(): void { a(); }`,
    "no-floating-promises",
  ),
  code(
    "src/http/a.ts",
    `export function a(b: "c" | "d"): string {\n  switch (b) {\n    case "c":\n      return "";\n  }\n  return "e";\n}`,
    "switch-exhaustiveness-check",
  ),
  code(
    "src/http/a.ts",
    `import { Hono } from "hono";\nexport function a(b: Hono): Hono { return b; }`,
    "consistent-type-imports",
  ),
  code("src/http/a.ts", `export default 1;`, "no-default-export"),
  code("src/http/a.ts", `export * from "./b.ts";`, "no-barrel-file"),
  code("src/http/a.ts", `console.log("hello");`, "no-console"),
  code("src/http/a.ts", `export namespace A { export const b = 1; }`, "no-namespace"),
  code("src/http/a.ts", `// eslint-disable-next-line no-console\nexport const a = 1;`, ""),
  code("src/http/a.ts", `export function a(): void {\n${"  Math.abs(1);\n".repeat(80)}}`, "max-lines-per-function"),
  // What the map allows.
  pass("src/errors.ts", "node:module"),
  pass("src/domain/turn.ts", "./ids.ts"),
  pass("src/domain/turn.ts", "../chance.ts"),
  pass("src/engine/channel.ts", "./director.ts"),
  pass("src/engine/channel.ts", "../store/store.ts"),
  pass("src/engine/channel.ts", "../clock.ts"),
  pass("src/store/sqlite.ts", "./tables.ts"),
  pass("src/store/sqlite.ts", "better-sqlite3"),
  pass("src/queue/local.ts", "./queue.ts"),
  pass("src/solvers/solver.ts", "../domain/persona.ts"),
  pass("src/solvers/openai/openai.ts", "../solver.ts"),
  pass("src/solvers/openai/openai.ts", "openai"),
  pass("src/solvers/openai/openai.ts", "../../errors.ts"),
  pass("src/adapters/feed/feed.ts", "../adapter.ts"),
  pass("src/http/server.ts", "../engine/channel.ts"),
  pass("src/http/server.ts", "hono/html"),
  pass("src/rehearsal/stage.ts", "../engine/engine.ts"),
  pass("src/rehearse.ts", "./store/sqlite.ts"),
  pass("src/app.ts", "./store/sqlite.ts"),
  pass("src/main.ts", "./app.ts"),
  code("src/domain/a.ts", `import { hash } from "node:crypto";\nexport const a: string = hash("sha1", "b");`, null),
];

const Report = z.object({ diagnostics: z.array(z.object({ code: z.string().default(""), filename: z.string() })) });

// The cases lie in as few copies of the house as there are cases for one and the same file; only files right under src/ must keep their names.
const folder = mkdtempSync(join(tmpdir(), "troupe-lint-"));
const placed = cases.map((each, number) => {
  const isTop = each.file.split("/").length === 2;
  const house = isTop ? cases.slice(0, number).filter((other) => other.file === each.file).length : 0;
  const file = isTop ? each.file : each.file.replace(/\.ts$/, `-${number}.ts`);
  return { ...each, house: `house-${house}`, path: join(folder, `house-${house}`, file) };
});
const refused = new Map<string, string[]>();

beforeAll(async () => {
  for (const { path, code: text } of placed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
  for (const house of new Set(placed.map((each) => each.house))) {
    const { stdout } = await lint(join(folder, house));
    for (const { code: rule, filename } of Report.parse(JSON.parse(stdout)).diagnostics) {
      const path = join(folder, house, filename);
      refused.set(path, [...(refused.get(path) ?? []), rule]);
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

async function lint(house: string): Promise<{ readonly stdout: string }> {
  symlinkSync(join(root, "node_modules"), join(house, "node_modules"));
  for (const file of ["oxlint.config.ts", "tsconfig.json"]) copyFileSync(join(root, file), join(house, file));
  const program = join(root, "node_modules/.bin/oxlint");
  return new Promise((done) => {
    execFile(program, ["--format=json", "src"], { cwd: house, maxBuffer: 1e8 }, (_error, stdout) => done({ stdout }));
  });
}

for (const { file, code: text, rule, path } of placed) {
  const said = text.replaceAll(/\s+/g, " ").slice(0, 90);
  const found = (): readonly string[] => (refused.get(path) ?? []).filter((each) => !isOfThisTest(each));
  if (rule === null) {
    test(`the linter lets ${file} say: ${said}`, () => expect(found()).toEqual([]));
  } else {
    test(`the linter refuses ${file} that says: ${said}`, () => {
      expect(found()).toContainEqual(expect.stringContaining(rule));
    });
  }
}

// The files that the cases import do not exist.
function isOfThisTest(rule: string): boolean {
  return (
    rule.includes("no-unsafe") || rule.includes("explicit-module-boundary-types") || rule.includes("no-unresolved")
  );
}
