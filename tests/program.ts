// The real program, started in a folder of its own as somebody does at a prompt.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** A house that runs. */
export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** A folder that is gone when the test has ended. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-program-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the house with the shipped cast, its data in `folder`, and waits until it says where it is; it is killed when the test has ended. */
export async function startIn(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const args = ["--max-semi-space-size=4", join(root, "src/start.js"), "--personas", join(root, "personas")];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", TROUPE_LOG: "error", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let text = "";
  for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(part);
    const found = /^Troupe is at (http:\S+)$/mu.exec(text);
    if (found?.[1] !== undefined) {
      child.stdout.resume();
      return { url: found[1], child };
    }
  }
  throw new Error(`the house ended before it was there: ${text}`);
}
