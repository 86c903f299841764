// Loads the RiveScript library so that every choice it makes by chance is ours.
//
// The library draws its replies by `Math.random`, in two places of its brain and with no setting for it. Ours must be
// repeatable (the same request gives the same text), and a replaced global would change chance for the whole process. So
// the library's own files are compiled here as Node itself compiles a module, in a function whose parameters are its
// surroundings, with two names more: a `Math` whose `random` asks us, and a `RegExp` that keeps triggers within bounds
// (patterns.ts). Not a line of it is changed; the conformance cases run through this loader and beside the plain library.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { compileFunction } from "node:vm";
import { Pattern } from "./patterns.ts";

/** Where the library keeps what it knows of the user; values are texts, but for its own history. */
export interface Session {
  set(user: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  get(user: string, key: string): Promise<unknown>;
}

/** The part of the library that finds replies; its methods may be replaced one by one. */
export interface InterpreterBrain {
  formatMessage(message: string, botReply?: true): string;
  triggerRegexp(user: string, trigger: string): Promise<string> | string;
  processTags(
    user: string,
    message: string,
    reply: string,
    stars: readonly string[],
    botStars: readonly string[],
    step: number,
    scope: unknown,
  ): Promise<string>;
}

/** A trigger as the library's parser gives it. */
export interface Trigger {
  readonly trigger: string;
  readonly reply: readonly string[];
  readonly condition: readonly string[];
  readonly redirect: string | null;
  readonly previous: string | null;
}

/** The parts of the library's main class that we use; names with an underscore are its own fields, fixed by the exact version in package.json. */
export interface Interpreter {
  unicodePunctuation: RegExp;
  readonly brain: InterpreterBrain;
  _debug: boolean;
  _depth: number;
  _var: Record<string, string>;
  _global: Record<string, string>;
  _sub: Record<string, string>;
  _person: Record<string, string>;
  _array: Record<string, readonly string[]>;
  readonly _topics: Readonly<Record<string, readonly Trigger[]>>;
  readonly _includes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly _inherits: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  setHandler(language: string, handler: null): void;
  stream(code: string, onError: (message: string) => void): boolean;
  sortReplies(): void;
  reply(user: string, message: string): Promise<string>;
}

export interface InterpreterOptions {
  readonly utf8: boolean;
  /** Null: the library's own, in memory. */
  readonly sessionManager: Session | null;
  /** Called with every warning; the text begins with `[WARNING]`. */
  readonly onDebug: (message: string) => void;
}

export interface Library {
  open(options: InterpreterOptions): Interpreter;
  /** Runs `act` with every draw of the library taken from `draw`, a number in [0, 1). One at a time: the library waits between its steps, and two replies at once would draw from each other's chance. */
  drawing<T>(draw: () => number, act: () => Promise<T>): Promise<T>;
}

// The library picks by `parseInt(random * length)`, and a number below this is written "1e-7", which it reads as 1.
const SMALLEST_DRAW = 1e-6;

let loaded: Library | null = null;

/** The library, compiled at the first call. */
export function loadLibrary(): Library {
  loaded ??= compileLibrary();
  return loaded;
}

function compileLibrary(): Library {
  let current: (() => number) | null = null;
  const random = (): number => {
    if (current === null) throw new Error("RiveScript drew by chance outside a reply");
    const drawn = current();
    return drawn < SMALLEST_DRAW ? 0 : drawn;
  };
  const main = createRequire(import.meta.url).resolve("rivescript");
  const surroundings = { math: Object.create(Math, { random: { value: random } }) as Math, modules: new Map() };
  const RiveScript = requireOwn(main, surroundings) as new (options: InterpreterOptions) => Interpreter;
  let last: Promise<unknown> = Promise.resolve();
  return {
    open: (options) => new RiveScript(options),
    drawing: (draw, act) => {
      const turn = async (): Promise<Awaited<ReturnType<typeof act>>> => {
        current = draw;
        try {
          return await act();
        } finally {
          current = null;
        }
      };
      const result = last.then(turn);
      last = result.catch(() => {});
      return result;
    },
  };
}

interface Surroundings {
  readonly math: Math;
  readonly modules: Map<string, { exports: unknown }>;
}

function requireOwn(file: string, surroundings: Surroundings): unknown {
  const known = surroundings.modules.get(file);
  if (known !== undefined) return known.exports;
  const module: { exports: unknown } = { exports: {} };
  surroundings.modules.set(file, module);
  const names = ["exports", "require", "module", "Math", "RegExp"];
  const body = compileFunction(readFileSync(file, "utf8"), names, { filename: file });
  const requireFrom = (name: string): unknown =>
    name.startsWith(".") ? requireOwn(path.resolve(path.dirname(file), `${name}.js`), surroundings) : refused(name);
  body.call(module.exports, module.exports, requireFrom, module, surroundings.math, Pattern);
  return module.exports;
}

// Beyond its own files the library asks only for the disk (`fs`, `fs-readdir-recursive`); we hand it texts, so it gets none.
function refused(name: string): unknown {
  return () => {
    throw new Error(`RiveScript has no use for ${name} here`);
  };
}
