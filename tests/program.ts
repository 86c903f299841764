// The real program, started in a folder of its own as somebody does at a prompt.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** A house that runs. */
export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts the house, its data in `folder`, and waits until it says where it is; it is killed when the test has ended. `personas`: their folder; the shipped cast where none is named. */
export async function startIn(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  personas: string = join(root, "personas"),
): Promise<Started> {
  const args = ["--max-semi-space-size=4", join(root, "src/start.js"), "--personas", personas];
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

/** Kills the house as a crash would, and waits until it is gone. */
export async function killed({ child }: Started): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
