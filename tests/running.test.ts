// Running and stopping: signals and faults, with real processes around a house of the test's own.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const running = JSON.stringify(resolve(import.meta.dirname, "../src/running.ts"));
const log = "{ debug() {}, info: console.log, warn: console.log, error: console.log }";

interface Child {
  readonly process: ChildProcess;
  /** Everything it said so far. */
  said(): string;
  /** Resolves when it has said `text`. */
  hears(text: string): Promise<void>;
  readonly exit: Promise<number | null>;
}

function run(body: string): Child {
  const script = `const { dieOfFaults, untilStopped } = await import(${running});
    const log = ${log};
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      text += part.toString();
      for (const listener of listeners) listener();
    });
  }
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return {
    process: child,
    said: () => text,
    hears: (wanted) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (text.includes(wanted)) done();
        };
        listeners.add(look);
        look();
        void exit.then(() => fail(new Error(`it ended without saying "${wanted}", but: ${text}`)));
      }),
    exit,
  };
}

const quickHouse = `const house = { close: async () => { console.log("closed"); } };`;
const stuckHouse = `const house = { close: () => { setInterval(() => {}, 1e6); return new Promise(() => {}); } };`;
const runHouse = `const keep = setInterval(() => {}, 1e6);
  const stopped = untilStopped(house, log);
  console.log("runs");
  await stopped;
  clearInterval(keep);
  console.log("stopped");
  process.exit();`;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s stops the house in good order", async (signal) => {
  const child = run(`${quickHouse} ${runHouse}`);
  await child.hears("runs");
  child.process.kill(signal);
  expect(await child.exit).toBe(0);
  expect(child.said()).toMatch(/closed\nstopped\n$/u);
});

test("two signals of one press, as npm hands them on, are one", async () => {
  const child = run(
    `const told = new Promise((done) => process.once("SIGUSR2", done)); const house = { close: () => told }; ${runHouse}`,
  );
  await child.hears("runs");
  child.process.kill("SIGINT");
  await child.hears("stopping");
  child.process.kill("SIGINT");
  child.process.kill("SIGUSR2");
  expect(await child.exit).toBe(0);
});

test("a second signal ends a house that does not stop, at once", async () => {
  const child = run(`${stuckHouse} ${runHouse}`);
  await child.hears("runs");
  child.process.kill("SIGINT");
  await child.hears("stopping");
  const presses = setInterval(() => child.process.kill("SIGINT"), 50);
  onTestFinished(() => clearInterval(presses));
  expect(await child.exit).toBe(1);
  expect(child.said()).not.toContain("did not stop in time");
});

test("a house that does not stop by itself is ended within five seconds of the signal", async () => {
  const child = run(`${stuckHouse} ${runHouse}`);
  await child.hears("runs");
  const began = performance.now();
  child.process.kill("SIGTERM");
  expect(await child.exit).toBe(1);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(child.said()).toContain("did not stop in time");
});

test.each([
  ["a rejection", `Promise.reject(new Error("nobody caught me"));`],
  ["an exception", `setTimeout(() => { throw new Error("nobody caught me"); }, 0);`],
])("%s that nobody caught is logged once and ends the process", async (_what, fault) => {
  const child = run(`dieOfFaults(log); setInterval(() => {}, 1e6); ${fault}`);
  expect(await child.exit).toBe(1);
  expect(child.said().match(/a fault that nobody caught/gu)).toHaveLength(1);
  expect(child.said()).toContain("nobody caught me");
});
