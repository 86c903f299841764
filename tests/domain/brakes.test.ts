// Brakes as the rules that they are.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Brakes } from "../../src/domain/brakes.ts";
import { ALIKE_AMONG, alikeBrake, brakeFor, pairInARow, usualBrakes } from "../../src/domain/brakes.ts";
import { brakesUnder, CAP_SETTINGS, isCap } from "../../src/domain/cap-settings.ts";
import { personaAuthorId, personaId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { quotaFor, usualQuota } from "../../src/domain/quota.ts";
import { ROOM_SETTINGS, usualRoomSettings } from "../../src/domain/settings.ts";
import { makeMessage, makePersonaMessage, makeTurn } from "../people.ts";

const start = makeMessage("start", "begin");
const who = (handle: string) => personaAuthorId(personaId(handle));
let count = 0;

function talk(...handles: readonly string[]): readonly Message[] {
  return handles.map((handle) => {
    count += 1;
    const text = `line ${count}`;
    return handle === "mira"
      ? makeMessage(`m${count}`, text, { conversation: start.id })
      : makePersonaMessage(`m${count}`, handle, text, { conversation: start.id, said: { unasked: true } });
  });
}

test.each([
  [["mira", "ada", "bruno"], 1],
  [["ada", "bruno", "ada", "bruno"], 3],
  [["ada", "bruno", "bruno", "ada", "ada", "bruno"], 3],
  [["ada", "bruno", "mira", "bruno"], 0],
  [["ada", "bruno", "cleo", "bruno"], 0],
  [["mira"], 0],
  [[], 0],
])("how often two have answered each other in a row: %j", (handles, answers) => {
  const answering = { speaker: who("ada"), to: who("bruno"), conversation: null };
  expect(pairInARow(answering, talk(...handles))).toBe(answers);
});

test("two are a pair in their own talk too, whoever else speaks beside them", () => {
  const recent = talk("ada", "bruno", "ada", "bruno").flatMap((message, at) => [
    message,
    makePersonaMessage(`beside${at}`, "cleo", "something else"),
  ]);
  expect(pairInARow({ speaker: who("ada"), to: who("bruno"), conversation: start.id }, recent)).toBe(3);
  expect(pairInARow({ speaker: who("ada"), to: who("bruno"), conversation: null }, recent)).toBe(0);
});

test("what is nearly the same counts, and what people said or were answered does not", () => {
  const turn = makeTurn(start.id, "ada");
  const lines = talk("bruno", "cleo", "bruno").map((message) => ({ ...message, text: "The ferry is late again, Ada" }));
  const held = (recent: readonly Message[], max: number) =>
    alikeBrake("The ferry is late again, Bruno", turn.id, recent, max);
  expect(held(lines, 3)).toMatchObject({ brake: "alike", max: 3 });
  expect(held(lines, 4)).toBeNull();
  expect(held(lines.slice(1), 3)).toBeNull();
  const asked = lines.map((line) => ({
    ...line,
    spoken: line.spoken === null ? null : { ...line.spoken, unasked: false },
  }));
  expect(held(asked, 1)).toBeNull();
  expect(alikeBrake("The tide turns at nine.", turn.id, lines, 1)).toBeNull();
  const above = [...lines, ...talk(...Array.from({ length: ALIKE_AMONG }, () => "mira"))];
  expect(held(above, 1)).toBeNull();
});

test("quotas count what was answered in the last minute and the last day", () => {
  const quota = { perMinute: 2, perDay: 3 };
  const now = 1_000_000_000;
  expect(quotaFor([now - 1, now - 59_999], quota, now)).toBe("minute");
  expect(quotaFor([now - 1, now - 60_000], quota, now)).toBeNull();
  expect(quotaFor([now - 1, now - 60_000, now - 86_399_999], quota, now)).toBe("day");
  expect(quotaFor([now - 1, now - 60_000, now - 86_400_000], quota, now)).toBeNull();
  // Left from before the clock was set back.
  expect(quotaFor([now + 1, now + 2, now + 3], quota, now)).toBeNull();
});

test("rule 8: no value that the settings take turns a brake or a quota off", () => {
  const texts = fc.oneof(
    fc.integer({ min: -10, max: 2_000_000 }).map(String),
    fc.constantFrom("", "off", "none", "Infinity", "-1", "0", "1e9", "0x10", "½", " 7 ", "7.5", "NaN"),
  );
  const names = Object.keys(CAP_SETTINGS).filter((name) => name !== "budget");
  expect(names.every(isCap)).toBe(true);
  fc.assert(
    fc.property(fc.array(texts, { minLength: names.length, maxLength: names.length }), (said) => {
      const values = names.map((name, at) => {
        const setting = Object.entries(ROOM_SETTINGS).find(([each]) => each === name)?.[1];
        return [name, setting?.read(said[at] ?? "") ?? null] as const;
      });
      const settings = { ...usualRoomSettings, ...Object.fromEntries(values) };
      const brakes: Brakes = brakesUnder(settings, { ...usualBrakes, quota: usualQuota });
      const { quota, ...caps } = brakes;
      for (const cap of [...Object.values(caps), quota?.perMinute, quota?.perDay]) {
        expect(Number.isInteger(cap)).toBe(true);
        expect(cap).toBeGreaterThanOrEqual(1);
        expect(cap).toBeLessThanOrEqual(100_000);
      }
      // Each brake still holds what is above it.
      const none = { channelLastMinute: 0, conversationLastHour: 0, pairInARow: 0 };
      expect(brakeFor(brakes.depthMax + 1, none, brakes)?.brake).toBe("depth");
      expect(brakeFor(1, { ...none, pairInARow: brakes.pairMax }, brakes)?.brake).toBe("pair");
      expect(brakeFor(1, { ...none, channelLastMinute: brakes.channelPerMinute }, brakes)?.brake).toBe("minute");
      expect(brakeFor(1, { ...none, conversationLastHour: brakes.conversationPerHour }, brakes)?.brake).toBe("hour");
      expect(brakes.alikeMax).toBeLessThan(ALIKE_AMONG);
    }),
  );
});
