// The director's rules, case by case.
import { expect, test } from "vitest";
import { seededChance } from "../../src/chance.ts";
import { messageId, feedPlatform, ownedPersonaId, personaId, sceneId, workspaceId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { nameMatcher } from "../../src/domain/names.ts";
import type { Persona } from "../../src/domain/persona.ts";
import { directBurst } from "../../src/engine/director.ts";
import type { Room } from "../../src/engine/directing.ts";
import { makeMessage, makePersona, makePersonaMessage, makeTurn } from "../people.ts";

const cast = [makePersona("ada", { aliases: ["エイダ"] }), makePersona("bruno"), makePersona("cleo")];

function room(more: Partial<Room> = {}, personas: readonly Persona[] = cast): Room {
  return {
    cast: personas,
    residents: "everyone",
    unnamed: "answered",
    names: nameMatcher(personas),
    repliedTo: new Map(),
    part: (persona) => ({ strategy: "named", talkativeness: persona.talkativeness }),
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

function answering(message: Message, where = room()): readonly string[] {
  return directBurst([message], [], where).decisions.flatMap((each) => each.turns.map((turn) => turn.persona));
}

test.each([
  ["Ada, how is the lamp?", ["ada"]],
  ["what does ada think?", ["ada"]],
  ["@bruno are you there", ["bruno"]],
  ["Ада, привет", ["ada"]],
  ["エイダさん、元気?", ["ada"]],
  ["Bruno and Ada, who is right?", ["bruno", "ada"]],
  ["Canada is an adapter", null],
] as const)("in %j the persona that is named answers, in the order of the names", (text, expected) => {
  const personas = answering(makeMessage("m1", text));
  if (expected === null) expect(personas).toHaveLength(1);
  else expect(personas).toEqual(expected);
});

test("a reply to a persona's post makes that persona answer, without its name", () => {
  const post = makePersonaMessage("p1", "cleo", "The fog is back.");
  const message = makeMessage("m1", "really?", { replyTo: post.id });
  const where = room({ repliedTo: new Map([[post.id, post]]) });
  expect(answering(message, where)).toEqual(["cleo"]);
  expect(directBurst([message], [], where).decisions[0]?.turns[0]?.reason).toEqual({
    kind: "replied-to",
    post: post.id,
  });
});

test("a message that names nobody is answered by exactly one persona on the feed, and by none where only names count", () => {
  for (let i = 0; i < 50; i += 1) expect(answering(makeMessage(`m${i}`, "hi"))).toHaveLength(1);
  expect(answering(makeMessage("m1", "hi"), room({ unnamed: "ignored" }))).toEqual([]);
});

test("talkativeness decides who answers when nobody is named", () => {
  const talkers = [
    makePersona("ada", { talkativeness: 0.9 }),
    makePersona("bruno", { talkativeness: 0.1 }),
    makePersona("cleo", { talkativeness: 0 }),
  ];
  const counts = new Map<string, number>();
  for (let i = 0; i < 1000; i += 1) {
    const [persona] = answering(makeMessage(`m${i}`, "hi"), room({}, talkers));
    counts.set(persona ?? "", (counts.get(persona ?? "") ?? 0) + 1);
  }
  expect(counts.get("ada")).toBeGreaterThan(850);
  expect(counts.get("bruno")).toBeGreaterThan(50);
  expect(counts.get("cleo")).toBeUndefined();
});

test("somebody answers even where everyone's talkativeness is 0", () => {
  const silent = [makePersona("ada", { talkativeness: 0 }), makePersona("bruno", { talkativeness: 0 })];
  expect(answering(makeMessage("m1", "hi"), room({}, silent))).toHaveLength(1);
});

test("every silence has its reason", () => {
  const reasons = (message: Message, where = room()) =>
    directBurst([message], [], where).decisions[0]?.silences.map((silence) => silence.reason.kind);
  expect(reasons(makeMessage("m1", "hi"))).toEqual(["another-chosen"]);
  expect(reasons(makeMessage("m1", "Ada?"))).toEqual(["not-named"]);
  expect(reasons(makeMessage("m1", ""))).toEqual(["empty-text"]);
  expect(reasons(makeMessage("m1", "hi"), room({}, []))).toEqual(["nobody-here"]);
  expect(
    reasons(makeMessage("m1", "Ada!", { author: { id: makeMessage("x", "").author.id, kind: "bot", name: "Bot" } })),
  ).toEqual(["foreign-bot"]);
});

test("within a scene the scene decides who speaks next, whoever is named", () => {
  const post = makePersonaMessage("p1", "ada", "Bruno, look!", { said: { scene: sceneId("harbour"), unasked: true } });
  const [decision] = directBurst([post], [], room()).decisions;
  expect(decision?.turns).toEqual([]);
  expect(decision?.silences[0]?.reason.kind).toBe("scene-decides");
});

test("a persona that an answer to a person names speaks too, unasked and one step deeper", () => {
  const post = makePersonaMessage("p1", "ada", "Ask Bruno.", { depth: 1 });
  const [turn] = directBurst([post], [], room()).decisions[0]?.turns ?? [];
  expect(turn).toMatchObject({ persona: "bruno", unasked: true, depth: 2, conversation: post.conversation });
});

test("a persona never answers itself", () => {
  expect(answering(makePersonaMessage("p1", "ada", "Ada, that is me."))).toEqual([]);
});

test("talk among personas fades with each step", () => {
  const answers = (depth: number): number => {
    let count = 0;
    for (let i = 0; i < 400; i += 1) count += answering(makePersonaMessage(`p${i}`, "ada", "Bruno?", { depth })).length;
    return count;
  };
  expect(answers(1)).toBe(400);
  expect(answers(2)).toBeLessThan(answers(1));
  expect(answers(7)).toBeLessThan(answers(2));
  expect(answers(2)).toBeGreaterThan(50);
});

test("of a burst by one author to one persona only the last is answered, and the earlier ones name that turn", () => {
  const burst = ["Ada, hello", "Ada, are you there?", "Ada!"].map((text, i) => makeMessage(`m${i}`, text));
  const { decisions, folds } = directBurst(burst, [], room());
  const turns = decisions.flatMap((each) => each.turns);
  expect(turns).toHaveLength(3);
  expect(folds).toEqual([
    { turn: turns[0]?.id, into: turns[1]?.id },
    { turn: turns[1]?.id, into: turns[2]?.id },
  ]);
});

test("a burst that names nobody goes to one persona, who answers once", () => {
  for (let i = 0; i < 20; i += 1) {
    const burst = ["hi", "anyone?", "hello?"].map((text, part) => makeMessage(`m${i}-${part}`, text));
    const { decisions, folds } = directBurst(burst, [], room());
    expect(new Set(decisions.flatMap((each) => each.turns.map((turn) => turn.persona))).size).toBe(1);
    expect(folds).toHaveLength(2);
  }
});

test("what different people ask is never folded, nor what different personas are asked", () => {
  const other = makeMessage("m2", "Ada?", {
    author: { ...makeMessage("x", "").author, id: makePersonaMessage("x", "x", "").author.id },
  });
  const burst = [makeMessage("m1", "Ada?"), other, makeMessage("m3", "Bruno?")];
  expect(directBurst(burst, [], room()).folds).toEqual([]);
});

test("a turn that waits since an earlier burst is folded too; one that is being thought about is not", () => {
  const before = messageId(feedPlatform, "m0");
  const waiting = makeTurn(before, "ada");
  const message = makeMessage("m1", "Ada, still there?");
  expect(directBurst([message], [waiting], room()).folds).toHaveLength(1);
  expect(directBurst([message], [], room()).folds).toEqual([]);
});

test("the same input gives the same output", () => {
  const message = makeMessage("m1", "hi");
  expect(directBurst([message], [], room())).toEqual(directBurst([message], [], room()));
  expect(personaId("ada")).toBe(cast[0]?.id);
});

const natural = (persona: Persona) => ({ strategy: "natural", talkativeness: persona.talkativeness }) as const;
const bound = (more: Partial<Room> = {}, personas = cast): Room =>
  room({ residents: "bound", unnamed: "ignored", part: natural, ...more }, personas);

function decided(message: Message, where: Room) {
  const [decision] = directBurst([message], [], where).decisions;
  return {
    turns: decision?.turns.map((turn) => `${turn.persona} ${turn.reason.kind} ${turn.unasked ? "unasked" : "asked"}`),
    silences: decision?.silences.map((silence) => `${silence.persona ?? "all"} ${silence.reason.kind}`),
  };
}

test("at most two of those who might join in do, and each silence says whether it was by chance", () => {
  expect(decided(makeMessage("m1", "hi"), bound({ chance: () => 0 }))).toEqual({
    turns: ["ada joined-in unasked", "bruno joined-in unasked"],
    silences: ["cleo others-joined"],
  });
  expect(decided(makeMessage("m1", "hi"), bound({ chance: () => 0.9 }))).toEqual({
    turns: [],
    silences: ["ada not-inclined", "bruno not-inclined", "cleo not-inclined"],
  });
});

test("who answers only when named does not join in, and a message to the house is answered by exactly one", () => {
  const mixed = bound({
    chance: () => 0,
    part: (persona) => (persona.id === "ada" ? natural(persona) : { strategy: "named", talkativeness: 1 }),
  });
  expect(decided(makeMessage("m1", "hi"), mixed)).toEqual({
    turns: ["ada joined-in unasked"],
    silences: ["all nobody-named"],
  });
  for (let i = 0; i < 20; i += 1) {
    const { turns } = decided(makeMessage(`m${i}`, "hi", { toHouse: true }), bound());
    expect(turns).toEqual([expect.stringContaining("chosen asked")]);
  }
  expect(decided(makeMessage("m1", "Bruno?", { toHouse: true }), mixed).turns).toEqual(["bruno named asked"]);
});

test("of a burst by one author that names nobody only the last message is joined in on", () => {
  const burst = ["so", "I saw", "a seal"].map((text, i) => makeMessage(`m${i}`, text));
  const { decisions } = directBurst(burst, [], bound({ chance: () => 0 }));
  expect(decisions.map((each) => each.turns.length)).toEqual([0, 0, 2]);
  expect(decisions[0]?.silences[0]?.reason.kind).toBe("wrote-on");
});

test.each(["stopped", "quiet-hours"] as const)(
  "while talk rests (%s) people are answered and nothing else is",
  (rest) => {
    const where = bound({ rest, chance: () => 0, bots: "all" });
    const bot = { id: makeMessage("x", "").author.id, kind: "bot", name: "Bot" } as const;
    expect(decided(makeMessage("m1", "Ada?"), where).turns).toEqual(["ada named asked"]);
    expect(decided(makeMessage("m1", "hi"), where).silences).toEqual([`all ${rest}`]);
    expect(decided(makeMessage("m1", "Ada?", { author: bot }), where).silences).toEqual([`all ${rest}`]);
    expect(decided(makePersonaMessage("p1", "ada", "Bruno?"), where).silences).toEqual([`all ${rest}`]);
  },
);

test("a turn that another bot causes is unasked and stands one step below the bot's place in the chain", () => {
  const author = { id: makeMessage("x", "").author.id, kind: "bot", name: "Bot" } as const;
  const where = bound({ bots: "mention", depthOf: () => 5 });
  const [decision] = directBurst([makeMessage("m1", "Ada?", { author })], [], where).decisions;
  expect(decision?.turns[0]).toMatchObject({ unasked: true, depth: 6 });
});

test("a message of pictures alone is one that can be answered", () => {
  const images = [{ url: "https://cdn.example/cat.png", type: "image/png" }];
  expect(answering(makeMessage("m1", "", { images }))).toHaveLength(1);
});

test("a reply to a post by the house's persona is for the workspace's own copy of it", () => {
  const copy = { ...makePersona("ada"), id: ownedPersonaId("ada", workspaceId(feedPlatform, "harbour")) };
  const post = makePersonaMessage("p1", "ada", "The fog is back.");
  const where = bound({ repliedTo: new Map([[post.id, post]]) }, [copy]);
  expect(decided(makeMessage("m1", "really?", { replyTo: post.id }), where).turns).toEqual([
    `${copy.id} replied-to asked`,
  ]);
  expect(answering(makeMessage("m2", "@ada hello"), where)).toEqual([copy.id]);
});

const asks = (handle: string) => ({ asks: personaId(handle) });

test("who is asked by a command answers alone, whomever the text names, and also where it does not live", () => {
  expect(decided(makeMessage("m1", "What does Bruno think?", asks("ada")), bound())).toEqual({
    turns: ["ada asked asked"],
    silences: ["all not-named"],
  });
  const nobody = bound({ residents: "nobody" }, [makePersona("bruno")]);
  expect(decided(makeMessage("m1", "hello", asks("ada")), nobody).turns).toEqual(["ada asked asked"]);
  expect(decided(makeMessage("m1", "hello", asks("ada")), bound({}, [])).turns).toEqual(["ada asked asked"]);
  expect(decided(makeMessage("m1", "hello", asks("ada")), bound({ rest: "stopped" })).turns).toEqual([
    "ada asked asked",
  ]);
});

test("a command opens no mouth that a channel for adults closes, and a stop in it is heard", () => {
  expect(decided(makeMessage("m1", "hello", asks("ada")), bound({ closed: "adults-only" }))).toEqual({
    turns: [],
    silences: ["all adults-only"],
  });
  const message = makeMessage("m1", "stop", asks("ada"));
  const where = bound({ stops: new Map([[message.id, personaId("ada")]]) });
  expect(decided(message, where).turns).toEqual(["ada told-to-stop asked"]);
});

test("to go on is asked of the post's persona, and the reason names the post", () => {
  const post = makePersonaMessage("p1", "ada", "It was a long winter.");
  const where = bound({ repliedTo: new Map([[post.id, post]]) });
  const message = makeMessage("m1", "Go on.", { ...asks("ada"), replyTo: post.id });
  expect(directBurst([message], [], where).decisions[0]?.turns.map((turn) => turn.reason)).toEqual([
    { kind: "asked", post: post.id },
  ]);
});

test("what was asked by a command is folded into nothing, and nothing into it", () => {
  const burst = [
    makeMessage("m1", "Ada, hello"),
    makeMessage("m2", "who are you?", asks("ada")),
    makeMessage("m3", "and what do you like?", asks("ada")),
    makeMessage("m4", "Ada?"),
  ];
  const { decisions, folds } = directBurst(burst, [], bound());
  const turns = decisions.flatMap((each) => each.turns);
  expect(turns).toHaveLength(4);
  expect(folds).toEqual([{ turn: turns[0]?.id, into: turns[3]?.id }]);
  const waiting = makeTurn(messageId(feedPlatform, "m0"), "ada", { reason: { kind: "asked", post: null } });
  expect(directBurst([makeMessage("m1", "Ada?")], [waiting], bound()).folds).toEqual([]);
});

test("a remark is joined in on although its author gave a command after it", () => {
  const burst = [makeMessage("m1", "I saw a seal"), makeMessage("m2", "who are you?", asks("ada"))];
  const { decisions } = directBurst(burst, [], bound({ chance: () => 0 }));
  expect(decisions.map((each) => each.turns.length)).toEqual([2, 1]);
});
