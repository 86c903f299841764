// The RiveScript library as our loader gives it: the same language, with chance in our hands.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Interpreter } from "../../src/solvers/rivescript/loader.ts";
import { loadLibrary } from "../../src/solvers/rivescript/loader.ts";
import { needsCorpora } from "../needs.ts";

interface Step {
  readonly source?: string;
  readonly input?: string;
  readonly reply?: string | readonly string[];
  readonly set?: Readonly<Record<string, unknown>>;
  readonly assert?: Readonly<Record<string, unknown>>;
}

interface Case {
  readonly username?: string;
  readonly utf8?: boolean;
  readonly tests: readonly Step[];
}

// What the tests call beyond the interface that the house uses.
interface WholeInterpreter extends Interpreter {
  setUservars(user: string, vars: Readonly<Record<string, unknown>>): Promise<void>;
  getUservar(user: string, name: string): Promise<unknown>;
}

type Maker = (options: { readonly utf8: boolean }) => WholeInterpreter;

const corpus = needsCorpora("rivescript");
const require = createRequire(import.meta.url);

const ours: Maker = (options) =>
  loadLibrary().open({ ...options, sessionManager: null, onDebug: () => {} }) as WholeInterpreter;
const plain: Maker = (options) => {
  const Plain = require("rivescript") as new (options: unknown) => WholeInterpreter;
  return new Plain({ ...options, onDebug: () => {} });
};

/** Plays a case and gives what was said, one line a step. */
async function play(make: Maker, each: Case): Promise<string[]> {
  const bot = make({ utf8: each.utf8 === true });
  const user = each.username ?? "localuser";
  const said: string[] = [];
  for (const step of each.tests) {
    if (step.source !== undefined) {
      bot.stream(step.source, () => {});
      bot.sortReplies();
    }
    if (step.set !== undefined) await bot.setUservars(user, step.set);
    for (const name of Object.keys(step.assert ?? {})) {
      said.push(`${name} is ${String(await bot.getUservar(user, name))}`);
    }
    const { input } = step;
    if (input === undefined) continue;
    const reply = await loadLibrary().drawing(
      () => 0,
      () => bot.reply(user, input),
    );
    said.push(reply);
  }
  return said;
}

function expected(each: Case): (string | readonly string[])[] {
  return each.tests.flatMap((step) => [
    ...Object.entries(step.assert ?? {}).map(([name, value]) => `${name} is ${String(value)}`),
    ...(step.input === undefined ? [] : [step.reply ?? ""]),
  ]);
}

function casesIn(folder: string): [string, Case][] {
  const files = readdirSync(folder).filter((name) => /\.(?:yml|json)$/.test(name));
  return files.flatMap((name) => {
    const cases = parse(readFileSync(join(folder, name), "utf8")) as Record<string, Case>;
    return Object.entries(cases).map(([title, each]): [string, Case] => [`${name}: ${title}`, each]);
  });
}

test.skipIf(corpus.skip)("RiveScript's conformance cases hold through our loader", async () => {
  const cases = casesIn(corpus.path());
  expect(cases.length).toBeGreaterThan(30);
  const failed: string[] = [];
  for (const [title, each] of cases) {
    const said = await play(ours, each);
    const wanted = expected(each);
    // Some expectations end with the line end of their YAML block.
    const fits = said.every((line, at) => {
      const want = wanted[at] ?? "";
      return typeof want === "string" ? want.trimEnd() === line : want.includes(line);
    });
    if (!fits || said.length !== wanted.length) failed.push(title);
  }
  expect(failed).toEqual([]);
});

test.skipIf(corpus.skip)("our loader changes nothing but chance: both forms of the library say the same", async () => {
  const random = Math.random;
  Math.random = () => 0;
  try {
    for (const [title, each] of casesIn(corpus.path())) {
      expect([title, await play(ours, each)]).toEqual([title, await play(plain, each)]);
    }
  } finally {
    Math.random = random;
  }
});

test("every choice of the library comes from the draw it is given, and none from Math.random", async () => {
  const bot = ours({ utf8: true });
  bot.stream("+ pick\n- {random}a|b|c|d{/random}1\n- {random}a|b|c|d{/random}2", () => {});
  bot.sortReplies();
  const draws = [0.75, 0.5];
  const said = await loadLibrary().drawing(
    () => draws.shift() ?? 0,
    () => bot.reply("you", "pick"),
  );
  expect(said).toBe("c2");
  expect(draws).toEqual([]);
});

test("the smallest draw picks the first line, not what the library reads out of 1e-9", async () => {
  const bot = ours({ utf8: true });
  bot.stream("+ pick\n- first\n- second", () => {});
  bot.sortReplies();
  expect(
    await loadLibrary().drawing(
      () => 1e-9,
      () => bot.reply("you", "pick"),
    ),
  ).toBe("first");
});

test("the library draws only inside a reply that was given a chance", async () => {
  const bot = ours({ utf8: true });
  bot.stream("+ pick\n- a\n- b", () => {});
  bot.sortReplies();
  await expect(bot.reply("you", "pick")).rejects.toThrow("outside a reply");
});
