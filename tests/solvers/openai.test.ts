import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { SolverFailed } from "../../src/solvers/solver.ts";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import type { FakeLlm, FakeLlmOptions, Step } from "../fakes/llm/llm.ts";
import { aRequest, failureOf, freely, open, rig, solve } from "./openai-rig.ts";
import type { Rig } from "./openai-rig.ts";

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function fakeWith(options: FakeLlmOptions = {}): Promise<FakeLlm> {
  const fake = await startFakeLlm(options);
  opened.push(fake);
  return fake;
}

function houseOn(fake: FakeLlm, house: Parameters<typeof rig>[0] = {}, options: Parameters<typeof rig>[1] = {}): Rig {
  const made = rig({ baseUrl: fake.url, apiKey: "sk-house", model: "some-model", ...house }, options);
  opened.push(made.kind);
  return made;
}

function bodyOf(fake: FakeLlm, at = 0): Record<string, unknown> {
  return fake.chats[at]?.body as Record<string, unknown>;
}

const event = (choices: unknown, more: object = {}): string => `data: ${JSON.stringify({ choices, ...more })}\n\n`;
const says = (content: unknown, finish: string | null = null): string =>
  event([{ index: 0, delta: { content }, finish_reason: finish }]);
const DONE = "data: [DONE]\n\n";

function raw(...parts: (string | Uint8Array)[]): Step {
  return { kind: "raw", parts, ending: "end" };
}

async function said(...steps: Step[]): Promise<ReturnType<typeof solve>> {
  const house = houseOn(await fakeWith({ script: steps }));
  return solve(await open(house));
}

test("an answer is given on piece by piece as it comes, with what the server counted", async () => {
  const fake = await fakeWith({ reply: "Hello there, friend." });
  const heard = await solve(await open(houseOn(fake)));
  // The words after the first came within the same instant: they are one piece.
  expect(heard.pieces).toEqual(["Hello ", "there, friend."]);
  expect(heard.usage).toEqual({ tokensIn: 10, tokensOut: 3, costUsd: null, estimated: false });
  expect(fake.chats[0]?.headers["authorization"]).toBe("Bearer sk-house");
});

test("the first piece arrives before the server has sent the second", async () => {
  const gate = Promise.withResolvers<void>();
  const step: Step = {
    kind: "raw",
    parts: [says("One "), () => gate.promise, says("two.", "stop"), DONE],
    ending: "end",
  };
  const solver = await open(houseOn(await fakeWith({ script: [step] })));
  const pieces = solver.solve(aRequest(), new AbortController().signal)[Symbol.asyncIterator]();
  expect((await pieces.next()).value).toEqual({ kind: "text", text: "One " });
  gate.resolve();
  expect((await pieces.next()).value).toEqual({ kind: "text", text: "two." });
});

test("the request holds the messages, asks for a stream with usage, and is capped by what is reserved", async () => {
  const fake = await fakeWith();
  const solver = await open(houseOn(fake));
  const request = aRequest({ role: "system", content: "You are Ada." }, { role: "user", content: "Bob: hi" });
  await solve(solver, request);
  expect(bodyOf(fake)).toEqual({
    model: "some-model",
    messages: [
      { role: "system", content: "You are Ada." },
      { role: "user", content: "Bob: hi" },
    ],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 1024,
  });
  expect(solver.readiness(request)).toEqual({
    kind: "paid",
    estimate: { model: "some-model", tokensIn: 4 + 4 + 3 + 4, tokensOutMax: 1024, costUsd: null },
  });
});

test("a persona's parameters are sent, and its solver's settings win over them", async () => {
  const fake = await fakeWith();
  const settings = { temperature: 0.9, max_tokens: 77, stop: "\n\n", seed: 5, extra_body: { top_k: 40 }, model: "own" };
  const model = {
    temperature: 0.1,
    top_p: 0.5,
    presence_penalty: 1,
    frequency_penalty: -1,
    stop: ["x"],
    model: "other",
  };
  const solver = await open(houseOn(fake), settings, model);
  await solve(solver);
  expect(bodyOf(fake)).toMatchObject({
    model: "own",
    temperature: 0.9,
    top_p: 0.5,
    presence_penalty: 1,
    frequency_penalty: -1,
    stop: ["\n\n"],
    seed: 5,
    max_tokens: 77,
    top_k: 40,
  });
  expect(solver.readiness(aRequest())).toMatchObject({ estimate: { tokensOutMax: 77 } });
});

test("a house with neither key nor address says what to set, and asks nobody", async () => {
  const house = rig({});
  const solver = await open(house);
  expect(solver.readiness(aRequest())).toEqual({
    kind: "unable",
    why: "no model: set OPENAI_API_KEY or OPENAI_BASE_URL",
    untilMended: false,
  });
  expect((await solve(solver)).pieces).toEqual([]);
  expect(house.kind.speaking()).toEqual({ kind: "scripted" });
  await house.kind.warm();
  expect(await house.kind.tryModel(freely())).toMatchObject({ kind: "failed", model: null });
});

test("with a base URL alone the server is asked once for its models, and one that can chat is used", async () => {
  const fake = await fakeWith({ models: ["nomic-embed-text", "llama3", "qwen"] });
  const house = houseOn(fake, { apiKey: null, model: null });
  const solver = await open(house);
  await solve(solver);
  await solve(solver);
  expect(fake.requests.map(({ path }) => path)).toEqual(["/v1/models", "/v1/chat/completions", "/v1/chat/completions"]);
  expect(bodyOf(fake)["model"]).toBe("llama3");
  expect(solver.model).toBe("llama3");
  expect(fake.chats[0]?.headers["authorization"]).toBe("Bearer no-key-needed");
  expect(house.kind.speaking()).toEqual({ kind: "model", model: "llama3", server: new URL(fake.url).host });
  expect(house.logged.join("\n")).toContain("llama3");
});

test("a server without a list of models gets the default model", async () => {
  const fake = await fakeWith({ models: null });
  const solver = await open(houseOn(fake, { model: null }));
  await solve(solver);
  await solve(solver);
  expect(bodyOf(fake)["model"]).toBe("gpt-4.1-mini");
  expect(fake.requests.filter(({ path }) => path === "/v1/models")).toHaveLength(1);
});

test("warming up learns the model's name, so that the first answer is one request", async () => {
  const fake = await fakeWith({ models: ["llama3"] });
  const house = houseOn(fake, { apiKey: null, model: null });
  await house.kind.warm();
  expect(house.kind.speaking()).toMatchObject({ model: "llama3" });
  await solve(await open(house));
  expect(fake.requests).toHaveLength(2);
});

test("personas that ask the same server share its connections, and keep them", async () => {
  const fake = await fakeWith();
  const house = houseOn(fake);
  const solvers = [await open(house), await open(house, { model: "another" })];
  for (let round = 0; round < 4; round += 1) for (const solver of solvers) await solve(solver);
  // The second connection is there because an answer is given on before the very end of its body has been read.
  expect(Math.max(...fake.chats.map(({ connection }) => connection))).toBeLessThanOrEqual(2);
  expect(fake.chats).toHaveLength(8);
});

test("a connection is kept although the end of the body comes after the answer", async () => {
  const given = Promise.withResolvers<void>();
  const fake = await fakeWith({
    script: [{ kind: "raw", parts: [says("Hi", "stop"), DONE, () => given.promise], ending: "end" }],
  });
  const solver = await open(houseOn(fake));
  expect((await solve(solver)).text).toBe("Hi");
  given.resolve();
  // The end of the first body and the next request meet on the wire; whichever wins, the third finds a free connection.
  await solve(solver);
  await solve(solver);
  await solve(solver);
  expect(new Set(fake.chats.map(({ connection }) => connection)).has(1)).toBe(true);
  expect(fake.chats.filter(({ connection }) => connection === 1).length).toBeGreaterThan(1);
});

test("a persona's own server and key are used, the key from the environment too", async () => {
  const [home, away] = await Promise.all([fakeWith(), fakeWith()]);
  const house = houseOn(home, {}, { env: { THEIR_KEY: "sk-theirs" } });
  await solve(await open(house, { base_url: away.url, api_key_env: "THEIR_KEY", model: "m" }));
  await solve(await open(house, { api_url: away.url, key: "sk-literal", model: "m" }));
  await solve(await open(house, { key: "sk-mine" }));
  expect(away.chats.map(({ headers }) => headers["authorization"])).toEqual(["Bearer sk-theirs", "Bearer sk-literal"]);
  expect(home.chats.map(({ headers }) => headers["authorization"])).toEqual(["Bearer sk-mine"]);
});

test("the house's key and model are never sent to a server that only a persona's file names", async () => {
  const [home, away] = await Promise.all([fakeWith(), fakeWith({ models: ["theirs"] })]);
  await solve(await open(houseOn(home), { base_url: away.url }));
  expect(JSON.stringify(away.requests.map(({ headers, body }) => [headers, body]))).not.toMatch(/sk-house|some-model/u);
  expect(bodyOf(away)["model"]).toBe("theirs");
});

test("a key that the environment does not hold is said, not guessed", async () => {
  const solver = await open(houseOn(await fakeWith()), { api_key_env: "NOT_THERE" });
  expect(solver.readiness(aRequest())).toEqual({
    kind: "unable",
    why: "no key: the environment variable NOT_THERE is not set",
    untilMended: true,
  });
});

test("what cannot stand in UTF-8, and control characters, are cleaned before they are sent", async () => {
  const fake = await fakeWith();
  await solve(await open(houseOn(fake)), aRequest({ role: "user", content: "a\uD800b\u0000c\u001B[1m\td\ne 😀" }));
  expect(bodyOf(fake)["messages"]).toEqual([{ role: "user", content: "a\uFFFDbc[1m\td\ne 😀" }]);
  expect(fake.chats[0]?.rawBody).not.toContain("\\ud800");
});

test("every naughty byte split of an answer comes out whole", async () => {
  const text = "Grüße, 世界 👩‍🚀!";
  const bytes = Buffer.from(`${says(text)}${says("", "stop")}${DONE}`);
  const parts = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect((await said(raw(...parts))).text).toBe(text);
});

test("a character that the server cuts in two is said whole", async () => {
  const heard = await said(raw(says("Hi \uD83D"), says("\uDE00!", "stop"), DONE));
  expect(heard.pieces).toEqual(["Hi ", "😀!"]);
});

test("thoughts are not said, whether they come beside the text or within it", async () => {
  const beside = event([{ index: 0, delta: { reasoning_content: "They greet me.", content: null } }]);
  const heard = await said(
    raw(beside, says("<thi"), says("nk>secret</th"), says("ink>\n\nHello"), says(".", "stop"), DONE),
  );
  expect(heard.text).toBe("Hello.");
});

test("a thought without an end leaves nothing to say", async () => {
  expect((await said(raw(says("<think>and so on"), says("", "stop"), DONE))).text).toBe("");
});

test("role-only events, empty events and null content are passed over", async () => {
  const role = event([{ index: 0, delta: { role: "assistant" } }]);
  const heard = await said(
    raw(": hello\n\n", role, event([]), "data: {}\n\n", "data: null\n\n", says(null), says("Hi", "stop"), DONE),
  );
  expect(heard.text).toBe("Hi");
});

test("of several choices the first is said", async () => {
  const both = event([
    { index: 1, delta: { content: "B" } },
    { index: 0, delta: { content: "A" }, finish_reason: "stop" },
  ]);
  expect((await said(raw(both, event([{ index: 1, delta: { content: "B" } }]), DONE))).text).toBe("A");
});

test("a server that does not stream is understood", async () => {
  const whole = {
    choices: [{ index: 0, message: { role: "assistant", content: "All at once." }, finish_reason: "stop" }],
  };
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  const parts = [JSON.stringify({ ...whole, usage }, null, 2)];
  const heard = await said({ kind: "raw", contentType: "application/json", parts, ending: "end" });
  expect(heard).toMatchObject({ text: "All at once.", usage: { tokensIn: 5, tokensOut: 3, estimated: false } });
});

test("an answer that reached its cap is a reply, and the trace says so", async () => {
  const heard = await said({ kind: "reply", text: "and then I", finish: "length" });
  expect(heard.text).toBe("and then I");
  expect(heard.matched).toContain("max_tokens");
});

test.for([
  ["a call of a tool", { kind: "reply", text: "", toolCall: "look", finish: "tool_calls" }],
  ["a filtered answer", { kind: "reply", text: "", finish: "content_filter" }],
  ["an empty answer", { kind: "reply", text: "" }],
] satisfies [string, Step][])("%s is no answer of ours, and what it cost is known", async ([, step]) => {
  const heard = await said(step);
  expect(heard.text).toBe("");
  expect(heard.usage).toMatchObject({ tokensIn: 10, estimated: false });
});

test("a model that thinks up to its cap and says nothing has failed, with advice", async () => {
  const failure = await failureOf(said({ kind: "reply", text: "", finish: "length" }));
  expect(failure).toMatchObject({ message: expect.stringContaining("raise max_tokens"), usage: { tokensIn: 10 } });
});

test("a server that does not count is counted for", async () => {
  const heard = await said({ kind: "reply", text: "Hello.", usage: null });
  expect(heard.usage).toEqual({ tokensIn: 2 + 4, tokensOut: 6, costUsd: null, estimated: true });
  const zeros = await said(
    raw(says("Hello.", "stop"), event([], { usage: { prompt_tokens: 0, completion_tokens: 0 } }), DONE),
  );
  expect(zeros.usage).toMatchObject({ tokensOut: 6, estimated: true });
});

test("a stream that breaks after finish_reason is a reply with a counted usage", async () => {
  const heard = await said({ kind: "raw", parts: [says("Done.", "stop")], ending: "cut" });
  expect(heard).toMatchObject({ text: "Done.", usage: { estimated: true } });
});

test("after finish_reason nobody waits long for the usage", async () => {
  const fake = await fakeWith({ script: [{ kind: "raw", parts: [says("Done.", "stop")], ending: "stall" }] });
  const house = houseOn(fake);
  const solver = await open(house);
  const pieces = solver.solve(aRequest(), new AbortController().signal)[Symbol.asyncIterator]();
  await pieces.next();
  const rest = pieces.next();
  await house.clock.advance(2_000);
  expect((await rest).value).toMatchObject({ kind: "usage", usage: { estimated: true } });
});

test("giving up ends the call at once, and closes the connection", async () => {
  const fake = await fakeWith({ script: [{ kind: "raw", parts: [says("One ")], ending: "stall" }] });
  const solver = await open(houseOn(fake));
  const stop = new AbortController();
  const pieces = solver.solve(aRequest(), stop.signal)[Symbol.asyncIterator]();
  await pieces.next();
  const rest = pieces.next();
  stop.abort(new Error("enough"));
  await expect(rest).rejects.toThrow("enough");
  await fake.chats[0]?.closed;
});

test("giving up before the first byte ends the call and is no failure of the model", async () => {
  const fake = await fakeWith({ script: [{ kind: "silence" }] });
  const house = houseOn(fake);
  const stop = new AbortController();
  const work = solve(await open(house), aRequest(), stop.signal);
  await fake.asked(1);
  stop.abort(new Error("enough"));
  expect(await failureOf(work)).not.toBeInstanceOf(SolverFailed);
  await fake.chats[0]?.closed;
  expect(house.kind.speaking().kind).toBe("model");
  expect(fake.chats).toHaveLength(1);
});

test("whoever stops listening closes the connection", async () => {
  const fake = await fakeWith({ script: [{ kind: "raw", parts: [says("One "), says("two ")], ending: "stall" }] });
  const solver = await open(houseOn(fake));
  for await (const _ of solver.solve(aRequest(), new AbortController().signal)) break;
  await fake.chats[0]?.closed;
});

test("a price is known on its maker's own server only", async () => {
  const fake = await fakeWith();
  const own = await open(rig({ apiKey: "sk-x" }));
  expect(own.model).toBe("gpt-4.1-mini");
  // 0.40 USD in and 1.60 USD out for a million tokens, as tokenlens lists it: (1 + 4) in, 1024 out.
  const estimate = { model: "gpt-4.1-mini", tokensIn: 5, tokensOutMax: 1024, costUsd: (5 * 0.4 + 1024 * 1.6) / 1e6 };
  expect(own.readiness(aRequest())).toEqual({ kind: "paid", estimate });
  const foreign = await open(houseOn(fake, { model: "gpt-4.1-mini" }));
  expect(foreign.readiness(aRequest())).toMatchObject({ estimate: { costUsd: null } });
});

test("a dated model costs what its model does, and one that thinks may use more", async () => {
  const dated = await open(rig({ apiKey: "sk-x", model: "gpt-4.1-mini-2025-04-14" }));
  expect(dated.readiness(aRequest())).toMatchObject({ estimate: { costUsd: (5 * 0.4 + 1024 * 1.6) / 1e6 } });
  const thinking = await open(rig({ apiKey: "sk-x", model: "gpt-5-mini" }));
  expect(thinking.readiness(aRequest())).toMatchObject({ estimate: { tokensOutMax: 4096 } });
  const unheard = await open(rig({ apiKey: "sk-x", model: "gpt-99" }));
  expect(unheard.readiness(aRequest())).toMatchObject({ estimate: { costUsd: null } });
});

test("a persona's own price is counted, cached tokens by theirs", async () => {
  const usage = { input: 1000, cached: 400, output: 100 };
  const fake = await fakeWith({ script: [{ kind: "reply", text: "Hi", usage }] });
  const solver = await open(houseOn(fake), { price: { input: 2, output: 8, cached: 0.5 } });
  expect((await solve(solver)).usage?.costUsd).toBeCloseTo((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6, 12);
});

test("a model that wants the other name for the cap gets it, and is asked by it from then on", async () => {
  const refusal: Step = {
    kind: "status",
    status: 400,
    code: "unsupported_parameter",
    param: "max_tokens",
    message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
  };
  const fake = await fakeWith({ script: [refusal] });
  const solver = await open(houseOn(fake));
  expect((await solve(solver)).text).toBe("Hello from the fake.");
  await solve(solver);
  expect(bodyOf(fake, 1)["max_completion_tokens"]).toBe(1024);
  expect(bodyOf(fake, 1)).not.toHaveProperty("max_tokens");
  expect(bodyOf(fake, 2)).not.toHaveProperty("max_tokens");
});

test("a cap that is refused under both names is not left out", async () => {
  const refuse = (param: string): Step => ({ kind: "status", status: 400, code: "unsupported_parameter", param });
  const fake = await fakeWith({ script: [refuse("max_tokens"), refuse("max_completion_tokens")] });
  expect(await failureOf(solve(await open(houseOn(fake))))).toBeInstanceOf(SolverFailed);
  expect(fake.chats).toHaveLength(2);
});

test("a parameter that the model does not take is left out", async () => {
  const refusal: Step = { kind: "status", status: 400, code: "unsupported_value", param: "temperature" };
  const fake = await fakeWith({ script: [refusal] });
  const house = houseOn(fake);
  await solve(await open(house, { temperature: 0.3 }));
  expect(bodyOf(fake, 1)).not.toHaveProperty("temperature");
  expect(house.logged.join("\n")).toContain("temperature");
});

test("the setting max_tokens_field is kept to", async () => {
  const fake = await fakeWith();
  await solve(await open(houseOn(fake), { max_tokens_field: "max_completion_tokens", max_tokens: 9 }));
  expect(bodyOf(fake)["max_completion_tokens"]).toBe(9);
});

test("a closed kind has no connection left", async () => {
  const fake = await fakeWith({ script: [{ kind: "silence" }] });
  const house = houseOn(fake);
  const work = failureOf(solve(await open(house)));
  await fake.asked(1);
  await house.kind.close();
  await fake.chats[0]?.closed;
  expect(await work).toBeInstanceOf(SolverFailed);
  expect(fake.chats).toHaveLength(1);
});

test("an offline house loads neither the client nor the wire nor the prices", async () => {
  const script = `
    import { registerHooks } from "node:module";
    const heavy = [];
    registerHooks({ resolve: (name, context, next) => { if (/^(openai|undici|tokenlens)/.test(name)) heavy.push(name); return next(name, context); } });
    const { rig, open } = await import(${JSON.stringify(new URL("openai-rig.ts", import.meta.url).href)});
    const solver = await open(rig({}));
    solver.readiness({ messages: [] });
    await open(rig({ baseUrl: "http://127.0.0.1:9/v1" }));
    console.log(JSON.stringify(heavy));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stdout.trim()).toBe("[]");
});
