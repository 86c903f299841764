// Asking a persona by a command: in the channel like anyone's question, or for the asker alone.
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { personaId, turnId } from "../../src/domain/ids.ts";
import type { Estimate } from "../../src/domain/budget.ts";
import { directPlace, lounge, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import type { Talk } from "./talk.ts";
import { openTalk } from "./talk.ts";

const estimate: Estimate = { model: "stub", tokensIn: 100, tokensOutMax: 50, costUsd: 0.25 };
const paid = { model: "stub", readiness: () => ({ kind: "paid", estimate }) as const };

const asking = (text: string, more: Readonly<Record<string, string>> = {}) => ({
  options: { persona: "ada", text, ...more },
});
const privately = (text: string) => asking(text, { privately: "on" });

async function rest({ story }: Talk): Promise<void> {
  await story.clock.advance(5000);
}

test("the persona answers in the channel under its name, and what was asked is told above", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.bind("bruno");
  expect(await talk.give("Tom", ["ask"], asking("What does Bruno think?"))).toEqual({
    kind: "spoken",
    text: "Ada answers you here in a moment.",
  });
  await rest(talk);
  expect(await talk.transcript()).toEqual(["Tom: What does Bruno think?", "Ada: Ada here."]);
  const [got] = talk.room.got;
  expect(got?.as.name).toBe("Ada");
  expect(got?.manner).toMatchObject({ asked: { by: "Tom", text: "What does Bruno think?" }, refersTo: null });
  expect(await talk.ask("Tom", "post why")).toContain("A person asked Ada, and nobody else, by a command.");
});

test("a command that is delivered twice is asked once", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  const twice = { ...asking("Who are you?"), id: "1234" };
  await Promise.all([talk.give("Tom", ["ask"], twice), talk.give("Tom", ["ask"], twice)]);
  await rest(talk);
  await talk.give("Tom", ["ask"], twice);
  await rest(talk);
  expect(await talk.transcript()).toEqual(["Tom: Who are you?", "Ada: Ada here."]);
});

test("two questions in a row are both answered", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.give("Tom", ["ask"], asking("Who are you?"));
  await talk.give("Tom", ["ask"], asking("And what do you like?"));
  await rest(talk);
  expect(talk.room.got.map(({ manner }) => manner.asked?.text)).toEqual(["Who are you?", "And what do you like?"]);
});

test("a private answer is seen by the asker alone, and nothing of it is in any memory", async () => {
  const talk = await openTalk({ say: async ({ heard, persona }) => `${persona.name} heard: ${heard?.text ?? ""}` });
  await talk.bind("ada");
  await talk.says("Mira", "The sea is rough today.");
  const { store } = talk.story;
  const before = await store.recentMessages(lounge, null, 100);
  expect(await talk.give("Tom", ["ask"], { ...privately("Is it safe?"), id: "77" })).toMatchObject({
    kind: "text",
    shown: "private",
    text: "**Ada** to you alone:\nAda heard: Is it safe?",
  });
  await rest(talk);
  expect(talk.room.got).toEqual([]);
  expect(await store.recentMessages(lounge, null, 100)).toEqual(before);
  expect(await store.turn(turnId("room:ask-77" as never, personaId("ada")))).toBeNull();
  const prompt = talk.asked.at(-1)?.messages.map((message) => message.content) ?? [];
  expect(prompt).toContain("Mira: The sea is rough today.");
  await talk.says("Tom", "Ada, hello");
  const later = JSON.stringify(talk.asked.at(-1)?.messages);
  expect(later).toContain("The sea is rough");
  expect(later).not.toContain("Is it safe?");
});

test("a private answer has its room in the budget before a model is asked, and what it cost is booked", async () => {
  let during = 0;
  const talk: Talk = await openTalk({
    ...paid,
    say: async () => {
      during = (await talk.story.store.spent(talk.story.clock.now())).usd;
      return "Yes.";
    },
  });
  await talk.bind("ada");
  expect(await talk.ask("Tom", "ask", privately("Is it safe?"))).toContain("Yes.");
  expect(during).toBe(estimate.costUsd);
  expect((await talk.story.store.spent(talk.story.clock.now())).usd).toBe(estimate.costUsd);
});

test("without room in the budget no model is asked, and the asker is told why in one line", async () => {
  const talk = await openTalk({ ...paid, usdPerDay: 0.1 });
  await talk.bind("ada");
  const told = await talk.ask("Tom", "ask", privately("Is it safe?"));
  expect(told).toContain("I have no answer now: the budget of $0.10 a day leaves $0.10");
  expect(talk.asked).toEqual([]);
});

test("a solver that fails is one clear sentence to the asker", async () => {
  const talk = await openTalk({
    say: async () => {
      throw new Error("the line is dead");
    },
  });
  await talk.bind("ada");
  expect(await talk.ask("Tom", "ask", privately("Hello?"))).toBe(
    "**Ada** to you alone:\n(I have no answer now: nothing that I can ask has an answer. Whoever runs this house can see why with the doctor.)",
  );
});

test("anyone asks who takes part here; who does not is for those who manage the channel", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  const cleo = { options: { persona: "cleo", text: "Hello?" } };
  const no = "Cleo does not take part here, so only those who may manage this channel can ask it. You can ask: Ada.";
  expect(await talk.ask("Tom", "ask", cleo)).toBe(no);
  expect(await talk.ask("Tom", "ask", { options: { ...cleo.options, privately: "on" } })).toBe(no);
  expect(await talk.ask("Mira", "ask", cleo)).toBe("Cleo answers you here in a moment.");
  await rest(talk);
  expect(await talk.transcript()).toEqual(["Mira: Hello?", "Cleo: Cleo here."]);
  expect(await talk.ask("Tom", "ask", { ...cleo, place: directPlace })).toBe("Cleo answers you here in a moment.");
  await rest(talk);
  expect(await talk.transcript(directPlace.channel)).toEqual(["Tom: Hello?", "Cleo: Cleo here."]);
});

test("where nobody lives the default persona can be asked, also where nothing was ever said", async () => {
  const talk = await openTalk();
  expect(await talk.ask("Tom", "ask", asking("Hello?"))).toBe("Ada answers you here in a moment.");
  await rest(talk);
  expect(await talk.transcript()).toEqual(["Tom: Hello?", "Ada: Ada here."]);
  const bruno = { options: { persona: "bruno", text: "Hello?" } };
  expect(await talk.ask("Tom", "ask", bruno)).toContain("Bruno does not take part here");
});

test("whoever does not want to be heard asks nothing, and is told how that is changed", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.story.store.registry.optOut(whoIs("Tom"), 0);
  for (const given of [asking("Hello?"), privately("Hello?")]) {
    expect(await talk.ask("Tom", "ask", given)).toContain("/privacy opt-in changes that");
  }
  await rest(talk);
  expect(talk.asked).toEqual([]);
  expect(await talk.transcript()).toEqual([]);
});

test("a channel for adults stays closed to questions, also before anything was said there", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  const place = { ...loungePlace, nsfw: true };
  for (const given of [asking("Hello?"), privately("Hello?")]) {
    expect(await talk.ask("Tom", "ask", { ...given, place })).toContain("This is a channel for adults");
  }
  await talk.set("nsfw", "on");
  expect(await talk.ask("Tom", "ask", { ...asking("Hello?"), place })).toBe("Ada answers you here in a moment.");
});

test("a stop that is said by a command is heard, each time, by who was asked", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.bind("bruno");
  for (const expected of [1, 2]) {
    await talk.give("Tom", ["ask"], { options: { persona: "bruno", text: "stop" } });
    await rest(talk);
    expect((await talk.story.store.registry.place(lounge))?.stoppedAt).not.toBeNull();
    expect(talk.room.got.map(({ as }) => as.name)).toEqual(Array.from({ length: expected }, () => "Bruno"));
  }
});

test("an empty question is told so", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  expect(await talk.ask("Tom", "ask", asking("\u0000 "))).toContain("/ask: text: expected a question");
});

test("who waits for a private answer waits for one at a time", async () => {
  const answer = Promise.withResolvers<string>();
  const talk = await openTalk({ say: () => answer.promise });
  await talk.bind("ada");
  const first = talk.ask("Tom", "ask", privately("Who are you?"));
  await talk.story.clock.advance(10);
  expect(await talk.ask("Tom", "ask", privately("Well?"))).toContain("please wait for its answer");
  const others = talk.ask("Zoe", "ask", privately("And for me?"));
  answer.resolve("I am Ada.");
  expect(await first).toContain("I am Ada.");
  expect(await others).toContain("I am Ada.");
  expect(await talk.ask("Tom", "ask", privately("Again?"))).toContain("I am Ada.");
});

test("what takes longer than can still be told is given up", async () => {
  const talk = await openTalk({ say: () => new Promise(() => {}) });
  await talk.bind("ada");
  const told = talk.ask("Tom", "ask", privately("Who are you?"));
  await talk.story.clock.advance(10 * 60_000);
  expect(await told).toContain("I have no answer now");
});

test("private questions count with all others: who has asked enough is told so, and no solver is asked", async () => {
  const brakes = { ...usualBrakes, quota: { perMinute: 2, perDay: 100 } };
  const talk = await openTalk({ limits: { brakes } });
  await talk.bind("ada");
  expect(await talk.ask("Tom", "ask", privately("One?"))).toContain("Ada here.");
  await talk.says("Tom", "Ada, two?");
  expect(await talk.ask("Tom", "ask", privately("Three?"))).toContain("That was 2 answers for you within a minute");
  expect(talk.asked).toHaveLength(2);
  expect(await talk.ask("Zoe", "ask", privately("And for me?"))).toContain("Ada here.");
});

test("when the house closes, a private question is given up in one sentence", async () => {
  const talk = await openTalk({ say: () => new Promise(() => {}) });
  await talk.bind("ada");
  const told = talk.ask("Tom", "ask", privately("Who are you?"));
  await talk.story.clock.advance(10);
  talk.closing.abort();
  expect(await told).toContain("just closing");
});

test("whom somebody may ask is suggested to them", async () => {
  const talk = await openTalk();
  await talk.bind("bruno");
  const suggest = async (who: string) => {
    const invocation = { path: ["ask"], options: {}, files: {}, channels: {}, target: null, place: loungePlace };
    const by = { id: whoIs(who), name: who, canManageChannel: who === "Mira", canManageWorkspace: false, locale: null };
    const given = { ...invocation, by, workspaceWord: "server", id: "1" };
    return (await talk.desk.suggest(given, "persona", "")).map(({ value }) => value);
  };
  expect(await suggest("Tom")).toEqual(["bruno"]);
  expect(await suggest("Mira")).toEqual(["bruno", "ada", "cleo"]);
});
