// The judge: what it lets pass, and what it does not.
import { expect, test } from "vitest";
import { discordPlatform, messageId } from "../../src/domain/ids.ts";
import type { Asked, Posted } from "./judge.ts";
import { verdictOn } from "./judge.ts";
import { NOTICE } from "./said.ts";

function asked(number: number, changed: Partial<Asked> = {}): Asked {
  const answer = `Number ${number} it is.`;
  const message = messageId(discordPlatform, String(number));
  return { number, message, channel: "room", persona: "Ada", answer, at: number, isTakenBack: false, ...changed };
}

function posted(number: number, changed: Partial<Posted> = {}): Posted {
  const text = `Number ${number} it is.`;
  return { author: "Ada", face: "Ada", text, at: 100 + number, ...changed };
}

function verdict(all: readonly Asked[], posts: readonly Posted[]) {
  return verdictOn(all, [{ channel: "room", posts }]);
}

test("one answer to each, of the right name and face and in order, is good", () => {
  const { isGood, once } = verdict([asked(1), asked(2)], [posted(1), posted(2)]);
  expect([isGood, once]).toEqual([true, 2]);
});

test("a missing answer is lost, unless the question was taken back", () => {
  expect(verdict([asked(1), asked(2)], [posted(2)])).toMatchObject({ isGood: false, lost: 1 });
  const takenBack = [asked(1, { isTakenBack: true }), asked(2)];
  expect(verdict(takenBack, [posted(2)])).toMatchObject({ isGood: true, silent: 1, lost: 0 });
  expect(verdict(takenBack, [posted(1), posted(2)])).toMatchObject({ isGood: true, silent: 0 });
  expect(verdict(takenBack, [posted(1), posted(1), posted(2)])).toMatchObject({ isGood: false, doubled: 1 });
});

test("the same words are counted: as many as were asked for, no fewer and no more", () => {
  const tea = { answer: "Tea it is." };
  const cup = posted(0, { text: "Tea it is." });
  expect(verdict([asked(1, tea), asked(2, tea)], [cup, cup]).isGood).toBe(true);
  expect(verdict([asked(1, tea), asked(2, tea)], [cup])).toMatchObject({ isGood: false, lost: 1 });
  expect(verdict([asked(1, tea)], [cup, cup])).toMatchObject({ isGood: false, doubled: 1 });
});

test("another name or face is wrong", () => {
  expect(verdict([asked(1)], [posted(1, { author: "Bruno", face: "Bruno" })])).toMatchObject({ misnamed: 1, lost: 1 });
  expect(verdict([asked(1)], [posted(1, { face: "Bruno" })])).toMatchObject({ isGood: false, misnamed: 1 });
  expect(verdict([asked(1)], [posted(1, { face: null })])).toMatchObject({ isGood: false, misnamed: 1 });
});

test("nobody overtakes itself, and another one only after ten seconds", () => {
  const his = asked(2, { persona: "Bruno" });
  const byBruno = { author: "Bruno", face: "Bruno" } as const;
  expect(verdict([asked(1), asked(2)], [posted(2, { at: 20_000 }), posted(1)])).toMatchObject({ disordered: 1 });
  expect(verdict([asked(1), his], [posted(2, byBruno), posted(1)])).toMatchObject({ isGood: false, disordered: 1 });
  expect(verdict([asked(1), his], [posted(2, { ...byBruno, at: 10_002 }), posted(1)]).isGood).toBe(true);
});

test("what stands half written is wrong, and a notice stands for an answer only where it is all that is due", () => {
  const half = posted(1, { text: "I look it up. …" });
  expect(verdict([asked(1)], [half])).toMatchObject({ isGood: false, unfinished: 1, lost: 1 });
  expect(verdict([asked(1)], [posted(1), half])).toMatchObject({ isGood: false, unfinished: 1, lost: 0 });
  const told = posted(1, { text: NOTICE });
  expect(verdict([asked(1, { answer: NOTICE })], [told])).toMatchObject({ isGood: true, noticed: 1 });
  expect(verdict([asked(1)], [told])).toMatchObject({ isGood: false, lost: 1 });
  expect(verdict([asked(1, { answer: NOTICE })], [])).toMatchObject({ isGood: false, lost: 1 });
});
