// Asking, and what can be done about posts, in the language of whoever asks.
import { expect, test } from "vitest";
import type { TurnReason } from "../../src/domain/turn.ts";
import { languages, wordsFor } from "../../src/commands/words.ts";
import { messageId, feedPlatform, sceneId } from "../../src/domain/ids.ts";
import { buttonsOf } from "./counter.ts";
import { openTalk, textIn } from "./talk.ts";

test("every word of these commands is called something in every language", async () => {
  const { desk } = await openTalk();
  const own = desk.commands.filter(({ path }) => path[0] === "ask" || path[0] === "post");
  expect(own).toHaveLength(8);
  for (const { nameOf, textOf } of languages) {
    for (const { path, summary, label, options } of own) {
      const words = [...path, ...options.map(({ name }) => name)];
      for (const word of words) expect([word, nameOf(word)]).not.toContain(null);
      const texts = [summary, ...(label === "" ? [] : [label]), ...options.map((option) => option.summary)];
      for (const text of texts) expect([text, textOf(text)]).not.toContain(null);
    }
    const names = own.map(({ path }) => path.map((word) => nameOf(word)).join(" "));
    expect(new Set(names).size).toBe(own.length);
  }
});

test("every reason is one whole sentence in German, each its own", () => {
  const post = messageId(feedPlatform, "1");
  const reasons: readonly TurnReason[] = [
    { kind: "named", said: "Ada" },
    { kind: "replied-to", post },
    { kind: "asked", post: null },
    { kind: "asked", post },
    { kind: "moved-in" },
    { kind: "chosen", among: 1, share: 1 },
    { kind: "chosen", among: 3, share: 0.25 },
    { kind: "joined-in", chance: 0.5 },
    { kind: "told-to-stop" },
    { kind: "tick", scene: sceneId("nearly"), act: "reply" },
    { kind: "tick", scene: sceneId("nearly"), act: "post" },
    { kind: "scene-halts", name: "Tea", halt: { by: "end" }, locale: null },
  ];
  const said = reasons.map((reason) => wordsFor("de").say.because({ reason, unasked: false }, "Ada"));
  for (const sentence of said) expect(sentence).toMatch(/^[A-ZÄÖÜ][^\n]*Ada[^\n]*\.$/u);
  expect(new Set(said).size).toBe(reasons.length);
});

test("a German asks and is answered in German", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  const german = { locale: "de" };
  const frag = { ...german, options: { persona: "ada", text: "Wer bist du?" } };
  expect(await talk.ask("Tom", "ask", frag)).toBe("Ada antwortet dir gleich hier.");
  await talk.story.clock.advance(5000);
  const privat = { ...frag, options: { ...frag.options, privately: "on" } };
  expect(await talk.ask("Tom", "ask", privat)).toBe("**Ada**, nur zu dir:\nAda here.");
  expect(await talk.ask("Tom", "post why", german)).toBe(
    "Jemand hat Ada mit einem Befehl gefragt, und sonst niemanden.\nEs ist eine Antwort auf Tom.\nEs kam von own.",
  );
  const panel = await talk.give("Tom", ["post", "change"], german);
  expect(textIn(panel)).toContain("Was Ada gesagt hat, lässt sich ändern oder löschen");
  expect(buttonsOf(panel).map(({ label }) => label)).toEqual(["Bearbeiten", "Löschen"]);
  expect(await talk.ask("Tom", "ask", { ...german, options: { persona: "cleo", text: "Hallo?" } })).toContain(
    "Du kannst fragen: Ada.",
  );
});
