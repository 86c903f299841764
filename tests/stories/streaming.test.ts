// Answers that are shown while they are being written: said once, brought to their end, and never a half one left behind.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { InDoubt, Limited } from "../../src/adapters/adapter.ts";
import { channelScope, personaId, turnId } from "../../src/domain/ids.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import type { RoomSettingName } from "../../src/domain/settings.ts";
import type { SolverChunk, SolverKind } from "../../src/solvers/solver.ts";
import { lounge, RoomAdapter, threadOf, whoIs } from "../fakes/room-adapter.ts";
import { newFolder, threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { Story } from "./house.ts";
import { openStory } from "./house.ts";

const mira = { id: whoIs("Mira"), name: "Mira" };

/** One call of a solver: what it yields is what the test lets it. */
class Voice {
  readonly #chunks: (SolverChunk | Error | "end")[] = [];
  #wake: () => void = () => {};
  wasGivenUp = false;

  says(text: string): void {
    this.#put({ kind: "text", text });
  }

  takesBack(): void {
    this.#put({ kind: "taken-back" });
  }

  ends(): void {
    this.#put("end");
  }

  fails(): void {
    this.#put(new Error("it broke off"));
  }

  async *speak(signal: AbortSignal): AsyncIterable<SolverChunk> {
    signal.addEventListener("abort", () => {
      this.wasGivenUp = true;
      this.#wake();
    });
    while (!signal.aborted) {
      const next = this.#chunks.shift();
      if (next === "end") return;
      if (next instanceof Error) throw next;
      if (next === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else yield next;
    }
  }

  #put(chunk: SolverChunk | Error | "end"): void {
    this.#chunks.push(chunk);
    this.#wake();
  }
}

interface Room {
  readonly story: Story;
  /** Where it is kept; null: in memory. */
  readonly kept: Kept | null;
  readonly room: RoomAdapter;
  readonly clock: VirtualClock;
  /** The calls of the solver, in order. */
  readonly voices: readonly Voice[];
  readonly set: (name: RoomSettingName, value: string) => Promise<void>;
  readonly asks: (text: string, ms?: number) => Promise<MessageId>;
  readonly voice: (at: number) => Voice;
  /** As kill -9 does: what is under way goes no further, and the clock stands still for ever. */
  readonly kill: () => Promise<void>;
  readonly stands: () => readonly string[];
  readonly stored: () => Promise<readonly string[]>;
}

interface Kept {
  readonly personas: string;
  readonly database: string;
}

interface Options {
  readonly traits?: ConstructorParameters<typeof RoomAdapter>[1];
  readonly kept?: Kept;
  /** The house before, which was killed long enough ago to count as dead. */
  readonly after?: Room;
}

/** Ada, Bruno and Cleo, bound to the lounge; streaming is on, and they speak as the test lets them, by `own` or else by `other`. */
async function openLounge(options: Options = {}): Promise<Room> {
  await options.after?.kill();
  const clock = new VirtualClock(options.after === undefined ? undefined : options.after.clock.now() + 20_000);
  const room = new RoomAdapter(clock, options.traits);
  for (const [message, text] of options.after?.room.standing ?? []) room.standing.set(message, text);
  for (const [message, place] of options.after?.room.threads ?? []) room.threads.set(message, place);
  const kept = options.kept ?? options.after?.kept ?? null;
  const voices: Voice[] = [];
  const kind = (name: string): SolverKind => ({
    name,
    open: async () => ({
      name,
      model: null,
      readiness: () => ({ kind: "free" }),
      solve: (_request, signal) => {
        const voice = new Voice();
        voices.push(voice);
        return voice.speak(signal);
      },
    }),
  });
  const story = await openStory({
    personas: kept?.personas ?? threeWith("own, other"),
    kinds: () => [kind("own"), kind("other")],
    adapter: () => room,
    clock,
    ...(kept === null ? {} : { database: kept.database }),
  });
  let isKilled = false;
  onTestFinished(() => (isKilled ? undefined : story.close()));
  await room.listen(story.intake);
  const { registry } = story.store;
  const scope = channelScope(lounge);
  for (const handle of ["ada", "bruno", "cleo"]) {
    await registry.bind({ persona: personaId(handle), scope, by: mira.name, at: clock.now() }, mira);
  }
  const set = async (name: RoomSettingName, value: string): Promise<void> => {
    await registry.set({ scope, persona: null, name, value, by: mira.name, at: clock.now() }, mira);
  };
  await set("streaming", "on");
  return {
    story,
    kept,
    room,
    clock,
    voices,
    set,
    asks: async (text, ms = 100) => {
      const id = await room.hear({ kind: "person", name: "Mira" }, text);
      await clock.advance(ms);
      return id;
    },
    voice: (at) => {
      const voice = voices[at];
      if (voice === undefined) throw new Error(`the solver was asked ${voices.length} times`);
      return voice;
    },
    kill: async () => {
      isKilled = true;
      const { store } = story;
      const close = store.close.bind(store);
      for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(store))) {
        Object.defineProperty(store, name, { value: () => new Promise(() => {}) });
      }
      await close();
    },
    stands: () => [...room.standing.values()],
    stored: async () => {
      const messages = await story.store.recentMessages(lounge, null, 100);
      return messages.filter((message) => message.spoken !== null).map((message) => message.text);
    },
  };
}

const newFiles = (): Kept => ({ personas: threeWith("own, other"), database: join(newFolder(), "troupe.db") });

/** Ada has begun to answer, and one sentence of it stands. */
async function begun(options: Options = {}): Promise<Room & { readonly question: MessageId }> {
  const lounge = await openLounge(options);
  const question = await lounge.asks("Ada, how deep is the harbour?");
  lounge.voice(0).says("It is deep. ");
  await lounge.clock.advance(1000);
  expect(lounge.stands()).toEqual(["It is deep. …"]);
  return { ...lounge, question };
}

test("an answer is shown from its first sentence on, grows by edits, and is remembered once, when it is whole", async () => {
  const { room, clock, voice, stands, stored } = await begun();
  expect(await stored()).toEqual([]);
  voice(0).says("Six fathoms at ");
  await clock.advance(1200);
  expect(stands()).toEqual(["It is deep. Six fathoms at …"]);
  voice(0).says("low tide.");
  voice(0).ends();
  await clock.advance(2000);
  expect(stands()).toEqual(["It is deep. Six fathoms at low tide."]);
  expect(await stored()).toEqual(["It is deep. Six fathoms at low tide."]);
  expect(room.deeds).toEqual([
    "say: It is deep. …",
    "grow: It is deep. Six fathoms at …",
    "edit: It is deep. Six fathoms at low tide.",
  ]);
});

test("half a sentence is shown too when the other half is long in coming", async () => {
  const { asks, voice, clock, stands } = await openLounge();
  await asks("Ada, tell me of the harbour");
  voice(0).says("Well, let me");
  await clock.advance(1200);
  expect(stands()).toEqual([]);
  await clock.advance(600);
  expect(stands()).toEqual(["Well, let me …"]);
});

test("what comes at once is said whole, and so is everything where streaming is off", async () => {
  const { asks, voice, clock, room, set } = await openLounge();
  await asks("Ada, hello");
  voice(0).says("Hello. I am here.");
  voice(0).ends();
  await clock.advance(3000);
  await set("streaming", "off");
  await asks("Ada, and now?");
  voice(1).says("One thing. ");
  await clock.advance(5000);
  voice(1).says("And another.");
  voice(1).ends();
  await clock.advance(3000);
  expect(room.deeds).toEqual(["say: Hello. I am here.", "say: One thing. And another."]);
});

test("edits come no faster than people read, and show the newest text", async () => {
  const { room, clock, voice, stands } = await begun();
  for (let word = 0; word < 100; word += 1) {
    voice(0).says(`${word} `);
    await clock.advance(100);
  }
  const edits = room.deeds.filter((deed) => deed.startsWith("grow")).length;
  expect(edits).toBeGreaterThan(5);
  expect(edits).toBeLessThanOrEqual(9);
  room.troubles.push({ on: "grow", when: "before", error: new Limited("others speak", clock.now() + 6000) });
  voice(0).says("held ");
  await clock.advance(5000);
  expect(stands()[0]).not.toContain("held");
  voice(0).says("back");
  await clock.advance(3000);
  expect(stands()[0]).toContain("99 held back …");
});

test("where a solver breaks off, the answer of the next one takes the place of what stands", async () => {
  const { room, clock, voice, stands, stored } = await begun();
  voice(0).fails();
  await clock.advance(1500);
  expect(stands()).toEqual(["…"]);
  voice(1).says("About six fathoms.");
  voice(1).ends();
  await clock.advance(2000);
  expect(stands()).toEqual(["About six fathoms."]);
  expect(await stored()).toEqual(["About six fathoms."]);
  expect(room.deeds.filter((deed) => deed.startsWith("say"))).toHaveLength(1);
});

test("thoughts that were taken for the answer are replaced by it", async () => {
  const { clock, voice, stands } = await begun();
  voice(0).takesBack();
  voice(0).says("Six fathoms.");
  await clock.advance(1300);
  expect(stands()).toEqual(["Six fathoms. …"]);
  voice(0).ends();
  await clock.advance(1000);
  expect(stands()).toEqual(["Six fathoms."]);
});

test("where nobody has an answer in the end the notice takes its place, and where none is due nothing is left", async () => {
  const { clock, voice, asks, stands, stored, story } = await begun();
  voice(0).fails();
  await clock.advance(100);
  voice(1).fails();
  await clock.advance(2000);
  expect(stands()[0]).toMatch(/^\(I have no answer now/u);
  expect(await stored()).toHaveLength(1);
  const second = await asks("Ada, once more?");
  voice(2).says("Let me see. ");
  await clock.advance(1000);
  expect(stands()).toHaveLength(2);
  voice(2).fails();
  await clock.advance(100);
  voice(3).fails();
  await clock.advance(2000);
  expect(stands()).toHaveLength(1);
  expect(await stored()).toHaveLength(1);
  const record = await story.store.turn(turnId(second, personaId("ada")));
  expect(record?.turn).toMatchObject({ state: "ended", outcome: { kind: "withdrawn" } });
});

test("nobody's answer begins before one that was asked for earlier, and nobody is overtaken", async () => {
  const { asks, voice, clock, room } = await openLounge();
  await asks("Ada, how deep?");
  await asks("Bruno, how cold?");
  voice(1).says("Quite cold. ");
  await clock.advance(3000);
  expect(room.deeds).toEqual([]);
  voice(0).says("Quite deep. ");
  await clock.advance(1000);
  expect(room.deeds[0]).toBe("say: Quite deep. …");
  voice(1).says("Brr.");
  voice(1).ends();
  voice(0).ends();
  await clock.advance(3000);
  expect([...room.standing.values()]).toEqual(["Quite deep.", "Quite cold. Brr."]);
});

test("one that was asked later begins after ten seconds all the same", async () => {
  const { asks, voice, clock, room } = await openLounge();
  await asks("Ada, how deep?");
  await asks("Bruno, how cold?");
  voice(1).says("Quite cold. ");
  await clock.advance(9000);
  expect(room.deeds).toEqual([]);
  await clock.advance(3000);
  expect(room.deeds[0]).toBe("say: Quite cold. …");
});

test("other personas answer what was said in the end, not what stood on the way", async () => {
  const { clock, voice, voices, stored } = await begun();
  voice(0).says("Ask Bruno, ");
  await clock.advance(2000);
  expect(voices).toHaveLength(1);
  voice(0).says("he swims.");
  voice(0).ends();
  await clock.advance(3000);
  expect(voices).toHaveLength(2);
  voice(1).says("It is cold.");
  voice(1).ends();
  await clock.advance(3000);
  expect(await stored()).toEqual(["It is deep. Ask Bruno, he swims.", "It is cold."]);
});

test("of an answer longer than a post the first part stands, and the rest follows when it is whole", async () => {
  const { clock, voice, stands, room, stored } = await begun({ traits: { textCharsMax: 300 } });
  const sentence = "The water is green and slow and full of weed. ";
  voice(0).says(sentence.repeat(10).trim());
  await clock.advance(1300);
  expect(stands()).toHaveLength(1);
  expect(stands()[0]?.endsWith("weed. …")).toBe(true);
  voice(0).ends();
  await clock.advance(3000);
  expect(stands().length).toBeGreaterThan(1);
  expect(stands().join(" ")).toBe(`It is deep. ${sentence.repeat(10).trim()}`);
  expect(await stored()).toEqual(stands());
  expect(room.deeds.filter((deed) => deed.startsWith("edit"))).toHaveLength(1);
});

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

test("when its question is deleted meanwhile, what stands is taken back and nothing is remembered", async () => {
  const { story, clock, voice, stands, stored, question } = await begun();
  await story.store.registry.deleteMessages([question], clock.now(), null);
  await clock.advance(1500);
  expect(voice(0).wasGivenUp).toBe(true);
  expect(stands()).toEqual([]);
  expect(await stored()).toEqual([]);
  const { outcome, state } = (await story.store.turn(turnId(question, personaId("ada"))))?.turn ?? {};
  expect({ outcome, state }).toMatchObject({ state: "ended", outcome: { kind: "withdrawn", why: "trigger-deleted" } });
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

test("rule 8: a person's stop ends an answer with what stands of it, within two seconds", async () => {
  const { room, clock, voice, stands, stored } = await begun();
  voice(0).says("And I could go on ");
  await clock.advance(1300);
  await room.hear({ kind: "person", name: "Noor" }, "stop");
  await clock.advance(2000);
  expect(voice(0).wasGivenUp).toBe(true);
  expect(stands()[0]).toBe("It is deep. And I could go on …");
  expect((await stored())[0]).toBe("It is deep. And I could go on …");
});

test("a growing post that somebody deletes is not written again", async () => {
  const { room, clock, voice, stands, stored, story, question } = await begun();
  const [message] = room.standing.keys();
  if (message === undefined) throw new Error("nothing stands");
  room.deletePost(message);
  voice(0).says("Very deep. ");
  await clock.advance(3000);
  expect(voice(0).wasGivenUp).toBe(true);
  expect(stands()).toEqual([]);
  expect(await stored()).toEqual([]);
  const record = await story.store.turn(turnId(question, personaId("ada")));
  expect(record?.turn).toMatchObject({ state: "ended", outcome: { kind: "withdrawn" } });
});

test("rule 7: edits ping nobody, whatever the settings say", async () => {
  const { room, clock, voice, set, asks } = await openLounge();
  await set("ping", "on");
  const manners: unknown[] = [];
  const grow = room.grow.bind(room);
  room.grow = (...said) => {
    manners.push((said as readonly unknown[])[3]);
    return grow(said[0], said[1], said[2]);
  };
  await asks("Ada, how deep?");
  voice(0).says("It is deep. ");
  await clock.advance(1000);
  expect(room.got[0]?.manner.ping).toBe(mira.id);
  voice(0).says("Very.");
  await clock.advance(2000);
  expect(manners).toMatchObject([{ ping: null, linkPreviews: "hidden" }]);
});
