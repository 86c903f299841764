// A persona's post once more: made anew, with what it said kept, or gone on from.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InDoubt, Refused } from "../../src/adapters/adapter.ts";
import type { Answer } from "../../src/commands/command.ts";
import type { Estimate } from "../../src/domain/budget.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import { channelScope, personaId } from "../../src/domain/ids.ts";
import { sayHello } from "../../src/engine/hello.ts";
import { lounge, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import type { RoomOptions } from "../stories/room.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { buttonsOf } from "./counter.ts";
import type { Talk } from "./talk.ts";
import { openTalk, textIn } from "./talk.ts";

const estimate: Estimate = { model: "stub", tokensIn: 100, tokensOutMax: 50, costUsd: 0.25 };
const paid = { model: "stub", readiness: () => ({ kind: "paid", estimate }) as const };

/** Tom has asked Ada, and she has answered. */
async function openAnswered(options: RoomOptions & { readonly usdPerDay?: number } = {}) {
  const talk = await openTalk(options);
  await talk.bind("ada");
  await talk.says("Tom", "Ada, how is the sea?");
  const target = firstPost(talk);
  const again = (who = "Tom"): Promise<Answer> => talk.give(who, ["post", "regenerate"], { target });
  const goOn = (who: string, from = target): Promise<string> => talk.ask(who, "post continue", { target: from });
  const text = async () => (await talk.story.store.message(target))?.text ?? null;
  const rest = () => talk.story.clock.advance(5000);
  return { ...talk, target, again, goOn, text, rest };
}

function firstPost({ room }: Talk): MessageId {
  const [post] = room.got;
  if (post === undefined) throw new Error("nobody spoke");
  return post.id;
}

/** A model that counts its answers. */
function counting(): Pick<RoomOptions, "say" | "model"> {
  let count = 0;
  return { model: "stub", say: async () => `Answer ${(count += 1)}.` };
}

test("a post is made anew from what stood before it, and what it said stays a button away", async () => {
  const { says, again, press, text, asked, room, story } = await openAnswered(counting());
  await says("Zoe", "I saw a seal.");
  const made = await again();
  expect(textIn(made)).toBe("It says version 2/2 now.");
  expect(await text()).toBe("Answer 2.");
  const prompt = asked.at(-1)?.messages.map((message) => message.content) ?? [];
  expect(prompt.at(-1)).toBe("Tom: Ada, how is the sea?");
  expect(JSON.stringify(prompt)).not.toContain("seal");
  expect(JSON.stringify(prompt)).not.toContain("Answer 1.");
  expect(textIn(await again("Mira"))).toBe("It says version 3/3 now.");
  const back = await press("Tom", buttonsOf(made)[0]);
  expect(textIn(back)).toBe("It says version 1/3 now.");
  expect(buttonsOf(back).map(({ label }) => label)).toEqual(["▶"]);
  expect(room.deeds).toEqual(["say: Answer 1.", "edit: Answer 2.", "edit: Answer 3.", "edit: Answer 1."]);
  const [entry] = await story.store.registry.audit([channelScope(lounge)], 10);
  expect(entry).toMatchObject({ what: "post edit", by: { name: "Tom" } });
});

test("each version tells which solver and which model made it", async () => {
  const { again, ask, press, set } = await openAnswered(counting());
  const why = () => ask("Tom", "post why");
  expect(await why()).toMatch(/\nIt came from own \(stub\)\.$/u);
  await set("model", "other-1");
  const made = await again();
  expect(await why()).toMatch(/\nIt says version 2\/2 now\.\nIt came from own \(other-1\)\.$/u);
  await press("Tom", buttonsOf(made)[0]);
  expect(await why()).toMatch(/\nIt says version 1\/2 now\.\nIt came from own \(stub\)\.$/u);
});

test("a script says something else, for it has before it what it has said already", async () => {
  const lines = ["Calm.", "Rough.", "Grey."];
  const { again, text, asked } = await openAnswered({
    say: async ({ chance, recent }) => {
      const said = new Set((await recent()).map((message) => message.text));
      const left = lines.filter((line) => !said.has(line));
      const from = left.length === 0 ? lines : left;
      return from[Math.floor(chance("line") * from.length)] ?? "";
    },
  });
  const said = new Set([await text()]);
  for (const number of [2, 3]) {
    expect(textIn(await again())).toBe(`It says version ${number}/${number} now.`);
    said.add(await text());
  }
  expect(said).toEqual(new Set(lines));
  expect(textIn(await again())).toBe("Nothing else came to Ada's mind: it says what it said.");
  expect(asked).toHaveLength(8);
});

test("chance is another one for each version, and the same where all else is the same", async () => {
  const drawn: number[][] = [];
  for (let house = 0; house < 2; house += 1) {
    const draws: number[] = [];
    const { again } = await openAnswered({
      model: "stub",
      say: async ({ chance }) => {
        draws.push(chance("x"));
        return `Answer ${draws.length}.`;
      },
    });
    await again();
    await again();
    drawn.push(draws.slice(1));
  }
  expect(new Set(drawn[0]).size).toBe(2);
  expect(drawn[1]).toEqual(drawn[0]);
});

test("one post is made anew once at a time", async () => {
  const slow = Promise.withResolvers<string>();
  const answers = [Promise.resolve("Calm."), slow.promise];
  const { again, text, asked } = await openAnswered({ model: "stub", say: () => answers.shift() ?? slow.promise });
  const first = again();
  expect(textIn(await again("Mira"))).toBe("Ada is thinking about this very post already.");
  slow.resolve("Rough.");
  expect(textIn(await first)).toBe("It says version 2/2 now.");
  expect(await text()).toBe("Rough.");
  expect(asked).toHaveLength(2);
});

test("each new version has its room in the budget first; without it nothing changes and the reason is told", async () => {
  const { again, text, story, asked } = await openAnswered({ ...counting(), ...paid, usdPerDay: 0.6 });
  const spent = async () => (await story.store.spent(story.clock.now())).usd;
  expect(await spent()).toBe(0.25);
  await again();
  expect(await spent()).toBe(0.5);
  expect(textIn(await again())).toContain(
    "Nothing was changed. (I have no answer now: the budget of $0.60 a day leaves $0.10",
  );
  expect(await spent()).toBe(0.5);
  expect(asked).toHaveLength(2);
  expect(await text()).toBe("Answer 2.");
});

test("a model that says the same again is not asked on and on", async () => {
  const { again, asked } = await openAnswered({ model: "stub", say: async () => "Calm." });
  expect(textIn(await again())).toBe("Nothing else came to Ada's mind: it says what it said.");
  expect(asked).toHaveLength(2);
});

const traits = { textCharsMax: 300 };
/** So many sentences of about thirty characters, each its own. */
const tale = (name: string, sentences: number): string =>
  Array.from({ length: sentences }, (_, at) => `${name} ${at} goes by in the fog.`).join(" ");

/** Ada's answers in order, in a place where a post holds 300 characters. */
async function openTales(...answers: readonly string[]) {
  const left = [...answers];
  const talk = await openAnswered({ traits, model: "stub", say: async () => left.shift() ?? "" });
  const { store } = talk.story;
  const posts = async () => (await store.recentMessages(lounge, null, 50)).filter((message) => message.spoken !== null);
  const texts = async () => (await posts()).map((message) => message.text);
  const standing = () => [...talk.room.standing.values()];
  return { ...talk, posts, texts, standing };
}

test("a long answer is made anew in all of its posts, and leafed through in all of them", async () => {
  const { again, press, texts, standing } = await openTales(tale("Boat", 15), tale("Gull", 14));
  const before = await texts();
  expect(before).toHaveLength(2);
  const made = await again();
  expect(textIn(made)).toBe("It says version 2/2 now.");
  expect((await texts()).join(" ")).toBe(tale("Gull", 14));
  expect(standing()).toEqual(await texts());
  expect(textIn(await press("Tom", buttonsOf(made)[0]))).toBe("It says version 1/2 now.");
  expect(await texts()).toEqual(before);
  expect(standing()).toEqual(before);
});

test("a new answer that is shorter leaves its last posts almost empty; one that is too long ends where the room does", async () => {
  const short = await openTales(tale("Boat", 15), "Calm.");
  expect(textIn(await short.again())).toBe("It says version 2/2 now.");
  expect(await short.texts()).toEqual(["Calm.", "…"]);
  const long = await openTales(tale("Boat", 15), tale("Gull", 40));
  expect(textIn(await long.again())).toContain("its beginning stands there.");
  const said = await long.texts();
  expect(said).toHaveLength(2);
  expect(tale("Gull", 40).startsWith(said.join(" "))).toBe(true);
  expect(long.standing()).toEqual(said);
});

test("what somebody changed in one post of an answer is a version of the whole", async () => {
  const { again, ask, press, texts, posts } = await openTales(tale("Boat", 15), tale("Gull", 14));
  const [first = "", second = ""] = await texts();
  const last = (await posts()).at(-1)?.id ?? null;
  expect(await ask("Tom", "post edited", { options: { text: "By hand." }, target: last })).toContain("version 2/2");
  const made = await again();
  expect(textIn(made)).toBe("It says version 3/3 now.");
  const back = await press("Tom", buttonsOf(made)[0]);
  expect(await texts()).toEqual([first, "By hand."]);
  await press("Tom", buttonsOf(back)[0]);
  expect(await texts()).toEqual([first, second]);
});

test("one answer is made anew once at a time, whichever of its posts is chosen", async () => {
  const slow = Promise.withResolvers<string>();
  const answers = [Promise.resolve(tale("Boat", 15)), slow.promise];
  const { again, ask, room } = await openAnswered({
    traits,
    model: "stub",
    say: () => answers.shift() ?? slow.promise,
  });
  const first = again();
  const last = room.got.at(-1)?.id ?? null;
  expect(await ask("Mira", "post regenerate", { target: last })).toBe("Ada is thinking about this very post already.");
  slow.resolve(tale("Gull", 14));
  expect(textIn(await first)).toBe("It says version 2/2 now.");
});

test("where the platform refuses a post of several, memory is as the platform is", async () => {
  const { again, texts, standing, room } = await openTales(tale("Boat", 15), tale("Gull", 14), tale("Seal", 14));
  const [, second] = await texts();
  refuseSecond(room);
  expect(textIn(await again())).toBe("It could not be done: not that one.");
  expect((await texts())[1]).toBe(second);
  expect((await texts())[0]).toContain("Gull");
  expect(standing()).toEqual(await texts());
  expect(textIn(await again())).toBe("It says version 3/3 now.");
  expect(standing().join(" ")).toBe(tale("Seal", 14));
});

/** The platform refuses the second change from now on. */
function refuseSecond(room: Talk["room"]): void {
  const edit = room.edit.bind(room);
  let count = 0;
  room.edit = async (...given) => {
    count += 1;
    if (count === 2) throw new Refused("not that one");
    await edit(...given);
  };
}

test("of a new answer that is longer than its post the beginning stands there", async () => {
  const { again, text } = await openTales("Short.", tale("Gull", 30));
  expect(textIn(await again())).toContain("its beginning stands there.");
  const said = (await text()) ?? "";
  expect(said.length).toBeLessThanOrEqual(300);
  expect(tale("Gull", 30).startsWith(said)).toBe(true);
});

test("where the question is gone nothing is made anew, and nobody is asked", async () => {
  const { again, asked, story } = await openAnswered(counting());
  const [question] = await story.store.recentMessages(lounge, null, 10);
  await story.intake.deleted(question === undefined ? [] : [question.id], null);
  expect(textIn(await again("Mira"))).toContain("What this answers is not remembered any more");
  expect(asked).toHaveLength(1);
});

test("a notice of the house's own is neither made anew nor gone on from", async () => {
  const { again, goOn, room } = await openAnswered({
    say: async () => {
      throw new Error("the line is dead");
    },
  });
  expect(room.got[0]?.post.solver).toBe("house");
  expect(textIn(await again())).toContain("This is a notice of the house's own");
  expect(await goOn("Tom")).toContain("This is a notice of the house's own");
});

test("in a channel for adults nothing is made anew", async () => {
  const { again, goOn, room, target } = await openAnswered(counting());
  await room.hear({ kind: "person", name: "Tom" }, "psst", { place: { ...loungePlace, nsfw: true } });
  expect(textIn(await again())).toContain("This is a channel for adults");
  expect(target).toBe(room.got[0]?.id);
  expect(await goOn("Tom")).toContain("Ada goes on here");
});

test("a question that is taken back while it is thought about is not answered anew", async () => {
  const slow = Promise.withResolvers<string>();
  let count = 0;
  const { again, text, story, room } = await openAnswered({
    model: "stub",
    say: () => ((count += 1) === 1 ? Promise.resolve("Calm.") : slow.promise),
  });
  const made = again();
  await story.clock.advance(10);
  await story.store.registry.forget(whoIs("Tom"), story.clock.now());
  slow.resolve("Rough.");
  expect(textIn(await made)).toContain("What this answers is not remembered any more");
  expect(await text()).toBe("Calm.");
  expect(room.deeds).toEqual(["say: Calm."]);
});

test("what the platform refuses leaves the post and its versions as they are", async () => {
  const { again, text, room, story, target } = await openAnswered(counting());
  room.troubles.push({ on: "edit", error: new InDoubt("the answer got lost"), when: "before" });
  expect(textIn(await again())).toBe("It could not be done: the answer got lost.");
  expect(await text()).toBe("Answer 1.");
  expect(await story.store.registry.versions(target)).toEqual([]);
});

test("the persona goes on below, and memory says who asked for it", async () => {
  const { goOn, rest, transcript, room, asked, ask, target } = await openAnswered(counting());
  expect(await goOn("Zoe")).toBe("Ada goes on here in a moment.");
  await rest();
  expect(await transcript()).toEqual(["Tom: Ada, how is the sea?", "Ada: Answer 1.", "Zoe: Go on.", "Ada: Answer 2."]);
  expect(room.got.at(-1)?.manner).toMatchObject({
    asked: { by: "Zoe", text: "Go on." },
    refersTo: { message: target, author: "Ada" },
  });
  expect(asked.at(-1)?.messages.at(-1)?.content).toBe("Zoe: Go on.");
  expect(await ask("Zoe", "post why")).toContain("A person asked Ada to go on from what it had said.");
});

test("pressed twice, it goes on once; and again from there only when nothing came of it or what came is gone", async () => {
  let fails = false;
  const { goOn, rest, room, story } = await openAnswered({
    say: async () => {
      if (fails) throw new Error("the line is dead");
      return "And so on.";
    },
  });
  const said = () => room.got.filter(({ post }) => post.solver !== "house").length;
  fails = true;
  await goOn("Tom");
  await rest();
  expect(said()).toBe(1);
  fails = false;
  await Promise.all([goOn("Tom"), goOn("Zoe"), goOn("Tom")]);
  await rest();
  expect(said()).toBe(2);
  expect(await goOn("Zoe")).toBe("Ada was asked that already: let it go on from what it says to that.");
  await rest();
  expect(said()).toBe(2);
  await story.intake.deleted(
    room.got.slice(-1).map((got) => got.id),
    null,
  );
  await goOn("Zoe");
  await rest();
  expect(said()).toBe(3);
  await goOn("Zoe", room.got.at(-1)?.id);
  await rest();
  expect(said()).toBe(4);
});

test("it goes on in the language of what was said", async () => {
  const { goOn, rest, transcript } = await openAnswered({ say: async () => "Das weiß ich nicht, aber es ist kalt." });
  await goOn("Tom");
  await rest();
  expect(await transcript()).toContain("Tom: Weiter.");
});

test("who does not take part here any more goes on for those who manage the channel only", async () => {
  const { goOn, story, bind } = await openAnswered();
  const mira = { id: whoIs("Mira"), name: "Mira" };
  await bind("bruno");
  await story.store.registry.unbind(personaId("ada"), channelScope(lounge), mira, 0);
  expect(await goOn("Tom")).toContain("Ada does not take part here");
  expect(await goOn("Mira")).toContain("Ada goes on here");
  await story.store.registry.optOut(whoIs("Mira"), 0);
  expect(await goOn("Mira")).toContain("You asked not to be heard");
});

test("an answer that is deleted takes with it what was asked by a command and stood only above it", async () => {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.give("Tom", ["ask"], { options: { persona: "ada", text: "A secret?" } });
  await talk.give("Tom", ["ask"], { options: { persona: "ada", text: "Another?" } });
  await talk.story.clock.advance(5000);
  const [first, ...others] = talk.room.got.map((got) => got.id);
  await talk.ask("Tom", "post delete", { target: first ?? null });
  await talk.story.intake.deleted(others, null);
  expect(await talk.transcript()).toEqual([]);
  await talk.says("Tom", "Ada, hello");
  await talk.story.intake.deleted(
    talk.room.got.slice(2).map((got) => got.id),
    null,
  );
  expect(await talk.transcript()).toEqual(["Tom: Ada, hello"]);
});

test("a line with which a persona opened a conversation gives way to another of them, and can be gone on from", async () => {
  const personas = newFolder();
  const greetings = ["Tea is ready.", "Mind the step."];
  writeFileSync(join(personas, "ada.yaml"), `version: 1\nsolvers: [own]\ngreetings: ${JSON.stringify(greetings)}\n`);
  const kept = { personas, database: join(newFolder(), "troupe.db"), clock: new VirtualClock() };
  const talk = await openTalk({ kept, say: async () => "And the kettle sings." });
  await talk.bind("ada");
  const { intake, store, clock, personas: cast } = talk.story;
  const by = { id: whoIs("Mira"), name: "Mira" };
  const hear = (arrival: Parameters<typeof intake.message>[0]) => intake.message(arrival, null);
  await sayHello({ personas: cast, clock, hear }, { persona: personaId("ada"), place: loungePlace, by, key: "1" });
  await clock.advance(5000);
  const target = firstPost(talk);
  const text = async () => (await store.message(target))?.text;
  const first = await text();
  expect(await talk.ask("Mira", "post regenerate", { target })).toBe("It says version 2/2 now.");
  expect(new Set([first, await text()])).toEqual(new Set(greetings));
  expect(await talk.ask("Mira", "post regenerate", { target })).toContain("Nothing else came to Ada's mind");
  expect(await talk.ask("Mira", "post continue", { target })).toBe("Ada goes on here in a moment.");
  await clock.advance(5000);
  expect((await talk.transcript()).slice(1)).toEqual([
    `Ada: ${(await text()) ?? ""}`,
    "Mira: Go on.",
    "Ada: And the kettle sings.",
  ]);
});
