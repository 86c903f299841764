// Setup: what is asked, tried and changed, with answers from a script instead of a person.
import { expect, test } from "vitest";
import type { ModelTried } from "../src/doctor.ts";
import type { Asker } from "../src/setup.ts";
import { applyChanges, askForChanges } from "../src/setup.ts";

/** Answers each question by the first entry whose key it contains, once; fails for a question that nobody foresaw. */
function scripted(answers: readonly (readonly [question: string, answer: string])[]): Asker & { told: string[] } {
  const left = [...answers];
  const told: string[] = [];
  const next = (question: string): string => {
    const at = left.findIndex(([part]) => question.includes(part));
    const found = at === -1 ? undefined : left.splice(at, 1)[0];
    if (found === undefined) throw new Error(`nobody foresaw the question: ${question}`);
    return found[1];
  };
  const checked = (question: string, check: (text: string) => string | null, first: string): string => {
    const answer = next(question);
    const text = answer === "(enter)" ? first : answer;
    const complaint = check(text);
    if (complaint === null) return text;
    told.push(complaint);
    return checked(question, check, first);
  };
  return {
    told,
    choose: (question, choices, first) => {
      const answer = next(question);
      const choice = choices.find((each) => each.value === (answer === "(enter)" ? first : answer));
      if (choice === undefined) throw new Error(`no such choice: ${answer}`);
      return Promise.resolve(choice.value);
    },
    line: (question, first, check) => Promise.resolve(checked(question, check, first)),
    hiddenLine: (question, check) => Promise.resolve(checked(question, check, "")),
    tell: (text) => told.push(text),
    wait: (_text, work) => work(),
  };
}

const answering = (tried: ModelTried) => () => Promise.resolve({ tryModel: () => Promise.resolve(tried) });
const good: ModelTried = { kind: "answered", model: "m", server: "s", ms: 12 };
const bad: ModelTried = { kind: "failed", model: "m", server: "s", why: "the key is wrong (401)" };

test("a key for OpenAI is asked for, tried and set; what stays at its default is not written", async () => {
  const ask = scripted([
    ["speak through", "openai"],
    ["The key", "sk-1"],
    ["The model", "(enter)"],
    ["The port", "0"],
    ["A token", "(enter)"],
  ]);
  const changes = await askForChanges(ask, {}, answering(good));
  expect(changes).toEqual({ OPENAI_API_KEY: "sk-1", OPENAI_BASE_URL: null, PORT: "0" });
  expect(ask.told).toContain("m at s answered in 12 ms");
});

test("the model is tried with the new answers, not with what was set before", async () => {
  const tried: unknown[] = [];
  const ask = scripted([
    ["speak through", "server"],
    ["Its address", "http://127.0.0.1:9/v1"],
    ["The key", ""],
    ["The model", "llama"],
    ["The port", "0"],
    ["A token", ""],
  ]);
  await askForChanges(ask, { OPENAI_BASE_URL: "http://old/v1" }, (config) => {
    tried.push(config.openai);
    return answering(good)();
  });
  expect(tried).toEqual([{ apiKey: null, baseUrl: "http://127.0.0.1:9/v1", model: "llama" }]);
});

test("a model that does not answer is told, and asked for again", async () => {
  const results = [bad, good];
  const ask = scripted([
    ["speak through", "openai"],
    ["The key", "sk-wrong"],
    ["The model", "(enter)"],
    ["What now", "again"],
    ["speak through", "openai"],
    ["The key", "sk-right"],
    ["The model", "(enter)"],
    ["The port", "0"],
    ["A token", ""],
  ]);
  const changes = await askForChanges(ask, {}, () => answering(results.shift() ?? good)());
  expect(ask.told).toContain("m at s: the key is wrong (401)");
  expect(changes).toMatchObject({ OPENAI_API_KEY: "sk-right" });
});

test("asked again, an empty answer keeps what was chosen before", async () => {
  const results = [bad, good];
  const shown: string[] = [];
  const ask = scripted([
    ["speak through", "server"],
    ["Its address", "http://127.0.0.1:9/v1"],
    ["The key (empty: none)", "sk-1"],
    ["The model", "llama"],
    ["What now", "again"],
    ["speak through", "(enter)"],
    ["Its address", "(enter)"],
    ["keep the one that is set", ""],
    ["The model", "(enter)"],
    ["The port", "0"],
    ["A token", ""],
  ]);
  const line: Asker["line"] = (question, first, check) => {
    shown.push(first);
    return ask.line(question, first, check);
  };
  const changes = await askForChanges({ ...ask, line }, {}, () => answering(results.shift() ?? good)());
  expect(shown.slice(2, 4)).toEqual(["http://127.0.0.1:9/v1", "llama"]);
  expect(changes).toMatchObject({
    OPENAI_API_KEY: "sk-1",
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_MODEL: "llama",
  });
});

test("two addresses run together are refused in one sentence", async () => {
  const ask = scripted([
    ["speak through", "server"],
    ["Its address", "http://127.0.0.1:11434/v1http://127.0.0.1:9/v1"],
    ["Its address", "http://127.0.0.1:9/v1"],
    ["The key", ""],
    ["The model", ""],
    ["The port", "0"],
    ["A token", ""],
  ]);
  expect(await askForChanges(ask, {}, answering(good))).toMatchObject({ OPENAI_BASE_URL: "http://127.0.0.1:9/v1" });
  expect(ask.told[0]).toBe("expected one address, got two run together");
});

test("a model's name that is set is kept, or taken away by a dash", async () => {
  const answers = (model: string) =>
    scripted([
      ["speak through", "openai"],
      ["The key", "sk-1"],
      ["The model", model],
      ["The port", "0"],
      ["A token", ""],
    ]);
  const env = { OPENAI_MODEL: "gpt-4.1" };
  expect(await askForChanges(answers("(enter)"), env, answering(good))).toMatchObject({ OPENAI_MODEL: "gpt-4.1" });
  expect(await askForChanges(answers("-"), env, answering(good))).toMatchObject({ OPENAI_MODEL: null });
});

test("a wrong answer is refused with what is expected, and asked again", async () => {
  const ask = scripted([
    ["speak through", "none"],
    ["The port", "eighty"],
    ["The port", "0"],
    ["A token", "short"],
    ["A token", "long-enough-token"],
  ]);
  const changes = await askForChanges(ask, {}, answering(good));
  expect(ask.told).toEqual(["expected a port from 0 to 65535", "expected at least 12 characters without spaces"]);
  expect(changes).toEqual({
    OPENAI_API_KEY: null,
    OPENAI_BASE_URL: null,
    PORT: "0",
    TROUPE_ADMIN_TOKEN: "long-enough-token",
  });
});

test("an empty key keeps the one that is set", async () => {
  const ask = scripted([
    ["speak through", "openai"],
    ["keep the one that is set", ""],
    ["The model", "(enter)"],
    ["The port", "0"],
    ["A token", ""],
  ]);
  const changes = await askForChanges(ask, { OPENAI_API_KEY: "sk-set" }, answering(good));
  expect(changes).not.toHaveProperty("OPENAI_API_KEY");
});

test("no model takes key and address away and leaves the rest of .env as it is", () => {
  const text = "# mine\nOPENAI_API_KEY=sk-1\nTROUPE_SEED=a\n";
  expect(applyChanges(text, { OPENAI_API_KEY: null, OPENAI_BASE_URL: null, PORT: "80" }, {})).toEqual({
    text: "# mine\nTROUPE_SEED=a\nPORT=80\n",
    overruled: [],
  });
});

test("what the environment outside of .env overrules is named", () => {
  expect(applyChanges("", { PORT: "80" }, { PORT: "90", HOME: "/" }).overruled).toEqual(["PORT"]);
});
