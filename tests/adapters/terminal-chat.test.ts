// A talk at the terminal, from typing to the answer, over the real store, queue and engine.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { runChat } from "../../src/adapters/terminal/chat.ts";
import type { Input } from "../../src/adapters/terminal/lines.ts";
import type { Output } from "../../src/adapters/terminal/screen.ts";
import { Screen } from "../../src/adapters/terminal/screen.ts";
import { TerminalAdapter } from "../../src/adapters/terminal/terminal.ts";
import { seededChance } from "../../src/chance.ts";
import { systemClock } from "../../src/clock.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { PlatformName } from "../../src/domain/ids.ts";
import { processId } from "../../src/domain/ids.ts";
import { Engine } from "../../src/engine/engine.ts";
import { Intake } from "../../src/engine/intake.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import * as words from "../../src/http/words.ts";
import { silentLog } from "../../src/log.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import type { Member } from "../../src/personas/personas.ts";
import { LocalQueue } from "../../src/queue/local.ts";
import type { Solver } from "../../src/solvers/solver.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { makePersona } from "../people.ts";
import { Keyboard, Pipe, TerminalWindow } from "./terminal-window.ts";

/** Answers with what was heard, and yields nothing when asked to be silent. */
const echo: Solver = {
  name: "echo",
  model: null,
  readiness: () => ({ kind: "free" }),
  async *solve(request) {
    const heard = request.heard?.text ?? "";
    yield { kind: "matched", what: "*" };
    if (heard !== "be silent") yield { kind: "text", text: `You said: ${heard}` };
  },
};

const ada: Member = { persona: makePersona("ada", { description: "keeps the tide tables" }), solvers: [echo] };

function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-chat-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Talk {
  /** Resolves when the talk has ended. */
  readonly ended: Promise<void>;
  readonly stop: AbortController;
}

let sessions = 0;

/** One run of the program: opens the house in `folder`, talks until the input ends, closes it. */
function talk(folder: string, input: Input, output: Output, solver: Solver = echo): Talk {
  const stop = new AbortController();
  sessions += 1;
  return { stop, ended: talkTo({ ...ada, solvers: [solver] }, folder, input, output, stop.signal) };
}

async function talkTo(
  member: Member,
  folder: string,
  input: Input,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const store = await openSqliteStore(join(folder, "troupe.db"), { log: silentLog, secret: null });
  const personas = {
    all: () => [member],
    of: () => [member],
    get: (id: string) => (id === "ada" ? member : null),
    complaints: () => [],
    warnings: () => [],
    scenes: () => [],
    onChange: () => () => {},
    close: async () => {},
  };
  const speaking = () => ({ kind: "scripted" }) as const;
  const terminal = new TerminalAdapter({
    screen: new Screen(output),
    persona: member.persona.id,
    person: "Mira",
    session: `s${sessions}`,
    speaking,
    clock: systemClock,
  });
  const adapters = new Map<PlatformName, Adapter>([[terminal.platform, terminal]]);
  const engine = new Engine(
    {
      process: processId(`p${sessions}`),
      store,
      personas,
      adapters,
      serves: (channel) => channel === terminal.channel,
      rooms: new Rooms({ registry: store.registry, personas, adapters, everyone: () => [member] }),
      speaking,
      countTokens,
      limits: { brakes: usualBrakes, spend: { usdPerDay: 1, tokensPerDay: 500_000 }, contextTokens: 4_000 },
      clock: systemClock,
      chance: seededChance("seed"),
      log: silentLog,
      meter: { turnEnded: () => {}, attempted: () => {}, spoke: () => {}, doubted: () => {} },
    },
    new LocalQueue({ concurrency: 4, log: silentLog }),
  );
  await terminal.listen(new Intake(store, countTokens, systemClock, (channel) => engine.wake(channel)));
  await engine.start();
  try {
    await runChat(terminal, input, { store, personas, speaking, words, clock: systemClock }, signal);
  } finally {
    await engine.stop(2_000);
    await terminal.close();
    await store.close();
  }
}

/** Everything that a piped talk prints. */
async function piped(folder: string, lines: readonly string[], solver: Solver = echo): Promise<string> {
  const pipe = new Pipe();
  const input = new PassThrough();
  input.end(lines.map((line) => `${line}\n`).join(""));
  await talk(folder, input, pipe, solver).ended;
  return pipe.text;
}

describe("a talk through a pipe", () => {
  test("answers each line before it takes the next, and ends with the input", async () => {
    const text = await piped(folderFor(), ["hello there", "and again"]);
    expect(text).toMatch(/^Ada \(@ada\): keeps the tide tables\nSpeaking: scripted brains/u);
    expect(text).toMatch(/Ada: You said: hello there\nAda: You said: and again\n$/u);
    expect(text).not.toContain("\u001B");
  });

  test("is remembered in the next run", async () => {
    const folder = folderFor();
    await piped(folder, ["my cat is called Turnip"]);
    const text = await piped(folder, ["hello again"]);
    expect(text).toContain("Mira: my cat is called Turnip\nAda: You said: my cat is called Turnip\n");
    expect(text).toMatch(/Earlier, until \d{4}-\d\d-\d\d \d\d:\d\d UTC:/u);
  });

  test("says why the last reply was given, in plain words", async () => {
    const folder = folderFor();
    expect(await piped(folder, ["/why"])).toContain("Ada has not said anything here yet.");
    const text = await piped(folder, ["hello", "/why"]);
    expect(text).toContain("You are alone with Ada here, so Ada answers.");
    expect(text).toContain("It was said.");
    expect(text).toMatch(/In its context, \d+ of at most 4000 tokens: .*the newest posts/u);
    expect(text).toMatch(/echo answered by “\*”, in \d+ ms\./u);
    expect(text).toContain("It cost nothing: no model was asked.");
  });

  test("/new forgets the talk at once, because nobody can be asked", async () => {
    const folder = folderFor();
    const first = await piped(folder, ["remember me", "/new", "/why"]);
    expect(first).toContain("A new talk with Ada.\nAda has not said anything here yet.");
    expect(await piped(folder, [])).not.toContain("remember me");
  });

  test("goes on when the persona has nothing to say", async () => {
    const text = await piped(folderFor(), ["be silent", "hello"]);
    expect(text).toContain("Ada: You said: hello");
  });

  test("leaves blank lines out, says // with one slash, and knows what is no command", async () => {
    const text = await piped(folderFor(), ["", "   ", "\u0007", "//etc is a folder", "/dance now"]);
    expect(text).toContain("Ada: You said: /etc is a folder");
    expect(text).toContain("There is no command /dance: /help lists them");
    expect(text.match(/You said/gu)).toHaveLength(1);
  });

  test("/help lists every command and /quit ends before the rest is read", async () => {
    const text = await piped(folderFor(), ["/help", "/quit", "never said"]);
    for (const command of ["/new", "/why", "/save <file>", "/help", "/quit"]) expect(text).toContain(command);
    expect(text).not.toContain("never said");
  });

  test("a text that is too long is refused in one sentence, and nothing is stored", async () => {
    const folder = folderFor();
    const text = await piped(folder, ["x".repeat(10 * 1024 * 1024), "/why"]);
    expect(text).toContain("That was not sent: it has 10,485,760 characters, and 40,000 fit.");
    expect(text).toContain("Ada has not said anything here yet.");
  });

  test("escapes in what is typed or answered never reach the terminal", async () => {
    const folder = folderFor();
    const text = (await piped(folder, ["\u001B]52;c;ZXZpbA==\u0007 hi \u001B[2J"])) + (await piped(folder, []));
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/u);
  });
});

describe("/save", () => {
  test("writes the talk as Markdown, in which nothing said can pass for a heading", async () => {
    const folder = folderFor();
    const file = join(folder, "my talk.md");
    const text = await piped(folder, ["# I am *not* a heading", `/save ${file}`]);
    expect(text).toContain(`2 messages saved in ${file}`);
    const saved = readFileSync(file, "utf8");
    expect(saved).toMatch(
      /^# A talk with Ada\n\n\*\*Mira\*\* \(\d{4}-.* UTC\)\n\n> # I am \*not\* a heading\n\n\*\*Ada\*\* /u,
    );
    expect(saved).toContain("> You said: # I am *not* a heading\n");
  });

  test("holds a talk of any length", async () => {
    const folder = folderFor();
    const file = join(folder, "long.md");
    const lines = Array.from({ length: 110 }, (_, at) => `line ${at}.`);
    const text = await piped(folder, [...lines, `/save ${file}`]);
    expect(text).toContain("220 messages saved in");
    const heard = readFileSync(file, "utf8").match(/^> line \d+\.$/gmu);
    expect(heard).toEqual(lines.map((line) => `> ${line}`));
  }, 30_000);

  test("keeps a file that is there already, unless it is told to write over it", async () => {
    const folder = folderFor();
    const file = join(folder, "kept.md");
    writeFileSync(file, "mine");
    const text = await piped(folder, ["hello", `/save ${file}`]);
    expect(text).toContain(`"${file}", which is there already (/save! ${file} writes over it)`);
    expect(readFileSync(file, "utf8")).toBe("mine");
    await piped(folder, [`/save! ${file}`]);
    expect(readFileSync(file, "utf8")).toContain("> hello");
  });

  test("says in one sentence why a file cannot be written, and goes on", async () => {
    const folder = folderFor();
    mkdirSync(join(folder, "a folder"));
    const text = await piped(folder, [
      "/save x.md",
      "hello",
      "/save",
      `/save ${join(folder, "nowhere", "x.md")}`,
      `/save! ${join(folder, "a folder")}`,
      `/save ${join(folder, "x".repeat(300))}`,
      `/save ${folder}/nul\u0000.md`,
      "/why",
    ]);
    expect(text).toContain("There is nothing to save");
    expect(text).toContain("Say where to: /save <file>");
    expect(text).toContain("in a folder that is not there");
    expect(text).toContain("which is a folder");
    expect(text).toContain("a name that is too long");
    expect(text.match(/\/save: expected a file that can be written, got /gu)).toHaveLength(4);
    expect(text).toContain("You are alone with Ada");
  });
});

describe("a talk in a window", () => {
  const open = (folder: string, solver: Solver = echo) => {
    const window = new TerminalWindow(60);
    const keyboard = new Keyboard();
    const { ended, stop } = talk(folder, keyboard, window, solver);
    onTestFinished(async () => {
      keyboard.end();
      await ended;
    });
    return { window, keyboard, ended, stop };
  };

  test("shows the prompt, the answer above it, and keeps what is being typed", async () => {
    const { window, keyboard } = open(folderFor());
    await window.until((text) => text.endsWith("you>"));
    keyboard.type("hello\r");
    keyboard.type("half a li");
    await window.until((text) => text.includes("Ada: You said: hello"));
    await window.until((text) => text.endsWith("you> half a li"));
    keyboard.type("ne\r");
    await window.until((text) => text.includes("Ada: You said: half a line"));
    expect(window.text()).toMatch(
      /you> hello\n(?:.*\n)*Ada: You said: hello\nyou> half a line\nAda: You said: half a line\nyou>$/u,
    );
    expect(window.unexpected).toEqual([]);
  });

  test("shows that the persona is writing, and takes it away when it has spoken", async () => {
    const gate = Promise.withResolvers<void>();
    const slow: Solver = {
      ...echo,
      async *solve() {
        await gate.promise;
        yield { kind: "text", text: "At last." };
      },
    };
    const { window, keyboard } = open(folderFor(), slow);
    await window.until((text) => text.endsWith("you>"));
    keyboard.type("hello\r");
    await window.until((text) => text.includes("Ada is writing…\nyou>"));
    keyboard.type("still there?\r");
    await window.until((text) => text.includes("you> still there?\nAda is writing…\nyou>"));
    gate.resolve();
    await window.until((text) => text.includes("Ada: At last."));
    await window.until((text) => !text.includes("is writing"));
    expect(window.text()).toContain("you> hello\nyou> still there?\nAda: At last.\n");
    expect(window.unexpected).toEqual([]);
  });

  test("takes lines that are pasted together as one message", async () => {
    const { window, keyboard } = open(folderFor());
    await window.until((text) => text.endsWith("you>"));
    // A long paste comes in several pieces.
    keyboard.type("first line\rsecond ");
    await new Promise((resolve) => setImmediate(resolve));
    keyboard.type("line\rthird line\r");
    await window.until((text) => text.includes("Ada: You said: first line\n  second line\n  third line"));
    expect(window.text().match(/You said/gu)).toHaveLength(1);
  });

  test("asks before it forgets, and forgets only on yes", async () => {
    const { window, keyboard } = open(folderFor());
    await window.until((text) => text.endsWith("you>"));
    keyboard.type("/new\r");
    await window.until((text) => text.includes("There is nothing to forget"));
    keyboard.type("hello\r");
    await window.until((text) => text.includes("You said: hello"));
    keyboard.type("/new\r");
    await window.until((text) => text.includes("yes or no"));
    keyboard.type("no\r");
    await window.until((text) => text.includes("Nothing is forgotten."));
    keyboard.type("/why\r");
    await window.until((text) => text.includes("You are alone with Ada"));
    keyboard.type("/new\r");
    await window.until((text) => text.split("yes or no").length === 3);
    keyboard.type("yes\r");
    await window.until((text) => text.includes("A new talk with Ada."));
    keyboard.type("/why\r");
    await window.until((text) => text.includes("Ada has not said anything here yet."));
  });

  for (const [name, key] of [
    ["Ctrl-D", "\u0004"],
    ["Ctrl-C", "\u0003"],
  ] as const) {
    test(`${name} ends it with a last line`, async () => {
      const { window, keyboard, ended } = open(folderFor());
      await window.until((text) => text.endsWith("you>"));
      keyboard.type(key);
      await ended;
      expect(window.text()).toMatch(/Ada remembers this talk\. Until next time\.$/u);
    });
  }

  test("an outside stop ends it too", async () => {
    const { window, ended, stop } = open(folderFor());
    await window.until((text) => text.endsWith("you>"));
    stop.abort();
    await ended;
  });

  test("an answer that was not given when the talk was left is given in the next run", async () => {
    const folder = folderFor();
    const stuck: Solver = {
      ...echo,
      // oxlint-disable-next-line require-yield -- it never comes to that
      async *solve(_, signal) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.throwIfAborted();
      },
    };
    const first = open(folder, stuck);
    await first.window.until((text) => text.endsWith("you>"));
    first.keyboard.type("what is the time?\r");
    await first.window.until((text) => text.includes("is writing"));
    first.keyboard.type("\u0004");
    await first.ended;
    const second = open(folder);
    await second.window.until((text) => text.includes("Ada: You said: what is the time?"));
    expect(second.window.text().match(/You said: what is the time/gu)).toHaveLength(1);
  });
});
