// The contract of stores: what every implementation must do.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import {
  channelId,
  feedPlatform,
  personaAuthorId,
  personaId,
  platformName,
  postId,
  processId,
  sceneId,
  terminalPlatform,
  tickId,
} from "../../src/domain/ids.ts";
import { offStage } from "../../src/domain/scene.ts";
import type { NewTurn } from "../../src/domain/turn.ts";
import { LeaseLost } from "../../src/errors.ts";
import type { Lease, Store } from "../../src/store/store.ts";
import { DEAD_AFTER_MS, UNDIRECTED_MAX } from "../../src/store/store.ts";
import { payerOf } from "../people.ts";
import {
  ada,
  arrival,
  asAda,
  asked,
  bob,
  bruno,
  decide,
  finish,
  here,
  main,
  message,
  NOW,
  place,
  plan,
  postOf,
  say,
  sceneOf,
  show,
  stateOf,
  take,
  there,
  ticked,
  trace,
  unasked,
} from "../store/samples.ts";

/** A store under test, empty at first. */
export interface OpenStore {
  readonly store: Store;
  /** Opens the same data a second time, as another process would; null where the data are one process's own. */
  readonly another: (() => Promise<Store>) | null;
}

const platforms = [feedPlatform];
const caps = { usdPerDay: 1, tokensPerDay: 1_000 };
const call = { model: "small", tokensIn: 100, tokensOutMax: 50, costUsd: 0.2 };
const used = { tokensIn: 100, tokensOut: 10, costUsd: 0.05, estimated: false };

export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(name, () => {
    let opened: OpenStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      await store.beat(here, NOW);
    });
    afterEach(() => store.close());

    const record = (...natives: readonly string[]) =>
      Promise.all(natives.map((native) => store.recordMessage(arrival(native), 3, null, NOW)));
    const due = (now = NOW) => store.dueChannels(platforms, now, 10);

    describe("messages", () => {
      test("a message is stored once, however often it is delivered", async () => {
        const first = await store.recordMessage(arrival("a"), 3, null, NOW);
        const again = await store.recordMessage(arrival("a", { text: "changed" }), 3, null, NOW + 1);
        const together = await record("b", "b", "b");
        expect([first.fresh, again.fresh]).toEqual([true, false]);
        expect(together.map((each) => each.fresh)).toEqual([true, false, false]);
        const recent = await store.recentMessages(main, null, 10);
        expect(recent.map((each) => [each.id, each.seq, each.text])).toEqual([
          [message("a"), 1, "hello from a"],
          [message("b"), 2, "hello from b"],
        ]);
      });

      test("a message comes back as it was given, with its place, its conversation and depth 0", async () => {
        const odd = `naïve “𝄞” 名前 '; DROP TABLE messages; --`;
        await store.recordMessage(arrival("a", { text: odd, createdAt: NOW - 5 }), 7, null, NOW);
        expect(await store.message(message("a"))).toEqual({
          id: message("a"),
          channel: main,
          seq: 1,
          author: bob,
          text: odd,
          images: [],
          toHouse: false,
          asks: null,
          replyTo: null,
          conversation: message("a"),
          depth: 0,
          tokens: 7,
          createdAt: NOW - 5,
          spoken: null,
        });
        expect(await store.message(message("unknown"))).toBeNull();
      });

      test("whom a message asks is kept with it, for whoever works in the channel", async () => {
        await store.recordMessage(arrival("a", { asks: ada }), 1, null, NOW);
        expect((await store.message(message("a")))?.asks).toBe(ada);
        const opened = await store.openChannel(main, here, NOW);
        expect(opened?.work.undirected.map((each) => each.asks)).toEqual([ada]);
      });

      test("a reply belongs to the conversation of what it replies to", async () => {
        await store.recordMessage(arrival("a"), 1, null, NOW);
        await store.recordMessage(arrival("b", { replyTo: message("a") }), 1, null, NOW);
        await store.recordMessage(arrival("c", { replyTo: message("b") }), 1, null, NOW);
        await store.recordMessage(arrival("d"), 1, null, NOW);
        expect((await store.message(message("c")))?.conversation).toBe(message("a"));
        expect((await store.conversation(message("a"), 10)).map((each) => each.id)).toEqual(
          ["a", "b", "c"].map((native) => message(native)),
        );
        expect(await store.conversation(message("a"), 2)).toHaveLength(2);
        expect(await store.conversation(message("b"), 10)).toEqual([]);
      });

      test("a reply to a message that is unknown, or stands in another channel, begins a conversation of its own", async () => {
        const other = channelId(feedPlatform, "other");
        await store.recordMessage(arrival("a", { place: place(other) }), 1, null, NOW);
        await store.recordMessage(arrival("b", { replyTo: message("a") }), 1, null, NOW);
        await store.recordMessage(arrival("c", { replyTo: message("gone") }), 1, null, NOW);
        for (const native of ["b", "c"]) {
          expect(await store.message(message(native))).toMatchObject({ replyTo: null, conversation: message(native) });
        }
      });

      test("each channel counts its own places", async () => {
        const other = channelId(feedPlatform, "other");
        await record("a", "b");
        await store.recordMessage(arrival("c", { place: place(other) }), 1, null, NOW);
        expect(await store.lastSeq(main)).toBe(2);
        expect(await store.lastSeq(other)).toBe(1);
        expect(await store.lastSeq(channelId(feedPlatform, "nowhere"))).toBe(0);
      });

      test("recent messages are the newest up to a place, oldest first", async () => {
        await record("a", "b", "c", "d", "e");
        const seqs = async (throughSeq: number | null, limit: number) =>
          (await store.recentMessages(main, throughSeq, limit)).map((each) => each.seq);
        expect(await seqs(null, 2)).toEqual([4, 5]);
        expect(await seqs(3, 2)).toEqual([2, 3]);
        expect(await seqs(0, 2)).toEqual([]);
      });

      test("pages lead to older and to newer messages, and say whether more follow", async () => {
        await record("a", "b", "c", "d", "e");
        const page = async (before: string | null, after: string | null, limit: number) => {
          const bounds = {
            before: before === null ? null : message(before),
            after: after === null ? null : message(after),
          };
          const found = await store.page(main, { ...bounds, limit });
          return [found.messages.map((each) => each.id.slice("feed:".length)).join(""), found.more];
        };
        expect(await page(null, null, 2)).toEqual(["ed", true]);
        expect(await page("d", null, 2)).toEqual(["cb", true]);
        expect(await page("c", null, 2)).toEqual(["ba", false]);
        expect(await page(null, "b", 2)).toEqual(["dc", true]);
        expect(await page(null, "c", 2)).toEqual(["ed", false]);
        expect(await page("e", "a", 9)).toEqual(["dcb", false]);
        expect(await page("unknown", null, 2)).toEqual(["", false]);
        expect(await page(null, "unknown", 2)).toEqual(["", false]);
      });
    });

    describe("leases", () => {
      test("a message makes its channel due until that is given back", async () => {
        expect(await due()).toEqual([]);
        await record("a");
        expect(await due()).toEqual([main]);
        expect(await store.dueChannels([terminalPlatform], NOW, 10)).toEqual([]);
        expect(await store.dueChannels([terminalPlatform, feedPlatform], NOW, 10)).toEqual([main]);
        expect(await store.dueChannels(platforms, NOW - 1, 10)).toEqual([]);
        const { lease, work } = await take(store);
        expect(work.undirected.map((each) => each.id)).toEqual([message("a")]);
        expect(work).toMatchObject({ turns: [], posts: [], scenes: [], unnamed: "answered", watchedAt: null });
        expect(await due()).toEqual([]);
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.closeChannel(lease, null);
        expect(await due(NOW + 1e9)).toEqual([]);
      });

      test("channels come longest due first, as many as are asked for", async () => {
        for (const [native, at] of [
          ["late", 3],
          ["first", 1],
          ["second", 2],
        ] as const) {
          await store.recordMessage(
            arrival(native, { place: place(channelId(feedPlatform, native)) }),
            1,
            null,
            NOW + at,
          );
        }
        expect(await store.dueChannels(platforms, NOW + 9, 2)).toEqual([
          channelId(feedPlatform, "first"),
          channelId(feedPlatform, "second"),
        ]);
      });

      test("a channel is due again at the time with which it was given back, or when something comes in", async () => {
        await record("a");
        const { lease } = await take(store);
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.closeChannel(lease, NOW + 500);
        expect(await due(NOW + 499)).toEqual([]);
        expect(await due(NOW + 500)).toEqual([main]);
        await store.recordMessage(arrival("b"), 1, null, NOW + 100);
        expect(await due(NOW + 100)).toEqual([main]);
      });

      test("what arrived and was not directed keeps the channel due", async () => {
        await record("a");
        const { lease } = await take(store);
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await record("b");
        await store.closeChannel(lease, null);
        expect(await due()).toEqual([main]);
      });

      test("a scene that was changed since the last reading keeps the channel due", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const first = await take(store);
        await store.setScene(
          show,
          { state: { kind: "running" }, fresh: false, dueAt: NOW + 900, onlyWhile: null },
          NOW,
        );
        await store.closeChannel(first.lease, null);
        expect(await due()).toEqual([main]);
        const second = await take(store);
        await store.closeChannel(second.lease, null);
        expect(await due(NOW + 1e9)).toEqual([]);
        const third = await take(store);
        await store.setScene(
          show,
          { state: { kind: "running" }, fresh: false, dueAt: NOW + 900, onlyWhile: null },
          NOW,
        );
        await store.readWork(third.lease);
        await store.closeChannel(third.lease, NOW + 700);
        expect(await due(NOW + 699)).toEqual([]);
        expect(await due(NOW + 700)).toEqual([main]);
      });

      test("a channel in which turns wait is never given back without being due", async () => {
        await record("a");
        const { lease } = await take(store);
        const batch = { throughSeq: 1, decisions: [{ trigger: message("a"), turns: [asked("a")], silences: [] }] };
        await store.recordDecisions(lease, { ...batch, folds: [], tick: null }, NOW);
        await store.closeChannel(lease, null);
        expect(await due()).toEqual([main]);
      });

      test("a channel has one worker: neither another living process nor the same one gets it twice", async () => {
        await record("a");
        await store.beat(there, NOW);
        await take(store);
        expect(await store.openChannel(main, there, NOW + DEAD_AFTER_MS)).toBeNull();
        expect(await store.openChannel(main, here, NOW)).toBeNull();
        expect(await store.openChannel(main, here, NOW + 1e9)).toBeNull();
        expect(await store.openChannel(channelId(feedPlatform, "nowhere"), there, NOW)).toBeNull();
      });

      test("a dead process's channel is due and goes to the next, with a higher fence", async () => {
        await record("a");
        const first = await take(store);
        const later = NOW + DEAD_AFTER_MS + 1;
        await store.beat(there, later);
        expect(await due(later - 1)).toEqual([]);
        expect(await due(later)).toEqual([main]);
        const second = await take(store, later, there);
        expect(second.lease.fence).toBe(first.lease.fence + 1);
        expect(await due(later)).toEqual([]);
      });

      test("a channel that was taken without being due is due when its worker dies", async () => {
        await record("a");
        const first = await take(store);
        await store.recordDecisions(first.lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.closeChannel(first.lease, null);
        await take(store);
        expect(await due(NOW + DEAD_AFTER_MS + 1)).toEqual([main]);
      });

      test("a process that leaves frees its channels at once", async () => {
        await record("a");
        await store.beat(there, NOW);
        const { lease } = await take(store);
        await store.leave(here);
        expect(await due()).toEqual([main]);
        await expect(store.readWork(lease)).rejects.toThrow(LeaseLost);
        expect(await store.openChannel(main, there, NOW)).not.toBeNull();
      });

      test("a turn that stays open is found whenever its channel is taken, whatever ended before and after it", async () => {
        const stays = asked("b");
        const outcome = { kind: "withdrawn", why: "stopped", detail: "" } as const;
        const open = async (lease: Lease): Promise<Lease> => {
          await store.closeChannel(lease, NOW);
          const taken = await take(store);
          expect(taken.work.turns.map((turn) => turn.id)).toEqual([stays.id]);
          return taken.lease;
        };
        await record("a", "b", "c");
        let { lease } = await take(store);
        const decideThrough = async (throughSeq: number, turns: readonly NewTurn[]): Promise<void> => {
          const decisions = turns.map((turn) => ({ trigger: turn.trigger, turns: [turn], silences: [] }));
          await store.recordDecisions(lease, { throughSeq, decisions, folds: [], tick: null }, NOW);
          for (const turn of turns) if (turn !== stays) await store.withdrawTurn(lease, turn.id, outcome);
        };
        await decideThrough(3, [asked("a"), stays, asked("c")]);
        lease = await open(await open(lease));
        await record("d");
        await decideThrough(4, [asked("d")]);
        lease = await open(lease);
        await store.withdrawTurn(lease, stays.id, outcome);
        await store.closeChannel(lease, NOW);
        expect((await take(store)).work.turns).toEqual([]);
      });

      test("every write that takes a lease is refused once the channel is another's, and changes nothing", async () => {
        await record("a");
        const { lease } = await take(store);
        const waiting = asked("a");
        const saying = asked("a", { id: postId(waiting.id, 9) as never, persona: bruno });
        await decide(store, lease, [waiting]);
        await decide(store, lease, [{ ...saying, trigger: message("b") }]);
        await store.finishTurn(lease, finish(saying, [postOf(saying)]), NOW);
        const later = NOW + DEAD_AFTER_MS + 1;
        await store.beat(there, later);
        const taken = await take(store, later, there);
        const before = await store.readWork(taken.lease);
        const batch = {
          throughSeq: 1,
          decisions: [{ trigger: message("c"), turns: [], silences: [] }],
          folds: [],
          tick: null,
        };
        const post = postOf(saying).id;
        const writes: readonly ((lost: Lease) => Promise<unknown>)[] = [
          (lost) => store.readWork(lost),
          (lost) => store.recordDecisions(lost, batch, NOW),
          (lost) => store.beginTurn(lost, waiting.id, usualBrakes, NOW),
          (lost) => store.finishTurn(lost, finish(waiting, []), NOW),
          (lost) => store.recordSending(lost, post, NOW),
          (lost) => say(store, lost, post, "said"),
          (lost) => store.recordUnsent(lost, post, NOW),
          (lost) => store.withdrawTurn(lost, saying.id, { kind: "withdrawn", why: "stopped", detail: "" }),
          (lost) => store.closeChannel(lost, null),
        ];
        for (const write of writes) await expect(write(lease)).rejects.toThrow(LeaseLost);
        const together = await Promise.allSettled(writes.map((write) => write(lease)));
        expect(together.map((each) => each.status)).toEqual(writes.map(() => "rejected"));
        expect(await store.readWork(taken.lease)).toEqual(before);
        expect(await store.message(message("said"))).toBeNull();
        expect(await store.decision(message("c"))).toBeNull();
        await store.closeChannel(taken.lease, null);
        await expect(store.closeChannel(taken.lease, null)).rejects.toThrow(LeaseLost);
      });

      test("a flood is read in rounds", async () => {
        await record(...Array.from({ length: UNDIRECTED_MAX + 5 }, (_, index) => `m${index}`));
        const { lease, work } = await take(store);
        expect(work.undirected).toHaveLength(UNDIRECTED_MAX);
        await store.recordDecisions(lease, { throughSeq: UNDIRECTED_MAX, decisions: [], folds: [], tick: null }, NOW);
        const rest = await store.readWork(lease);
        expect(rest.undirected.map((each) => each.seq)).toEqual([201, 202, 203, 204, 205]);
      });

      test("two processes on the same data never hold a channel at once", async ({ skip }) => {
        if (opened.another === null) return skip("these data are one process's own");
        const other = await opened.another();
        try {
          await other.beat(there, NOW);
          const channels = Array.from({ length: 40 }, (_, index) => channelId(feedPlatform, `c${index}`));
          await Promise.all(
            channels.map((each, index) =>
              store.recordMessage(arrival(`m${index}`, { place: place(each) }), 1, null, NOW),
            ),
          );
          const mine = channels.map((each) => store.openChannel(each, here, NOW));
          const theirs = channels.map((each) => other.openChannel(each, there, NOW));
          const [held, lost] = [await Promise.all(mine), await Promise.all(theirs)];
          for (const index of channels.keys()) {
            expect([held[index], lost[index]].filter((each) => each !== null)).toHaveLength(1);
          }
        } finally {
          await other.close();
        }
        return undefined;
      });

      test("what another process changes since the last reading keeps the channel due", async ({ skip }) => {
        if (opened.another === null) return skip("these data are one process's own");
        const other = await opened.another();
        try {
          await store.putScene(plan(), main, feedPlatform, NOW);
          const { lease } = await take(store);
          await other.setScene(
            show,
            { state: { kind: "paused", why: "by hand" }, fresh: false, dueAt: null, onlyWhile: null },
            NOW,
          );
          await store.closeChannel(lease, null);
          expect(await due()).toEqual([main]);
        } finally {
          await other.close();
        }
        return undefined;
      });
    });

    describe("directing", () => {
      test("decisions and their turns are made once, and stand in the order in which they were asked", async () => {
        await record("a", "b");
        const { lease } = await take(store);
        const [first, second, third] = [asked("a"), asked("a", { persona: bruno }), asked("b")];
        const decisions = [
          { trigger: message("b"), turns: [third], silences: [] },
          {
            trigger: message("a"),
            turns: [first, second],
            silences: [{ persona: null, reason: { kind: "faded", chance: 0.5 } }],
          },
        ] as const;
        const batch = { throughSeq: 2, decisions, folds: [], tick: null };
        await store.recordDecisions(lease, batch, NOW);
        const before = await store.readWork(lease);
        await store.recordDecisions(lease, batch, NOW + 9);
        const work = await store.readWork(lease);
        expect(work).toEqual(before);
        expect(work.undirected).toEqual([]);
        expect(work.turns.map((turn) => turn.id)).toEqual([first.id, second.id, third.id]);
        expect(work.turns[0]).toEqual({ ...first, state: "waiting", outcome: null, attempts: 0, createdAt: NOW });
        expect(await store.decision(message("a"))).toEqual({ decision: decisions[1], at: NOW });
        expect(await store.decision(message("unknown"))).toBeNull();
      });

      test("what counts as directed never goes back", async () => {
        await record("a", "b");
        const { lease } = await take(store);
        await store.recordDecisions(lease, { throughSeq: 2, decisions: [], folds: [], tick: null }, NOW);
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.recordDecisions(lease, { throughSeq: null, decisions: [], folds: [], tick: null }, NOW);
        expect((await store.readWork(lease)).undirected).toEqual([]);
      });

      test("a fold ends a turn that waits and leaves alone one that is thought about", async () => {
        await record("a", "b", "c");
        const { lease } = await take(store);
        const [first, second, third] = [asked("a"), asked("b"), asked("c")];
        await decide(store, lease, [first, second]);
        await store.beginTurn(lease, second.id, usualBrakes, NOW);
        const folds = [first, second].map((turn) => ({ turn: turn.id, into: third.id }));
        const decisions = [{ trigger: message("c"), turns: [third], silences: [] }];
        await store.recordDecisions(lease, { throughSeq: 3, decisions, folds, tick: null }, NOW);
        expect((await store.turn(first.id))?.turn).toMatchObject({
          state: "ended",
          outcome: { kind: "folded", into: third.id },
        });
        expect((await store.readWork(lease)).turns.map((turn) => [turn.id, turn.state])).toEqual([
          [second.id, "thinking"],
          [third.id, "waiting"],
        ]);
      });

      test("a tick is counted once and makes its turn", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const { lease } = await take(store);
        const tick = { scene: show, dueAt: NOW + 60_000 };
        const decisions = [{ trigger: tickId(show, 1), turns: [ticked(1)], silences: [] }];
        for (let round = 0; round < 3; round += 1) {
          await store.recordDecisions(lease, { throughSeq: null, decisions, folds: [], tick }, NOW);
        }
        expect(await sceneOf(store)).toMatchObject({ ticks: 1, dueAt: NOW + 60_000, state: { kind: "running" } });
        await store.recordDecisions(lease, { throughSeq: null, decisions: [], folds: [], tick }, NOW);
        expect((await sceneOf(store)).ticks).toBe(2);
        expect((await store.readWork(lease)).turns).toHaveLength(1);
      });

      test("a tick of a scene that was paused meanwhile is left out", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const { lease } = await take(store);
        const state = { kind: "paused", why: "by hand" } as const;
        await store.setScene(show, { state, fresh: false, dueAt: null, onlyWhile: null }, NOW);
        const decisions = [{ trigger: tickId(show, 1), turns: [ticked(1)], silences: [] }];
        await store.recordDecisions(
          lease,
          { throughSeq: null, decisions, folds: [], tick: { scene: show, dueAt: NOW } },
          NOW,
        );
        expect(await sceneOf(store)).toMatchObject({ ticks: 0, dueAt: null, state });
        expect((await store.readWork(lease)).turns).toEqual([]);
        expect(await store.decision(tickId(show, 1))).toBeNull();
      });
    });

    describe("thinking", () => {
      const begin = (lease: Lease, turn: NewTurn, now = NOW, brakes = usualBrakes) =>
        store.beginTurn(lease, turn.id, brakes, now);

      test("a turn may be begun again after a crash, and every try is counted", async () => {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        expect(await begin(lease, asked("a"))).toEqual({ kind: "go", states: {} });
        expect(await begin(lease, asked("a"))).toEqual({ kind: "go", states: {} });
        expect((await store.turn(asked("a").id))?.turn).toMatchObject({ state: "thinking", attempts: 2 });
      });

      test("a process that ends in good order leaves no count against what it was thinking about", async () => {
        await record("a");
        for (const expected of [1, 1, 1]) {
          const { lease } = await take(store);
          await decide(store, lease, [asked("a")]);
          await begin(lease, asked("a"));
          await store.leave(lease.process);
          expect((await store.turn(asked("a").id))?.turn).toMatchObject({ state: "thinking", attempts: expected });
        }
      });

      test("a turn that has ended is not begun", async () => {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        await store.withdrawTurn(lease, asked("a").id, { kind: "withdrawn", why: "opted-out", detail: "" });
        expect((await begin(lease, asked("a"))).kind).toBe("braked");
        expect((await store.turn(asked("a").id))?.turn.attempts).toBe(0);
      });

      test("what a solver keeps comes back for the same persona, channel and author only", async () => {
        await record("a", "b", "c");
        const { lease } = await take(store);
        const carol = { askedBy: personaAuthorId(bruno) };
        await decide(store, lease, [asked("a"), asked("b"), asked("c", carol)]);
        await begin(lease, asked("a"));
        const state = { solver: "rivescript", author: bob.id, value: "topic=cats" };
        await store.finishTurn(lease, finish(asked("a"), [], { state }), NOW);
        expect(await begin(lease, asked("b"))).toEqual({ kind: "go", states: { rivescript: "topic=cats" } });
        expect(await begin(lease, asked("c", carol))).toEqual({ kind: "go", states: {} });
        await store.finishTurn(lease, finish(asked("b"), [], { state: { ...state, value: "topic=dogs" } }), NOW);
        await decide(store, lease, [asked("d")]);
        expect(await begin(lease, asked("d"))).toEqual({ kind: "go", states: { rivescript: "topic=dogs" } });
      });

      test("finishing twice changes nothing", async () => {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        await begin(lease, asked("a"));
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))]), NOW);
        const before = await store.readWork(lease);
        const other = { ...postOf(asked("a"), 2), text: "another" };
        await store.finishTurn(lease, finish(asked("a"), [other], { outcome: { kind: "noticed", why: "late" } }), NOW);
        expect(await store.readWork(lease)).toEqual(before);
        expect(before.posts).toEqual([postOf(asked("a"))]);
        expect(await store.turn(asked("a").id)).toMatchObject({
          turn: { state: "saying", outcome: { kind: "replied" } },
          trace,
        });
      });

      test("a notice is given once in its time, and taken only with the turn that says it", async () => {
        await record("a", "b", "c");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a"), asked("b"), asked("c")]);
        const noticed = (native: string, now: number, by: Lease = lease) => {
          const outcome = { kind: "noticed", why: "no answer" } as const;
          const posts = [postOf(asked(native), 1, { text: "nobody can answer now" })];
          const notice = { key: "notice", forMs: 1_000, outcome, posts };
          const ending = {
            outcome: { kind: "withdrawn", why: "stopped", detail: "told not long ago" },
            notice,
          } as const;
          return store.finishTurn(by, finish(asked(native), [], ending), now);
        };
        for (const native of ["a", "b", "c"]) await begin(lease, asked(native));
        // What cannot be written takes nothing.
        await expect(noticed("a", NOW, { ...lease, fence: lease.fence + 1 })).rejects.toThrow(LeaseLost);
        expect(await noticed("a", NOW)).toMatchObject({ outcome: { kind: "noticed" } });
        expect(await noticed("b", NOW + 999)).toMatchObject({ outcome: { kind: "withdrawn" }, posts: [] });
        expect(await noticed("c", NOW + 1_000)).toMatchObject({ outcome: { kind: "noticed" } });
        expect((await store.readWork(lease)).posts.map((post) => post.turn)).toEqual([asked("a").id, asked("c").id]);
      });

      test("a turn without posts ends at once", async () => {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        const outcome = { kind: "withdrawn", why: "stopped", detail: "nobody had anything to say" } as const;
        await store.finishTurn(lease, finish(asked("a"), [], { outcome, trace: null }), NOW);
        expect(await store.turn(asked("a").id)).toMatchObject({ turn: { state: "ended", outcome }, trace: null });
        expect((await store.readWork(lease)).turns).toEqual([]);
      });

      test("of many unasked turns begun at once only as many go as the brake of the channel allows", async () => {
        const turns = Array.from({ length: 12 }, (_, index) => unasked(`m${index}`));
        await record(...turns.map((_, index) => `m${index}`));
        const { lease } = await take(store);
        await decide(store, lease, turns);
        const brakes = { ...usualBrakes, channelPerMinute: 5 };
        const begun = await Promise.all(turns.map((turn) => begin(lease, turn, NOW, brakes)));
        expect(begun.filter((each) => each.kind === "go")).toHaveLength(5);
        const braked = begun.find((each) => each.kind === "braked");
        expect(braked).toMatchObject({ why: "5 unasked posts in this channel within a minute" });
      });

      test("posts made within a minute count for the channel, withdrawn ones and answers to people do not", async () => {
        await record("a", "b", "c", "d", "e");
        const { lease } = await take(store);
        const brakes = { ...usualBrakes, channelPerMinute: 2 };
        const [one, two, gone, answer, next] = [unasked("a"), unasked("b"), unasked("c"), asked("d"), unasked("e")];
        await decide(store, lease, [one, two, gone, answer, next]);
        await store.finishTurn(
          lease,
          finish(
            answer,
            [1, 2, 3, 4].map((part) => postOf(answer, part)),
          ),
          NOW,
        );
        await store.finishTurn(lease, finish(gone, [postOf(gone)]), NOW);
        await store.withdrawTurn(lease, gone.id, { kind: "withdrawn", why: "stopped", detail: "" });
        await store.finishTurn(lease, finish(one, [postOf(one)]), NOW);
        expect((await begin(lease, next, NOW, brakes)).kind).toBe("go");
        await store.finishTurn(lease, finish(two, [postOf(two, 1, { readyAt: NOW + 1 })]), NOW);
        await say(store, lease, postOf(two).id, "said");
        expect((await begin(lease, next, NOW + 2, brakes)).kind).toBe("braked");
        expect((await begin(lease, next, NOW + 60_000, brakes)).kind).toBe("go");
      });

      test("a conversation has its own brake, also for the post that began it", async () => {
        await record("b", "c", "d");
        const { lease } = await take(store);
        const brakes = { ...usualBrakes, conversationPerHour: 2 };
        const start = unasked("a", { trigger: message("d"), replyTo: null, conversation: null });
        await decide(store, lease, [start]);
        await store.finishTurn(lease, finish(start, [postOf(start)]), NOW);
        await say(store, lease, postOf(start).id, "began");
        const inIt = { conversation: message("began") };
        const [reply, next, elsewhere] = [unasked("b", inIt), unasked("c", inIt), unasked("e")];
        await decide(store, lease, [reply, next, elsewhere]);
        expect((await begin(lease, reply, NOW, brakes)).kind).toBe("go");
        expect((await begin(lease, next, NOW, brakes)).kind).toBe("braked");
        await store.finishTurn(lease, finish(reply, [postOf(reply)]), NOW);
        expect((await begin(lease, next, NOW + 1, brakes)).kind).toBe("braked");
        expect((await begin(lease, elsewhere, NOW + 1, brakes)).kind).toBe("go");
        expect((await begin(lease, next, NOW + 3_600_000, brakes)).kind).toBe("go");
      });

      test("a chain may not get deeper than its brake, and answers to people are never braked", async () => {
        await record("a", "b");
        const { lease } = await take(store);
        const brakes = { ...usualBrakes, depthMax: 2, channelPerMinute: 0, conversationPerHour: 0 };
        const [deep, person] = [unasked("a", { depth: 3 }), asked("b", { depth: 9 })];
        await decide(store, lease, [deep, person]);
        expect(await begin(lease, deep, NOW, { ...usualBrakes, depthMax: 2 })).toMatchObject({ kind: "braked" });
        expect((await begin(lease, person, NOW, brakes)).kind).toBe("go");
      });
    });

    describe("budget", () => {
      const payer = payerOf(asked("a"));
      const reserve = (now = NOW, estimate = call) => store.reserve(payer, estimate, caps, now);

      test("no more is reserved at once than the day's cap allows", async () => {
        const all = await Promise.all(Array.from({ length: 12 }, () => reserve()));
        expect(all.filter((each) => each.kind === "reserved")).toHaveLength(5);
        expect(all.at(-1)).toEqual({
          kind: "refused",
          why: "the budget of $1.00 a day leaves $0.00, this call may cost $0.20",
        });
        expect(await store.spent(NOW)).toEqual({ usd: 1, unpricedTokens: 0 });
      });

      test("settling gives back what was not used, once; what is never settled counts in full", async () => {
        const [first, second] = [await reserve(), await reserve()];
        if (first.kind !== "reserved" || second.kind !== "reserved") throw new Error("there was room for two");
        await store.settle(first.reservation, used);
        await store.settle(first.reservation, { ...used, costUsd: 0 });
        expect(await store.spent(NOW)).toEqual({ usd: 0.25, unpricedTokens: 0 });
      });

      test("tokens are counted where the price is unknown", async () => {
        const free = { ...call, costUsd: null };
        const room = await Promise.all(Array.from({ length: 8 }, () => store.reserve(payer, free, caps, NOW)));
        expect(room.filter((each) => each.kind === "reserved")).toHaveLength(6);
        expect(room.at(-1)).toMatchObject({ why: expect.stringContaining("leaves 100, this call may take 150") });
        const [first] = room;
        if (first?.kind !== "reserved") throw new Error("there was room");
        await store.settle(first.reservation, { ...used, costUsd: null });
        expect(await store.spent(NOW)).toEqual({ usd: 0, unpricedTokens: 860 });
      });

      test("each day (UTC) has its own budget, and a call counts for the day on which it was reserved", async () => {
        const midnight = Date.UTC(2026, 0, 6);
        const late = await reserve(midnight - 1);
        await reserve(midnight);
        if (late.kind !== "reserved") throw new Error("there was room");
        await store.settle(late.reservation, used);
        expect((await store.spent(midnight - 1)).usd).toBe(0.05);
        expect((await store.spent(midnight)).usd).toBe(0.2);
      });
    });

    describe("saying", () => {
      async function saying(turn: NewTurn, parts = 1): Promise<Lease> {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [turn]);
        const posts = Array.from({ length: parts }, (_, index) => postOf(turn, index + 1));
        await store.finishTurn(lease, finish(turn, posts), NOW);
        return lease;
      }

      test("a post that was said is a message, to be directed like any", async () => {
        const lease = await saying(asked("a"));
        expect(await store.recordSending(lease, postOf(asked("a")).id, NOW + 1)).toBe(true);
        expect((await store.readWork(lease)).posts).toMatchObject([{ state: "sending", sendingAt: NOW + 1 }]);
        await say(store, lease, postOf(asked("a")).id, "reply", NOW + 2);
        const work = await store.readWork(lease);
        expect(work).toMatchObject({ turns: [], posts: [] });
        expect(work.undirected.at(-1)).toEqual({
          id: message("reply"),
          channel: main,
          seq: 2,
          author: asAda,
          text: "part 1 of an answer",
          images: [],
          toHouse: false,
          asks: null,
          replyTo: message("a"),
          conversation: message("a"),
          depth: 1,
          tokens: 4,
          createdAt: NOW + 2,
          spoken: { turn: asked("a").id, persona: ada, scene: null, solver: "rivescript", model: null, unasked: false },
        });
        expect((await store.turn(asked("a").id))?.turn).toMatchObject({ state: "ended", outcome: { kind: "replied" } });
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.closeChannel(lease, null);
        expect(await due()).toEqual([main]);
      });

      test("a post is said once, however often that is recorded", async () => {
        const lease = await saying(asked("a"));
        await say(store, lease, postOf(asked("a")).id, "reply");
        await say(store, lease, postOf(asked("a")).id, "reply");
        await say(store, lease, postOf(asked("a")).id, "again");
        expect(await store.lastSeq(main)).toBe(2);
        expect((await store.message(message("reply")))?.text).toBe("part 1 of an answer");
        expect(await store.recordSending(lease, postOf(asked("a")).id, NOW)).toBe(false);
      });

      test("a turn ends with its last post", async () => {
        const lease = await saying(asked("a"), 3);
        const ids = [1, 2, 3].map((part) => postOf(asked("a"), part).id);
        expect((await store.readWork(lease)).posts.map((post) => post.part)).toEqual([1, 2, 3]);
        for (const [index, id] of ids.entries()) {
          expect(await stateOf(store, asked("a").id)).toBe("saying");
          await say(store, lease, id, `part${index}`);
        }
        expect(await stateOf(store, asked("a").id)).toBe("ended");
      });

      test("a post that came back as somebody's message first becomes the persona's", async () => {
        const lease = await saying(asked("a"));
        const echo = arrival("reply", { author: { ...bob, kind: "bot" }, text: "part 1 of an answer" });
        await store.recordMessage(echo, 4, null, NOW);
        await say(store, lease, postOf(asked("a")).id, "reply");
        expect(await store.message(message("reply"))).toMatchObject({
          seq: 2,
          author: asAda,
          depth: 1,
          spoken: { persona: ada },
        });
        expect(await store.lastSeq(main)).toBe(2);
      });

      test("what answers a message that is not there may not be said, what a tick asked for may", async () => {
        const lease = await saying(asked("never-stored"));
        expect(await store.recordSending(lease, postOf(asked("never-stored")).id, NOW)).toBe(false);
        expect(await store.recordSending(lease, postOf(asked("no-such-turn")).id, NOW)).toBe(false);
        await decide(store, lease, [unasked("b", { id: ticked(1).id, trigger: ticked(1).trigger })]);
        await store.finishTurn(lease, finish(ticked(1), [postOf(ticked(1))]), NOW);
        expect(await store.recordSending(lease, postOf(ticked(1)).id, NOW)).toBe(true);
      });

      test("a post that could not be sent waits until it is due again", async () => {
        const lease = await saying(asked("a"));
        await store.recordSending(lease, postOf(asked("a")).id, NOW);
        await store.recordUnsent(lease, postOf(asked("a")).id, NOW + 5_000);
        expect((await store.readWork(lease)).posts).toMatchObject([{ state: "ready", dueAt: NOW + 5_000 }]);
      });

      test("withdrawing keeps what was said and takes back the rest", async () => {
        const lease = await saying(asked("a"), 2);
        const [first, second] = [postOf(asked("a")).id, postOf(asked("a"), 2).id];
        await say(store, lease, first, "part1");
        const outcome = { kind: "withdrawn", why: "stopped", detail: "a person said stop" } as const;
        await store.withdrawTurn(lease, asked("a").id, outcome);
        await store.withdrawTurn(lease, asked("a").id, { ...outcome, detail: "again" });
        expect(await store.readWork(lease)).toMatchObject({ turns: [], posts: [] });
        expect(await store.recordSending(lease, second, NOW)).toBe(false);
        expect((await store.turn(asked("a").id))?.turn).toMatchObject({ state: "ended", outcome });
        await say(store, lease, second, "landed-all-the-same");
        expect((await store.message(message("landed-all-the-same")))?.text).toBe("part 2 of an answer");
        expect((await store.turn(asked("a").id))?.turn.outcome).toEqual(outcome);
      });

      test("a scene counts its posts, once for each turn", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [ticked(1)]);
        const posts = [1, 2].map((part) => postOf(ticked(1), part));
        await store.finishTurn(lease, finish(ticked(1), posts), NOW);
        expect(await store.recordSending(lease, posts[0]?.id ?? postId(ticked(1).id, 1), NOW)).toBe(true);
        for (const post of posts) await say(store, lease, post.id, `said${post.part}`);
        await say(store, lease, postId(ticked(1).id, 1), "said1");
        expect((await sceneOf(store)).posts).toBe(1);
        expect(await store.message(message("said1"))).toMatchObject({
          conversation: message("said1"),
          spoken: { scene: show, unasked: true },
        });
      });
    });

    describe("scenes", () => {
      test("a scene begins at once, and keeps its state when its plan is replaced", async () => {
        const scene = await store.putScene(plan(), main, feedPlatform, NOW);
        expect(scene).toEqual({
          plan: plan(),
          channel: main,
          state: { kind: "running" },
          ticks: 0,
          posts: 0,
          startedAt: NOW,
          dueAt: NOW,
        });
        expect(await due()).toEqual([main]);
        const state = { kind: "paused", why: "by hand" } as const;
        await store.setScene(show, { state, fresh: false, dueAt: null, onlyWhile: null }, NOW);
        const again = await store.putScene(plan({ seconds: 5 }), main, feedPlatform, NOW + 9);
        expect(again).toEqual({ ...scene, plan: plan({ seconds: 5 }), state, dueAt: null });
        expect(await store.scenes(main)).toEqual([again]);
      });

      test("whoever works on a channel sees its scenes", async () => {
        const scene = await store.putScene(plan(), main, feedPlatform, NOW);
        const { lease, work } = await take(store);
        expect(work.scenes).toEqual([scene]);
        const added = await store.putScene(plan({ id: sceneId("after-show") }), main, feedPlatform, NOW);
        expect((await store.readWork(lease)).scenes).toEqual([added, scene]);
      });

      test("a change that expects another state changes nothing, and a fresh run counts from 0", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const finished = { kind: "finished", why: "paused after 50 posts" } as const;
        await store.setScene(show, { state: finished, fresh: false, dueAt: null, onlyWhile: "paused" }, NOW);
        expect((await sceneOf(store)).state.kind).toBe("running");
        await store.setScene(show, { state: finished, fresh: false, dueAt: null, onlyWhile: "running" }, NOW);
        expect(await sceneOf(store)).toMatchObject({ state: finished, startedAt: NOW, dueAt: null });
        await store.setScene(
          show,
          { state: { kind: "running" }, fresh: true, dueAt: NOW + 7, onlyWhile: null },
          NOW + 5,
        );
        expect(await sceneOf(store)).toMatchObject({
          state: { kind: "running" },
          posts: 0,
          startedAt: NOW + 5,
          dueAt: NOW + 7,
        });
      });

      async function resting(until: number | null): Promise<void> {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const state = { kind: "resting", why: "nobody looks", until } as const;
        await store.setScene(show, { state, fresh: false, dueAt: until, onlyWhile: null }, NOW);
        const { lease } = await take(store);
        await store.closeChannel(lease, until);
      }

      test("whoever looks wakes a scene that rests until somebody does", async () => {
        await resting(null);
        expect(await due(NOW + 5_000)).toEqual([]);
        await store.recordWatched(main, NOW + 5_000);
        expect(await due(NOW + 5_000)).toEqual([main]);
        expect((await take(store, NOW + 5_000)).work.watchedAt).toBe(NOW + 5_000);
      });

      test("whoever looks does not wake a scene that rests until a time", async () => {
        await resting(NOW + 60_000);
        await store.recordWatched(main, NOW + 5_000);
        expect(await due(NOW + 59_999)).toEqual([]);
        expect(await due(NOW + 60_000)).toEqual([main]);
      });

      test("somebody new makes a slow scene due, going on looking does not", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const first = await take(store);
        await store.closeChannel(first.lease, NOW + 600_000);
        await store.recordWatched(main, NOW + 1_000);
        expect(await due(NOW + 1_000)).toEqual([main]);
        const second = await take(store, NOW + 1_000);
        await store.recordWatched(main, NOW + 6_000);
        await store.closeChannel(second.lease, NOW + 600_000);
        await store.recordWatched(main, NOW + 11_000);
        expect(await due(NOW + 11_000)).toEqual([]);
      });

      test("looking at a channel that is unknown, or without scenes, is no work", async () => {
        await store.recordWatched(main, NOW);
        await record("a");
        const { lease } = await take(store);
        await store.recordWatched(main, NOW);
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [], folds: [], tick: null }, NOW);
        await store.closeChannel(lease, null);
        await store.recordWatched(main, NOW + 90_000);
        expect(await due(NOW + 90_000)).toEqual([]);
      });
    });

    describe("the rest", () => {
      test("clearing a channel leaves nothing of what was said, and places go on", async () => {
        const other = channelId(feedPlatform, "other");
        await store.recordMessage(arrival("kept", { place: place(other) }), 1, null, NOW);
        await record("a", "b", "c");
        await store.putScene(plan(), main, feedPlatform, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a"), asked("b"), asked("c")]);
        const reserved = await store.reserve(payerOf(asked("c")), call, caps, NOW);
        const state = { solver: "rivescript", author: bob.id, value: "topic=cats" };
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))], { state }), NOW);
        await say(store, lease, postOf(asked("a")).id, "reply");
        await store.finishTurn(lease, finish(asked("b"), [postOf(asked("b"))]), NOW);
        await store.clearChannel(main, NOW + 1);

        expect(await store.recentMessages(main, null, 10)).toEqual([]);
        expect(await store.message(message("reply"))).toBeNull();
        expect(await store.lastSeq(main)).toBe(0);
        expect(await store.decision(message("a"))).toBeNull();
        expect(await store.turn(asked("a").id)).toBeNull();
        for (const native of ["b", "c"]) {
          expect(await store.turn(asked(native).id)).toMatchObject({
            turn: {
              state: "ended",
              outcome: { kind: "withdrawn", why: "stopped" },
              askedBy: null,
              reason: { said: "" },
            },
            trace: null,
          });
        }
        await expect(say(store, lease, postOf(asked("b")).id, "late")).rejects.toThrow(LeaseLost);
        expect((await store.message(message("kept")))?.id).toBe(message("kept"));
        expect((await store.spent(NOW)).usd).toBe(0.2);
        if (reserved.kind === "reserved") await store.settle(reserved.reservation, used);
        expect((await store.spent(NOW)).usd).toBe(0.05);

        await store.recordMessage(arrival("new"), 1, null, NOW + 2);
        expect((await store.message(message("new")))?.seq).toBe(5);
        const after = await take(store, NOW + 2);
        expect(after.work).toMatchObject({ turns: [], posts: [] });
        expect(after.work.undirected.map((each) => each.id)).toEqual([message("new")]);
        await decide(store, after.lease, [asked("new")]);
        expect(await store.beginTurn(after.lease, asked("new").id, usualBrakes, NOW)).toEqual({
          kind: "go",
          states: {},
        });
      });

      test("clearing begins scenes anew, but what a person paused stays paused", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        const finished = { kind: "finished", why: "paused after 50 posts" } as const;
        await store.setScene(show, { state: finished, fresh: false, dueAt: null, onlyWhile: null }, NOW);
        await store.clearChannel(main, NOW + 5);
        expect(await sceneOf(store)).toMatchObject({
          state: { kind: "running" },
          posts: 0,
          startedAt: NOW + 5,
          dueAt: NOW + 5,
        });
        expect(await due(NOW + 5)).toEqual([main]);
        const paused = { kind: "paused", why: "by hand" } as const;
        await store.setScene(show, { state: paused, fresh: false, dueAt: null, onlyWhile: null }, NOW);
        await store.clearChannel(main, NOW + 9);
        expect(await sceneOf(store)).toMatchObject({ state: paused, dueAt: null, startedAt: NOW + 9 });
      });

      test("clearing leaves a scene off the stage whose file is gone", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        await store.setScene(show, { state: offStage, fresh: false, dueAt: null, onlyWhile: null }, NOW);
        await store.clearChannel(main, NOW + 5);
        expect(await sceneOf(store)).toMatchObject({ state: offStage, dueAt: null });
      });

      test("a claim goes to one of many, until its time is over", async () => {
        const claims = await Promise.all(Array.from({ length: 5 }, () => store.claim("notice", 1_000, NOW)));
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect(await store.claim("other", 1_000, NOW)).toBe(true);
        expect(await store.claim("notice", 1_000, NOW + 999)).toBe(false);
        expect(await store.claim("notice", 1_000, NOW + 1_000)).toBe(true);
      });

      test("a process holds what it took until it dies or leaves, and no two ever hold the same", async () => {
        await store.beat(here, NOW);
        await store.beat(there, NOW);
        const holds = await Promise.all([here, there].map((process) => store.hold("shard", process, NOW)));
        expect(holds.filter(Boolean)).toHaveLength(1);
        const [first, second] = holds[0] === true ? [here, there] : [there, here];
        expect(await store.hold("shard", first, NOW + DEAD_AFTER_MS)).toBe(true);
        expect(await store.hold("other", second, NOW)).toBe(true);
        await store.beat(second, NOW + DEAD_AFTER_MS);
        expect(await store.hold("shard", second, NOW + DEAD_AFTER_MS)).toBe(false);
        expect(await store.hold("shard", second, NOW + DEAD_AFTER_MS + 1)).toBe(true);
        expect(await store.hold("shard", first, NOW + DEAD_AFTER_MS + 1)).toBe(false);
        await store.leave(second);
        expect(await store.hold("shard", first, NOW + DEAD_AFTER_MS + 1)).toBe(true);
      });

      test("why calls to a server are stopped is kept until it is lifted", async () => {
        expect(await store.solverStop("server")).toBeNull();
        await store.setSolverStop("server", { why: "the key is wrong", at: NOW });
        await store.setSolverStop("server", { why: "no money left", at: NOW + 1 });
        expect(await store.solverStop("server")).toEqual({ why: "no money left", at: NOW + 1 });
        expect(await store.solverStop("another")).toBeNull();
        await store.setSolverStop("server", null);
        expect(await store.solverStop("server")).toBeNull();
      });

      test("old traces and decisions are forgotten, younger ones and the messages are kept", async () => {
        await record("a", "b");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")], NOW);
        await decide(store, lease, [asked("b")], NOW + 100);
        await store.finishTurn(lease, finish(asked("a"), []), NOW);
        await store.finishTurn(lease, finish(asked("b"), []), NOW + 100);
        await store.expire(NOW + 50, NOW + 200);
        expect(await store.decision(message("a"))).toBeNull();
        expect(await store.decision(message("b"))).not.toBeNull();
        expect(await store.turn(asked("a").id)).toMatchObject({ turn: { state: "ended" }, trace: null });
        expect(await store.turn(asked("b").id)).toMatchObject({ trace });
        expect(await store.lastSeq(main)).toBe(2);
      });

      test("what solvers keep is forgotten after 30 days, and beyond the newest thousand of a persona in a channel", async () => {
        const day = 86_400_000;
        const names = Array.from({ length: 1_002 }, (_, index) => `m${index}`);
        await record(...names, "next");
        const { lease } = await take(store);
        const turns = names.map((native, index) => asked(native, { askedBy: personaAuthorId(personaId(`p${index}`)) }));
        await decide(store, lease, turns);
        await Promise.all(
          turns.map((turn, index) => {
            const author = personaAuthorId(personaId(`p${index}`));
            const state = { solver: "rivescript", author, value: `topic=${index}` };
            return store.finishTurn(lease, finish(turn, [], { state }), NOW + index);
          }),
        );
        const known = async (index: number): Promise<string | undefined> => {
          const author = personaAuthorId(personaId(`p${index}`));
          const turn = asked(`again${index}-${(askedAgain += 1)}`, { askedBy: author });
          await decide(store, lease, [turn]);
          const begun = await store.beginTurn(lease, turn.id, usualBrakes, NOW);
          return begun.kind === "go" ? begun.states["rivescript"] : undefined;
        };
        let askedAgain = 0;
        await store.expire(NOW - day, NOW + 2_000);
        expect([await known(0), await known(1), await known(2), await known(1_001)]).toEqual([
          undefined,
          undefined,
          "topic=2",
          "topic=1001",
        ]);
        await store.expire(NOW - day, NOW + 30 * day + 500);
        expect([await known(499), await known(500), await known(501)]).toEqual([undefined, "topic=500", "topic=501"]);
      });

      test("listeners hear of changed channels after the commit, once, until they stop", async () => {
        const heard: string[] = [];
        let stored: unknown = null;
        const stop = store.onChange((channel) => {
          heard.push(channel);
          stored = store.message(message("a"));
        });
        const other = channelId(feedPlatform, "other");
        await Promise.all([record("a", "b"), store.recordMessage(arrival("c", { place: place(other) }), 1, null, NOW)]);
        expect(heard.toSorted()).toEqual([main, other]);
        expect(await stored).not.toBeNull();
        heard.length = 0;
        await record("a");
        await store.beat(here, NOW);
        expect(heard).toEqual([]);
        await store.putScene(plan(), main, feedPlatform, NOW);
        await store.clearChannel(main, NOW);
        expect(heard).toEqual([main, main]);
        stop();
        await record("d");
        expect(heard).toHaveLength(2);
      });

      test("a listener that throws harms nobody", async () => {
        const heard: string[] = [];
        store.onChange(() => {
          throw new Error("a broken page");
        });
        store.onChange((channel) => heard.push(channel));
        await record("a");
        await record("b");
        expect(heard).toEqual([main, main]);
      });

      test("of operations that wait together one that fails fails alone", async () => {
        await record("a");
        const { lease } = await take(store);
        const lost = { ...lease, fence: lease.fence + 7 };
        const results = await Promise.allSettled([
          store.recordMessage(arrival("b"), 1, null, NOW),
          store.recordDecisions(
            lost,
            { throughSeq: 9, decisions: [{ trigger: message("a"), turns: [], silences: [] }], folds: [], tick: null },
            NOW,
          ),
          store.finishTurn(lease, finish(asked("nobody"), []), NOW),
          store.recordMessage(arrival("c"), 1, null, NOW),
        ]);
        expect(results.map((each) => each.status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
        expect(await store.lastSeq(main)).toBe(3);
        expect(await store.decision(message("a"))).toBeNull();
        expect((await store.readWork(lease)).undirected).toHaveLength(3);
      });

      test("an operation that fails half-way leaves nothing behind, alone or among others", async () => {
        await record("a");
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        const before = await store.readWork(lease);
        const broken = finish(asked("a"), [postOf(asked("a")), postOf(asked("no-such-turn"), 2)]);
        await expect(store.finishTurn(lease, broken, NOW)).rejects.toThrow();
        expect(await store.readWork(lease)).toEqual(before);
        const [first, second] = await Promise.allSettled([store.finishTurn(lease, broken, NOW), record("b")]);
        expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
        expect((await store.readWork(lease)).turns).toEqual(before.turns);
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"), 3)]), NOW);
        expect((await store.readWork(lease)).posts.map((post) => post.part)).toEqual([3]);
      });

      test("an operation sees what one before it in the same tick has done", async () => {
        await record("a");
        const { lease } = await take(store);
        const [, begun] = await Promise.all([
          decide(store, lease, [asked("a")]),
          store.beginTurn(lease, asked("a").id, usualBrakes, NOW),
        ]);
        expect(begun.kind).toBe("go");
      });

      test("closing waits for what was asked for before", async ({ skip }) => {
        if (opened.another === null) return skip("these data end with the store");
        const pending = record("a", "b");
        await store.close();
        await pending;
        store = await opened.another();
        expect(await store.lastSeq(main)).toBe(2);
        return undefined;
      });
    });

    test(
      "messages, due times and leases agree with a simple model, whatever the order of events",
      { timeout: 60_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
            const fresh = await open();
            try {
              await agree(fresh.store, events);
            } finally {
              await fresh.store.close();
            }
          }),
          { numRuns: 40 },
        );
      },
    );
  });
}

type Event =
  | { readonly kind: "message"; readonly native: number; readonly channel: number }
  | { readonly kind: "open" | "read" | "direct" | "clear"; readonly process: number; readonly channel: number }
  | { readonly kind: "close"; readonly process: number; readonly channel: number; readonly inMs: number | null }
  | { readonly kind: "beat" | "leave"; readonly process: number }
  | { readonly kind: "pass"; readonly ms: number };

const channel = fc.integer({ min: 0, max: 1 });
const process = fc.integer({ min: 0, max: 1 });

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("message" as const), native: fc.integer({ min: 0, max: 12 }), channel }),
  fc.record({ kind: fc.constantFrom("open", "read", "direct" as const), process, channel }),
  fc.record({ kind: fc.constant("clear" as const), process, channel }),
  fc.record({
    kind: fc.constant("close" as const),
    process,
    channel,
    inMs: fc.option(fc.integer({ min: 0, max: 3_000 })),
  }),
  fc.record({ kind: fc.constantFrom("beat", "leave" as const), process }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
);

interface ModelChannel {
  readonly messages: string[];
  lastSeq: number;
  directed: number;
  dueAt: number | null;
  holder: number | null;
  lease: Lease | null;
}

/** Plays the events on the store and on a model in plain variables, and compares after each. */
async function agree(store: Store, events: readonly Event[]): Promise<void> {
  const ids = [0, 1].map((index) => channelId(feedPlatform, `c${index}`));
  const processes = [0, 1].map((index) => processId(`p${index}`));
  const channels = new Map<number, ModelChannel>();
  const beats = new Map<number, number>();
  const known = new Set<number>();
  let now = NOW;
  const isAlive = (index: number) => now - (beats.get(index) ?? -Infinity) <= DEAD_AFTER_MS;
  const isFree = (each: ModelChannel) => each.holder === null || !isAlive(each.holder);

  for (const happening of events) {
    switch (happening.kind) {
      case "pass":
        now += happening.ms;
        break;
      case "beat":
        beats.set(happening.process, now);
        await store.beat(processes[happening.process] ?? here, now);
        break;
      case "leave":
        beats.delete(happening.process);
        for (const each of channels.values()) if (each.holder === happening.process) each.holder = null;
        await store.leave(processes[happening.process] ?? here);
        break;
      case "message": {
        const native = happening.native;
        const id = ids[happening.channel] ?? main;
        const isNew = !known.has(native);
        const recorded = await store.recordMessage(arrival(`m${native}`, { place: place(id) }), 1, null, now);
        expect(recorded.fresh).toBe(isNew);
        if (!isNew) break;
        known.add(native);
        const each = channels.get(happening.channel) ?? {
          messages: [],
          lastSeq: 0,
          directed: 0,
          dueAt: null,
          holder: null,
          lease: null,
        };
        channels.set(happening.channel, each);
        each.messages.push(`m${native}`);
        each.lastSeq += 1;
        each.dueAt = Math.min(each.dueAt ?? now, now);
        break;
      }
      default: {
        const each = channels.get(happening.channel);
        const id = ids[happening.channel] ?? main;
        if (happening.kind === "clear") {
          await store.clearChannel(id, now);
          if (each === undefined) break;
          for (const native of each.messages.splice(0)) known.delete(Number(native.slice(1)));
          Object.assign(each, { directed: each.lastSeq, holder: null, dueAt: Math.min(each.dueAt ?? now, now) });
          break;
        }
        if (happening.kind === "open") {
          const opened = await store.openChannel(id, processes[happening.process] ?? here, now);
          const mayOpen = each !== undefined && isFree(each) && each.holder !== happening.process;
          expect(opened !== null).toBe(mayOpen);
          if (opened === null || each === undefined) break;
          Object.assign(each, {
            holder: happening.process,
            lease: opened.lease,
            dueAt: Math.min(each.dueAt ?? now, now),
          });
          expect(opened.work.undirected).toHaveLength(Math.min(each.messages.length, each.lastSeq - each.directed));
          break;
        }
        if (each?.lease === null || each === undefined) break;
        const { lease } = each;
        const isHeld = each.holder !== null && processes[each.holder] === lease.process;
        const work =
          happening.kind === "close"
            ? store.closeChannel(lease, happening.inMs === null ? null : now + happening.inMs)
            : happening.kind === "read"
              ? store.readWork(lease)
              : store.recordDecisions(lease, { throughSeq: each.lastSeq, decisions: [], folds: [], tick: null }, now);
        if (!isHeld) {
          await expect(work).rejects.toThrow(LeaseLost);
          break;
        }
        await work;
        if (happening.kind === "direct") each.directed = each.lastSeq;
        if (happening.kind === "close") {
          each.holder = null;
          if (each.lastSeq === each.directed) each.dueAt = happening.inMs === null ? null : now + happening.inMs;
        }
      }
    }
    const due = [...channels].filter(([, each]) => each.dueAt !== null && each.dueAt <= now && isFree(each));
    const found = await store.dueChannels([feedPlatform, platformName("other")], now, 10);
    expect(new Set(found)).toEqual(new Set(due.map(([index]) => ids[index])));
    for (const [index, each] of channels) {
      const stored = await store.recentMessages(ids[index] ?? main, null, 100);
      expect(stored.map((one) => one.id)).toEqual(each.messages.map((native) => message(native)));
      if (stored.length > 0) expect(stored.at(-1)?.seq).toBe(each.lastSeq);
    }
  }
}
