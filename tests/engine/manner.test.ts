// In what manner a post is said, by the settings of its place.
import { expect, test } from "vitest";
import { personaId } from "../../src/domain/ids.ts";
import type { RoomFacts } from "../../src/engine/rooms.ts";
import { mannerOf } from "../../src/engine/manner.ts";
import { plainManner } from "../../src/adapters/adapter.ts";
import type { RoomSettings } from "../../src/domain/settings.ts";
import { usualRoomSettings } from "../../src/domain/settings.ts";
import { directPlace, loungePlace } from "../fakes/room-adapter.ts";
import { makeMessage, makePersonaMessage, makePost, makeTurn } from "../people.ts";

const answered = makeMessage("m1", "Ada, how deep is it?");
const post = makePost(makeTurn(answered.id, "ada"), "Deep enough.");

function room(settings: Partial<RoomSettings>, place = loungePlace): RoomFacts {
  const all = { ...usualRoomSettings, ...settings };
  return {
    residents: "bound",
    cast: [],
    place,
    isStopped: false,
    settings: all,
    settingsOf: () => all,
    capsOf: () => [],
  };
}

function manner(settings: Partial<RoomSettings>, more: Partial<Parameters<typeof mannerOf>[1]> = {}, of = post) {
  return mannerOf(of, { room: room(settings), answered, continued: null, newest: answered, ...more });
}

test("where nobody set anything a post pings nobody, previews nothing and refers to nothing", () => {
  expect(manner({})).toEqual(plainManner);
});

test("only the person who asked is pinged, by the first part of an answer", () => {
  expect(manner({ ping: "on" }).ping).toBe(answered.author.id);
  expect(manner({ ping: "on" }, {}, { ...post, part: 2 }).ping).toBeNull();
  expect(manner({ ping: "on" }, {}, { ...post, unasked: true }).ping).toBeNull();
  expect(manner({ ping: "on" }, { answered: makePersonaMessage("p1", "bruno", "hm") }).ping).toBeNull();
  expect(manner({ ping: "on" }, { answered: null }).ping).toBeNull();
});

test("what is answered is named when something else was said after it", () => {
  const refersTo = { message: answered.id, author: "Mira" };
  const newest = makeMessage("m2", "something else");
  expect(manner({}, { newest }).refersTo).toEqual(refersTo);
  expect(manner({}, { newest }, { ...post, part: 2 }).refersTo).toBeNull();
});

test("people are answered in a thread where that is set, but not in a thread or a direct message", () => {
  const inThread = { ...loungePlace, parent: loungePlace.channel };
  const set = { "answer-in": "thread" } as const;
  expect(manner(set).thread).toEqual({ of: answered.id, about: "Ada, how deep is it?" });
  expect(manner(set, {}, { ...post, part: 2 }).thread).not.toBeNull();
  expect(manner(set, { room: room(set, inThread) }).thread).toBeNull();
  expect(manner(set, { room: room(set, directPlace) }).thread).toBeNull();
  expect(manner(set, {}, { ...post, unasked: true }).thread).toBeNull();
});

test("previews and the mark are as set", () => {
  expect(manner({ previews: "on", mark: "name" })).toMatchObject({ linkPreviews: "shown", mark: "name" });
});

test("what was asked by a command is told above the answer's first part, and has no thread and no link", () => {
  const asking = { ...answered, asks: personaId("ada") };
  const newest = makeMessage("m2", "something else");
  const told = { by: "Mira", text: "Ada, how deep is it?" };
  expect(manner({ "answer-in": "thread" }, { answered: asking, newest })).toMatchObject({
    asked: told,
    refersTo: null,
    thread: null,
  });
  expect(manner({}, { answered: asking, newest }, { ...post, part: 2 }).asked).toBeNull();
  const continued = makePersonaMessage("p1", "ada", "It was a long winter.");
  expect(manner({}, { answered: asking, continued, newest: asking })).toMatchObject({
    asked: told,
    refersTo: { message: continued.id, author: "Ada" },
  });
});
