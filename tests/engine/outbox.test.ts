// Which posts may be said now: the order of answers, and who waits for whom.
import { expect, test } from "vitest";
import type { Traits } from "../../src/adapters/adapter.ts";
import type { Post, Turn } from "../../src/domain/turn.ts";
import { messageId, feedPlatform, postId } from "../../src/domain/ids.ts";
import { readyToSay } from "../../src/engine/outbox.ts";
import type { Work } from "../../src/store/store.ts";
import { makePost, makeTurn } from "../people.ts";

const safe: Traits = {
  textCharsMax: 2000,
  resend: "safe",
  landsWithinMs: 0,
  cast: "everyone",
  edits: false,
  limits: null,
};
const findFirst: Traits = {
  textCharsMax: 2000,
  resend: "find",
  landsWithinMs: 15_000,
  cast: "everyone",
  edits: false,
  limits: null,
};

function work(turns: readonly Turn[], posts: readonly Post[]): Work {
  return { undirected: [], turns, posts, scenes: [], watchedAt: null, unnamed: "answered" };
}

function said(of: Work, now: number, traits = safe): readonly string[] {
  return readyToSay(of, traits, now).now.map((post) => post.persona);
}

const asked = (number: number, handle: string): Turn => makeTurn(messageId(feedPlatform, `m${number}`), handle);

test("an answer waits for a slower one that was asked before, at most 10 s", () => {
  const slow = asked(1, "ada");
  const quick = asked(2, "bruno");
  const waiting = work([slow, quick], [makePost(quick, "quick", { readyAt: 1000, dueAt: 1000 })]);
  expect(said(waiting, 1000)).toEqual([]);
  expect(readyToSay(waiting, safe, 1000).nextAt).toBe(11_000);
  expect(said(waiting, 10_999)).toEqual([]);
  expect(said(waiting, 11_000)).toEqual(["bruno"]);
});

test("one persona never overtakes itself, however long the earlier answer takes", () => {
  const slow = asked(1, "ada");
  const quick = asked(2, "ada");
  expect(said(work([slow, quick], [makePost(quick, "quick")]), 1_000_000)).toEqual([]);
});

test("what nobody asked for holds nobody up and comes last", () => {
  const unasked: Turn = { ...asked(1, "cleo"), unasked: true };
  const answer = asked(2, "ada");
  expect(said(work([unasked, answer], [makePost(unasked, "by the way"), makePost(answer, "yes")]), 0)).toEqual([
    "ada",
    "cleo",
  ]);
});

test("the parts of a long reply are said one after the other", () => {
  const turn = asked(1, "ada");
  const parts = [makePost(turn, "one"), makePost(turn, "two", { id: postId(turn.id, 2), part: 2 })];
  expect(readyToSay(work([turn], parts), safe, 0).now.map((post) => post.text)).toEqual(["one"]);
});

test("a post in doubt is left alone until its request can no longer land; where sending twice is saying once it is sent at once", () => {
  const turn = asked(1, "ada");
  const doubtful = work([turn], [makePost(turn, "?", { state: "sending", sendingAt: 1000 })]);
  expect(said(doubtful, 15_999, findFirst)).toEqual([]);
  expect(readyToSay(doubtful, findFirst, 2000).nextAt).toBe(16_000);
  expect(said(doubtful, 16_000, findFirst)).toEqual(["ada"]);
  expect(said(doubtful, 1001, safe)).toEqual(["ada"]);
});

test("a post that the platform held off is tried when its time has come", () => {
  const turn = asked(1, "ada");
  const limited = work([turn], [makePost(turn, "later", { dueAt: 5000 })]);
  expect(said(limited, 4999)).toEqual([]);
  expect(said(limited, 5000)).toEqual(["ada"]);
});
