// The words of the commands in other languages: what is there fits, and what is missing is English.
import { expect, test } from "vitest";
import type { CommandShape } from "../../src/commands/command.ts";
import { ROOM_SETTINGS } from "../../src/domain/settings.ts";
import { german } from "../../src/commands/words-de.ts";
import { english } from "../../src/commands/words-en.ts";
import { languages, textIn, wordsFor } from "../../src/commands/words.ts";
import { openCounter } from "./counter.ts";
import { openTalk } from "./talk.ts";

test("the language of whoever asks chooses the words, and what is unknown is English", () => {
  expect(wordsFor("de").say.closing).toBe(german.say.closing);
  expect(wordsFor("de-AT").say.closing).toBe(german.say.closing);
  for (const locale of [null, "", "en-US", "xx", "constructor"]) expect(wordsFor(locale)).toBe(english);
});

test("a word that a language lacks is said in English", () => {
  const missing = Object.keys(english.summaries).find((key) => !Object.hasOwn(german.summaries, key));
  expect(missing).toBe("persona created");
  expect(textIn(wordsFor("de"), english.summaries["persona created"])).toBe(english.summaries["persona created"]);
  expect(textIn(wordsFor("de"), "a text that nobody wrote")).toBe("a text that nobody wrote");
});

function textsOf({ summary, label, options }: CommandShape): readonly string[] {
  const choices = options.flatMap((option) => option.choices.map(({ name }) => name));
  return [summary, ...(label === "" ? [] : [label]), ...options.map((option) => option.summary), ...choices];
}

test("everything in the catalogue is called something in every language", async () => {
  const desks = [(await openCounter()).desk, (await openTalk()).desk];
  expect(languages.map(({ tag }) => tag)).toEqual(["de"]);
  for (const { nameOf, textOf } of languages) {
    for (const shape of desks.flatMap((desk) => desk.commands)) {
      const words = [...shape.path, ...shape.options.map(({ name }) => name)];
      for (const word of words) expect([word, nameOf(word)]).not.toContain(null);
      for (const text of textsOf(shape)) expect([text, textOf(text)]).not.toContain(null);
    }
    for (const { name, summary } of desks.flatMap((desk) => desk.groups)) {
      expect([nameOf(name), textOf(summary)]).not.toContain(null);
    }
  }
});

test("every setting is explained in every language", () => {
  for (const { tag } of languages) {
    const { meanings, expected } = wordsFor(tag);
    for (const [name, { meaning }] of Object.entries(ROOM_SETTINGS)) {
      expect([name, (meanings as Record<string, string>)[name] === meaning]).toEqual([name, false]);
      expect((expected as Record<string, string>)[name]).toBeDefined();
    }
  }
});

/** A sentence with something in each of its gaps. */
function spoken(sentence: (...given: unknown[]) => string): string {
  const turn = { reason: { kind: "named", said: "x" }, unasked: false };
  for (const given of [["x", "x", "x", "x"], [["x"]], ["x", ["x"]], [turn, "x"]]) {
    try {
      return sentence(...given);
    } catch {
      // It takes something else.
    }
  }
  throw new Error("nothing fits into this sentence");
}

test("each answer in German names commands as they are called in German", async () => {
  const { desk } = await openCounter();
  const { nameOf } = languages[0] ?? { nameOf: () => null };
  const { desk: aboutPosts } = await openTalk();
  const commands = [...desk.commands, ...aboutPosts.commands];
  const known = new Set(commands.map(({ path }) => `/${path.map((word) => nameOf(word) ?? word).join(" ")}`));
  const said = Object.values(wordsFor("de").say).map((each) =>
    typeof each === "function" ? spoken(each as (...given: unknown[]) => string) : JSON.stringify(each),
  );
  const heads = new Set([...known].map((command) => command.split(" ")[0]));
  for (const command of said.flatMap((text) => text.match(/\/[a-zäöüß]+(?:-[a-zäöüß]+)*(?: [a-zäöüß-]+)?/gu) ?? [])) {
    const [head = "", second = ""] = command.split(" ");
    expect(heads).toContain(head);
    const isWhole = known.has(head) || known.has(`${head} ${second}`);
    expect([command, isWhole]).toEqual([command, true]);
  }
});

test("a German gets German answers, complaints and help", async () => {
  const { ask } = await openCounter();
  expect(await ask("Greta", "/persona add", { persona: "ada" })).toBe(
    "**Ada** lebt jetzt in diesem Kanal und antwortet nur, wenn der Name fällt. Wie soll sich Ada beteiligen?",
  );
  expect(await ask("Greta", "/persona add", { persona: "niemand" })).toMatch(
    /^\(\/persona holen: persona: erwartet: eine Persona, zum Beispiel .*; bekommen: "niemand"\)$/u,
  );
  expect(await ask("Greta", "/persona add", { persona: "ada", where: "server" })).toContain("dieser Server");
  const help = await ask("Greta", "/help");
  expect(help).toContain("`/persona holen` Eine Persona hierher holen");
  expect(help).toContain("`/hilfe` Diese Seite");
  expect(await ask("Mira", "/persona list")).toContain("Who lives here");
});
