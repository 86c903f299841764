// The file .env: read under the environment, written without losing what a person put there.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { editEnv, withEnvFile, writeEnvFile } from "../src/environment.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("what the environment sets wins over .env; what it leaves empty does not", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, ".env"), "PORT=1\nTROUPE_SEED=file\nOPENAI_API_KEY=sk-file\n");
  const env = withEnvFile({ PORT: "2", OPENAI_API_KEY: "" }, folder);
  expect(env).toMatchObject({ PORT: "2", TROUPE_SEED: "file", OPENAI_API_KEY: "sk-file" });
});

test("without a .env the environment stays as it is", () => {
  expect(withEnvFile({ PORT: "2" }, emptyFolder())).toEqual({ PORT: "2" });
});

test("editing keeps comments, order and foreign lines, and sets each setting once", () => {
  const text = "# mine\nEXTRA=1\nPORT=80\n\n#OPENAI_API_KEY=\nexport PORT=81\n";
  expect(editEnv(text, { PORT: "90", OPENAI_MODEL: "llama3:8b" })).toBe(
    "# mine\nEXTRA=1\nPORT=90\n\n#OPENAI_API_KEY=\nOPENAI_MODEL=llama3:8b\n",
  );
});

test("a setting can be taken away", () => {
  expect(editEnv("A=1\nPORT=80\n", { PORT: null, TROUPE_SEED: null })).toBe("A=1\n");
});

test.each(["plain", "two words", "with # inside", "it's", 'say "hi"', "a=b", "sk-proj_A-1.b/c+d="])(
  "a value is read back as it was written: %s",
  (value) => {
    expect(parseEnv(editEnv("", { TROUPE_SEED: value }))["TROUPE_SEED"]).toBe(value);
  },
);

test("the written file is readable by its owner only", () => {
  const folder = emptyFolder();
  writeEnvFile(folder, "PORT=1\n");
  writeEnvFile(folder, "PORT=2\n");
  expect(readFileSync(join(folder, ".env"), "utf8")).toBe("PORT=2\n");
  expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
});
