// Brakes, quotas and caps in the whole house: what they hold back, and what is said about it.
import { expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { channelScope, personaId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { directPlace, lounge } from "../fakes/room-adapter.ts";
import { houseOf, threeWith, turnsOf } from "../rules/cast.ts";
import { solverKind } from "./house.ts";
import type { RoomStory } from "./room.ts";
import { openRoom } from "./room.ts";

const MINUTE_MS = 60_000;
const free = { ...usualBrakes, depthMax: 1000, channelPerMinute: 1000, conversationPerHour: 1000 };

const said = ({ story }: RoomStory): Promise<readonly Message[]> => story.store.recentMessages(lounge, null, 1000);

const linesIn = (messages: readonly Message[]): readonly string[] =>
  messages.filter((message) => message.spoken?.solver === "house").map((message) => message.text);

/** Ada and Bruno, who always name the other and say something else each time. */
async function twoWhoTalk(brakes = free): Promise<RoomStory> {
  let count = 0;
  const opened = await openRoom({
    chance: () => 0,
    limits: { brakes },
    say: async ({ persona }) => {
      count += 1;
      const words = Array.from({ length: 12 }, (_, at) => `word${count * 31 + at * 7}`);
      return `${persona.id === "ada" ? "Bruno" : "Ada"}, ${words.join(" ")}?`;
    },
  });
  await opened.bind("ada");
  await opened.bind("bruno");
  return opened;
}

test("rule 8: two personas that only answer each other are held back, and one line says which brake it was and how to go on", async () => {
  const opened = await twoWhoTalk();
  await opened.says("Mira", "Ada, begin");
  await opened.story.clock.advance(5 * MINUTE_MS);
  const messages = await said(opened);
  expect(messages.filter((message) => message.spoken?.unasked === true)).toHaveLength(usualBrakes.pairMax);
  expect(linesIn(messages)).toEqual([
    "(The two of us have answered each other 6 times in a row, so we stop here. Say something, or name one of us, and it goes on. Whoever looks after this place can allow more: /settings set brake-pair.)",
  ]);
  // Named again they go on, and where they were told a moment ago nobody is told again.
  await opened.says("Noor", "Bruno, go on");
  await opened.story.clock.advance(MINUTE_MS);
  const later = await said(opened);
  expect(later.filter((message) => message.spoken?.unasked === true)).toHaveLength(2 * usualBrakes.pairMax);
  expect(linesIn(later)).toHaveLength(1);
});

test("the line is in the language of the place, and a place without settings is not sent to them", async () => {
  const german = await twoWhoTalk();
  await german.set("language", "de-AT");
  await german.says("Mira", "Ada, begin");
  await german.story.clock.advance(MINUTE_MS);
  expect(linesIn(await said(german))[0]).toMatch(
    /^\(Wir beide haben einander 6-mal .* \/settings set brake-pair\.\)$/u,
  );
  const loop = solverKind("own", { say: async ({ persona }) => `${persona.name}: Ada, Bruno, Cleo?` });
  const feed = await houseOf({ personas: threeWith("own"), kinds: () => [loop], chance: () => 0 });
  await feed.post("Mira", "Ada, begin");
  await feed.clock.advance(MINUTE_MS);
  const [line] = linesIn(await feed.told());
  expect(line).toContain("Say something, or name one of us");
  expect(line).not.toContain("/settings");
});

test("rule 8: what nobody asked for is not said a fourth time in nearly the same words", async () => {
  const opened = await openRoom({
    chance: () => 0,
    limits: { brakes: { ...free, pairMax: 1000 } },
    say: async () => "Ada, Bruno, Cleo: what do you say to that?",
  });
  for (const handle of ["ada", "bruno", "cleo"]) await opened.bind(handle);
  // A short memory of its own does not blind it.
  await opened.set("window", "1");
  await opened.says("Mira", "Ada, begin");
  await opened.story.clock.advance(5 * MINUTE_MS);
  const messages = await said(opened);
  expect(messages.filter((message) => message.spoken?.unasked === true)).toHaveLength(usualBrakes.alikeMax);
  expect(linesIn(messages)).toHaveLength(1);
  expect(linesIn(messages)[0]).toContain("We have said nearly the same 3 times");
  // People get the same answer as often as they ask.
  for (const name of ["Noor", "Pia", "Tom", "Ina"]) await opened.says(name, "Cleo, what do you say?");
  const asked = (await said(opened)).filter((message) => message.spoken?.unasked === false);
  expect(asked.filter((message) => message.spoken?.persona === "cleo").length).toBeGreaterThanOrEqual(4);
});

test("a person over the quota is told so once, kindly, and then nobody answers; others are answered all the same", async () => {
  const quota = { perMinute: 2, perDay: 100 };
  const opened = await openRoom({ limits: { brakes: { ...usualBrakes, quota } } });
  await opened.bind("ada");
  const ids = [];
  for (const word of ["one", "two", "three", "four", "five"]) ids.push(await opened.says("Mira", `Ada, ${word}`));
  await opened.says("Noor", "Ada, hello");
  const answers = (await said(opened)).filter((message) => message.spoken !== null).map((message) => message.text);
  expect(answers).toEqual([
    "Ada here.",
    "Ada here.",
    "(That was 2 answers for you within a minute: give us a moment, then ask again, please. Until then we only listen.)",
    "Ada here.",
  ]);
  const outcomes = (await turnsOf(opened.story, ids)).map((turn) => turn.outcome);
  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(["replied", "replied", "noticed", "withdrawn", "withdrawn"]);
  expect(outcomes[3]).toMatchObject({ detail: "a brake holds: 2 answers to this person within a minute" });
  await opened.story.clock.advance(MINUTE_MS);
  await opened.says("Mira", "Ada, again");
  expect((await said(opened)).at(-1)?.text).toBe("Ada here.");
});

test("a stop is heard from whoever is over the quota", async () => {
  const opened = await openRoom({ limits: { brakes: { ...usualBrakes, quota: { perMinute: 1, perDay: 100 } } } });
  await opened.bind("ada");
  await opened.says("Mira", "Ada, one");
  await opened.says("Mira", "Ada, two");
  await opened.says("Mira", "stop");
  expect((await said(opened)).at(-1)?.text).toContain("Stopped");
});

test("a server's own brakes and quota hold in its channels, and the house's elsewhere", async () => {
  const opened = await twoWhoTalk({ ...free, quota: { perMinute: 50, perDay: 100 } });
  await opened.set("brake-pair", "2");
  await opened.set("quota-minute", "1");
  await opened.says("Mira", "Ada, begin");
  const messages = await said(opened);
  expect(messages.filter((message) => message.spoken?.unasked === true)).toHaveLength(2);
  await opened.says("Mira", "Ada, again");
  expect((await said(opened)).at(-1)?.text).toContain("That was 1 answers for you");
  // A direct message has no settings of the server.
  for (const word of ["one", "two"]) await opened.says("Mira", `Ada, ${word}`, { place: directPlace });
  const direct = await opened.story.store.recentMessages(directPlace.channel, null, 100);
  expect(linesIn(direct)).toEqual([]);
});

/** Ada and Bruno, whose every answer costs 30 cents. */
async function twoWhoCost(): Promise<RoomStory> {
  const opened = await openRoom({
    model: "some-model",
    readiness: () => ({
      kind: "paid",
      estimate: { model: "some-model", tokensIn: 100, tokensOutMax: 100, costUsd: 0.3 },
    }),
  });
  await opened.bind("ada");
  await opened.bind("bruno");
  return opened;
}

const callsOf = ({ asked }: RoomStory, handle: string): number =>
  asked.filter(({ persona }) => persona.id === handle).length;

test("rule 6: a persona's own cap holds beside the house's", async () => {
  const opened = await twoWhoCost();
  await opened.set("budget", "0.5", personaId("ada"));
  for (let each = 0; each < 4; each += 1) {
    await opened.says(`P${each}`, "Ada, hello");
    await opened.says(`Q${each}`, "Bruno, hello");
  }
  // The house's own dollar holds three calls.
  expect([callsOf(opened, "ada"), callsOf(opened, "bruno")]).toEqual([1, 2]);
});

test("rule 6: a channel's cap and a server's hold for everyone there, and not elsewhere", async () => {
  const opened = await twoWhoCost();
  await opened.set("budget", "0.3");
  for (const name of ["Mira", "Noor"]) await opened.says(name, "Ada, hello");
  await opened.says("Pia", "Bruno, hello");
  expect(opened.asked).toHaveLength(1);
  expect((await opened.story.store.spent(opened.story.clock.now())).usd).toBeCloseTo(0.3, 9);
  const scope = channelScope(directPlace.channel);
  await opened.bind("ada", scope);
  await opened.says("Mira", "Ada, hello", { place: directPlace });
  expect(opened.asked).toHaveLength(2);
});
