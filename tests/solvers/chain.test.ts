// Solvers in a chain: tried in order until one answers, each try told, nothing spent without room for it.
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import type { Estimate, Reserved } from "../../src/domain/budget.ts";
import type { Usage } from "../../src/domain/trace.ts";
import type { ChainHouse, Purse, Readiness, Solved, Solver, SolverChunk } from "../../src/solvers/solver.ts";
import { SolverFailed, solveInOrder } from "../../src/solvers/solver.ts";
import { makeMessage, makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

const estimate: Estimate = { model: "m", tokensIn: 100, tokensOutMax: 50, costUsd: 0.01 };
const used: Usage = { tokensIn: 90, tokensOut: 20, costUsd: 0.004, estimated: false };
const worst: Usage = { tokensIn: 100, tokensOut: 50, costUsd: 0.01, estimated: true };
const nothing: Usage = { tokensIn: 0, tokensOut: 0, costUsd: 0, estimated: true };

type Part = SolverChunk | { readonly kind: "throw"; readonly error: unknown };

/** A solver that gives these parts, one after the other. */
function solver(name: string, parts: readonly Part[], readiness: Readiness = { kind: "free" }): Solver {
  return {
    name,
    model: readiness.kind === "paid" ? readiness.estimate.model : null,
    readiness: () => readiness,
    async *solve() {
      for (const part of parts) {
        if (part.kind === "throw") throw part.error;
        yield part;
      }
    },
  };
}

const text = (said: string): Part => ({ kind: "text", text: said });
const paid: Readiness = { kind: "paid", estimate };

/** A purse that keeps what happened; `answer` is what a reservation gets. */
function keptPurse(
  answer: Reserved = { kind: "reserved", reservation: { id: 1, day: 0, nanoUsd: 0, unpricedTokens: 0, parts: [] } },
): Purse & {
  readonly reserved: Estimate[];
  readonly settled: Usage[];
} {
  const reserved: Estimate[] = [];
  const settled: Usage[] = [];
  return {
    reserved,
    settled,
    reserve: async (asked) => {
      reserved.push(asked);
      return answer;
    },
    settle: async (_reservation, usage) => void settled.push(usage),
  };
}

async function solve(
  solvers: readonly Solver[],
  purse: Purse = keptPurse(),
  more: Partial<ChainHouse> & { readonly signal?: AbortSignal } = {},
): Promise<Solved> {
  const { signal = new AbortController().signal, ...house } = more;
  const request = {
    persona: makePersona("ada"),
    act: "answer" as const,
    heard: { author: makeMessage("1", "").author, text: "Hi" },
    messages: [],
    model: null,
    recent: async () => [],
    cast: ["Ada"],
    chance: seededChance("one"),
  };
  return solveInOrder(
    solvers,
    request,
    { purse, clock: new VirtualClock(), states: {}, onText: null, ...house },
    signal,
  );
}

const results = (solved: Solved): string[] => solved.attempts.map(({ solver: name, result }) => `${name}: ${result}`);

test("the first solver that answers is the last one asked", async () => {
  const solved = await solve([solver("one", []), solver("two", [text("Two.")]), solver("three", [text("Three.")])]);
  expect(solved).toMatchObject({ text: "Two.", solver: "two", untilMended: false });
  expect(results(solved)).toEqual(["one: not-me", "two: answered"]);
});

test("text may come in pieces, and what matched and what to remember comes with it", async () => {
  const parts: Part[] = [
    { kind: "matched", what: "random: *" },
    text(" To"),
    text("gether. "),
    { kind: "state", state: "s" },
  ];
  const solved = await solve([solver("one", parts)]);
  expect(solved).toMatchObject({ text: "Together.", state: "s", model: null });
  expect(solved.attempts).toEqual([
    { solver: "one", model: null, result: "answered", why: "", ms: 0, usage: null, matched: "random: *" },
  ]);
});

test("whoever looks on is told all that may be said so far, and that it was taken back or its solver gave up", async () => {
  const seen: string[] = [];
  const parts: Part[] = [text("Hm, "), text("well"), { kind: "taken-back" }, text("Yes.")];
  await solve(
    [solver("one", [text("No"), { kind: "throw", error: "broken pipe" }]), solver("two", parts)],
    keptPurse(),
    {
      onText: (said, by) => seen.push(`${by.solver}: ${said}`),
    },
  );
  expect(seen).toEqual(["one: No", "one: ", "two: Hm, ", "two: Hm, well", "two: ", "two: Yes."]);
});

test("a solver that throws, in whatever way, passes to the next, and what it had said is not said", async () => {
  for (const error of [new Error("broken pipe"), "a string", null, undefined, 0]) {
    const solved = await solve([
      solver("one", [text("Half an ans"), { kind: "throw", error }]),
      solver("two", [text("Two.")]),
    ]);
    expect([error, solved.text, results(solved)]).toEqual([error, "Two.", ["one: failed", "two: answered"]]);
  }
  const solved = await solve([solver("one", [{ kind: "throw", error: new Error("broken pipe") }])]);
  expect(solved.attempts[0]).toMatchObject({ result: "failed", why: "broken pipe" });
  expect(solved.text).toBeNull();
});

test("a solver that throws before it gives anything to listen to passes to the next", async () => {
  const throwing = (): never => {
    throw new Error("no ear");
  };
  const deaf: Solver = { ...solver("one", []), solve: throwing };
  const unready: Solver = { ...solver("two", []), readiness: throwing };
  const solved = await solve([deaf, unready, solver("three", [text("Three.")])]);
  expect(solved.attempts.map(({ result, why }) => `${result} ${why}`)).toEqual([
    "failed no ear",
    "failed no ear",
    "answered ",
  ]);
});

test("blank text, or a state without text, is no answer, and that state is not kept", async () => {
  const blank = solver("one", [text(" \n"), { kind: "state", state: "lost" }]);
  const mute = solver("two", [
    { kind: "state", state: "lost" },
    { kind: "matched", what: "random: *" },
  ]);
  const solved = await solve([blank, mute]);
  expect(solved).toMatchObject({ text: null, state: null, solver: "", model: null });
  expect(results(solved)).toEqual(["one: not-me", "two: not-me"]);
  expect(solved.attempts[1]?.matched).toBe("random: *");
});

test("no solvers, no answer", async () => {
  expect(await solve([])).toMatchObject({ text: null, attempts: [], untilMended: false });
});

test("each solver is handed what itself kept last", async () => {
  const states: (string | null)[] = [];
  const spy = (name: string): Solver => ({
    ...solver(name, []),
    async *solve(request) {
      states.push(request.state);
      yield { kind: "matched", what: name };
    },
  });
  await solve([spy("one"), spy("two"), spy("three")], keptPurse(), { states: { one: "1", three: "3" } });
  expect(states).toEqual(["1", null, "3"]);
});

test("a solver that is not able is skipped with its reason", async () => {
  const unable = (untilMended: boolean): Readiness => ({ kind: "unable", why: "no key is set", untilMended });
  const solved = await solve([solver("one", [text("No.")], unable(false)), solver("two", [text("Two.")])]);
  expect(solved).toMatchObject({ text: "Two.", untilMended: false });
  expect(solved.attempts[0]).toMatchObject({ result: "skipped", why: "no key is set" });
  expect((await solve([solver("one", [], unable(true))])).untilMended).toBe(true);
});

test("no paid solver is asked before there is room in the budget", async () => {
  const purse = keptPurse({ kind: "refused", why: "the day's budget is spent" });
  const solved = await solve([solver("model", [text("Expensive.")], paid), solver("script", [text("Free.")])], purse);
  expect(solved.text).toBe("Free.");
  expect(solved.attempts[0]).toMatchObject({
    solver: "model",
    model: "m",
    result: "skipped",
    why: "the day's budget is spent",
  });
  expect(purse.reserved).toEqual([estimate]);
  expect(purse.settled).toEqual([]);
});

test("what was used is settled, however the try ended", async () => {
  const usage: Part = { kind: "usage", usage: used };
  const failed = (billed: Usage | "unknown" | null): Part => ({
    kind: "throw",
    error: new SolverFailed("cut off", { untilMended: false, usage: billed }),
  });
  const cases: readonly (readonly [string, readonly Part[], Usage])[] = [
    ["answered, the server says", [text("Yes."), usage], used],
    ["answered, the server does not say", [text("Yes.")], worst],
    ["nothing said", [usage], used],
    ["failed, nothing billed", [text("Ye"), failed(null)], nothing],
    ["failed, billed so much", [failed(used)], used],
    ["failed, nobody knows", [failed("unknown")], worst],
    ["failed in an unknown way", [{ kind: "throw", error: new Error("boom") }], worst],
  ];
  for (const [title, parts, settled] of cases) {
    const purse = keptPurse();
    const solved = await solve([solver("model", parts, paid)], purse);
    expect([title, purse.settled, solved.attempts[0]?.usage]).toEqual([title, [settled], settled]);
  }
});

test("an unknown price is settled in tokens", async () => {
  const purse = keptPurse();
  const unpriced: Readiness = { kind: "paid", estimate: { ...estimate, costUsd: null } };
  const error = new SolverFailed("refused", { untilMended: false, usage: null });
  await solve([solver("model", [{ kind: "throw", error }], unpriced)], purse);
  expect(purse.settled).toEqual([{ ...nothing, costUsd: null }]);
});

test("a failure that a person must mend is told, also when another solver answers", async () => {
  const error = new SolverFailed("the key is wrong", { untilMended: true, usage: null });
  const solved = await solve([solver("model", [{ kind: "throw", error }], paid), solver("script", [text("Aye.")])]);
  expect(solved).toMatchObject({ text: "Aye.", untilMended: true });
  expect(solved.attempts[0]).toMatchObject({ result: "failed", why: "the key is wrong" });
});

test("a solver that never stops talking is cut, and never within a character", async () => {
  let closed = false;
  const endless: Solver = {
    ...solver("model", [], paid),
    async *solve() {
      try {
        yield { kind: "text", text: "x" };
        for (;;) yield { kind: "text", text: "🙂".repeat(100) };
      } finally {
        closed = true;
      }
    },
  };
  const purse = keptPurse();
  const solved = await solve([endless], purse);
  expect(solved.text?.length).toBe(15_999);
  expect(solved.text?.isWellFormed()).toBe(true);
  expect(closed).toBe(true);
  expect(purse.settled).toEqual([worst]);
});

test("an abort ends the chain at once, even in a solver that does not mind it", async () => {
  const controller = new AbortController();
  const purse = keptPurse();
  const stuck: Solver = {
    ...solver("one", [], paid),
    async *solve() {
      yield { kind: "text", text: "Ha" };
      controller.abort(new Error("stopped"));
      await new Promise(() => {});
    },
  };
  const running = solve([stuck, solver("two", [text("Too late.")])], purse, { signal: controller.signal });
  await expect(running).rejects.toThrow("stopped");
  // What the server bills is not known, so the reservation stands.
  expect(purse.settled).toEqual([]);
});

test("an answer that comes together with the abort is not given", async () => {
  const controller = new AbortController();
  const answering: Solver = {
    ...solver("one", []),
    async *solve() {
      yield { kind: "text", text: "Done." };
      controller.abort(new Error("stopped"));
    },
  };
  await expect(solve([answering], keptPurse(), { signal: controller.signal })).rejects.toThrow("stopped");
});

test("nothing is asked or reserved after an abort, and a reservation that it overtakes is given back", async () => {
  const purse = keptPurse();
  await expect(
    solve([solver("model", [], paid)], purse, { signal: AbortSignal.abort(new Error("stopped")) }),
  ).rejects.toThrow("stopped");
  expect(purse.reserved).toEqual([]);
  const controller = new AbortController();
  const slow = keptPurse();
  const reserve: Purse["reserve"] = async (asked) => {
    controller.abort(new Error("stopped"));
    return slow.reserve(asked);
  };
  const running = solve([solver("model", [text("No.")], paid)], { ...slow, reserve }, { signal: controller.signal });
  await expect(running).rejects.toThrow("stopped");
  expect(slow.settled).toEqual([nothing]);
});

test("a purse that fails ends the chain: that is not the solver's doing", async () => {
  const purse: Purse = { ...keptPurse(), reserve: async () => Promise.reject(new Error("the lease is lost")) };
  await expect(solve([solver("model", [], paid), solver("script", [text("Aye.")])], purse)).rejects.toThrow(
    "the lease is lost",
  );
});

test("a try tells how long it took", async () => {
  const clock = new VirtualClock();
  const slow: Solver = {
    ...solver("slow", []),
    async *solve() {
      await clock.sleep(1_500);
      yield { kind: "text", text: "There." };
    },
  };
  const running = solve([solver("quick", []), slow], keptPurse(), { clock });
  await clock.advance(2_000);
  expect((await running).attempts.map(({ ms }) => ms)).toEqual([0, 1_500]);
});
