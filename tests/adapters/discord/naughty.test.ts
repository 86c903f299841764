// Whatever people write into commands: the house answers with a sentence that Discord takes, and nobody is pinged.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { messagesOf } from "../../../src/adapters/discord/answers.ts";
import { CustomIds, formOf } from "../../../src/adapters/discord/components.ts";
import type { Answer } from "../../../src/commands/command.ts";
import { textAnswer } from "../../../src/commands/command.ts";
import { buttonsOf, openCounter } from "../../commands/counter.ts";
import { openTalk } from "../../commands/talk.ts";
import { createBody } from "../../fakes/discord/message-bodies.ts";
import { modalBody } from "../../fakes/discord/modals.ts";
import { needsCorpora } from "../../needs.ts";
import { Memory } from "./rig.ts";

const naughty = needsCorpora("text/naughty-strings.json");
const strings = naughty.skip ? [] : (JSON.parse(readFileSync(naughty.path(), "utf8")) as readonly string[]);

// What Discord would make a mention, a command or a time of.
const LIVE = /<(?:@[!&]?\d|#\d|\/[^>]+:\d|a?:\w+:\d|t:\d)|@(?:everyone|here)\b/u;

const ids = new CustomIds(new Memory().keep());

/** An answer as Discord gets it; throws where Discord would not take it. */
async function sent(answer: Answer): Promise<string> {
  if (answer.kind === "form") {
    modalBody.parse(await formOf(answer, ids));
    return answer.title;
  }
  const given = answer.kind === "spoken" ? textAnswer("private", answer.text) : answer;
  const messages = await messagesOf(given, ids, "see the file");
  for (const { body } of messages) {
    const { content = "", allowed_mentions: mentions } = createBody.parse(body);
    expect(content).not.toMatch(LIVE);
    expect(content).not.toContain("did not work");
    expect(mentions).toMatchObject({ parse: [], users: [], roles: [] });
  }
  return messages.map(({ body }) => createBody.parse(body).content ?? "").join("\n");
}

// A server may have so many characters of its own, and each string makes one.
const AT_ONCE = 150;

test.skipIf(naughty.skip)(
  "a character can be called and described with anything, or it is told what is wrong",
  { timeout: 120_000 },
  async () => {
    const made: string[] = [];
    for (let at = 0; at < strings.length; at += AT_ONCE) {
      const { answer } = await openCounter();
      for (const text of strings.slice(at, at + AT_ONCE)) {
        const created = await answer("Olga", "/persona created", {
          name: text,
          description: text,
          traits: text,
          knows: text,
        });
        expect((await sent(created)).length).toBeGreaterThan(0);
        const [first] = buttonsOf(created);
        if (first === undefined) continue;
        // Put into place, or the form opened again as it was.
        await sent(await answer("Olga", `/${first.path.join(" ")}`, first.options));
        const persona = first.options["persona"];
        if (persona === undefined) continue;
        made.push(text);
        const form = await answer("Olga", "/persona edit", { persona, part: "who" });
        await sent(form);
        const options = form.kind === "form" ? form.options : {};
        await sent(
          await answer("Olga", "/persona edited", { ...options, description: `${text}${text}`, gender: text }),
        );
        await sent(await answer("Tom", "/persona show", { persona }));
      }
    }
    expect(made.length).toBeGreaterThan(strings.length / 2);
  },
);

test.skipIf(naughty.skip)("settings, setting up and files take anything, or say what they take", async () => {
  const { answer } = await openCounter();
  for (const text of strings) {
    for (const given of [
      await answer("Mira", "/settings set", { setting: text, value: text }),
      await answer("Mira", "/settings set", { setting: "model", value: text, persona: text }),
      await answer("Mira", "/settings reset", { setting: "language", where: text }),
      await answer("Mira", "/setup", { channel: text, persona: text, how: text }),
      await answer("Mira", "/setup", { channel: "bar", persona: text }),
      await answer("Olga", "/persona restore", { which: text }),
      await answer("Olga", "/persona import", {}, { file: { name: text, type: text, bytes: Buffer.from(text) } }),
      await answer(text, "/stop"),
    ]) {
      expect((await sent(given)).length).toBeGreaterThan(0);
    }
    await answer("Mira", "/resume");
  }
  await sent(await answer("Mira", "/settings show"));
  await sent(await answer("Mira", "/settings history"));
});

test.skipIf(naughty.skip)(
  "a post can be made to say anything, or it is told what is wrong",
  { timeout: 120_000 },
  async () => {
    const talk = await openTalk();
    await talk.bind("ada");
    await talk.says("Tom", "Ada, hello");
    const target = talk.room.got[0]?.id ?? null;
    for (const text of strings) {
      const changed = await talk.give("Mira", ["post", "edited"], { options: { text }, target });
      expect((await sent(changed)).length).toBeGreaterThan(0);
      await sent(await talk.give("Mira", ["post", "edit"], { target }));
      await sent(await talk.give(text, ["post", "about"], { options: { post: text } }));
      await sent(await talk.give("Mira", ["post", "version"], { options: { number: text }, target }));
    }
  },
);
