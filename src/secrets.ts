// The house's own secrets: made at first start, kept beside the database, readable by their owner only.
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { HouseFault, messageOf } from "./errors.ts";

export interface Secrets {
  /** Key material for secrets at rest and for sessions. */
  readonly secret: string;
  readonly adminToken: string;
  /** `made`: this start made the token, and a person has to be told it; `kept`: it was there already. */
  readonly adminTokenIs: "made" | "kept";
  /** Where the token lies; null: in the settings. */
  readonly adminTokenFile: string | null;
}

// 256 bits, the key size of AES-256; the token of a person is as strong as it is short enough to paste.
const SECRET_BYTES = 32;
const TOKEN_BYTES = 18;
// Shorter contents were not written by us.
const CHARS_MIN = 12;

/** The secrets of the house whose data lie in `folder`, which is made when it is missing. What the settings give wins and is never stored. Throws `HouseFault` when the folder cannot be written. */
export function openSecrets(
  folder: string,
  settings: { readonly secret: string | null; readonly adminToken: string | null },
): Secrets {
  makeFolder(folder);
  const secret = settings.secret ?? keep(join(folder, "secret"), SECRET_BYTES).text;
  if (settings.adminToken !== null) {
    return { secret, adminToken: settings.adminToken, adminTokenIs: "kept", adminTokenFile: null };
  }
  const file = join(folder, "admin-token");
  const token = keep(file, TOKEN_BYTES);
  return { secret, adminToken: token.text, adminTokenIs: token.is, adminTokenFile: file };
}

function makeFolder(folder: string): void {
  try {
    makeDataFolder(folder);
  } catch (error) {
    throw new HouseFault(unwritable(folder, error));
  }
}

/** Makes `folder` and those above it, each readable by its owner only; throws what the disk says. One by one, because Node's own `recursive` never returns where a disk denies that an existing parent is there, as /proc does. */
export function makeDataFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeDataFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if (codeOf(error) !== "EEXIST" || !statSync(folder).isDirectory()) throw error;
  }
}

function unwritable(folder: string, error: unknown): string {
  return `cannot write to the data folder ${folder}: ${messageOf(error)}; make it writable for the user that runs Troupe, or set DATABASE_URL to a file elsewhere`;
}

function keep(file: string, bytes: number): { readonly text: string; readonly is: "made" | "kept" } {
  const kept = read(file);
  if (kept !== null) return { text: kept, is: "kept" };
  const text = randomBytes(bytes).toString("base64url");
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    // Whole or not at all, whenever the process is killed.
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: "wx", flush: true });
    place(draft, file);
  } catch (error) {
    throw new HouseFault(unwritable(join(file, ".."), error));
  }
  // Another process may have been first: what lies there now is what counts.
  const now = read(file) ?? text;
  return { text: now, is: now === text ? "made" : "kept" };
}

// A link, unlike a rename, leaves the file of a process that was first; where a disk knows no links, the rename has to do.
function place(draft: string, file: string): void {
  try {
    linkSync(draft, file);
    unlinkSync(draft);
  } catch (error) {
    if (codeOf(error) === "EEXIST") unlinkSync(draft);
    else renameSync(draft, file);
  }
}

function read(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new HouseFault(`cannot read ${file}: ${messageOf(error)}; make it readable for the user that runs Troupe`);
  }
  if (text.length >= CHARS_MIN) return text;
  throw new HouseFault(`${file} is damaged: put its backup back, or take the file away and a new one is made`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
