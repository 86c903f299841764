// The contract of what is spent: caps for parts of the house, usage, forecasts, and how much people are answered.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { PartCap, Payer } from "../../src/domain/budget.ts";
import type { SceneForecast } from "../../src/domain/forecast.ts";
import type { PersonaId } from "../../src/domain/ids.ts";
import {
  authorId,
  channelId,
  channelScope,
  feedPlatform,
  houseScope,
  personaAuthorId,
  storedId,
  workspaceId,
  workspaceScope,
} from "../../src/domain/ids.ts";
import type { Quota } from "../../src/domain/quota.ts";
import type { NewTurn } from "../../src/domain/turn.ts";
import type { Store } from "../../src/store/store.ts";
import { payerOf } from "../people.ts";
import {
  ada,
  arrival,
  asked,
  bob,
  bruno,
  decide,
  finish,
  main,
  message,
  NOW,
  place,
  postOf,
  show,
  take,
  there,
  ticked,
  unasked,
} from "../store/samples.ts";

const DAY = 86_400_000;
const server = workspaceId(feedPlatform, "server");
const tea = channelId(feedPlatform, "tea");
const house = { usdPerDay: 100, tokensPerDay: 1_000_000 };
const call = { model: "small", tokensIn: 100, tokensOutMax: 50, costUsd: 0.2 };
const used = { tokensIn: 100, tokensOut: 10, costUsd: 0.05, estimated: false };
const inServer = { channel: main, parent: null, workspace: server };

function capOn(scope: PartCap["scope"], usdPerDay: number, persona: PersonaId | null = null): PartCap {
  return { scope, persona, usdPerDay };
}

/** `open` makes an empty store; `another` opens the same data a second time. */
export function ledgerContract(
  name: string,
  open: () => Promise<{ readonly store: Store; readonly another: (() => Promise<Store>) | null }>,
): void {
  describe(name, () => {
    let store: Store;
    let another: (() => Promise<Store>) | null;
    beforeEach(async () => {
      ({ store, another } = await open());
    });
    afterEach(() => store.close());

    const payer = (caps: readonly PartCap[], more: Partial<Payer> = {}): Payer =>
      payerOf(asked("a"), { place: inServer, caps, ...more });
    const roomFor = async (times: number, who: Payer, now = NOW): Promise<number> => {
      const all = await Promise.all(Array.from({ length: times }, () => store.reserve(who, call, house, now)));
      return all.filter(({ kind }) => kind === "reserved").length;
    };

    test("a cap of a channel, a server or a persona lets no more be reserved at once than it holds", async () => {
      expect(await roomFor(9, payer([capOn(channelScope(main), 1)]))).toBe(5);
      expect(await roomFor(9, payer([capOn(workspaceScope(server), 1.5)]))).toBe(2);
      expect(await roomFor(9, payer([capOn(houseScope, 2, ada)]))).toBe(3);
      expect(await store.reserve(payer([capOn(channelScope(main), 1, ada)]), call, house, NOW)).toEqual({
        kind: "refused",
        why: "the budget of ada in this channel of $1.00 a day leaves $0.00, this call may cost $0.20",
      });
      // Another persona has room of its own, and another day too.
      expect(await roomFor(2, payer([capOn(houseScope, 2, bruno)], { persona: bruno }))).toBe(2);
      expect(await roomFor(9, payer([capOn(channelScope(main), 1)]), NOW + DAY)).toBe(5);
    });

    test("a cap that comes late counts what was called before, and one that came back what was called meanwhile", async () => {
      const cap = capOn(workspaceScope(server), 1);
      expect(await roomFor(3, payer([]))).toBe(3);
      expect(await roomFor(1, payer([cap]))).toBe(1);
      expect(await roomFor(1, payer([]))).toBe(1);
      expect(await roomFor(9, payer([cap]))).toBe(0);
      expect(await roomFor(9, payer([cap], { place: { channel: tea, parent: null, workspace: null } }))).toBe(0);
    });

    test("a thread counts for its channel, and a workspace's own copy for its persona", async () => {
      const inThread = { channel: tea, parent: main, workspace: server };
      const copy = storedId<PersonaId>("ada@12345678");
      expect(await roomFor(3, payer([], { place: inThread, persona: copy }))).toBe(3);
      expect(await roomFor(9, payer([capOn(channelScope(main), 1)]))).toBe(2);
      expect(await roomFor(9, payer([capOn(houseScope, 1.2, ada)]))).toBe(1);
    });

    test("what was not used is given back to every cap, once, and what is never settled counts in full", async () => {
      const caps = [capOn(channelScope(main), 1), capOn(workspaceScope(server), 1, ada)];
      const first = await store.reserve(payer(caps), call, house, NOW);
      await store.reserve(payer(caps), call, house, NOW);
      if (first.kind !== "reserved") throw new Error("there was room");
      await store.settle(first.reservation, used);
      await store.settle(first.reservation, { ...used, costUsd: 0 });
      // 0.05 and 0.20 are taken: three more fit under a dollar.
      expect(await roomFor(9, payer(caps))).toBe(3);
    });

    test("a cap of 0 asks no model, and tokens count where the price is unknown", async () => {
      expect(await store.reserve(payer([capOn(channelScope(main), 0)]), call, house, NOW)).toMatchObject({
        why: "the budget of this channel is 0: no model is asked",
      });
      const unpriced = { ...call, costUsd: null };
      const small = payer([capOn(channelScope(main), 0.0005)]);
      const got = await Promise.all([1, 2, 3].map(() => store.reserve(small, unpriced, house, NOW)));
      expect(got.map(({ kind }) => kind)).toEqual(["reserved", "refused", "refused"]);
    });

    test("another process sees what this one spent, and what it left unsettled when it died", async () => {
      if (another === null) return;
      const caps = [capOn(workspaceScope(server), 1)];
      expect(await roomFor(3, payer(caps))).toBe(3);
      const other = await another();
      const got = await Promise.all([1, 2, 3, 4].map(() => other.reserve(payer(caps), call, house, NOW)));
      expect(got.filter(({ kind }) => kind === "reserved")).toHaveLength(2);
      expect(await roomFor(1, payer(caps))).toBe(0);
      await other.close();
    });

    test("whatever is reserved and settled under whatever caps, no cap is passed and what is booked is never less than what was used", async () => {
      const scopes = [channelScope(main), channelScope(tea), workspaceScope(server), houseScope] as const;
      const step = fc.record({
        channel: fc.constantFrom(main, tea),
        persona: fc.constantFrom(ada, bruno),
        capped: fc.subarray([...scopes]),
        settled: fc.boolean(),
      });
      let days = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
          const now = NOW + DAY * (days += 1);
          const booked = new Map<string, number>();
          for (const { channel, persona, capped, settled } of steps) {
            const reached = [channelScope(channel), workspaceScope(server), houseScope];
            const caps = capped.filter((scope) => reached.includes(scope));
            const where = { channel, parent: null, workspace: server };
            const who = payer(
              caps.map((scope) => capOn(scope, 1)),
              { persona, place: where },
            );
            const reserved = await store.reserve(who, call, house, now);
            const spent = (scope: string): number => booked.get(scope) ?? 0;
            const fits = caps.every((scope) => spent(scope) + 0.2 <= 1 + 1e-9);
            expect(reserved.kind).toBe(fits ? "reserved" : "refused");
            if (reserved.kind !== "reserved") continue;
            if (settled) await store.settle(reserved.reservation, used);
            for (const scope of reached) booked.set(scope, spent(scope) + (settled ? 0.05 : 0.2));
          }
          const total = [...booked].find(([scope]) => scope === houseScope)?.[1] ?? 0;
          expect((await store.spent(now)).usd).toBeCloseTo(total, 9);
        }),
        { numRuns: 25 },
      );
    });

    test("usage is the same before and after its calls are forgotten", async () => {
      for (const costUsd of [0.2, 0.4, null]) {
        const reserved = await store.reserve(payer([]), { ...call, costUsd }, house, NOW);
        if (reserved.kind !== "reserved") throw new Error("there was room");
        await store.settle(reserved.reservation, { ...used, costUsd: costUsd === null ? null : costUsd / 2 });
      }
      await store.reserve(payer([], { persona: bruno }), call, house, NOW + DAY);
      const all = () => store.ledger.usage(null, ["day", "workspace", "channel", "persona", "model"], 0, 100);
      const before = await all();
      expect(before.map(({ persona, calls, usd, unpricedTokens }) => [persona, calls, usd, unpricedTokens])).toEqual([
        [bruno, 1, 0.2, 0],
        [ada, 3, 0.3, 110],
      ]);
      await store.expire(NOW + 2 * DAY, NOW + 9 * DAY);
      await store.expire(NOW + 2 * DAY, NOW + 9 * DAY);
      expect(await all()).toEqual(before);
      expect(await store.ledger.usage({ kind: "workspace", workspace: server }, [], 0, 9)).toMatchObject([
        { calls: 4 },
      ]);
      expect(await store.ledger.usage({ kind: "channel", channel: tea }, [], 0, 9)).toEqual([]);
      expect(await store.ledger.usage(null, ["persona"], NOW + DAY - (NOW % DAY), 9)).toMatchObject([
        { persona: bruno },
      ]);
    });

    test("what a scene has cost since its run began stands beside what was expected of it", async () => {
      expect(await store.ledger.costSince(show, 0)).toEqual({ spent: { usd: 0, unpricedTokens: 0 }, expected: null });
      const forecast: SceneForecast = { posts: 10, usd: 1, usdMost: 2, unpricedTokens: 0, error: null, pastScenes: 0 };
      await store.ledger.recordForecast(show, forecast, NOW);
      await store.ledger.recordForecast(show, { ...forecast, usd: null, unpricedTokens: 5000 }, NOW + 10);
      for (const [each, at, costUsd] of [
        [1, NOW, 0.05],
        [2, NOW + 10, 0.05],
        [3, NOW + 11, null],
      ] as const) {
        const reserved = await store.reserve(payerOf(ticked(each)), { ...call, costUsd }, house, at);
        if (reserved.kind !== "reserved") throw new Error("there was room");
        await store.settle(reserved.reservation, { ...used, costUsd });
      }
      // What is under way counts as reserved, and what others cost does not count.
      await store.reserve(payerOf(ticked(4)), call, house, NOW + 12);
      await store.reserve(payer([]), call, house, NOW + 12);
      expect(await store.ledger.costSince(show, NOW + 10)).toEqual({
        spent: { usd: 0.25, unpricedTokens: 110 },
        expected: { usd: 0, unpricedTokens: 5000 },
      });
    });

    test("what a run of a scene really cost stands beside its forecast, also when its calls are forgotten", async () => {
      const forecast: SceneForecast = { posts: 10, usd: 1, usdMost: 2, unpricedTokens: 0, error: null, pastScenes: 0 };
      const play = async (calls: number, costUsd: number, now: number): Promise<void> => {
        for (let each = 0; each < calls; each += 1) {
          const reserved = await store.reserve(payerOf(ticked(each + 1)), call, house, now + each);
          if (reserved.kind !== "reserved") throw new Error("there was room");
          await store.settle(reserved.reservation, { ...used, costUsd });
        }
      };
      await store.ledger.recordForecast(show, forecast, NOW);
      await play(4, 0.05, NOW);
      await store.ledger.recordForecast(show, { ...forecast, usd: 2 }, NOW + DAY);
      await play(5, 0.1, NOW + DAY);
      // Nobody started this one.
      await store.ledger.recordForecast(show, forecast, NOW + 2 * DAY);
      const expected = [
        { expectedEach: 0.2, realEach: 0.1 },
        { expectedEach: 0.1, realEach: 0.05 },
      ];
      const runs = async () =>
        (await store.ledger.pastRuns(9)).map(({ expectedEach, realEach }) => ({
          expectedEach,
          realEach: Number(realEach.toFixed(9)),
        }));
      expect(await runs()).toEqual(expected);
      await store.expire(NOW + DAY, NOW + 8 * DAY);
      expect(await runs()).toEqual(expected);
      expect(await store.ledger.callShares()).toEqual([{ model: "small", calls: 5, share: 0.5 }]);
      await store.expire(NOW + 9 * DAY, NOW + 16 * DAY);
      expect(await runs()).toEqual(expected);
    });

    describe("quotas", () => {
      const quota: Quota = { perMinute: 2, perDay: 4 };
      const brakes = { ...usualBrakes, quota };
      const carol = authorId(feedPlatform, "carol");
      const inRoom = { ...place(), workspace: server };
      const hears = (native: string) => store.recordMessage(arrival(native, { place: inRoom }), 1, null, NOW);

      test("one person is answered so often in a minute and in a day, and others are answered all the same", async () => {
        await hears("m");
        const { lease } = await take(store);
        const begin = async (native: string, now: number, by?: NewTurn["askedBy"]) => {
          const turn = asked(native, by === undefined ? {} : { askedBy: by });
          await decide(store, lease, [turn], now);
          return store.beginTurn(lease, turn.id, brakes, now);
        };
        expect((await begin("a", NOW)).kind).toBe("go");
        expect((await begin("b", NOW + 1)).kind).toBe("go");
        expect(await begin("c", NOW + 2)).toEqual({
          kind: "braked",
          why: "2 answers to this person within a minute",
          by: "minute",
        });
        expect((await begin("d", NOW + 3, carol)).kind).toBe("go");
        // What was begun before a crash has counted already.
        expect((await store.beginTurn(lease, asked("b").id, brakes, NOW + 4)).kind).toBe("go");
        expect((await begin("e", NOW + 60_001)).kind).toBe("go");
        expect((await begin("f", NOW + 120_002)).kind).toBe("go");
        expect(await begin("g", NOW + 200_000)).toMatchObject({ by: "day" });
        expect((await begin("h", NOW + DAY + 2)).kind).toBe("go");
        expect((await store.turn(asked("g").id))?.turn.attempts).toBe(0);
      });

      test("channels of a workspace count together, those of none each alone", async () => {
        await hears("m");
        await store.recordMessage(arrival("t", { place: { ...inRoom, channel: tea } }), 1, null, NOW);
        const here = await take(store);
        const opened = await store.openChannel(tea, there, NOW);
        if (opened === null) throw new Error("the channel is not free");
        const begin = async (native: string, lease = here.lease) => {
          const turn = asked(native, { channel: lease.channel });
          await decide(store, lease, [turn]);
          return (await store.beginTurn(lease, turn.id, brakes, NOW)).kind;
        };
        expect([await begin("a"), await begin("b", opened.lease)]).toEqual(["go", "go"]);
        expect([await begin("c"), await begin("d", opened.lease)]).toEqual(["braked", "braked"]);
      });

      test("what nobody asked for is counted for nobody, and a person's quota holds no persona back", async () => {
        await hears("m");
        const { lease } = await take(store);
        const turns = ["a", "b", "c", "d"].map((native) => unasked(native));
        await decide(store, lease, turns);
        for (const turn of turns) expect((await store.beginTurn(lease, turn.id, brakes, NOW)).kind).toBe("go");
        await decide(store, lease, [asked("e")]);
        expect((await store.beginTurn(lease, asked("e").id, brakes, NOW)).kind).toBe("go");
      });

      test("another process counts what this one began, and a new one what was begun before it", async () => {
        if (another === null) return;
        await hears("m");
        const { lease } = await take(store);
        const begin = async (of: Store, native: string) =>
          (await of.beginTurn(lease, asked(native).id, brakes, NOW)).kind;
        await decide(
          store,
          lease,
          ["a", "b", "c", "d"].map((native) => asked(native)),
        );
        const other = await another();
        expect(await begin(other, "a")).toBe("go");
        // Decided before the other one looked, and begun by this one since.
        expect(await begin(store, "b")).toBe("go");
        expect(await begin(other, "c")).toBe("braked");
        const fresh = await another();
        expect(await begin(fresh, "d")).toBe("braked");
        await other.close();
        await fresh.close();
      });

      test("answers that are no turns count among those that are, here and in another process", async () => {
        await hears("m");
        const { lease } = await take(store);
        await decide(
          store,
          lease,
          ["a", "b"].map((native) => asked(native)),
        );
        const aside = (of: Store, now = NOW) => of.ledger.takeAside(bob.id, inServer, quota, now);
        expect(await aside(store)).toBeNull();
        expect((await store.beginTurn(lease, asked("a").id, brakes, NOW)).kind).toBe("go");
        expect(await aside(store)).toBe("minute");
        expect((await store.beginTurn(lease, asked("b").id, brakes, NOW)).kind).toBe("braked");
        expect(await store.ledger.takeAside(carol, inServer, quota, NOW)).toBeNull();
        if (another !== null) {
          const other = await another();
          expect(await aside(other)).toBe("minute");
          expect(await aside(other, NOW + 60_000)).toBeNull();
          await other.close();
          expect(await aside(store, NOW + 60_001)).toBeNull();
          expect(await aside(store, NOW + 60_002)).toBe("day");
        }
        await store.expire(NOW, NOW + 2 * DAY);
        expect(await aside(store, NOW + 2 * DAY)).toBeNull();
      });

      test("what is undone does not count", async () => {
        await hears("m");
        const { lease } = await take(store);
        await decide(
          store,
          lease,
          ["a", "b", "c"].map((native) => asked(native)),
        );
        const lost = { ...lease, fence: lease.fence + 1 };
        const first = store.beginTurn(lease, asked("a").id, brakes, NOW);
        // One that fails in the same commit: the group is done again.
        const failing = store.beginTurn(lost, asked("b").id, brakes, NOW);
        await expect(failing).rejects.toThrow();
        expect((await first).kind).toBe("go");
        expect((await store.beginTurn(lease, asked("b").id, brakes, NOW)).kind).toBe("go");
        expect((await store.beginTurn(lease, asked("c").id, brakes, NOW)).kind).toBe("braked");
      });
    });

    test("two that answer each other without a break are held back, and a third voice or a person frees them", async () => {
      await store.recordMessage(arrival("start"), 1, null, NOW);
      const { lease } = await take(store);
      const brakes = { ...usualBrakes, depthMax: 99, pairMax: 3 };
      const author = (persona: PersonaId) =>
        ({ id: personaAuthorId(persona), kind: "persona", name: persona }) as const;
      let number = 0;
      const speak = async (persona: PersonaId, to: NewTurn["askedBy"]): Promise<string> => {
        number += 1;
        const turn = unasked(`t${number}`, { persona, askedBy: to, conversation: message("start"), replyTo: null });
        await decide(store, lease, [turn]);
        const begun = await store.beginTurn(lease, turn.id, brakes, NOW);
        if (begun.kind === "braked") {
          await store.withdrawTurn(lease, turn.id, { kind: "withdrawn", why: "stopped", detail: begun.why });
          return typeof begun.by === "string" ? begun.by : begun.by.brake;
        }
        const post = postOf(turn, 1, { text: `${persona} says ${number}` });
        await store.finishTurn(lease, finish(turn, [post]), NOW);
        const said = { message: message(`s${number}`), at: NOW, author: author(persona), tokens: 4, thread: null };
        await store.recordSaid(lease, post.id, said);
        return "go";
      };
      const [byAda, byBruno] = [personaAuthorId(ada), personaAuthorId(bruno)];
      expect(await speak(ada, authorId(feedPlatform, "bob"))).toBe("go");
      expect([await speak(bruno, byAda), await speak(ada, byBruno), await speak(bruno, byAda)]).toEqual([
        "go",
        "go",
        "go",
      ]);
      expect(await speak(ada, byBruno)).toBe("pair");
      const cleo = storedId<PersonaId>("cleo");
      expect(await speak(cleo, byBruno)).toBe("go");
      // In the talk of the two nothing has changed; in the channel somebody else spoke.
      expect(await speak(ada, byBruno)).toBe("go");
      await store.recordMessage(arrival("again"), 1, null, NOW);
      expect(await speak(bruno, byAda)).toBe("go");
    });
  });
}
