import { afterAll, expect, test } from "vitest";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import type { Step } from "../fakes/llm/llm.ts";
import { openaiSchemas } from "../fakes/validate-openai.ts";
import type { SchemaName, Validate } from "../fakes/validate-openai.ts";
import { needsCorpora } from "../needs.ts";
import { aRequest, freely, open, rig, solve } from "./openai-rig.ts";

const description = needsCorpora("openai/openapi.json");
let read: Validate | null = null;

function wrongWith(schema: SchemaName, value: unknown): readonly string[] {
  read ??= openaiSchemas(description.path());
  return read(schema, value);
}

afterAll(() => {
  read = null;
});

test.skipIf(description.skip)("the validator knows a wrong request from a right one", () => {
  const right = { model: "m", messages: [{ role: "user", content: "hi" }] };
  expect(wrongWith("CreateChatCompletionRequest", right)).toEqual([]);
  expect(wrongWith("CreateChatCompletionRequest", { ...right, temperature: null })).toEqual([]);
  expect(wrongWith("CreateChatCompletionRequest", { ...right, temperature: 3 })).not.toEqual([]);
  expect(wrongWith("CreateChatCompletionRequest", { ...right, messages: [{ role: "user" }] })).not.toEqual([]);
  expect(wrongWith("CreateChatCompletionRequest", { model: "m" })).not.toEqual([]);
});

test.skipIf(description.skip)("every request that the solver makes is one that OpenAI describes", async () => {
  const fake = await startFakeLlm();
  const house = rig({ baseUrl: fake.url, model: "m" });
  const everything = {
    temperature: 0.5,
    top_p: 0.9,
    presence_penalty: -2,
    frequency_penalty: 2,
    stop: ["a", "b"],
    seed: 1,
    max_tokens: 20,
  };
  const talk = aRequest(
    { role: "system", content: "You are Ada." },
    { role: "user", content: "a\uD800\u0000b" },
    { role: "assistant", content: "" },
    { role: "user", content: "hi" },
  );
  await solve(await open(house), talk);
  await solve(await open(house, everything), talk);
  await solve(await open(house, { ...everything, max_tokens_field: "max_completion_tokens" }), talk);
  await house.kind.tryModel(freely());
  expect(fake.chats).toHaveLength(4);
  for (const { body } of fake.chats) expect(wrongWith("CreateChatCompletionRequest", body)).toEqual([]);
  await house.kind.close();
  await fake.close();
});

const replies: readonly Step[] = [
  { kind: "reply", text: "Hello there." },
  { kind: "reply", text: "Hello there.", usage: null },
  { kind: "reply", text: "", toolCall: "look", finish: "tool_calls" },
  { kind: "reply", text: "and", finish: "length", usage: { input: 5, output: 1, cached: 2 } },
];

test.skipIf(description.skip).for(replies)("what the fake answers is what OpenAI describes: %j", async (step) => {
  const fake = await startFakeLlm({ script: [step, step] });
  const ask = async (more: object): Promise<string> => {
    const body = JSON.stringify({ model: "m", messages: [], ...more });
    return (await fetch(`${fake.url}/chat/completions`, { method: "POST", body })).text();
  };
  const streamed = await ask({ stream: true, stream_options: { include_usage: true } });
  const events = streamed.split("\n\n").filter((text) => text !== "" && text !== "data: [DONE]");
  expect(events.length).toBeGreaterThan(1);
  for (const event of events) {
    expect(wrongWith("CreateChatCompletionStreamResponse", JSON.parse(event.slice("data: ".length)))).toEqual([]);
  }
  expect(wrongWith("CreateChatCompletionResponse", JSON.parse(await ask({})))).toEqual([]);
  await fake.close();
});

test.skipIf(description.skip)("the fake's models, errors and strange pages have OpenAI's shapes", async () => {
  const fake = await startFakeLlm({ models: ["a", "b"], script: [{ kind: "status", status: 429, code: "slow_down" }] });
  expect(wrongWith("ListModelsResponse", await (await fetch(`${fake.url}/models`)).json())).toEqual([]);
  const refused = await fetch(`${fake.url}/chat/completions`, { method: "POST", body: "{}" });
  expect(wrongWith("ErrorResponse", await refused.json())).toEqual([]);
  const elsewhere = await fetch(`${fake.url}/embeddings`, { method: "POST", body: "{}" });
  expect(elsewhere.status).toBe(404);
  expect(wrongWith("ErrorResponse", await elsewhere.json())).toEqual([]);
  await fake.close();
});
