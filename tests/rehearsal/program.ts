// The rehearsal as the program that people start, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** What a rehearsal came to. */
export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

export interface Start {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is started; else an empty folder. The shipped personas are named anyway. */
  readonly folder?: string;
  /** Called with all that was printed so far; sends the signal that it gives back, or reads no further. */
  readonly heard?: (text: string) => NodeJS.Signals | "enough" | null;
}

/** Runs the program to its end. */
export async function rehearsed({ args, env = {}, folder = newFolder({}), heard }: Start): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, "src/start.js"), "rehearse", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", TROUPE_PERSONAS: join(root, "personas"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => {
    out.push(part);
    const signal = heard?.(Buffer.concat(out).toString()) ?? null;
    if (signal === "enough") child.stdout.destroy();
    else if (signal !== null) child.kill(signal);
  });
  child.stderr.on("data", (part: Buffer) => err.push(part));
  const [code] = (await once(child, "close")) as [number | null];
  return { out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), code };
}

/** A folder with these files that is gone after the test. */
export function newFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-rehearsal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
