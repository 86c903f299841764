// Who speaks in a place, strategy by strategy: tables of cases.
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { authorId, feedPlatform, messageId, personaId } from "../../src/domain/ids.ts";
import type { Author, Message } from "../../src/domain/message.ts";
import { nameMatcher } from "../../src/domain/names.ts";
import type { RoomStrategy } from "../../src/domain/strategy.ts";
import { ROOM_STRATEGIES } from "../../src/domain/strategy.ts";
import type { Turn } from "../../src/domain/turn.ts";
import type { Room } from "../../src/engine/directing.ts";
import { directBurst } from "../../src/engine/director.ts";
import type { Speakers } from "../../src/engine/strategy.ts";
import { nextInList, poolOf } from "../../src/engine/strategy.ts";
import { makeMessage, makePersona, makePersonaMessage, makeTurn } from "../people.ts";

const cast = [
  makePersona("ada", { aliases: ["エイダ"], talkativeness: 0.5 }),
  makePersona("bruno", { aliases: ["Бруно"], talkativeness: 0.5 }),
  makePersona("cleo", { talkativeness: 0.5 }),
];

/** A channel in which all take part by one strategy, or each by its own. */
function room(strategy: RoomStrategy | Readonly<Record<string, RoomStrategy>>, more: Partial<Room> = {}): Room {
  return {
    cast,
    residents: "bound",
    unnamed: "ignored",
    names: nameMatcher(cast),
    repliedTo: new Map(),
    part: ({ id, talkativeness }) => ({
      strategy: typeof strategy === "string" ? strategy : (strategy[id] ?? "named"),
      talkativeness,
    }),
    speakers: [],
    bots: "off",
    closed: null,
    rest: null,
    stops: new Map(),
    depthOf: (message) => message.depth,
    chance: seededChance("a seed"),
    ...more,
  };
}

const noor: Author = { id: authorId(feedPlatform, "noor"), kind: "person", name: "Noor" };
const otherBot: Author = { id: authorId(feedPlatform, "newsbot"), kind: "bot", name: "Newsbot" };
/** Who spoke before, by handle; `*`: a person. */
const spoke = (handles: string): Speakers =>
  handles === "" ? [] : handles.split(" ").map((handle) => (handle === "*" ? null : personaId(handle)));

function said(message: Message, where: Room): string {
  const [decision] = directBurst([message], [], where).decisions;
  const turns = decision?.turns.map((turn) => `${turn.persona}${turn.unasked ? " unasked" : ""}`) ?? [];
  if (turns.length > 0) return turns.join(", ");
  return `(${decision?.silences.map(({ reason }) => reason.kind).join(", ")})`;
}

// Strategy, text, what chance gives, who answers; or in brackets why nobody does.
const byNature = [
  ["hi", 0.4, "ada unasked, bruno unasked"],
  ["hi", 0.6, "(not-inclined, not-inclined, not-inclined)"],
  ["Cleo, hi", 0.9, "cleo"],
  ["Cleo and Ada: hi", 0.9, "cleo, ada"],
  ["Бруно и エイダさん!", 0.9, "bruno, ada"],
  ["エイダさん、Cleo、Бруно", 0.9, "ada, cleo, bruno"],
] as const;

test.each(byNature)("natural: %j, where chance gives %d: %s", (text, at, expected) => {
  expect(said(makeMessage("m1", text), room("natural", { chance: () => at }))).toBe(expected);
});

test.each([
  [0, "ada"],
  [0.5, "bruno"],
  [0.9, "cleo"],
] as const)(
  "natural: what speaks to the house is answered by one of the willing, chance gives %d: %s",
  (at, expected) => {
    expect(said(makeMessage("m1", "hi", { toHouse: true }), room("natural", { chance: () => at }))).toBe(expected);
  },
);

// Who spoke before (* is a person), text, who answers.
const inTurn = [
  ["", "hi", "ada"],
  ["ada", "hi", "bruno"],
  ["* ada * bruno", "hi", "cleo"],
  ["ada bruno cleo", "hi", "ada"],
  ["ada *", "hi", "bruno"],
  ["ada somebody-else", "hi", "bruno"],
  ["ada", "Cleo, hi", "cleo"],
  ["* cleo", "hi", "ada"],
  ["ada", "Бруно и Ada", "bruno, ada"],
] as const;

test.each(inTurn)("list: after %j, %j is answered by %s", (before, text, expected) => {
  expect(said(makeMessage("m1", text), room("list", { speakers: spoke(before) }))).toBe(expected);
});

const outOfThePool = [
  ["", "hi", 0, "ada"],
  ["", "hi", 0.9, "cleo"],
  ["* ada", "hi", 0, "bruno"],
  ["* ada", "hi", 0.9, "cleo"],
  ["* cleo ada", "hi", 0.9, "bruno"],
  ["ada bruno * cleo", "hi", 0, "ada"],
  ["* bruno cleo ada", "hi", 0, "bruno"],
  ["* ada *", "hi", 0, "ada"],
  ["* ada", "Ada?", 0, "ada"],
] as const;

test.each(outOfThePool)(
  "pooled: after %j, %j, where chance gives %d, is answered by %s",
  (before, text, at, expected) => {
    expect(said(makeMessage("m1", text), room("pooled", { speakers: spoke(before), chance: () => at }))).toBe(expected);
  },
);

const bySayingSo = [
  ["named", "hi", "(nobody-named)"],
  ["named", "Cleo, Ada!", "cleo, ada"],
  ["manual", "hi", "(nobody-named)"],
  ["manual", "Cleo, Ada!", "(manual, manual)"],
  ["manual", "@Ada", "(manual)"],
] as const;

test.each(bySayingSo)("%s: %j: %s", (strategy, text, expected) => {
  expect(said(makeMessage("m1", text), room(strategy))).toBe(expected);
});

test("manual: a command alone is answered; not a reply, not a word to the house, not a persona, not a bot", () => {
  const post = makePersonaMessage("p1", "ada", "The fog is back.");
  const where = room("manual", { repliedTo: new Map([[post.id, post]]), bots: "all" });
  expect(said(makeMessage("m1", "really?", { replyTo: post.id }), where)).toBe("(manual)");
  expect(said(makeMessage("m1", "hi", { toHouse: true }), where)).toBe("(manual)");
  expect(said(makeMessage("m1", "hi"), { ...where, unnamed: "answered" })).toBe("(manual)");
  expect(said(makePersonaMessage("p2", "bruno", "Ada?"), where)).toBe("(manual)");
  expect(said(makeMessage("m1", "Ada?", { author: otherBot }), where)).toBe("(manual)");
  expect(said(makeMessage("m1", "hello", { asks: personaId("ada") }), where)).toBe("ada");
});

// Who takes part how, and who answers a remark that names nobody.
const mixed = [
  [{ ada: "named", bruno: "list", cleo: "list" }, "hi", "bruno"],
  [{ ada: "pooled", bruno: "list", cleo: "natural" }, "hi", "bruno"],
  [{ ada: "named", bruno: "pooled", cleo: "natural" }, "hi", "bruno"],
  [{ ada: "manual", bruno: "natural", cleo: "named" }, "hi", "bruno unasked"],
  [{ ada: "manual", bruno: "named", cleo: "named" }, "hi", "(nobody-named)"],
  [{ ada: "manual", bruno: "named", cleo: "list" }, "Ada and Bruno?", "bruno"],
] as const;

test.each(mixed)("where each takes part by its own strategy, %j: %j: %s", (strategies, text, expected) => {
  expect(said(makeMessage("m1", text), room(strategies, { chance: () => 0 }))).toBe(expected);
});

test.each(["list", "pooled"] as const)(
  "%s: every remark of a person is answered by exactly one, and asked for",
  (strategy) => {
    for (let i = 0; i < 30; i += 1) {
      const [decision] = directBurst([makeMessage(`m${i}`, "hi")], [], room(strategy)).decisions;
      expect(decision?.turns.map((turn) => turn.unasked)).toEqual([false]);
      expect(decision?.silences.map(({ reason }) => reason.kind)).toEqual(["another-chosen"]);
    }
  },
);

test.each(["list", "pooled"] as const)(
  "%s: what different people say in one burst goes to different personas",
  (strategy) => {
    const burst = [makeMessage("m1", "hi"), makeMessage("m2", "hello", { author: noor })];
    for (const at of [0, 0.4, 0.99]) {
      const { decisions } = directBurst(burst, [], room(strategy, { chance: () => at }));
      const personas = decisions.flatMap((each) => each.turns.map((turn) => turn.persona));
      expect(new Set(personas).size).toBe(2);
    }
  },
);

test.each(["natural", "list", "pooled"] as const)(
  "%s: while talk rests nobody answers what is not for the house",
  (strategy) => {
    for (const rest of ["stopped", "quiet-hours"] as const) {
      const where = room(strategy, { rest, chance: () => 0 });
      expect(said(makeMessage("m1", "hi"), where)).toBe(`(${rest})`);
      expect(said(makeMessage("m1", "hi", { toHouse: true }), where)).toBe("ada");
      expect(said(makeMessage("m1", "Cleo?"), where)).toBe("cleo");
    }
  },
);

test.each(["natural", "list", "pooled"] as const)(
  "%s: another bot is answered as deep as it stands, unasked",
  (strategy) => {
    const message = makeMessage("m1", "hi", { author: otherBot });
    const where = room(strategy, { bots: "all", depthOf: () => 5, chance: () => 0 });
    const [decision] = directBurst([message], [], where).decisions;
    expect(decision?.turns[0]).toMatchObject({ persona: "ada", unasked: true, depth: 6 });
    expect(said(message, { ...where, bots: "mention" })).toBe("(foreign-bot)");
  },
);

test.each(ROOM_STRATEGIES)("%s: a persona's post that names nobody is answered by nobody", (strategy) => {
  const where = room(strategy, { chance: () => 0, bots: "all", unnamed: "answered" });
  expect(said(makePersonaMessage("p1", "ada", "What a day."), where)).toBe("(not-named)");
});

test("what the house says through a persona is answered by no persona, whomever it names or replies to", () => {
  const post = makePersonaMessage("p1", "bruno", "Ada?");
  const where = room("natural", { chance: () => 0, repliedTo: new Map([[post.id, post]]) });
  const line = makePersonaMessage("p2", "ada", "(Bruno and I stop here.)", {
    replyTo: post.id,
    said: { solver: "house" },
  });
  expect(said(line, where)).toBe("(house-line)");
  expect(said({ ...line, author: noor, spoken: null }, where)).toBe("bruno");
});

/** Each message is directed by itself, as when it comes a moment after the one before, and nobody has begun to think; returns who is left to answer. */
function oneByOne(messages: readonly Message[], where: Room): readonly string[] {
  let waiting: readonly Turn[] = [];
  for (const message of messages) {
    const { decisions, folds } = directBurst([message], waiting, where);
    const made = decisions.flatMap((each) =>
      each.turns.map((turn) => ({ ...makeTurn(messageId(feedPlatform, "x"), "x"), ...turn })),
    );
    const folded = new Set(folds.map((fold) => fold.turn));
    waiting = [...waiting, ...made].filter((turn) => !folded.has(turn.id));
  }
  return waiting.map((turn) => `${turn.trigger} ${turn.persona}`);
}

function allAtOnce(messages: readonly Message[], where: Room): readonly string[] {
  const { decisions, folds } = directBurst(messages, [], where);
  const folded = new Set(folds.map((fold) => fold.turn));
  const turns = decisions.flatMap((each) => each.turns).filter((turn) => !folded.has(turn.id));
  return turns.map((turn) => `${turn.trigger} ${turn.persona}`);
}

const texts = {
  named: ["Ada, so", "Ada, I saw", "Ada: a seal"],
  natural: ["so", "I saw", "a seal"],
  list: ["so", "I saw", "a seal"],
  pooled: ["so", "I saw", "a seal"],
  manual: ["so", "I saw", "a seal"],
} as const satisfies Record<RoomStrategy, readonly string[]>;

test.each(ROOM_STRATEGIES)("%s: a burst of one person is folded into one answer, to the last message", (strategy) => {
  for (let i = 0; i < 20; i += 1) {
    const burst = texts[strategy].map((text, at) => makeMessage(`m${i}-${at}`, text));
    const chance = seededChance(`seed ${i}`);
    // One joins in at most, so that the count is one for each strategy.
    const where = room(strategy, { chance, part: ({ id }) => ({ strategy, talkativeness: id === "bruno" ? 1 : 0 }) });
    for (const left of [allAtOnce(burst, where), oneByOne(burst, where)]) {
      expect(left).toHaveLength(strategy === "manual" ? 0 : 1);
      expect(left.every((each) => each.startsWith(`${burst.at(-1)?.id} `))).toBe(true);
    }
  }
});

test("natural: who was to join in on a remark does so on the next of the same author, and nobody else does", () => {
  const burst = ["so", "I saw", "a seal"].map((text, at) => makeMessage(`m${at}`, text));
  const chance = (...keys: readonly string[]): number =>
    keys.includes(burst[0]?.id ?? "") && keys.includes("cleo") ? 0 : 0.9;
  const first = oneByOne(burst.slice(0, 1), room("natural", { chance }));
  expect(first).toEqual([`${burst[0]?.id} cleo`]);
  expect(oneByOne(burst, room("natural", { chance }))).toEqual([`${burst[2]?.id} cleo`]);
});

test("what a person asked is not folded into what nobody asked for; the other way round it is", () => {
  const where = room("natural", { chance: () => 0 });
  const ask = makeMessage("m1", "Ada, how is the lamp?");
  const remark = makeMessage("m2", "I saw a seal");
  expect(oneByOne([ask, remark], where)).toEqual([`${ask.id} ada`, `${remark.id} ada`, `${remark.id} bruno`]);
  expect(oneByOne([remark, makeMessage("m3", "Ada?")], where)).toEqual([
    `${remark.id} bruno`,
    `${messageId(feedPlatform, "m3")} ada`,
  ]);
});

test("a long post of several parts that name the same persona is answered once", () => {
  const parts = ["Bruno, first", "and second, Bruno"].map((text, at) => makePersonaMessage(`p${at}`, "ada", text));
  expect(allAtOnce(parts, room("named"))).toEqual([`${parts[1]?.id} bruno`]);
});

test("a list and a pool need nothing but who spoke: the same before and after a restart", () => {
  expect(nextInList(cast, spoke("* bruno"))?.id).toBe("cleo");
  expect(nextInList(cast.slice(0, 1), spoke("ada"))?.id).toBe("ada");
  expect(nextInList([], [])).toBeNull();
  expect(poolOf(cast, spoke("* ada bruno")).map((each) => each.id)).toEqual(["cleo"]);
  expect(poolOf(cast, spoke("* ada bruno cleo")).map((each) => each.id)).toEqual(["ada", "bruno"]);
  expect(poolOf(cast.slice(0, 1), spoke("* ada")).map((each) => each.id)).toEqual(["ada"]);
  expect(poolOf([], spoke("* ada"))).toEqual([]);
});
