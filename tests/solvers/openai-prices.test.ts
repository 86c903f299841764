// What models cost: as the house was told, else as it is published.
import { expect, test } from "vitest";
import { pricesAt } from "../../src/solvers/openai/prices.ts";

const given = new Map([
  ["gpt-4.1-mini", { input: 9, output: 90 }],
  ["llama3.2", { input: 0, output: 0 }],
]);

test("a price that was given comes before the published one, also where nobody publishes any", async () => {
  const openai = await pricesAt("https://api.openai.com/v1", given);
  expect(openai.price("gpt-4.1-mini")).toEqual({ input: 9, output: 90, cached: 9 });
  expect(openai.price("gpt-4.1")).toMatchObject({ input: 2, output: 8 });
  const local = await pricesAt("http://127.0.0.1:11434/v1", given);
  expect(local.price("llama3.2")).toEqual({ input: 0, output: 0, cached: 0 });
  expect(local.price("gpt-4.1")).toBeNull();
  // What a model can do is known by its maker alone.
  expect(openai.sees("gpt-4.1-mini")).toBe(true);
  expect(local.sees("llama3.2")).toBe(false);
});
