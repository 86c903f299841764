import { expect, test } from "vitest";
import { messageId, personaId, feedPlatform, sceneId, turnId } from "../../src/domain/ids.ts";
import type { Outcome, SilenceReason, TurnReason } from "../../src/domain/turn.ts";
import { ago, dollars, duration, outcomeSentence, reasonSentence, silenceSentence } from "../../src/http/words.ts";

const post = messageId(feedPlatform, "1");
const reasons: TurnReason[] = [
  { kind: "named", said: "@ada" },
  { kind: "replied-to", post },
  { kind: "asked", post: null },
  { kind: "asked", post },
  { kind: "chosen", among: 5, share: 0.337 },
  { kind: "chosen", among: 1, share: 1 },
  { kind: "joined-in", chance: 0.4 },
  { kind: "told-to-stop" },
  { kind: "tick", scene: sceneId("nearly"), act: "reply" },
  { kind: "tick", scene: sceneId("nearly"), act: "post" },
  { kind: "scene-halts", name: "Tea", halt: { by: "end" }, locale: null },
];
const silences: SilenceReason[] = [
  { kind: "not-named" },
  { kind: "another-chosen", chosen: personaId("bruno") },
  { kind: "foreign-bot" },
  { kind: "scene-decides" },
  { kind: "faded", chance: 0.25 },
  { kind: "nobody-named" },
  { kind: "not-inclined", chance: 0.4 },
  { kind: "others-joined" },
  { kind: "wrote-on" },
  { kind: "adults-only" },
  { kind: "told-to-stop" },
  { kind: "stopped" },
  { kind: "quiet-hours" },
  { kind: "empty-text" },
  { kind: "nobody-here" },
];
const outcomes: Outcome[] = [
  { kind: "replied" },
  { kind: "noticed", why: "the key is wrong" },
  { kind: "folded", into: turnId(post, personaId("ada")) },
  { kind: "withdrawn", why: "trigger-deleted", detail: "" },
  { kind: "withdrawn", why: "stopped", detail: "the brakes" },
  { kind: "withdrawn", why: "in-doubt", detail: "" },
];

test("every reason, silence and end is one whole sentence, each its own", () => {
  const said = [
    ...reasons.map((reason) => reasonSentence({ reason, unasked: false }, "Ada")),
    ...silences.map((reason) => silenceSentence(reason, "Ada", (id) => id)),
    ...outcomes.map((outcome) => outcomeSentence({ state: "ended", outcome })),
  ];
  for (const sentence of said) expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
  for (const sentence of said) expect(sentence).not.toMatch(/undefined|null|\[object/);
  expect(new Set(said).size).toBe(said.length);
});

test("times and amounts are said as people say them", () => {
  expect([3, 1234, 61_000].map(duration)).toEqual(["3 ms", "1.2 s", "1 min 1 s"]);
  expect([0, 0.000_42, 0.5].map(dollars)).toEqual(["$0", "$0.000420", "$0.5000"]);
  const now = Date.UTC(2026, 0, 5, 12);
  expect([0, 60_000, 7_200_000, 3 * 86_400_000].map((ms) => ago(now - ms, now))).toEqual([
    "now",
    "1 min",
    "2 h",
    "2026-01-02",
  ]);
});
