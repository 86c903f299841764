// Runs a house until it is told to stop, or dies of a fault that nobody caught.
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";

/** A house that runs. */
export interface Running {
  /** Stops in good order: what is being said is finished, as far as `deadlineMs` allows. */
  close(deadlineMs: number): Promise<void>;
}

// "docker stop" and systemd give ten seconds and more; a person at a terminal has patience for less than five.
const CLOSE_MS = 4_000;
// The house had its time and did not come to an end by itself.
const GIVE_UP_MS = 4_700;

// npm hands a terminal's Ctrl-C on to its script, which had it from the terminal already: one press arrives twice.
const SAME_PRESS_MS = 500;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves when the house has stopped after the first signal; a second one ends the process at once. */
export function untilStopped(house: Running, log: Log): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  let firstAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (firstAt !== null) {
      if (now - firstAt > SAME_PRESS_MS) process.exit(1);
      return;
    }
    firstAt = now;
    log.info("stopping", { signal });
    setTimeout(() => {
      log.error("did not stop in time");
      process.exit(1);
    }, GIVE_UP_MS).unref();
    house.close(CLOSE_MS).then(stopped.resolve, stopped.reject);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stopped.promise;
}

/** A fault that nobody caught ends the process: the store is safe at every instant, a half-dead house is not. */
export function dieOfFaults(log: Log): void {
  const die = (error: unknown): void => {
    log.error("a fault that nobody caught", { error: error instanceof Error ? error.stack : messageOf(error) });
    process.exit(1);
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);
}
