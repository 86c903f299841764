import fc from "fast-check";
import { expect, test } from "vitest";
import { BadInput } from "../../src/errors.ts";
import { readBaseUrl } from "../../src/solvers/openai/base-url.ts";
import { readSettings } from "../../src/solvers/openai/settings.ts";
import { Speech } from "../../src/solvers/openai/speech.ts";
import { aPersona } from "./openai-rig.ts";

function read(settings: Record<string, unknown>): ReturnType<typeof readSettings> {
  const persona = aPersona({}, settings);
  return readSettings(persona, persona.solvers[0] ?? { name: "openai", settings });
}

function complaintOf(settings: Record<string, unknown>): string {
  try {
    read(settings);
  } catch (error) {
    if (error instanceof BadInput) return error.message;
  }
  return "";
}

test.for([
  ["temperature", "hot", 'a number from 0 to 2, got "hot"'],
  ["temperature", 3, "a number from 0 to 2, got 3"],
  ["top_p", -1, "a number from 0 to 1, got -1"],
  ["presence_penalty", 5, "a number from -2 to 2, got 5"],
  ["max_tokens", 0, "a whole number from 1, got 0"],
  ["max_tokens", 1.5, "a whole number from 1, got 1.5"],
  ["seed", "x", 'a whole number, got "x"'],
  ["stop", ["a", "b", "c", "d", "e"], "a text or up to 4 texts"],
  ["model", 7, "a text, got 7"],
  ["base_url", "ftp://x", "an http or https address"],
  ["base_url", "https://user:pass@x/v1", "an http or https address"],
  ["api_key_env", "not a name", "the name of an environment variable"],
  ["api_key_env", "DISCORD_TOKEN", "the name of an environment variable that holds a model's key"],
  ["max_tokens_field", "tokens", "max_tokens, max_completion_tokens or auto"],
  ["extra_body", [1], "fields and their values"],
  ["extra_body", { n: 5 }, "fields other than"],
  ["price", { input: -1, output: 1 }, "in USD per million tokens"],
] as const)("a wrong %s is told with file, field, expected and got", ([field, value, expected]) => {
  expect(complaintOf({ [field]: value })).toContain(`personas/ada.yaml: solvers[0].${field}: expected `);
  expect(complaintOf({ [field]: value })).toContain(expected);
});

test("every mistake is told at once", () => {
  expect(complaintOf({ temperature: "x", top_p: "y" }).split("\n")).toHaveLength(2);
});

test("an OVOS persona's settings are understood, and what is not ours is let be", () => {
  const settings = read({
    api_url: "https://llm.example/v1/chat/completions",
    key: "sk-xxx",
    model: "m",
    enable_memory: true,
    memory_size: 15,
    system_prompt: "hi",
  });
  expect(settings).toMatchObject({ baseUrl: "https://llm.example/v1", apiKey: "sk-xxx", model: "m" });
});

test("empty settings are none", () => {
  expect(read({ base_url: "", key: "", stop: "", model: null })).toMatchObject({
    baseUrl: null,
    apiKey: null,
    model: null,
  });
});

test("an address is kept without the slash at its end", () => {
  expect(readBaseUrl("http://127.0.0.1:11434/v1/")).toBe("http://127.0.0.1:11434/v1");
  expect(readBaseUrl("http://127.0.0.1:11434")).toBe("http://127.0.0.1:11434");
  expect(readBaseUrl("http://x/v1?key=1")).toBeNull();
});

test("however an answer is cut into pieces, the same is said, and never a thought", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("<", "")),
    fc.constantFrom("<think>secret</think>", "<thinking>\nsecret</thinking>", "a < b", "<t", "<thin ice>", "😀"),
  );
  const answers = fc.tuple(fc.array(part), fc.array(fc.nat(60)));
  fc.assert(
    fc.property(answers, ([parts, cuts]) => {
      const text = parts.join("");
      const speech = new Speech();
      let said = "";
      let rest = text;
      for (const cut of [...cuts, rest.length]) {
        const { takesBack, text: piece } = speech.push(rest.slice(0, cut));
        expect([takesBack, piece.isWellFormed()]).toEqual([false, true]);
        said += piece;
        rest = rest.slice(cut);
      }
      said += speech.push(rest).text + speech.end();
      const whole = text.replaceAll(/<think(?:ing)?>.*?<\/think(?:ing)?>/gsu, "").trimStart();
      expect(said).toBe(whole);
    }),
  );
});

test("thoughts whose beginning stood in the prompt are taken back when their end comes, however it is cut", () => {
  const text = "Hm, 1 < 2, they greet me.\n</think>\n\nGood evening, friend </think>.";
  for (let at = 0; at <= text.length; at += 1) {
    const speech = new Speech();
    let said = "";
    for (const cut of [text.slice(0, at), text.slice(at)]) {
      const { takesBack, text: piece } = speech.push(cut);
      said = takesBack ? piece : said + piece;
    }
    expect([at, said + speech.end()]).toEqual([at, "Good evening, friend </think>."]);
  }
});
