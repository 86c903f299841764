// What every store promises of an answer that stands while it is still being written.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { channelId, feedPlatform } from "../../src/domain/ids.ts";
import { LeaseLost } from "../../src/errors.ts";
import type { Lease, Store } from "../../src/store/store.ts";
import {
  arrival,
  asAda,
  asked,
  bob,
  decide,
  finish,
  main,
  message,
  NOW,
  place,
  postOf,
  say,
  stateOf,
  take,
  unasked,
} from "../store/samples.ts";

const turn = asked("a");
const first = postOf(turn, 1, { text: "It is …" });
const thread = { ...place(channelId(feedPlatform, "thread")), parent: main };

export function growingContract(name: string, open: () => Promise<Store>): void {
  let store: Store;
  let lease: Lease;

  beforeEach(async () => {
    store = await open();
    await store.recordMessage(arrival("a"), 1, null, NOW);
    ({ lease } = await take(store));
    await decide(store, lease, [turn]);
    await store.beginTurn(lease, turn.id, usualBrakes, NOW);
  });
  afterEach(() => store.close());

  const begin = async (): Promise<void> => {
    expect(await store.growPost(lease, first, NOW)).toBe(true);
    await store.recordLanded(lease, first, { message: message("m1"), thread: null });
  };
  const waiting = async () => (await store.readWork(lease)).posts;

  describe(`${name} keeps an answer that grows`, () => {
    test("thought about to its end it counts as begun once, whatever is still looked for", async () => {
      await store.beginTurn(lease, turn.id, usualBrakes, NOW);
      await store.beginTurn(lease, turn.id, usualBrakes, NOW);
      await begin();
      await store.recordThought(lease, turn.id);
      expect((await store.turn(turn.id))?.turn).toMatchObject({ state: "thinking", attempts: 1 });
      expect(await store.growingPost(turn.id)).toMatchObject({ text: "It is …" });
    });

    test("it is nothing to be said as long as it is being thought about", async () => {
      await begin();
      expect(await waiting()).toEqual([]);
      expect(await store.growingPost(turn.id)).toMatchObject({
        text: "It is …",
        state: "sending",
        sendingAt: NOW,
        landed: { message: message("m1"), channel: main },
      });
      expect(await store.growPost(lease, { ...first, text: "It is deep …" }, NOW + 5)).toBe(true);
      expect(await store.growingPost(turn.id)).toMatchObject({
        text: "It is deep …",
        landed: { message: message("m1") },
      });
      expect(await store.message(message("m1"))).toBeNull();
    });

    test("whoever thinks about it again knows where it stands", async () => {
      await begin();
      await store.closeChannel(lease, NOW);
      ({ lease } = await take(store));
      await store.beginTurn(lease, turn.id, usualBrakes, NOW);
      expect((await store.growingPost(turn.id))?.landed).toEqual({ message: message("m1"), channel: main });
    });

    test("its last text is said where it stands, and it is remembered once", async () => {
      await begin();
      const whole = [postOf(turn, 1, { text: "It is deep.", solver: "openai", model: "m" }), postOf(turn, 2)];
      await store.finishTurn(lease, finish(turn, whole), NOW + 10);
      expect(await waiting()).toMatchObject([
        { text: "It is deep.", solver: "openai", model: "m", readyAt: NOW, landed: { message: message("m1") } },
        { part: 2, landed: null, state: "ready" },
      ]);
      expect(await store.growPost(lease, first, NOW)).toBe(false);
      await say(store, lease, whole[0]?.id ?? first.id, "m1");
      await say(store, lease, whole[0]?.id ?? first.id, "m1");
      const said = (await store.recentMessages(main, null, 10)).filter((each) => each.spoken !== null);
      expect(said).toMatchObject([
        { id: message("m1"), text: "It is deep.", spoken: { solver: "openai", model: "m" } },
      ]);
    });

    test("withdrawn, it is leaving until it is gone, and only then its turn has ended", async () => {
      await begin();
      const outcome = { kind: "withdrawn", why: "stopped", detail: "" } as const;
      await store.withdrawTurn(lease, turn.id, outcome);
      expect(await waiting()).toMatchObject([{ state: "leaving", landed: { message: message("m1") } }]);
      expect(await stateOf(store, turn.id)).toBe("saying");
      expect(await store.recordSending(lease, first.id, NOW)).toBe(false);
      await store.recordUnsent(lease, first.id, NOW + 5_000);
      expect(await waiting()).toMatchObject([{ state: "leaving", dueAt: NOW + 5_000 }]);
      await store.recordTakenBack(lease, first);
      await store.recordTakenBack(lease, first);
      expect(await waiting()).toEqual([]);
      expect((await store.turn(turn.id))?.turn).toMatchObject({ state: "ended", outcome });
    });

    test("on its way and withdrawn, it is leaving too: it may land", async () => {
      await store.growPost(lease, first, NOW);
      await store.registry.deleteMessages([message("a")], NOW, null);
      expect(await waiting()).toMatchObject([{ state: "leaving", landed: null, text: "It is …" }]);
      await store.recordLanded(lease, first, { message: message("m1"), thread: null });
      expect(await waiting()).toMatchObject([{ state: "leaving", landed: { message: message("m1") } }]);
      expect(await store.growPost(lease, first, NOW)).toBe(false);
    });

    test("where nothing is to be said in the end, what stands is leaving", async () => {
      await begin();
      const outcome = { kind: "withdrawn", why: "stopped", detail: "told not long ago" } as const;
      await store.finishTurn(lease, finish(turn, [], { outcome }), NOW);
      expect(await waiting()).toMatchObject([{ state: "leaving" }]);
      await store.recordTakenBack(lease, first);
      expect((await store.turn(turn.id))?.turn).toMatchObject({ state: "ended", outcome });
    });

    test("a stop ends it with what stands; an answer of which nothing stands is thought about on", async () => {
      await store.recordMessage(arrival("b"), 1, null, NOW);
      const other = asked("b");
      await decide(store, lease, [other]);
      await store.beginTurn(lease, other.id, usualBrakes, NOW);
      await begin();
      await store.registry.stop(main, bob, NOW);
      expect(await waiting()).toMatchObject([{ text: "It is …", state: "sending" }]);
      expect((await store.turn(turn.id))?.turn).toMatchObject({ state: "saying", outcome: { kind: "replied" } });
      expect(await stateOf(store, other.id)).toBe("thinking");
      expect(await store.growPost(lease, first, NOW)).toBe(false);
    });

    test("whoever lost the channel can neither begin one, nor add to it, nor say where it landed", async () => {
      await begin();
      await store.closeChannel(lease, NOW);
      const late = lease;
      ({ lease } = await take(store));
      await expect(store.growPost(late, first, NOW)).rejects.toBeInstanceOf(LeaseLost);
      const landed = { message: message("m2"), thread: null };
      await expect(store.recordLanded(late, first, landed)).rejects.toBeInstanceOf(LeaseLost);
      await expect(store.recordTakenBack(late, first)).rejects.toBeInstanceOf(LeaseLost);
    });

    test("what is said in a thread is remembered and due there", async () => {
      await store.growPost(lease, first, NOW);
      await store.recordLanded(lease, first, { message: message("m1"), thread });
      expect((await store.growingPost(turn.id))?.landed).toEqual({ message: message("m1"), channel: thread.channel });
      expect((await store.registry.place(thread.channel))?.place).toEqual(thread);
      await store.finishTurn(lease, finish(turn, [postOf(turn)]), NOW);
      const said = { message: message("m1"), at: NOW, author: asAda, tokens: 4, thread };
      await store.recordSaid(lease, first.id, said);
      await store.recordSaid(lease, first.id, said);
      expect(await store.recentMessages(thread.channel, null, 10)).toMatchObject([
        { id: message("m1"), channel: thread.channel, seq: 1, conversation: message("a") },
      ]);
      expect(await store.dueChannels([feedPlatform], NOW, 10)).toContain(thread.channel);
      const { work } = (await store.openChannel(thread.channel, lease.process, NOW)) ?? { work: null };
      expect(work?.undirected.map((each) => each.id)).toEqual([message("m1")]);
      expect(await stateOf(store, turn.id)).toBe("ended");
    });

    test("an answer nobody asked for that is on its way is withdrawn as ever", async () => {
      const talk = unasked("c");
      await store.recordMessage(arrival("c"), 1, null, NOW);
      await decide(store, lease, [talk]);
      await store.beginTurn(lease, talk.id, usualBrakes, NOW);
      await store.finishTurn(lease, finish(talk, [postOf(talk)]), NOW);
      await store.recordSending(lease, postOf(talk).id, NOW);
      await store.withdrawTurn(lease, talk.id, { kind: "withdrawn", why: "stopped", detail: "" });
      expect(await waiting()).toEqual([]);
      expect(await stateOf(store, talk.id)).toBe("ended");
    });
  });
}
