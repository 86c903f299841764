// The terminal keeps the promises of adapters, and no text can steer it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText } from "../../src/adapters/terminal/plain-text.ts";
import { Screen } from "../../src/adapters/terminal/screen.ts";
import { TerminalAdapter, terminalChannel } from "../../src/adapters/terminal/terminal.ts";
import { columnsOf, wrapped } from "../../src/adapters/terminal/wrap.ts";
import { personaId } from "../../src/domain/ids.ts";
import { Limited, Refused, plainManner } from "../../src/adapters/adapter.ts";
import type { Speaking } from "../../src/solvers/solver.ts";
import { adapterContract, postIn } from "../contracts/adapter.ts";
import { deafEvents, makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { Output } from "../../src/adapters/terminal/screen.ts";
import { Pipe, TerminalWindow } from "./terminal-window.ts";

const ada = makePersona("ada");
const never = new AbortController().signal;

function openTerminal(output: Output, more: { readonly session?: string; readonly speaking?: Speaking } = {}) {
  const clock = new VirtualClock();
  const adapter = new TerminalAdapter({
    screen: new Screen(output),
    persona: ada.id,
    person: "Mira",
    session: more.session ?? "run1",
    speaking: () => more.speaking ?? { kind: "scripted" },
    clock,
  });
  return { adapter, clock, channel: adapter.channel };
}

adapterContract("TerminalAdapter", async () => {
  const pipe = new Pipe();
  const { adapter, channel } = openTerminal(pipe);
  let last = "";
  const hear = async (text: string): Promise<void> => {
    last = text;
    await adapter.hear(text);
  };
  return {
    adapter,
    channel,
    hear,
    redeliver: () => hear(last),
    timesSeen: (text) =>
      pipe.text.split(
        `: ${text
          .split("\n")
          .map((line, at) => (at > 0 && line !== "" ? `  ${line}` : line))
          .join("\n")}\n`,
      ).length - 1,
  };
});

describe("what is said at a terminal", () => {
  test("stands under the persona's name, and its further lines cannot pass for another speaker", async () => {
    const pipe = new Pipe();
    const { adapter, channel } = openTerminal(pipe);
    await adapter.send(postIn(channel, "one", "Hello.\nMira: I said nothing."), ada, plainManner, never);
    expect(pipe.text).toBe("Ada: Hello.\n  Mira: I said nothing.\n");
  });

  test("says so when it comes from a script although there is a model, or from the house", async () => {
    const pipe = new Pipe();
    const { adapter, channel } = openTerminal(pipe, { speaking: { kind: "model", model: "m", server: "s" } });
    const post = postIn(channel, "one", "Hello.");
    await adapter.send(post, ada, plainManner, never);
    await adapter.send({ ...postIn(channel, "two", "Hm."), solver: "openai", model: "m" }, ada, plainManner, never);
    await adapter.send({ ...postIn(channel, "three", "No model."), solver: "house" }, ada, plainManner, never);
    expect(pipe.text).toBe("Ada (scripted): Hello.\nAda: Hm.\nAda (notice): No model.\n");
  });

  test("is wrapped and coloured in a window, and wide characters count twice", async () => {
    const window = new TerminalWindow(40);
    const { adapter, channel } = openTerminal(window);
    await adapter.send(postIn(channel, "one", `${"word ".repeat(20)}\n${"漢字".repeat(20)}`), ada, plainManner, never);
    expect(window.raw).toContain("\u001B[36m");
    expect(window.lines().every((line) => columnsOf(line) < 40)).toBe(true);
    expect(window.text()).toContain("Ada: word word");
  });

  test("in another channel is refused: this window belongs to one talk", async () => {
    const { adapter } = openTerminal(new Pipe());
    const elsewhere = postIn(terminalChannel(personaId("bram")), "one", "Hello.");
    await expect(adapter.send(elsewhere, ada, plainManner, never)).rejects.toBeInstanceOf(Refused);
  });

  test("waits for the next session when nobody can read this one any more", async () => {
    const pipe = new Pipe();
    const { adapter, channel, clock } = openTerminal(pipe);
    pipe.destroy();
    const failure: unknown = await adapter
      .send(postIn(channel, "one", "Hello?"), ada, plainManner, never)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Limited);
    expect(failure).toMatchObject({ retryAt: clock.now() + 5_000 });
    expect(await adapter.find(postIn(channel, "one", "Hello?"))).toBeNull();
  });

  test("what is typed in two runs has different ids, and the same words twice are two messages", async () => {
    const ids = new Set<string>();
    for (const session of ["run1", "run2"]) {
      const { adapter } = openTerminal(new Pipe(), { session });
      await adapter.listen(deafEvents);
      ids.add(await adapter.hear("hi"));
      ids.add(await adapter.hear("hi"));
    }
    expect(ids.size).toBe(4);
  });
});

describe("no text can steer the terminal", () => {
  const attacks = {
    colour: ["\u001B[31mred\u001B[0m", "red"],
    "clearing the screen": ["\u001B[2J\u001B[Hgone", "gone"],
    "the clipboard": ["\u001B]52;c;ZXZpbA==\u0007copied", "copied"],
    "the clipboard, in one byte": ["\u009D52;c;ZXZpbA==\u009Ccopied", "copied"],
    "a title": ["\u001B]0;evil\u001B\\titled", "titled"],
    "a link": ["\u001B]8;;http://evil.example\u001B\\here\u001B]8;;\u001B\\", "here"],
    "a device control string": ["\u001BP1$r0m\u001B\\dcs", "dcs"],
    "a sequence that is not finished": ["cut \u001B]52;c;ZXZ", "cut "],
    "a bare escape": ["\u001Bc reset", " reset"],
    backspaces: ["safe\b\b\b\bevil", "safeevil"],
    "carriage return": ["first\rsecond", "first\nsecond"],
    "bidi override": ["abc\u202Efdp.exe\u202C", "abcfdp.exe"],
    "bidi isolate": ["\u2066a\u2069", "a"],
    "one-byte control sequences": ["\u009B31mred", "red"],
    "bell and null": ["a\u0000b\u0007c", "abc"],
    "half a surrogate pair": ["a\uD83Db", "a\uFFFDb"],
  } as const;

  for (const [name, [text, left]] of Object.entries(attacks)) {
    test(`not by ${name}`, async () => {
      expect(plainText(text)).toBe(left);
      const pipe = new Pipe();
      const { adapter, channel } = openTerminal(pipe);
      await adapter.send(postIn(channel, "one", text), makePersona("ada", { name: text }), plainManner, never);
      expect(pipe.text).not.toMatch(STEERING);
    });
  }

  const STEERING = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u2028\u2029]/u;

  test("by nothing at all: random texts of dangerous characters leave nothing that steers", () => {
    const dangerous = fc.array(
      fc.constantFrom(
        "\u001B",
        "[",
        "]",
        "52;c;",
        "m",
        "\u0007",
        "\u009B",
        "\u009C",
        "\\",
        "\n",
        "x",
        "\u202E",
        "P",
        "\r",
        "8;;",
        "\uD800",
        "\u0085",
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(dangerous, (pieces) => {
        const plain = plainText(pieces.join(""));
        expect(plain).not.toMatch(STEERING);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainText(plain)).toBe(plain);
      }),
      { numRuns: 2_000 },
    );
  });

  test("40,000 characters of escapes are cleaned in time", () => {
    for (const unit of ["\u001B", "\u001B]", "\u001B[", "\u001B]52;", "\u009D", "\u001B[1;"]) {
      const startedAt = performance.now();
      plainText(unit.repeat(40_000 / unit.length));
      expect(performance.now() - startedAt, JSON.stringify(unit)).toBeLessThan(500);
    }
  });
});

describe("wrapping", () => {
  test("never makes a line longer than the window, and loses nothing but white space at the breaks", () => {
    const text = fc.array(
      fc.constantFrom("word", "a", " ", "  ", "漢字", "👩‍👩‍👧", "e\u0301", "longerwordthanthat", "\n", "\t"),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 40 }), (pieces, columns) => {
        const whole = pieces.join("");
        const lines = wrapped(whole, columns);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.join("").replaceAll(/\s/gu, "")).toBe(whole.replaceAll(/\s/gu, ""));
      }),
      { numRuns: 500 },
    );
  });

  test("keeps the indentation of code that fits", () => {
    expect(wrapped("a\n  b\n\tc", 20)).toEqual(["a", "  b", "    c"]);
  });
});
