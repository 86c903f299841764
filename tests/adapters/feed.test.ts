import { plainManner } from "../../src/adapters/adapter.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FeedAdapter } from "../../src/adapters/feed/feed.ts";
import { skeletonOf } from "../../src/adapters/feed/names.ts";
import type { Arrival } from "../../src/domain/message.ts";
import { messageId, feedPlatform } from "../../src/domain/ids.ts";
import { deafEvents, makePersona, makePost, makeTurn } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

const cast = [makePersona("ada", { aliases: ["Ада", "Countess of Numbers"] }), makePersona("bo", { name: "Bo-Peep" })];

async function openFeed() {
  const clock = new VirtualClock();
  const feed = new FeedAdapter(() => cast, clock);
  const arrivals: Arrival[] = [];
  let watched = 0;
  await feed.listen({
    ...deafEvents,
    message: async (arrival) => {
      const fresh = !arrivals.some(({ id }) => id === arrival.id);
      if (fresh) arrivals.push(arrival);
      return { fresh };
    },
    watched: async () => {
      watched += 1;
    },
  });
  return { feed, clock, arrivals, watchedTimes: () => watched };
}

const draft = { name: "Mira", text: "Hello", replyTo: null, key: "k1" };

test("a form sent twice is one message, and the same key with other words is another", async () => {
  const { feed, arrivals } = await openFeed();
  const [one, two] = [await feed.post(draft), await feed.post(draft)];
  expect(two).toEqual(one);
  await feed.post({ ...draft, text: "Hello again" });
  expect(arrivals.map(({ text }) => text)).toEqual(["Hello", "Hello again"]);
});

test("sending a post twice lands in the same place, and looking for it finds that place", async () => {
  const { feed } = await openFeed();
  const post = makePost(makeTurn(messageId(feedPlatform, "m1"), "ada"), "Hello");
  const [ada] = cast;
  if (ada === undefined) throw new Error("no cast");
  const sent = await feed.send(post, ada, plainManner, new AbortController().signal);
  expect(await feed.send(post, ada, plainManner, new AbortController().signal)).toEqual(sent);
  expect(await feed.find(post)).toEqual(sent);
  expect(sent.message).toBe(messageId(feedPlatform, post.id));
});

test.each([
  ["Ada"],
  [" ada "],
  ["ADA"],
  ["Аda"],
  ["Ａｄａ"],
  ["A\u200Bda"],
  ["Áda"],
  ["A d a"],
  ["Ada 🔭"],
  ["@ada"],
  ["Ада"],
  ["countess of numbers"],
  ["Bo Peep"],
  ["B0-Peep"],
  ["bo"],
])("nobody may post as %j, which a reader would take for one of the cast", async (name) => {
  const { feed, arrivals } = await openFeed();
  const posted = await feed.post({ ...draft, name });
  expect(posted).toMatchObject({ kind: "refused", field: "name" });
  expect(posted).toHaveProperty("why", expect.stringMatching(/^(Ada|Bo-Peep) is one of the cast/));
  expect(arrivals).toEqual([]);
});

test.each([["Adam"], ["Ada Lovelace"], ["Мира"], ["李"], ["🔭"], ["Bob"], ["<script>alert(1)</script>"]])(
  "%j is a name like any other",
  async (name) => {
    const { feed, arrivals } = await openFeed();
    expect(await feed.post({ ...draft, name })).toMatchObject({ kind: "posted" });
    expect(arrivals[0]?.author.name).toBe(name);
  },
);

test("whoever writes their name in another case or width is the same writer", async () => {
  const { feed, arrivals } = await openFeed();
  for (const name of ["Mira", "MIRA", "Ｍｉｒａ", " mira  "]) await feed.post({ ...draft, name, text: name });
  expect(new Set(arrivals.map(({ author }) => author.id)).size).toBe(1);
});

test.each([
  ["", "name", "a name that can be seen"],
  ["\u200B\u3164", "name", "a name that can be seen"],
  ["x".repeat(51), "name", "51 characters; 50 fit"],
])("the name %j is refused in one sentence", async (name, field, words) => {
  const { feed } = await openFeed();
  expect(await feed.post({ ...draft, name })).toMatchObject({
    kind: "refused",
    field,
    why: expect.stringContaining(words),
  });
});

test.each([
  ["", "nothing in the box"],
  ["\u0000\u0007 \n", "nothing in the box"],
  ["x".repeat(4001), "4,001 characters; 4,000 fit"],
])("a text that cannot be posted is refused in one sentence", async (text, words) => {
  const { feed, arrivals } = await openFeed();
  expect(await feed.post({ ...draft, text })).toMatchObject({
    kind: "refused",
    field: "text",
    why: expect.stringContaining(words),
  });
  expect(arrivals).toEqual([]);
});

test("pages that are open are told on once in ten seconds, however many ask", async () => {
  const { feed, clock, watchedTimes } = await openFeed();
  for (let i = 0; i < 20; i += 1) await feed.watched();
  expect(watchedTimes()).toBe(1);
  await clock.advance(10_000);
  await feed.watched();
  expect(watchedTimes()).toBe(2);
});

test("before anybody listens, and after the feed is closed, a post is not lost but turned away", async () => {
  const feed = new FeedAdapter(() => cast, new VirtualClock());
  expect(await feed.post(draft)).toEqual({ kind: "closed" });
  const open = await openFeed();
  await open.feed.close();
  expect(await open.feed.post(draft)).toEqual({ kind: "closed" });
});

test("whatever text is sent, it is stored once or refused, and never throws", async () => {
  const { feed } = await openFeed();
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary", maxLength: 60 }),
      async (text, name) => {
        const posted = await feed.post({ ...draft, text, name });
        expect(["posted", "refused"]).toContain(posted.kind);
      },
    ),
  );
});

test("names are alike when only case, accents, punctuation or look-alike letters differ", () => {
  expect(skeletonOf("Аdá!")).toBe(skeletonOf("ada"));
  expect(skeletonOf("Adam")).not.toBe(skeletonOf("ada"));
});
