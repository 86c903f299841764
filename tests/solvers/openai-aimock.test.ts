import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aRequest, failureOf, freely, open, rig, solve } from "./openai-rig.ts";
import type { Rig } from "./openai-rig.ts";

// A fake server that others wrote: what ours and our solver misread alike would show here.
const mock = new LLMock({ port: 0, chunkSize: 4 });
let house: Rig;

beforeAll(async () => {
  await mock.start();
  house = rig({ baseUrl: `${mock.url}/v1`, apiKey: "mock", model: "gpt-4.1-mini" });
});

afterEach(() => {
  mock.setChaos({});
  mock.clearFixtures();
  mock.clearRequests();
});

afterAll(async () => {
  await house.kind.close();
  await mock.stop();
});

test("an answer of aimock is streamed, and its request holds the persona's prompt and parameters", async () => {
  mock.onMessage("hello", { content: "Good evening, traveller." });
  const prompt = aRequest({ role: "system", content: "You are Ada." }, { role: "user", content: "Bob: hello" });
  const heard = await solve(await open(house, { temperature: 0.4 }), prompt);
  expect(heard.text).toBe("Good evening, traveller.");
  expect(heard.pieces.length).toBeGreaterThan(1);
  const { body } = mock.getLastRequest() ?? {};
  expect(body).toMatchObject({ temperature: 0.4, stream: true, messages: [{ content: "You are Ada." }, {}] });
});

test("aimock's 401 stops the server, and a trial that works lifts the stop", async () => {
  mock.onMessage(/.*/u, { content: "yes" });
  mock.nextRequestError(401, { message: "Bad key", type: "invalid_request_error", code: "invalid_api_key" });
  const solver = await open(house);
  expect(await failureOf(solve(solver))).toMatchObject({ untilMended: true });
  expect(solver.readiness(aRequest()).kind).toBe("unable");
  expect(await house.kind.tryModel(freely())).toMatchObject({ kind: "answered" });
  expect(solver.readiness(aRequest()).kind).toBe("paid");
});

test("aimock's rate limit names a time, and it is kept", async () => {
  mock.onMessage(/.*/u, { content: "yes" });
  mock.setChaos({ rateLimitRate: 1 });
  const slept: number[] = [];
  const sleep = house.clock.sleep.bind(house.clock);
  house.clock.sleep = (ms) => {
    slept.push(ms);
    mock.setChaos({});
    return Promise.resolve();
  };
  expect((await solve(await open(house))).text).toBe("yes");
  house.clock.sleep = sleep;
  expect(slept).toContain(1_000);
});

test.for([
  ["breaks off", { disconnectRate: 1 }],
  ["is malformed", { malformedRate: 1 }],
] as const)("an answer of aimock that %s is a failure", async ([, chaos]) => {
  mock.onMessage(/.*/u, { content: "one two three four five" });
  mock.setChaos(chaos);
  const sleep = house.clock.sleep.bind(house.clock);
  house.clock.sleep = () => Promise.resolve();
  expect(await failureOf(solve(await open(house)))).toMatchObject({ name: "SolverFailed", usage: "unknown" });
  house.clock.sleep = sleep;
});
