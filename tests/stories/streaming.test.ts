// Answers that are shown while they are being written: in place, in order, and never a half one left behind.
import { expect, test } from "vitest";
import { Limited } from "../../src/adapters/adapter.ts";
import { personaId, turnId } from "../../src/domain/ids.ts";
import { begun, mira, openLounge } from "./lounge.ts";

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
