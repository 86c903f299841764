// Answers that are shown while they are being written, through crashes and doubt: one post, whatever happens.
import { expect, test } from "vitest";
import { InDoubt } from "../../src/adapters/adapter.ts";
import { personaId, turnId } from "../../src/domain/ids.ts";
import { threadOf } from "../fakes/room-adapter.ts";
import type { Room } from "./lounge.ts";
import { begun, newFiles, openLounge } from "./lounge.ts";

test("rule 3: killed while an answer stands half written, the house finishes the same post and says no other", async () => {
  const traits = { resend: "find", landsWithinMs: 15_000 } as const;
  const before = await begun({ kept: newFiles(), traits });
  const next = await openLounge({ after: before, traits });
  await next.clock.advance(3000);
  next.voice(0).says("It is six fathoms deep. ");
  await next.clock.advance(2000);
  expect(next.stands()).toEqual(["It is six fathoms deep. …"]);
  next.voice(0).says("At low tide.");
  next.voice(0).ends();
  await next.clock.advance(3000);
  expect(next.stands()).toEqual(["It is six fathoms deep. At low tide."]);
  expect(await next.stored()).toEqual(next.stands());
  expect(next.room.deeds.filter((deed) => deed.startsWith("say"))).toEqual([]);
});

test("an answer that grows in a thread of its question is finished there by the next process, and remembered there", async () => {
  const first = await openLounge({ kept: newFiles() });
  await first.set("answer-in", "thread");
  const question = await first.asks("Ada, how deep is the harbour?");
  first.voice(0).says("It is deep. ");
  await first.clock.advance(1000);
  const next = await openLounge({ after: first });
  await next.clock.advance(3000);
  next.voice(0).says("Six fathoms.");
  next.voice(0).ends();
  await next.clock.advance(3000);
  expect(next.stands()).toEqual(["Six fathoms."]);
  expect(await next.stored()).toEqual([]);
  const [answer] = await next.story.store.recentMessages(threadOf(question).channel, null, 10);
  expect(answer).toMatchObject({ text: "Six fathoms.", channel: threadOf(question).channel, replyTo: question });
});

test.each(["before", "after"] as const)(
  "rule 3: killed while its first words are on their way, %s they landed, an answer is said once",
  async (when) => {
    const before = await openLounge({ kept: newFiles(), traits: { resend: "find", landsWithinMs: 15_000 } });
    await before.asks("Ada, how deep is the harbour?");
    const { store } = before.story;
    if (when === "before") before.room.send = () => new Promise(() => {});
    else store.recordLanded = () => new Promise(() => {});
    before.voice(0).says("It is deep. ");
    await before.clock.advance(1000);
    expect(before.stands()).toHaveLength(when === "before" ? 0 : 1);
    const traits = { resend: "find", landsWithinMs: 15_000 } as const;
    const next = await openLounge({ after: before, traits });
    await next.clock.advance(3000);
    next.voice(0).says("Six fathoms.");
    next.voice(0).ends();
    await next.clock.advance(20_000);
    expect(next.stands()).toEqual(["Six fathoms."]);
    expect(await next.stored()).toEqual(["Six fathoms."]);
  },
);

// Each request is on its way for so long, there and back.
const WAY_MS = 150;

/** The platform is far away: a process may be killed before its request arrives, or before it learns that it did. */
function farAway({ room, clock }: Room): void {
  const send = room.send.bind(room);
  const grow = room.grow.bind(room);
  const edit = room.edit.bind(room);
  const onTheWay = async <T>(deed: () => Promise<T>): Promise<T> => {
    await clock.sleep(WAY_MS);
    const done = await deed();
    await clock.sleep(WAY_MS);
    return done;
  };
  room.send = (...post) => onTheWay(() => send(...post));
  room.grow = (...said) => onTheWay(() => grow(...said));
  room.edit = (...said) => onTheWay(() => edit(...said));
}

test("rule 4: killed at any instant of an answer that grows, the house says it once, whole, and leaves nothing half written", async () => {
  const traits = { resend: "find", landsWithinMs: 15_000 } as const;
  for (let killedAt = 100; killedAt <= 5000; killedAt += 245) {
    const before = await openLounge({ kept: newFiles(), traits });
    farAway(before);
    const question = await before.asks("Ada, how deep is the harbour?");
    before.voice(0).says("It is deep. ");
    await before.clock.advance(Math.min(killedAt, 2000));
    if (killedAt > 2000) {
      before.voice(0).says("Six fathoms.");
      before.voice(0).ends();
      await before.clock.advance(killedAt - 2000);
    }
    const next = await openLounge({ after: before, traits });
    farAway(next);
    await next.clock.advance(3000);
    next.voices[0]?.says("It is deep. Six ");
    await next.clock.advance(20_000);
    next.voices[0]?.says("fathoms.");
    next.voices[0]?.ends();
    await next.clock.advance(20_000);
    expect([killedAt, next.stands()]).toEqual([killedAt, ["It is deep. Six fathoms."]]);
    expect([killedAt, await next.stored()]).toEqual([killedAt, ["It is deep. Six fathoms."]]);
    const record = await next.story.store.turn(turnId(question, personaId("ada")));
    expect(record?.turn).toMatchObject({ state: "ended", outcome: { kind: "replied" } });
  }
}, 60_000);

test("killed with its text whole and its end not shown, an answer is brought to its end without another thought", async () => {
  const before = await begun({ kept: newFiles() });
  before.room.edit = () => new Promise(() => {});
  before.voice(0).says("Very.");
  before.voice(0).ends();
  await before.clock.advance(1000);
  const next = await openLounge({ after: before });
  await next.clock.advance(3000);
  expect(next.voices).toEqual([]);
  expect(next.stands()).toEqual(["It is deep. Very."]);
  expect(await next.stored()).toEqual(["It is deep. Very."]);
});

test.each(["before", "after"] as const)(
  "first words whose sending ends in doubt, %s they landed, are looked for, and the answer is said once",
  async (when) => {
    const lounge = await openLounge({ traits: { resend: "find", landsWithinMs: 15_000 } });
    lounge.room.troubles.push({ on: "say", when, error: new InDoubt("the answer got lost") });
    await lounge.asks("Ada, how deep is the harbour?");
    lounge.voice(0).says("It is deep. ");
    await lounge.clock.advance(2000);
    lounge.voice(0).says("Very.");
    lounge.voice(0).ends();
    await lounge.clock.advance(10_000);
    expect(await lounge.stored()).toEqual([]);
    await lounge.clock.advance(10_000);
    expect(lounge.stands()).toEqual(["It is deep. Very."]);
    expect(await lounge.stored()).toEqual(["It is deep. Very."]);
  },
);

test("where a post in doubt is to be dropped, first words that did not land are all that is lost", async () => {
  const lounge = await openLounge({ traits: { resend: "find", landsWithinMs: 15_000 } });
  await lounge.set("doubt", "drop");
  lounge.room.troubles.push({ on: "say", when: "before", error: new InDoubt("the answer got lost") });
  const question = await lounge.asks("Ada, how deep is the harbour?");
  lounge.voice(0).says("It is deep. ");
  await lounge.clock.advance(30_000);
  expect(lounge.voice(0).wasGivenUp).toBe(true);
  expect(lounge.stands()).toEqual([]);
  const record = await lounge.story.store.turn(turnId(question, personaId("ada")));
  expect(record?.turn).toMatchObject({ state: "ended", outcome: { kind: "withdrawn", why: "in-doubt" } });
});

test("an edit that ends in doubt is made up for by the next, and the last words come last", async () => {
  const { room, clock, voice, stands } = await begun();
  room.troubles.push({ on: "grow", when: "before", error: new InDoubt("the answer got lost") });
  voice(0).says("Very. ");
  await clock.advance(1200);
  room.troubles.push({ on: "edit", when: "before", error: new InDoubt("the answer got lost") });
  voice(0).says("Deep.");
  voice(0).ends();
  await clock.advance(10_000);
  expect(stands()).toEqual(["It is deep. Very. Deep."]);
});

test("what is to be taken back is taken back by the next process, too", async () => {
  const before = await begun({ kept: newFiles() });
  before.room.remove = () => new Promise(() => {});
  await before.story.store.registry.deleteMessages([before.question], before.clock.now(), null);
  await before.clock.advance(2000);
  expect(before.stands()).toHaveLength(1);
  const next = await openLounge({ after: before });
  await next.clock.advance(3000);
  expect(next.stands()).toEqual([]);
  expect(next.voices).toEqual([]);
});
