// No combination of options turns the guard off: every answer that no person asked for is counted, and stands a step deeper.
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { authorId, feedPlatform } from "../../src/domain/ids.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import type { Author, Message } from "../../src/domain/message.ts";
import { nameMatcher } from "../../src/domain/names.ts";
import type { RoomStrategy } from "../../src/domain/strategy.ts";
import { ROOM_STRATEGIES } from "../../src/domain/strategy.ts";
import type { NewTurn } from "../../src/domain/turn.ts";
import type { Room } from "../../src/engine/directing.ts";
import { directBurst } from "../../src/engine/director.ts";
import { makeMessage, makePersona, makePersonaMessage } from "../people.ts";

const cast = ["ada", "bruno", "cleo"].map((handle) => makePersona(handle));
const names = nameMatcher(cast);
const newsbot: Author = { id: authorId(feedPlatform, "newsbot"), kind: "bot", name: "Newsbot" };
const post = makePersonaMessage("before", "ada", "The fog is back.");
const repliedTo = new Map([[post.id, post]]);

interface Options {
  readonly strategy: RoomStrategy;
  readonly bots: Room["bots"];
  readonly talkativeness: number;
  readonly residents: Room["residents"];
  readonly unnamed: Room["unnamed"];
  /** What chance gives, always. */
  readonly at: number;
}

const values: { readonly [Name in keyof Options]: readonly Options[Name][] } = {
  strategy: ROOM_STRATEGIES,
  bots: ["off", "mention", "all"],
  talkativeness: [0, 0.5, 1],
  residents: ["everyone", "bound", "nobody"],
  unnamed: ["answered", "ignored"],
  at: [0, 0.5],
};

/** Every choice of one value for each key. */
function combinations<Choice extends object>(from: {
  readonly [Key in keyof Choice]: readonly Choice[Key][];
}): readonly Choice[] {
  const found = Object.entries<readonly unknown[]>(from).reduce<readonly object[]>(
    (made, [key, each]) => made.flatMap((one) => each.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
  // Each key holds one of its own values.
  return found as readonly Choice[];
}

/** Every room that options can make, but for what only silences it further. */
const rooms: readonly Room[] = combinations<Options>(values).map(
  ({ strategy, bots, talkativeness, residents, unnamed, at }) => ({
    cast: residents === "nobody" ? cast.slice(0, 1) : cast,
    residents,
    unnamed,
    names,
    repliedTo,
    part: () => ({ strategy, talkativeness }),
    speakers: [],
    bots,
    closed: null,
    rest: null,
    stops: new Map(),
    depthOf: (message) => message.depth,
    chance: () => at,
  }),
);

const texts = ["What a day.", "Bruno, look!", "Ada, Bruno, Cleo: what do you say?"];

const depths = Array.from({ length: usualBrakes.depthMax + 2 }, (_, depth) => depth);

/** Every message that no person wrote. */
const messages: readonly Message[] = combinations<{
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly toHouse: boolean;
  readonly depth: number;
}>({ text: texts, replyTo: [null, post.id], toHouse: [true, false], depth: depths }).flatMap(({ text, ...more }) => [
  makeMessage(`b${more.depth}`, text, { author: newsbot, ...more }),
  makePersonaMessage(`p${more.depth}`, "cleo", text, more),
]);

const turnsOf = (message: Message, room: Room): readonly NewTurn[] =>
  directBurst([message], [], room).decisions.flatMap((each) => each.turns);

test("whatever the options, an answer to a persona or another bot is unasked, and one step deeper than what it answers", () => {
  let turns = 0;
  const wrong: unknown[] = [];
  for (const room of rooms) {
    for (const message of messages) {
      const made = turnsOf(message, room);
      turns += made.length;
      wrong.push(...made.filter((turn) => !isCounted(turn, message)));
    }
  }
  expect(turns).toBeGreaterThan(10_000);
  expect(wrong).toEqual([]);
});

function isCounted(turn: NewTurn, message: Message): boolean {
  return turn.unasked && turn.depth === message.depth + 1 && turn.persona !== message.spoken?.persona;
}

test("whatever the options, what a person did not ask for stands no higher than what a person asked for", () => {
  for (const room of rooms) {
    for (const text of texts) {
      for (const toHouse of [true, false]) {
        for (const turn of turnsOf(makeMessage("m1", text, { toHouse }), room)) expect(turn.depth).toBe(1);
      }
    }
  }
});

test("whatever the options, a chain in which everyone answers and names everyone is no longer than its brake lets it be", () => {
  for (const room of rooms) {
    let message = makeMessage("m0", "Ada, Bruno, Cleo: begin!");
    let steps = 0;
    for (;;) {
      const turn = turnsOf(message, room).find((each) => each.depth <= usualBrakes.depthMax || !each.unasked);
      if (turn === undefined) break;
      steps += 1;
      expect(steps).toBeLessThanOrEqual(usualBrakes.depthMax);
      message = makePersonaMessage(`m${steps}`, turn.persona, "Ada, Bruno, Cleo: go on!", { depth: turn.depth });
    }
  }
});
