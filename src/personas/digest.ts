// Digests of files: a persona's version is what its files hold.
import { hash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { BRAIN_BYTES_MAX, BRAINS_MAX } from "./limits.ts";
import { PICTURES } from "./pictures.ts";

const HEX_DIGITS = 16;

/** One digest of several texts, which are kept apart. */
export function digestOf(...parts: readonly string[]): string {
  return hash("sha256", parts.map((part) => `${part.length}:${part}`).join("")).slice(0, HEX_DIGITS);
}

// A brain may be split into folders of its own; nobody nests them deeper.
const FOLDERS_DEEP_MAX = 3;

/** A digest of the brains and pictures in `folder`, and in the folders inside of it that `enter` lets in; empty where there are none. Never throws: what cannot be read is its solver's to complain about. */
export async function digestOfFolder(folder: string, enter: (name: string) => boolean): Promise<string> {
  const parts: string[] = [];
  const budget = { files: BRAINS_MAX, bytes: BRAIN_BYTES_MAX };
  const walk = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (entry.name.startsWith(".")) continue;
      const isOpen = entry.isDirectory() && depth < FOLDERS_DEEP_MAX && (depth > 0 || enter(entry.name));
      if (isOpen) await walk(inner, depth + 1);
      else if (!entry.isDirectory()) parts.push(...(await digestOfFile(inner, budget)));
    }
  };
  await walk(folder, 0);
  return parts.length === 0 ? "" : digestOf(...parts);
}

async function digestOfFile(path: string, budget: { files: number; bytes: number }): Promise<readonly string[]> {
  const ending = extname(path).toLowerCase();
  const isBrain = ending === ".rive";
  if ((!isBrain && !PICTURES.includes(ending)) || budget.files <= 0) return [];
  try {
    const stats = await stat(path);
    budget.files -= 1;
    const outside = [path, String(stats.size), String(stats.mtimeMs)];
    if (!isBrain || stats.size > budget.bytes) return outside;
    budget.bytes -= stats.size;
    return [path, hash("sha256", await readFile(path))];
  } catch {
    return [path, "unreadable"];
  }
}
