// Pictures in a prompt, and a model that a channel chose.
import { afterEach, expect, test } from "vitest";
import type { PromptMessage } from "../../src/domain/trace.ts";
import { Dialect } from "../../src/solvers/openai/body.ts";
import { picturesIn, withPictures } from "../../src/solvers/openai/pictures.ts";
import { pricesAt } from "../../src/solvers/openai/prices.ts";
import { readSettings } from "../../src/solvers/openai/settings.ts";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import { aPersona, aRequest, open, rig, solve } from "./openai-rig.ts";

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const cat = { url: "https://cdn.example/1/a-cat.png?ex=1", type: "image/png" };

function shown(...counts: readonly number[]): readonly PromptMessage[] {
  return counts.map((count, i) => ({
    role: "user",
    content: `number ${i}`,
    images: Array.from({ length: count }, () => cat),
  }));
}

test("a model that is blind is told what pictures there are, by their names", async () => {
  const fake = await startFakeLlm({ reply: "A cat." });
  opened.push(fake);
  const house = rig({ baseUrl: fake.url, apiKey: "sk-house", model: "some-model" });
  opened.push(house.kind);
  await solve(await open(house), aRequest({ role: "user", content: "Mira: what is it?", images: [cat] }));
  expect(fake.chats[0]?.body).toMatchObject({
    messages: [{ role: "user", content: "Mira: what is it?\n[picture: a-cat.png]" }],
  });
});

test("a model that sees is shown the newest four pictures and told of the older ones", () => {
  const messages = withPictures(shown(2, 1, 2), "sees");
  expect(messages.map((message) => message.images?.length ?? 0)).toEqual([1, 1, 2]);
  expect(messages[0]?.content).toBe("number 0\n[picture: a-cat.png]");
  expect(picturesIn(withPictures(shown(2, 1, 2), "is blind"))).toBe(0);
});

test("pictures are sent as parts beside the text, in low detail", () => {
  const dialect = new Dialect("https://api.openai.com/v1", null);
  const persona = aPersona();
  const [spec] = persona.solvers;
  if (spec === undefined) throw new Error("the persona has a solver");
  const body = dialect.body("gpt-4.1-mini", withPictures(shown(1), "sees"), readSettings(persona, spec), 10);
  expect(body.messages).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "number 0" },
        { type: "image_url", image_url: { url: cat.url, detail: "low" } },
      ],
    },
  ]);
});

test("which models see is known of the makers' own servers only", async () => {
  const list = await pricesAt("https://api.openai.com/v1", new Map());
  expect([list.sees("gpt-4.1-mini"), list.sees("gpt-3.5-turbo"), list.sees("no-such-model")]).toEqual([
    true,
    false,
    false,
  ]);
  expect((await pricesAt("http://127.0.0.1:11434/v1", new Map())).sees("gpt-4.1-mini")).toBe(false);
});

test("the model that was chosen for a channel is asked in place of the persona's own", async () => {
  const fake = await startFakeLlm({ reply: "Yes." });
  opened.push(fake);
  const house = rig({ baseUrl: fake.url, apiKey: "sk-house", model: "some-model" });
  opened.push(house.kind);
  const solver = await open(house);
  await solve(solver, { ...aRequest(), model: "a-better-one" });
  await solve(solver, aRequest());
  expect(fake.chats.map((chat) => (chat.body as { model: string }).model)).toEqual(["a-better-one", "some-model"]);
  expect(solver.readiness({ ...aRequest(), model: "a-better-one" })).toMatchObject({
    estimate: { model: "a-better-one" },
  });
});
