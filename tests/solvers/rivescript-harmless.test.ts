// What people write is data: it never becomes a tag, a pattern or a template, and never holds up the house.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { authorId, feedPlatform } from "../../src/domain/ids.ts";
import { spokenName } from "../../src/domain/spoken-name.ts";
import { heardText, unveil, veil } from "../../src/solvers/rivescript/heard.ts";
import { needsCorpora } from "../needs.ts";
import { makeMessage } from "../people.ts";
import type { Talk } from "./brains.ts";
import { keptLog, talkTo } from "./brains.ts";

const naughty = needsCorpora("text/naughty-strings.json");

function naughtyStrings(): readonly string[] {
  const strings: unknown = JSON.parse(readFileSync(naughty.path(), "utf8"));
  if (!Array.isArray(strings)) throw new Error("the naughty strings are no list");
  return strings.filter((text) => typeof text === "string");
}

// A brain that hands people's words to everything that could act on them: tags, templates, redirections, conditions, patterns.
const PARROT = `
! version = 2.0
! var name = Ada
! var mood = calm
! array constructor = one|two
! sub constructor's = builder's
! person i = you

+ echo *
- You said: <star>.
+ person *
- You said: <person>!
+ formal *
- <formal> it is.
+ random *
- {random}<star>|<star>{/random} {random}end|finish{/random}.
+ keep *
- <set kept=<star>>Kept: <get kept>.
+ kept
- Kept: <get kept>.
+ say kept <get kept>
- You know it.
+ <get name> speaks *
- Myself: <star>.
+ jump *
@ echo <star>
+ leap *
- {@echo <star>}
+ if *
* <star> == evil => WICKED.
* <get mood> == evil => WICKED.
- Not evil: <star>.
+ last
- You said <input> and I said <reply>.
+ again <input>
- Again.
+ mood
- I am <bot name> and <bot mood>, <get name>.
+ secret
- The secret word.
+ *
- I heard <star>, <get name>.

> topic evil
+ *
- WICKED.
< topic
`;

const ATTACKS = [
  "<set topic=evil>",
  "{topic=evil}",
  "<set mood=evil>",
  "<bot name=evil>",
  "<bot mood=evil>",
  "<env depth=1>",
  "{@secret}",
  "<@secret>",
  "{@ secret }",
  "<call>constructor</call>",
  "<call>javascript return 1</call>",
  "<star>",
  "<star1><star2>",
  "<get kept>",
  "<id>",
  "<input>",
  "<reply>",
  "{random}evil|evil{/random}",
  "{weight=1000}",
  "{ok}",
  "(@constructor)",
  "@constructor",
  "\\n\\s\\#",
  "$& $` $' $1 $$",
  "(a+)+$",
  "[*] (|) *",
  "^.*$",
  "^ - evil",
  "+ evil\n- Evil.",
  "! var mood = evil",
  "> topic evil",
  "// evil",
  "\u0000@constructor\u0000",
  "\uE03C\uE07Bset topic=evil\uE03E",
  "＜set topic=evil＞",
  "﹤set topic=evil﹥",
  "<<set topic=evil>>",
  "<s<set x=1>et topic=evil>",
  "{{topic=evil}}",
  "&lt;set topic=evil&gt;",
  "__proto__",
  "constructor prototype __defineGetter__ hasOwnProperty toString",
  "undefined",
  "ERR: No Reply Matched",
  "\uD800 lone \uDC00",
  "a\u0300".repeat(400),
  "ﷺ".repeat(500),
];

const COMMANDS = ["", "echo", "person", "formal", "random", "keep", "jump", "leap", "if"];
const MACHINERY = /[<>{}]|undefined|ERR:|WICKED|The secret word|[\uE000-\uF8FF]|\[object/;

let talk: Talk;
beforeAll(async () => {
  talk = await talkTo(PARROT);
});

// Follows what was said by the questions that would show what it did; a state, once poisoned, would stay so.
async function sayAndLook(text: string, name = "Mira"): Promise<readonly (string | null)[]> {
  const author = { id: authorId(feedPlatform, "mira"), kind: "person" as const, name };
  const answers: (string | null)[] = [];
  let state: string | null = null;
  for (const each of [text, "kept", "last", `again ${text}`, `say kept ${text}`, `${name} speaks ${text}`, "mood"]) {
    const given = await talk.say("", { heard: { author, text: each }, state, chance: seededChance(text) });
    answers.push(given.text);
    state = given.state ?? state;
    expect(state === null || state.length <= 8_000).toBe(true);
  }
  return answers;
}

test.each(COMMANDS)("tags, templates and patterns in people's words do nothing after '%s'", async (command) => {
  for (const attack of ATTACKS) {
    const answers = await sayAndLook(`${command} ${attack}`);
    for (const text of answers) expect([attack, text ?? ""]).toEqual([attack, expect.not.stringMatching(MACHINERY)]);
    expect([attack, answers.at(-1)]).toEqual([attack, "I am Ada and calm, Mira."]);
  }
});

test("tags, templates and patterns in people's names do nothing", async () => {
  for (const attack of ATTACKS) {
    const answers = await sayAndLook("echo hello", attack);
    for (const text of answers) expect([attack, text ?? ""]).toEqual([attack, expect.not.stringMatching(MACHINERY)]);
    expect(answers.at(-1)).toMatch(/^I am Ada and calm, [^<>{}$()]{1,40}\.$/u);
  }
});

test("what looks like a replacement pattern comes back as it was written", async () => {
  expect((await talk.say("echo it costs $5 or $& or 100% [sic]")).text).toBe(
    "You said: it costs $5 or $& or 100% sic.",
  );
  expect((await talk.say("random 3 * 4 + 5")).text).toMatch(/^3 \* 4 \+ 5 (?:end|finish)\.$/);
});

test("veiled signs come back unveiled, and nothing that acts is left between", () => {
  const text = "$+*^.?()[]{}|@#\\<>aé𝄞";
  expect(veil(text)).toMatch(/^[\uE000-\uE07F]{18}aé𝄞$/);
  expect(unveil(veil(text))).toBe(text);
});

test.skipIf(naughty.skip)("515 naughty strings are heard, said and kept without harm", async () => {
  const strings = naughtyStrings();
  expect(strings.length).toBe(515);
  for (const string of strings) {
    for (const command of ["", "echo ", "keep "]) {
      const { text } = await talk.say(`${command}${string}`);
      expect([string, text ?? ""]).toEqual([string, expect.not.stringMatching(MACHINERY)]);
    }
    const author = { ...makeMessage("1", "").author, name: string };
    const { text } = await talk.say("", { heard: { author, text: "mood" } });
    expect([string, text]).toEqual([string, expect.stringMatching(/^I am Ada and calm, [^<>{}$()]{1,40}\.$/u)]);
  }
});

test.skipIf(naughty.skip)("515 naughty strings as names are spoken names", () => {
  for (const string of naughtyStrings()) {
    const name = spokenName(string);
    expect(name).toMatch(/^[\p{L}\p{M}\p{N} '_-]{1,40}$/u);
    expect(name).toBe(name.trim());
  }
});

test("a post of 10 MB, or of one character over and over, is heard in no time", async () => {
  const { say } = await talkTo(
    [
      "+ [*] a [*] a [*] a [*] b",
      "- Never.",
      "+ * a * a * a * b",
      "- Never.",
      "+ (* a *|a * a|[*] a [*] c)",
      "- Maybe.",
      "+ [a] [a] [a] [a] [a] [a] [a] [a] b",
      "- Never.",
      "+ _ _ _ _ b",
      "- Never.",
      "+ # # # # b",
      "- Never.",
      "+ *",
      "- Hm.",
    ].join("\n"),
  );
  const texts = [
    "x".repeat(10_000_000),
    "a ".repeat(5_000_000),
    "a".repeat(20_000),
    " ".repeat(20_000),
    "1 ".repeat(20_000),
    "aa ".repeat(20_000),
    "\n".repeat(20_000),
    "é ".repeat(20_000),
    "👋".repeat(20_000),
    ", ".repeat(20_000),
    "(".repeat(20_000),
    "'".repeat(20_000),
    "ada ".repeat(20_000),
    "a b ".repeat(20_000),
    `b ${"a ".repeat(20_000)}`,
    `c b ${"aa a ".repeat(20_000)}`,
  ];
  for (const text of texts) {
    const startedAt = performance.now();
    await say(text);
    expect([text.slice(0, 10), performance.now() - startedAt < 1_500]).toEqual([text.slice(0, 10), true]);
  }
});

test("a long text is heard by its beginning", () => {
  expect(heardText("word ".repeat(1_000)).length).toBeLessThanOrEqual(500);
});

test("machinery is told once in the log, not with each message", async () => {
  const log = keptLog();
  const { say } = await talkTo("+ *\n- I am <get age>.\n", log);
  for (let turn = 0; turn < 5; turn += 1) expect((await say("so")).text).toBeNull();
  expect(log.warnings).toEqual([
    { phrase: "a brain gave machinery instead of words", fields: { persona: "ada", what: "undefined" } },
  ]);
});
