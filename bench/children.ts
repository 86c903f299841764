// Child processes of the benchmarks: each ends with its benchmark.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** The first line that it prints which `is` accepts. Rejects when it ends before. */
  line(is: (line: string) => boolean): Promise<string>;
  /** Hands it a line, and resolves with the next one that it prints. */
  ask(line: string): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `node` with these arguments in the repository's folder. */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  const child = spawn(process.execPath, args, {
    cwd: resolve(import.meta.dirname, ".."),
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let look = (): void => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    look();
  });
  const ended = once(child, "close").then(() => look());
  // A benchmark that fails leaves nobody behind.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  void ended.then(() => process.off("exit", end));
  const find = async (from: number, is: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const found = lines.slice(from).find((line) => is(line));
      if (found !== undefined) return found;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${args.join(" ")} ended too early`);
      await new Promise<void>((again) => {
        look = again;
      });
    }
  };
  return {
    process: child,
    line: (is) => find(0, is),
    ask: (line) => {
      const from = lines.length;
      child.stdin.write(`${line}\n`);
      return find(from, () => true);
    },
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Starts the stub server and resolves with its address. `stalled`: it takes every request and answers none. */
export async function startStub(
  manner: "at once" | "stalled" = "at once",
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = startNode([join(import.meta.dirname, "stub-llm.ts"), ...(manner === "stalled" ? [manner] : [])]);
  const { url } = JSON.parse(await child.line((line) => line.startsWith("{"))) as { readonly url: string };
  return { url, stop: () => child.stop() };
}

/** A folder that is gone after `use`. `quick`: in memory, where the system has such a place. */
export async function inFolder<T>(kind: "disk" | "quick", use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(kind === "quick" ? quickPlace() : tmpdir(), "troupe-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function quickPlace(): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The aim beside a figure, and whether it was missed. */
export function aim(figure: number, max: number): string {
  return figure <= max ? `(at most ${max})` : `(at most ${max}: MISSED)`;
}

/** The aim beside a figure that shall be high. */
export function atLeast(figure: number, min: number): string {
  return figure >= min ? `(at least ${min})` : `(at least ${min}: MISSED)`;
}
