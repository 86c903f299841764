// The file .env: read into the environment at start, written by setup.
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Environment } from "./config.ts";
import { HouseFault, messageOf } from "./errors.ts";
import type { SettingName } from "./setting-rows.ts";

/** `env` with what the folder's .env adds; what is set in `env` wins. Throws `HouseFault` when the file is there but cannot be read. */
export function withEnvFile(env: Environment, folder: string = process.cwd()): Environment {
  const text = readEnvFile(folder);
  return text === null ? env : { ...parseEnv(text), ...given(env) };
}

/** The text of the folder's .env; null: there is none. */
export function readEnvFile(folder: string): string | null {
  const path = join(folder, ".env");
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw new HouseFault(`cannot read ${path}: ${messageOf(error)}; make it readable or take it away`);
  }
}

/** `text` with these settings set; other lines, comments included, stay as they are. Null takes a setting away. */
export function editEnv(text: string, changes: Readonly<Partial<Record<SettingName, string | null>>>): string {
  const left = new Map(Object.entries(changes));
  const lines = text === "" ? [] : text.replace(/\n$/u, "").split("\n");
  const edited = lines.flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/u.exec(line)?.[1];
    if (name === undefined || !(name in changes)) return [line];
    const value = left.get(name) ?? null;
    // A second line for the same setting goes: the file would contradict itself.
    left.delete(name);
    return value === null ? [] : [lineFor(name, value)];
  });
  const added = [...left].flatMap(([name, value]) => (value === null ? [] : [lineFor(name, value)]));
  return [...edited, ...added].map((line) => `${line}\n`).join("");
}

/** Writes the folder's .env whole or not at all, readable by its owner only. */
export function writeEnvFile(folder: string, text: string): void {
  const path = join(folder, ".env");
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    throw new HouseFault(`cannot write ${path}: ${messageOf(error)}; make the folder writable`);
  }
}

// Quoted where a bare value would be read otherwise: spaces, # and quotes.
function lineFor(name: string, value: string): string {
  if (/^[\w./:@%+,=-]*$/u.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', "`"].find((mark) => !value.includes(mark)) ?? "'";
  return `${name}=${quote}${value}${quote}`;
}

// An empty value is not set: compose passes every variable that the host does not have as an empty one.
function given(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
