// The house's own secrets: made once, kept, readable by their owner only.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HouseFault } from "../src/errors.ts";
import { openSecrets } from "../src/secrets.ts";

const none = { secret: null, adminToken: null };

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the first start makes the secrets, the second finds them", () => {
  const folder = join(emptyFolder(), "data");
  const first = openSecrets(folder, none);
  const second = openSecrets(folder, none);
  expect(first.adminTokenIs).toBe("made");
  expect(second).toEqual({ ...first, adminTokenIs: "kept" });
  expect(first.secret.length).toBeGreaterThanOrEqual(43);
  expect(first.adminToken.length).toBeGreaterThanOrEqual(24);
  expect(readdirSync(folder).toSorted()).toEqual(["admin-token", "secret"]);
});

test("only their owner can read them, also when somebody opened them up", () => {
  const folder = emptyFolder();
  openSecrets(folder, none);
  chmodSync(join(folder, "secret"), 0o644);
  openSecrets(folder, none);
  for (const name of ["secret", "admin-token"]) {
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
});

test("what the settings give wins and is not stored", () => {
  const folder = emptyFolder();
  const secrets = openSecrets(folder, { secret: "s".repeat(32), adminToken: "t".repeat(12) });
  expect(secrets).toEqual({
    secret: "s".repeat(32),
    adminToken: "t".repeat(12),
    adminTokenIs: "kept",
    adminTokenFile: null,
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("a damaged secret is told, never replaced", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "secret"), "\n");
  expect(() => openSecrets(folder, none)).toThrow(HouseFault);
  expect(readFileSync(join(folder, "secret"), "utf8")).toBe("\n");
});

test("a data folder that cannot be made is one sentence that says what to do", () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "");
  expect(() => openSecrets(join(file, "data"), none)).toThrow(
    /^cannot write to the data folder .*; make it writable for the user that runs Troupe, or set DATABASE_URL to a file elsewhere$/u,
  );
  expect(existsSync(join(file, "data"))).toBe(false);
});

test("a data folder on a disk that takes no folders is one sentence, and nothing waits for it", () => {
  expect(() => openSecrets("/proc/troupe/data", none)).toThrow(
    /^cannot write to the data folder \/proc\/troupe\/data: /u,
  );
});
