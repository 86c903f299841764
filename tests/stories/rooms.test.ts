// Personas on a platform where nobody lives until bound: who answers, who joins in, and what makes them rest.
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { channelId, personaId, platformScope, workspaceScope } from "../../src/domain/ids.ts";
import { directPlace, loungePlace, roomPlatform, workspace } from "../fakes/room-adapter.ts";
import { openRoom } from "./room.ts";

test("nobody lives in a channel until bound: only what speaks to the house is kept and answered, by the default persona", async () => {
  const { says, bind, transcript } = await openRoom();
  await says("Mira", "Ada, are you there?");
  await says("Mira", "hello bot", { toHouse: true });
  expect(await transcript()).toEqual(["Mira: hello bot", "Ada: Ada here."]);
  await bind("bruno");
  await says("Mira", "nice weather today");
  expect(await transcript()).toEqual(["Mira: hello bot", "Ada: Ada here.", "Mira: nice weather today"]);
  await says("Mira", "hi", { place: directPlace });
  expect(await transcript(directPlace.channel)).toEqual(["Mira: hi", "Ada: Ada here."]);
});

test("a bound persona answers only when it is named, replied to, or the house is spoken to", async () => {
  const { says, bind, transcript, silences, room } = await openRoom();
  await bind("bruno");
  const idle = await says("Mira", "nice weather today");
  expect(await silences(idle)).toEqual(["nobody-named"]);
  await says("Mira", "Бруно, привет");
  const [first] = room.got;
  await says("Mira", "and you?", { replyTo: first?.id ?? null });
  await says("Mira", "anyone?", { toHouse: true });
  await says("Mira", "Ada?");
  expect(await transcript()).toEqual([
    "Mira: nice weather today",
    "Mira: Бруно, привет",
    "Bruno: Bruno here.",
    "Mira: and you?",
    "Bruno: Bruno here.",
    "Mira: anyone?",
    "Bruno: Bruno here.",
    "Mira: Ada?",
  ]);
});

test("the nearest binding wins: thread before channel, channel before workspace, workspace before platform", async () => {
  const { says, bind, room } = await openRoom();
  const thread = { ...loungePlace, channel: channelId(roomPlatform, "thread"), parent: loungePlace.channel };
  const who = async (place = loungePlace) => {
    await says("Mira", "who is here?", { toHouse: true, place });
    return room.got.at(-1)?.as.name;
  };
  await bind("cleo", platformScope(roomPlatform));
  expect(await who()).toBe("Cleo");
  await bind("bruno", workspaceScope(workspace));
  expect(await who()).toBe("Bruno");
  await bind("ada");
  expect([await who(), await who(thread)]).toEqual(["Ada", "Ada"]);
});

test("one whom people find lively joins in unasked, and the talk dies away by itself", async () => {
  const { says, bind, set, transcript, story } = await openRoom();
  for (const handle of ["ada", "bruno", "cleo"]) await bind(handle);
  await set("strategy", "natural");
  await says("Mira", "I saw a seal this morning");
  const told = await story.store.recentMessages(loungePlace.channel, null, 100);
  const joined = told.filter((message) => message.spoken !== null);
  expect(joined).toHaveLength(2);
  expect(joined.every((message) => message.spoken?.unasked === true)).toBe(true);
  await story.clock.advance(600_000);
  expect(await transcript()).toHaveLength(3);
});

test("talkativeness and strategy can differ from persona to persona", async () => {
  const { says, bind, set, room } = await openRoom();
  await bind("ada");
  await bind("bruno");
  await set("strategy", "natural", personaId("bruno"));
  await says("Mira", "what a day");
  expect(room.got.map(({ as }) => as.name)).toEqual(["Bruno"]);
  await set("talkativeness", "0", personaId("bruno"));
  await says("Mira", "what a night");
  expect(room.got).toHaveLength(1);
});

test("in quiet hours personas answer people, and nobody joins in", async () => {
  // The clock of stories starts at nine in the morning, UTC: ten in Berlin.
  const { says, bind, set, room, silences } = await openRoom();
  await bind("ada");
  await set("strategy", "natural");
  await set("quiet-hours", "10-11 Europe/Berlin");
  const quiet = await says("Mira", "what a day");
  expect(await silences(quiet)).toEqual(["quiet-hours"]);
  await says("Mira", "Ada?");
  expect(room.got).toHaveLength(1);
  await set("quiet-hours", "11-12 Europe/Berlin");
  await says("Mira", "what a day");
  expect(room.got).toHaveLength(2);
});

test("in a channel for adults nobody speaks until the settings allow it", async () => {
  const { says, bind, set, room, silences } = await openRoom();
  await bind("ada");
  const place = { ...loungePlace, nsfw: true };
  const unanswered = await says("Mira", "Ada?", { place });
  expect(await silences(unanswered)).toEqual(["adults-only"]);
  await set("nsfw", "on");
  await says("Mira", "Ada?", { place });
  expect(room.got).toHaveLength(1);
});

test.each([
  ["off", []],
  ["mention", ["Ada"]],
  ["all", ["Ada", "Ada"]],
] as const)("other bots are answered by the setting: %s", async (value, expected) => {
  const { bind, set, room, story } = await openRoom({ chance: () => 0 });
  await bind("ada");
  await set("strategy", "natural");
  await set("bots", value);
  const bot = { kind: "bot", name: "Newsbot" } as const;
  await room.hear(bot, "Ada, the ferry is late");
  await story.clock.advance(5000);
  await room.hear(bot, "The ferry is still late");
  await story.clock.advance(5000);
  expect(room.got.map(({ as }) => as.name)).toEqual(expected);
  expect(room.got.every(({ post }) => post.unasked)).toBe(true);
});

test.each(["mention", "all"] as const)(
  "a bot that echoes everything is answered for a while, then a brake ends it (%s)",
  async (value) => {
    const { bind, set, room, story, says } = await openRoom({
      chance: () => 0,
      say: async (request) => `Ada says: ${request.heard?.text.length ?? 0}`,
    });
    await bind("ada");
    await set("strategy", "natural");
    await set("bots", value);
    room.onPost = async ({ post }) => {
      await room.hear({ kind: "bot", name: "Echo" }, `echo ${post.text}`);
    };
    await says("Mira", "Ada, begin");
    await story.clock.advance(3_600_000);
    const unasked = room.got.filter(({ post }) => post.unasked).length;
    expect(unasked).toBeGreaterThan(1);
    expect(unasked).toBeLessThanOrEqual(usualBrakes.depthMax);
    const before = room.got.length;
    await story.clock.advance(900_000);
    expect(room.got).toHaveLength(before);
    // A person begins anew.
    await says("Mira", "Ada, still there?");
    expect(room.got.length).toBeGreaterThan(before);
  },
);

test("who opted out is neither stored nor answered, and everybody else is", async () => {
  const { says, bind, transcript, story, asked } = await openRoom();
  await bind("ada");
  const noor = await says("Noor", "Ada, hello");
  const before = await story.store.message(noor);
  if (before === null) throw new Error("it was stored");
  await story.store.registry.optOut(before.author.id, story.clock.now());
  await says("Noor", "Ada, and this?");
  await says("Mira", "Ada, what did Noor say?");
  expect((await transcript()).filter((line) => line.startsWith("Noor"))).toEqual([]);
  expect(JSON.stringify(asked.at(-1)?.messages)).not.toContain("and this?");
  expect((await transcript()).at(-1)).toBe("Ada: Ada here.");
});
