// The log: a constant phrase and fields; pino writes it.
import { createRequire } from "node:module";
import type { Logger } from "pino";

export type Fields = Readonly<Record<string, unknown>>;

/** Texts of messages appear at debug only; secrets never. */
export interface Log {
  debug(phrase: string, fields?: Fields): void;
  info(phrase: string, fields?: Fields): void;
  warn(phrase: string, fields?: Fields): void;
  error(phrase: string, fields?: Fields): void;
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const SECRET_FIELDS = ["token", "apiKey", "key", "secret", "authorization", "*.token", "*.apiKey", "*.authorization"];

/** A log on stdout: lines for people on a terminal, JSON elsewhere. */
export function openLog(level: LogLevel): Log {
  const require = createRequire(import.meta.url);
  const pino = require("pino") as typeof import("pino");
  const options = { level, base: null, redact: SECRET_FIELDS };
  const isTerminal = process.stdout.isTTY;
  const logger: Logger = isTerminal
    ? pino.pino(
        options,
        (require("pino-pretty") as typeof import("pino-pretty"))({
          sync: true,
          singleLine: true,
          ignore: "pid,hostname",
        }),
      )
    : pino.pino(options);
  return {
    debug: (phrase, fields) => logger.debug(fields ?? {}, phrase),
    info: (phrase, fields) => logger.info(fields ?? {}, phrase),
    warn: (phrase, fields) => logger.warn(fields ?? {}, phrase),
    error: (phrase, fields) => logger.error(fields ?? {}, phrase),
  };
}
