// Names in texts: who is meant, in any script, and who is not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { personaId } from "../../src/domain/ids.ts";
import type { Nameable } from "../../src/domain/names.ts";
import { nameMatcher, namesIn } from "../../src/domain/names.ts";

function person(handle: string, name: string, ...aliases: readonly string[]): Nameable {
  return { id: personaId(handle), name, aliases };
}

const ada = person("ada", "Ada");
const bob = person("bob", "Bob");

/** What was said, in order, as `handle:words`. */
function said(text: string, ...people: readonly Nameable[]): readonly string[] {
  return namesIn(text, people).map((named) => `${named.id}:${named.said}`);
}

test("a name is found as a whole word, whatever its case and what stands beside it", () => {
  for (const text of [
    "Ada?",
    "hey ADA",
    "ada",
    "(Ada)",
    "**Ada**",
    "_Ada_",
    "Ada/Bob",
    "🎉Ada🎉",
    "❤️Ada",
    "1️⃣Ada",
    '"Ada"',
    "…Ada,",
  ]) {
    expect(namesIn(text, [ada]), text).toHaveLength(1);
  }
});

test("a name inside another word names nobody", () => {
  for (const text of ["Canada", "adapter", "Adas", "Ada2", "2Ada", "snake_ada", "ada_x", "__ada__init", "Nevada's"]) {
    expect(said(text, ada), text).toEqual([]);
  }
});

test("a name in code, a link, a mail address or a domain names nobody", () => {
  const texts = [
    "`Ada`",
    "``let `Ada` = 1``",
    "```\nAda\n```",
    "https://example.org/Ada",
    "see http://ada.example/x?y=Ada",
    "ada@example.org",
    "me@ada.org",
    "ada.com",
    "www.ada.org/bob",
    "x@Ada",
  ];
  for (const text of texts) expect(said(text, ada, bob), text).toEqual([]);
  expect(said("`code` Ada `more`", ada)).toEqual(["ada:Ada"]);
  expect(said("an open ` is no code, Ada", ada)).toEqual(["ada:Ada"]);
  expect(said("Thanks Ada.You rock", ada)).toEqual(["ada:Ada"]);
  expect(said("https://example.org Ada", ada)).toEqual(["ada:Ada"]);
});

test("a possessive names its owner", () => {
  expect(said("Ada's book, Bob’s cat and Ada'nın evi", ada, bob)).toEqual(["ada:Ada", "bob:Bob"]);
});

test("each is named once, in the order in which they are first said, with the place", () => {
  expect(namesIn("Bob, ask Ada, Bob!", [ada, bob])).toEqual([
    { id: "bob", said: "Bob", at: 0 },
    { id: "ada", said: "Ada", at: 9 },
  ]);
});

test("the longest name wins", () => {
  const countess = person("countess", "Ada Lovelace");
  expect(said("Ada Lovelace wrote it", ada, countess)).toEqual(["countess:Ada Lovelace"]);
  expect(said("Ada, Lovelace wrote it", ada, countess)).toEqual(["ada:Ada"]);
  expect(said("ada\nlovelace and Ada", ada, countess)).toEqual(["countess:ada\nlovelace", "ada:Ada"]);
  expect(said("I read Ada Lovelace's notes", countess)).toEqual(["countess:Ada Lovelace"]);
});

test("a handle counts after @, and without it where it is a word of the name", () => {
  const cook = person("cook", "Marco");
  expect(said("the cook is good", cook)).toEqual([]);
  expect(said("@cook what is for lunch?", cook)).toEqual(["cook:@cook"]);
  expect(said("@Marco, @COOK", cook)).toEqual(["cook:@Marco"]);
  expect(said("morning ada", person("ada", "Ada Lovelace"))).toEqual(["ada:ada"]);
  expect(said("@mars-soil and @igor_morozov!", person("mars-soil", "Dust"), person("igor_morozov", "Igor"))).toEqual([
    "mars-soil:@mars-soil",
    "igor_morozov:@igor_morozov",
  ]);
  expect(said("@ada-bot @ada_bot @adabot", ada)).toEqual([]);
  expect(said("@ada. @ada", ada)).toEqual(["ada:@ada"]);
});

test("a name of one letter counts after @ only", () => {
  const a = person("a", "A");
  expect(said("I saw a dog. A big one.", a)).toEqual([]);
  expect(said("@A look", a)).toEqual(["a:@A"]);
});

test("a persona answers when its name is said in Cyrillic, Greek, Armenian, Georgian or Devanagari letters", () => {
  for (const text of ["Ада, привет", "как дела, АДА?", "Αδα;", "Ադա", "ადა", "अदा"]) {
    expect(namesIn(text, [ada]), text).toHaveLength(1);
  }
  expect(said("Как там в Канаде?", ada)).toEqual([]);
  expect(said("Sergey, Жанна", person("s", "Сергей"), person("z", "Zhanna"))).toEqual(["s:Sergey", "z:Жанна"]);
  expect(said("Άντα, τι κάνεις;", person("a1", "Άντα"))).toEqual(["a1:Άντα"]);
  expect(said("ΟΔΥΣΣΕΑΣ", person("o", "Οδυσσέας"))).toEqual(["o:ΟΔΥΣΣΕΑΣ"]);
  expect(said("مرحبا آدا", person("ada", "Ada", "آدا"))).toEqual(["ada:آدا"]);
});

test("in scripts without spaces a name is found inside the line", () => {
  const known = person("ada", "Ada", "阿达", "エイダ", "エイダ・ラブレス", "เอดา", "さくら", "에이다");
  for (const text of [
    "你好阿达，你怎么样",
    "エイダさん、元気？",
    "สวัสดีเอดาสบายดีไหม",
    "ねえさくらちゃん",
    "你好@阿达",
    "你好@Ada",
    "Adaは元気？",
  ]) {
    expect(namesIn(text, [known]), text).toHaveLength(1);
  }
  expect(said("エイダ・ラブレスは", known)).toEqual(["ada:エイダ・ラブレス"]);
  expect(said("アダプター", person("x", "アダ"))).toEqual([]);
  expect(said("初音ミクさん、私は初音ミク", person("miku", "初音ミク"))).toEqual(["miku:初音ミク"]);
});

test("Korean particles and forms of address may stand on a name", () => {
  const known = person("ada", "Ada", "에이다");
  for (const text of ["에이다는 어디?", "에이다야!", "에이다씨가", "Ada는 뭐해", "에이다"]) {
    expect(namesIn(text, [known]), text).toHaveLength(1);
  }
  expect(said("에이다는", known)).toEqual(["ada:에이다"]);
  expect(said("에이다호", known)).toEqual([]);
});

test("accents, compatibility letters and apostrophes make no difference", () => {
  const zoe = person("zoe", "Zoë");
  for (const text of ["Zoe", "ZOË", "zoe\u0308", "Ｚｏｅ", "𝐙𝐨𝐞"]) expect(namesIn(text, [zoe]), text).toHaveLength(1);
  const brien = person("brien", "Mary-Ann O'Brien");
  expect(namesIn("is MARY ANN O’BRIEN here?", [brien])).toHaveLength(1);
  expect(namesIn("J.R.R. Tolkien or J. R. R. Tolkien", [person("t", "J. R. R. Tolkien")])).toHaveLength(1);
  expect(namesIn("Strasse", [person("s", "Straße")])).toHaveLength(1);
});

test("two who share a name are both named; a name that is a picture is found", () => {
  expect(said("Ada!", ada, person("ada2", "Countess", "Ada"))).toEqual(["ada:Ada", "ada2:Ada"]);
  expect(said("hi 🦊!", person("fox", "🦊"))).toEqual(["fox:🦊"]);
  expect(said("...", person("dots", "..."))).toEqual([]);
});

test("names full of signs of regular expressions are plain text", () => {
  for (const name of [".*", "(a+)+$", "[", "Ada (the first)", "\\"]) {
    expect(() => namesIn("aaaaaaaaaaaaaaaaaaaaaaaa!", [person("x", name)])).not.toThrow();
  }
  expect(said("it is Ada (the first)", person("x", "Ada (the first)"))).toEqual(["x:Ada (the first"]);
});

test("whatever the text and the names, what was said stands at its place", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string(),
    fc.constantFrom("Ada", "Ада", "阿达", "@ada", "`", "https://", "에이다는", "İ", "ﬁ"),
  );
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(text, fc.array(word, { maxLength: 4 }), (line, aliases) => {
      const found = namesIn(line, [person("ada", "Ada", ...aliases)]);
      for (const named of found) expect(line.slice(named.at, named.at + named.said.length)).toBe(named.said);
      expect(new Set(found.map((named) => named.id)).size).toBe(found.length);
    }),
  );
});

test("a name of letters between spaces is always found", () => {
  const letters = fc.string({
    unit: fc.constantFrom(...Array.from("abcdefghijklmnopqrstuvwxyzäöüжщд")),
    minLength: 2,
    maxLength: 12,
  });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom(" ", ",", ".", "!", "?", "🎉", "\n") }), (name, around) => {
      expect(namesIn(`${around} ${name.toUpperCase()} ${around}`, [person("x", name)])).toHaveLength(1);
    }),
  );
});

test("the longest texts take linear time, whatever they repeat", () => {
  const match = nameMatcher([
    person("ada", "Ada Lovelace", "Ada", "阿达", "Ада"),
    person("mary-ann", "Mary Ann Mary Ann Mary"),
  ]);
  for (const part of [
    "a",
    "ada ",
    "@",
    "a@",
    "`",
    "` ``",
    "://",
    "a.",
    "a.com/",
    "阿达",
    "에이다는",
    "_",
    "-",
    "Ada `x` ",
    "é",
    "mary ann ",
    "( ",
  ]) {
    const started = performance.now();
    match(part.repeat(40_000 / part.length));
    // Some ten ms on a quiet machine; quadratic ways take seconds.
    expect(performance.now() - started, part).toBeLessThan(1000);
  }
});
