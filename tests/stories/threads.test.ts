// Answers in a thread of their question: remembered there, and the talk goes on there.
import { expect, test } from "vitest";
import { channelScope, personaId, turnId } from "../../src/domain/ids.ts";
import { directPlace, threadOf } from "../fakes/room-adapter.ts";
import type { RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

async function answering(options: Parameters<typeof openRoom>[0] = {}): Promise<RoomStory> {
  const room = await openRoom(options);
  await room.bind("ada");
  await room.bind("bruno");
  await room.set("answer-in", "thread");
  return room;
}

test("an answer stands and is remembered in a thread of its question, and not in the channel", async () => {
  const { says, transcript, story, room } = await answering();
  const question = await says("Mira", "Ada, how deep is the harbour?");
  const thread = threadOf(question);
  expect(room.got[0]?.manner.thread).toEqual({ of: question, about: "Ada, how deep is the harbour?" });
  expect(await transcript()).toEqual(["Mira: Ada, how deep is the harbour?"]);
  expect(await transcript(thread.channel)).toEqual(["Ada: Ada here."]);
  expect((await story.store.registry.place(thread.channel))?.place).toEqual(thread);
  const record = await story.store.turn(turnId(question, personaId("ada")));
  expect(record?.turn).toMatchObject({ state: "ended", outcome: { kind: "replied" } });
});

test("who goes on in the thread is answered there by the cast around it, with question and answer in mind", async () => {
  const { says, transcript, asked, room } = await answering();
  const question = await says("Mira", "Ada, how deep is the harbour?");
  const place = threadOf(question);
  const [answer] = room.got;
  await says("Mira", "and at low tide?", { place, replyTo: answer?.id ?? null });
  expect(await transcript(place.channel)).toEqual(["Ada: Ada here.", "Mira: and at low tide?", "Ada: Ada here."]);
  expect(await transcript()).toHaveLength(1);
  // In a thread there are no threads.
  expect(room.got[1]?.manner.thread).toBeNull();
  const prompt = asked[1]?.messages.map((message) => message.content).join("\n") ?? "";
  expect(prompt).toContain("how deep is the harbour?");
  expect(prompt.indexOf("how deep")).toBeLessThan(prompt.indexOf("Ada here."));
});

test("rule 9: what else was said in the channel is not in the prompt of its thread", async () => {
  const { says, asked, room } = await answering();
  await says("Noor", "the treasure lies under the pier");
  const question = await says("Mira", "Ada, how deep is the harbour?");
  await says("Mira", "and at low tide?", { place: threadOf(question), replyTo: room.got[0]?.id ?? null });
  expect(JSON.stringify(asked[1]?.messages)).not.toContain("treasure");
});

test("rule 10: a question that is deleted is gone from what was thought in its thread", async () => {
  const { says, room, story } = await answering();
  const question = await says("Mira", "Ada, how deep is the harbour?");
  const next = await says("Mira", "and at low tide?", {
    place: threadOf(question),
    replyTo: room.got[0]?.id ?? null,
  });
  const turn = turnId(next, personaId("ada"));
  expect(JSON.stringify((await story.store.turn(turn))?.trace)).toContain("how deep is the harbour?");
  await story.store.registry.deleteMessages([question], story.clock.now(), null);
  expect(JSON.stringify(await story.store.turn(turn))).not.toContain("how deep");
});

test("in a direct message, and to nobody's question, there are no threads", async () => {
  const { says, bind, room, set } = await openRoom({ chance: () => 0 });
  await bind("ada", channelScope(directPlace.channel));
  await bind("ada");
  await set("answer-in", "thread");
  await set("strategy", "natural");
  await says("Mira", "hello", { place: directPlace });
  await says("Mira", "what a day");
  expect(room.got.map((got) => got.manner.thread)).toEqual([null, null]);
});

test("a post in a thread is directed there: whom it names answers there", async () => {
  const { says, transcript } = await answering({
    say: async ({ persona }) => (persona.id === "ada" ? "Bruno, you know that." : "Six fathoms."),
  });
  const question = await says("Mira", "Ada, how deep is the harbour?");
  const lines = await transcript(threadOf(question).channel);
  expect(lines.slice(0, 2)).toEqual(["Ada: Bruno, you know that.", "Bruno: Six fathoms."]);
});
