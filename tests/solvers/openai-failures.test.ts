import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { solveInOrder, SolverFailed } from "../../src/solvers/solver.ts";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import type { FakeLlm, Step } from "../fakes/llm/llm.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { aRequest, failureOf, freely, KeptStops, open, rig, solve } from "./openai-rig.ts";
import type { Rig } from "./openai-rig.ts";

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

/** Tells when somebody begins to sleep for a given time: the moment to let time pass. */
class WatchedClock extends VirtualClock {
  readonly slept: number[] = [];
  readonly #looks = new Set<() => void>();

  override after(ms: number, then: () => void): () => void {
    this.slept.push(ms);
    for (const look of this.#looks) look();
    return super.after(ms, then);
  }

  /** Resolves when somebody sleeps for `ms`. */
  async sleeping(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.slept.includes(ms)) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

/** Lets pauses pass at once and keeps limits waiting. */
class QuickClock extends VirtualClock implements Clock {
  readonly pauses: number[] = [];

  override sleep(ms: number): Promise<void> {
    this.pauses.push(ms);
    return Promise.resolve();
  }
}

/** An address of this machine where nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

async function fakeWith(...script: Step[]): Promise<FakeLlm> {
  const fake = await startFakeLlm({ script });
  opened.push(fake);
  return fake;
}

function houseOn(fake: { readonly url: string }, options: Parameters<typeof rig>[1] = {}, house = {}): Rig {
  const made = rig({ baseUrl: fake.url, apiKey: "sk-house-key", model: "some-model", ...house }, options);
  opened.push(made.kind);
  return made;
}

const status = (code: number, more: Partial<Step & { kind: "status" }> = {}): Step => ({
  kind: "status",
  status: code,
  ...more,
});
const says = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

test.for([408, 409, 429, 500, 502, 503, 529])("%i is asked again", async (code) => {
  const fake = await fakeWith(status(code));
  const clock = new QuickClock();
  expect((await solve(await open(houseOn(fake, { clock })))).text).toBe("Hello from the fake.");
  expect(fake.chats).toHaveLength(2);
  // Between half and the whole of 500 ms; the draw of these tests is 0.5.
  expect(clock.pauses).toEqual([375]);
});

test("a connection that breaks before a byte is asked again, and its prompt is counted with the answer's", async () => {
  const fake = await fakeWith({ kind: "hang-up" });
  const heard = await solve(await open(houseOn(fake, { clock: new QuickClock() })));
  expect(heard.usage).toEqual({ tokensIn: 10 + 6, tokensOut: 4, costUsd: null, estimated: true });
});

test("after three tries it is enough, each after a longer pause", async () => {
  const fake = await fakeWith(status(503), status(503), status(503, { message: "Overloaded" }));
  const clock = new QuickClock();
  const failure = await failureOf(solve(await open(houseOn(fake, { clock }))));
  expect(failure).toMatchObject({ untilMended: false, usage: null });
  expect(String(failure)).toMatch(/answered 503: Overloaded \(asked 3 times\)/u);
  expect(fake.chats).toHaveLength(3);
  expect(clock.pauses).toEqual([375, 750]);
});

test.for([
  ["retry-after", "7", 7_000],
  ["retry-after", "1.5", 1_500],
  ["retry-after-ms", "1234", 1_234],
  ["retry-after", "Mon, 05 Jan 2026 09:00:20 GMT", 20_000],
  ["retry-after", "Mon, 05 Jan 2026 08:00:00 GMT", 0],
  ["retry-after", "soon", 375],
  ["retry-after", "-5", 375],
] as const)("%s: %s is honoured", async ([name, value, pause]) => {
  const fake = await fakeWith(status(429, { headers: { [name]: value } }));
  const clock = new QuickClock();
  await solve(await open(houseOn(fake, { clock })));
  expect(clock.pauses).toEqual([pause]);
});

test("nobody is asked before the time that Retry-After names", async () => {
  const fake = await fakeWith(status(429, { headers: { "retry-after": "7" } }));
  const clock = new WatchedClock();
  const work = solve(await open(houseOn(fake, { clock })));
  await clock.sleeping(7_000);
  await clock.advance(6_999);
  expect(fake.chats).toHaveLength(1);
  await clock.advance(1);
  await work;
  expect(fake.chats).toHaveLength(2);
});

test("giving up during a pause ends it", async () => {
  const fake = await fakeWith(status(429, { headers: { "retry-after": "7" } }));
  const clock = new WatchedClock();
  const stop = new AbortController();
  const work = solve(await open(houseOn(fake, { clock })), aRequest(), stop.signal);
  await clock.sleeping(7_000);
  stop.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
});

test("a Retry-After that is longer than what is left fails at once, and says so", async () => {
  const fake = await fakeWith(status(429, { headers: { "retry-after": "300" } }));
  const failure = await failureOf(solve(await open(houseOn(fake))));
  expect(String(failure)).toContain("asked again in 300 s, which is longer than an answer may take");
  expect(fake.chats).toHaveLength(1);
});

test.for([400, 404, 413, 422])("%i is not asked again, and nothing is stopped", async (code) => {
  const fake = await fakeWith(status(code));
  const house = houseOn(fake);
  const solver = await open(house);
  expect(await failureOf(solve(solver))).toMatchObject({ usage: null });
  expect(fake.chats).toHaveLength(1);
  expect(house.stops.kept.size).toBe(0);
  expect(solver.readiness(aRequest()).kind).toBe("paid");
});

const forGood: readonly [string, Step][] = [
  ["401", status(401, { code: "invalid_api_key" })],
  ["402", status(402)],
  ["403", status(403)],
  ["insufficient_quota by code", status(429, { code: "insufficient_quota" })],
  ["insufficient_quota by type", status(429, { type: "insufficient_quota", code: "quota" })],
];

test.for(forGood)("%s is never repeated, and nobody is asked until it is mended", async ([, step]) => {
  const fake = await fakeWith(step);
  const house = houseOn(fake);
  const solver = await open(house);
  expect(await failureOf(solve(solver))).toMatchObject({ untilMended: true, usage: null });
  expect(solver.readiness(aRequest())).toMatchObject({ kind: "unable", untilMended: true });
  expect(await failureOf(solve(solver))).toBeInstanceOf(SolverFailed);
  expect((await open(house, { temperature: 1 })).readiness(aRequest()).kind).toBe("unable");
  expect(fake.chats).toHaveLength(1);
  expect(house.kind.speaking()).toMatchObject({ kind: "failing", model: "some-model" });
});

test("insufficient_quota within a stream stops the server too, and the answer is not used", async () => {
  const error = { error: { message: "No money", type: "insufficient_quota", code: "insufficient_quota" } };
  const fake = await fakeWith({ kind: "raw", parts: [`data: ${JSON.stringify(error)}\n\n`], ending: "end" });
  const solver = await open(houseOn(fake));
  expect(await failureOf(solve(solver))).toMatchObject({ untilMended: true });
  expect(solver.readiness(aRequest()).kind).toBe("unable");
});

test("a stop outlives a restart, holds no key, and ends with another key", async () => {
  const fake = await fakeWith(status(401));
  const stops = new KeptStops();
  await failureOf(solve(await open(houseOn(fake, { stops }))));
  const [[id, stop] = ["", null]] = [...stops.kept];
  expect(id).toContain(fake.url);
  expect(id + JSON.stringify(stop)).not.toContain("sk-house-key");
  const again = houseOn(fake, { stops });
  expect((await open(again)).readiness(aRequest()).kind).toBe("unable");
  expect(again.kind.speaking().kind).toBe("failing");
  const mended = houseOn(fake, { stops }, { apiKey: "sk-another" });
  expect((await solve(await open(mended))).text).toBe("Hello from the fake.");
  expect(fake.chats).toHaveLength(2);
});

test("the doctor's trial lifts a stop when it works, and other processes see it", async () => {
  const fake = await fakeWith(status(429, { code: "insufficient_quota" }), status(401, { message: "Still wrong" }));
  const stops = new KeptStops();
  const house = houseOn(fake, { stops });
  const solver = await open(house);
  await failureOf(solve(solver));
  const doctor = houseOn(fake, { stops });
  const trial = await doctor.kind.tryModel(freely());
  expect(trial).toMatchObject({ kind: "failed", model: "some-model" });
  expect(trial.why).toContain("Still wrong");
  expect(stops.kept.size).toBe(1);
  expect(await doctor.kind.tryModel(freely())).toEqual({ kind: "answered", model: "some-model", why: "" });
  expect(stops.kept.size).toBe(0);
  expect(solver.readiness(aRequest()).kind).toBe("unable");
  await house.kind.reloadStops();
  expect(solver.readiness(aRequest()).kind).toBe("paid");
  expect(house.kind.speaking().kind).toBe("model");
});

test("a key that the server repeats is neither told nor logged", async () => {
  const fake = await fakeWith(status(401, { message: "Incorrect API key provided: sk-house-key." }));
  const house = houseOn(fake);
  const failure = await failureOf(solve(await open(house)));
  expect(String(failure)).toContain("Incorrect API key provided");
  const all = String(failure) + house.logged.join("\n") + JSON.stringify(house.kind.speaking());
  expect(all).not.toContain("sk-house-key");
});

test("what speaks is told: the model, why it fails, and the model again", async () => {
  const fake = await fakeWith(status(400, { message: "Nonsense" }));
  const house = houseOn(fake);
  const told: string[] = [];
  const stop = house.kind.onChange(() => told.push(house.kind.speaking().kind));
  const solver = await open(house);
  const server = new URL(fake.url).host;
  expect(house.kind.speaking()).toEqual({ kind: "model", model: "some-model", server });
  await failureOf(solve(solver));
  expect(house.kind.speaking()).toMatchObject({ kind: "failing", server, why: expect.stringContaining("Nonsense") });
  await solve(solver);
  expect(house.kind.speaking().kind).toBe("model");
  expect(told).toEqual(["failing", "model"]);
  stop();
  fake.next(status(400));
  await failureOf(solve(solver));
  expect(told).toHaveLength(2);
});

test("another persona's own server failing says nothing of the house's", async () => {
  const [home, away] = [await fakeWith(), await fakeWith(status(401))];
  const house = houseOn(home);
  await failureOf(solve(await open(house, { base_url: away.url, model: "m" })));
  expect(house.kind.speaking().kind).toBe("model");
});

test("a house whose address is none says what was expected", async () => {
  const house = rig({ baseUrl: "not an address" });
  const solver = await open(house);
  expect(solver.readiness(aRequest())).toMatchObject({ kind: "unable", untilMended: true });
  expect(house.kind.speaking()).toMatchObject({
    kind: "failing",
    why: 'OPENAI_BASE_URL: expected an address such as https://api.openai.com/v1, got "not an address"',
  });
});

test("nothing for 30 s is given up, whether the server took the request or even began its headers", async () => {
  for (const step of [{ kind: "silence" }, { kind: "raw", parts: [], ending: "stall" }] satisfies Step[]) {
    const fake = await fakeWith(step);
    const { clock, ...house } = houseOn(fake);
    const work = failureOf(solve(await open({ clock, ...house })));
    await fake.asked(1);
    await clock.advance(29_999);
    expect(house.kind.speaking().kind).toBe("model");
    await clock.advance(1);
    const failure = await work;
    expect(failure).toMatchObject({ usage: "unknown", untilMended: false });
    expect(String(failure)).toContain("did not begin to answer within 30 s");
    await fake.chats[0]?.closed;
    expect(fake.chats).toHaveLength(1);
  }
});

test("30 s of silence in the middle of an answer are given up, 29 are not", async () => {
  const gate = Promise.withResolvers<void>();
  const step: Step = { kind: "raw", parts: [says("One "), () => gate.promise, says("two ")], ending: "stall" };
  const fake = await fakeWith(step);
  const house = houseOn(fake);
  const solver = await open(house);
  const pieces = solver.solve(aRequest(), new AbortController().signal)[Symbol.asyncIterator]();
  await pieces.next();
  await house.clock.advance(29_000);
  gate.resolve();
  expect((await pieces.next()).value).toEqual({ kind: "text", text: "two " });
  const rest = failureOf(pieces.next());
  await house.clock.advance(29_000);
  expect(house.kind.speaking().kind).toBe("model");
  await house.clock.advance(1_000);
  expect(await rest).toMatchObject({ usage: "unknown" });
  expect(String(await rest)).toContain("fell silent for 30 s");
});

test("a stream that never ends is given up after 120 s, however busy it is", async () => {
  const clock = new VirtualClock();
  const parts = Array.from({ length: 30 }, (_, number) => [says(`${number} `), () => clock.advance(10_000)]).flat();
  const fake = await fakeWith({ kind: "raw", parts, ending: "stall" });
  const startedAt = clock.now();
  const failure = await failureOf(solve(await open(houseOn(fake, { clock }))));
  expect(String(failure)).toContain("did not finish within 120 s");
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(120_000);
});

test("bytes that come in drops do not count as an answer", async () => {
  const clock = new VirtualClock();
  const parts = Array.from({ length: 10 }, () => [": wait\n", () => clock.advance(5_000)]).flat();
  const fake = await fakeWith({ kind: "raw", parts, ending: "stall" });
  const failure = await failureOf(solve(await open(houseOn(fake, { clock }))));
  expect(String(failure)).toContain("did not begin to answer within 30 s");
});

test("all tries and pauses together keep within 120 s", async () => {
  const wait = status(429, { headers: { "retry-after": "70" } });
  const fake = await fakeWith(wait, wait);
  const clock = new WatchedClock();
  const work = failureOf(solve(await open(houseOn(fake, { clock }))));
  await clock.sleeping(70_000);
  await clock.advance(70_000);
  expect(String(await work)).toContain("asked again in 70 s");
  expect(fake.chats).toHaveLength(2);
});

const broken: readonly [string, Step, RegExp][] = [
  ["cut off", { kind: "raw", parts: [says("Half a ")], ending: "cut" }, /of no use/u],
  [
    "without finish_reason",
    { kind: "raw", parts: [says("Half a "), "data: [DONE]\n\n"], ending: "end" },
    /finish_reason/u,
  ],
  ["ended early", { kind: "raw", parts: [says("Half a ")], ending: "end" }, /finish_reason/u],
  ["malformed", { kind: "raw", parts: [says("Half"), "data: {oops\n\n"], ending: "end" }, /not JSON/u],
  ["empty", { kind: "raw", parts: [], ending: "end" }, /it sent nothing/u],
  ["nothing but DONE", { kind: "raw", parts: ["data: [DONE]\n\n"], ending: "end" }, /it sent nothing/u],
  ["a web page", { kind: "raw", contentType: "text/html", parts: ["<html>Log in</html>"], ending: "end" }, /web page/u],
  ["no content", { kind: "status", status: 204, body: "" }, /of no use/u],
  [
    "an error in the stream",
    { kind: "raw", parts: [says("Half"), 'data: {"error":{"message":"Out of memory"}}\n\n'], ending: "end" },
    /Out of memory/u,
  ],
  ["a bare error", { kind: "raw", parts: ['data: {"error":"model crashed"}\n\n'], ending: "end" }, /model crashed/u],
  [
    "an error as JSON with status 200",
    { kind: "raw", contentType: "application/json", parts: ['{"error":{"message":"Busy"}}'], ending: "end" },
    /Busy/u,
  ],
  ["JSON that is none", { kind: "raw", contentType: "application/json", parts: ["{{"], ending: "end" }, /not JSON/u],
  ["a failed model", { kind: "raw", parts: [says("Half"), says("", "error")], ending: "end" }, /failed on the way/u],
];

test.for(broken)(
  "an answer that is %s is a failure of unknown cost, and is not asked for again",
  async ([, step, why]) => {
    const fake = await fakeWith(step);
    const failure = await failureOf(solve(await open(houseOn(fake))));
    expect(failure).toBeInstanceOf(SolverFailed);
    expect(failure).toMatchObject({ usage: "unknown", untilMended: false });
    expect(String(failure)).toMatch(why);
    expect(String(failure)).not.toMatch(/<html|undefined|\[object/u);
    expect(fake.chats).toHaveLength(1);
  },
);

test("an error page with an error status is told without its markup", async () => {
  const fake = await fakeWith(status(404, { body: "<html><h1>Not Found</h1></html>" }));
  const failure = await failureOf(solve(await open(houseOn(fake))));
  expect(String(failure)).toContain("answered 404; check the model's name and the base URL");
  expect(String(failure)).not.toContain("<");
});

test("a server that is not there is asked three times and costs nothing", async () => {
  const house = houseOn({ url: await nowhere() }, { clock: new QuickClock() });
  const failure = await failureOf(solve(await open(house)));
  expect(String(failure)).toMatch(/cannot be reached \(ECONNREFUSED\) \(asked 3 times\)/u);
  expect(failure).toMatchObject({ usage: null });
  expect(house.kind.speaking().kind).toBe("failing");
});

test("a server that cannot be reached is told as failing under the model that was asked for", async () => {
  const url = await nowhere();
  const house = rig({ baseUrl: url }, { clock: new QuickClock() });
  opened.push(house.kind);
  expect(house.kind.speaking()).toMatchObject({ kind: "model", model: "the server's first model" });
  const solver = await open(house);
  await failureOf(solve(solver));
  const why = expect.stringContaining("cannot be reached (ECONNREFUSED)") as string;
  expect(house.kind.speaking()).toEqual({ kind: "failing", model: "gpt-4.1-mini", server: new URL(url).host, why });
  expect(solver.model).toBe("gpt-4.1-mini");
  expect(house.warned.every((line) => line.includes('"model":"gpt-4.1-mini"'))).toBe(true);
});

test("a server that does not even list its models is told as failing before anybody has asked", async () => {
  const house = rig({ baseUrl: await nowhere() }, { clock: new QuickClock() });
  opened.push(house.kind);
  await house.kind.warm();
  expect(house.kind.speaking()).toMatchObject({ kind: "failing", model: "gpt-4.1-mini" });
});

test("an unreachable server fails for personas with a model of their own too, and speaks again for all", async () => {
  const fake = await fakeWith({ kind: "hang-up" }, { kind: "hang-up" }, { kind: "hang-up" });
  const house = houseOn(fake, { clock: new QuickClock() });
  const solver = await open(house, { model: "own-model" });
  await failureOf(solve(solver));
  expect(house.kind.speaking()).toMatchObject({ kind: "failing", model: "some-model" });
  await solve(solver);
  expect(house.kind.speaking()).toMatchObject({ kind: "model", model: "some-model" });
});

test("a dead server costs one warning when it fails and none for each further turn", async () => {
  const house = rig({ baseUrl: await nowhere(), model: "m" }, { clock: new QuickClock() });
  opened.push(house.kind);
  const solver = await open(house);
  for (let turn = 0; turn < 4; turn += 1) await failureOf(solve(solver));
  expect(house.warned).toHaveLength(1);
  const pauses = house.logged
    .map((line) => JSON.parse(line) as { afterMs?: number })
    .flatMap((line) => line.afterMs ?? []);
  expect(pauses.length).toBeGreaterThan(0);
  expect(pauses.every(Number.isInteger)).toBe(true);
});

test("in a chain, what began and broke off is replaced by the next solver's words", async () => {
  const fake = await fakeWith({ kind: "raw", parts: [says("Half a ")], ending: "cut" });
  const house = houseOn(fake);
  const second = await open(house, { model: "second" });
  const purse = {
    reserve: async () =>
      ({ kind: "reserved", reservation: { id: 1, day: 0, nanoUsd: 0, unpricedTokens: 0, parts: [] } }) as const,
    settle: async () => {},
  };
  const { state: _, ...request } = aRequest();
  const solved = await solveInOrder(
    [await open(house), second],
    request,
    { purse, clock: house.clock, states: {}, onText: null },
    new AbortController().signal,
  );
  expect(solved.text).toBe("Hello from the fake.");
  expect(solved.attempts.map(({ result }) => result)).toEqual(["failed", "answered"]);
});

test("a server that asks for patience is left alone by every turn until then, and asked again after", async () => {
  const fake = await fakeWith(status(429, { headers: { "retry-after": "600" } }));
  const house = houseOn(fake);
  const solver = await open(house);
  await failureOf(solve(solver));
  const until = new Date(house.clock.now() + 600_000).toISOString().slice(11, 19);
  const why = `the server asks for patience until ${until} UTC`;
  expect(solver.readiness(aRequest())).toEqual({ kind: "unable", why, untilMended: false });
  expect(house.kind.speaking()).toMatchObject({ kind: "failing", why });
  expect(await failureOf(solve(solver))).toMatchObject({ message: why, untilMended: false, usage: null });
  expect(fake.requests).toHaveLength(1);
  await house.clock.advance(600_000);
  expect(solver.readiness(aRequest())).toMatchObject({ kind: "paid" });
  await solve(solver);
  expect(fake.requests).toHaveLength(2);
  expect(house.kind.speaking().kind).toBe("model");
});

test("a server that asks for a year of patience is asked again after an hour", async () => {
  const fake = await fakeWith(status(503, { headers: { "retry-after": "31536000" } }));
  const house = houseOn(fake);
  const solver = await open(house);
  await failureOf(solve(solver));
  await house.clock.advance(60 * 60_000);
  expect(solver.readiness(aRequest())).toMatchObject({ kind: "paid" });
});

test("a trial asks nothing without room in the budget, and says so", async () => {
  const fake = await fakeWith();
  const reserve = async () => ({ kind: "refused", why: "the budget is 0: no model is asked" }) as const;
  expect(await houseOn(fake).kind.tryModel(freely({ reserve }))).toEqual({
    kind: "unpaid",
    model: "some-model",
    why: "today's budget is used up: the budget is 0: no model is asked",
  });
  expect(fake.requests).toHaveLength(0);
});

test("a trial is settled with what it used", async () => {
  const fake = await fakeWith();
  const settled: unknown[] = [];
  const settle = async (...given: readonly unknown[]) => void settled.push(given);
  expect(await houseOn(fake).kind.tryModel(freely({ settle }))).toMatchObject({ kind: "answered" });
  expect(settled).toEqual([
    [expect.objectContaining({ id: 1 }), expect.objectContaining({ tokensIn: expect.any(Number) as number })],
  ]);
});

test("a trial of a model that does not answer ends with a sentence when its time is over", async () => {
  const fake = await fakeWith({ kind: "silence" });
  const house = houseOn(fake);
  const ending = new AbortController();
  const trial = house.kind.tryModel(freely({}, ending.signal));
  await fake.asked(1);
  await house.clock.advance(29_900);
  ending.abort(new DOMException("it took too long", "TimeoutError"));
  expect(await trial).toEqual({
    kind: "failed",
    model: "some-model",
    why: `${new URL(fake.url).host} did not answer within 30 s`,
  });
});
