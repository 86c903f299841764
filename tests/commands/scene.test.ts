// Scenes from the chat: what people are told before and after, who may do it, and what comes of it.
import { expect, test } from "vitest";
import type { Answer } from "../../src/commands/command.ts";
import { channelScope, personaId, sceneId } from "../../src/domain/ids.ts";
import type { Scene } from "../../src/domain/scene.ts";
import { whyInGerman } from "../../src/engine/scene-whys.ts";
import { lounge, loungePlace, roomPlatform, whoIs } from "../fakes/room-adapter.ts";
import { plan } from "../store/samples.ts";
import { buttonsOf, barPlace } from "./counter.ts";
import { openTalk, textIn } from "./talk.ts";
import type { Given, Talk } from "./talk.ts";

async function talkOf(...handles: readonly string[]): Promise<Talk> {
  let number = 0;
  const talk = await openTalk({ say: async ({ act }) => (act === "answer" ? "Yes, I am." : newThing((number += 1))) });
  for (const handle of handles.length === 0 ? ["ada", "bruno"] : handles) await talk.bind(handle);
  return talk;
}

/** A sentence like no other: what is said again in nearly the same words is held back. */
function newThing(number: number): string {
  return `${(number * 7919).toString(36)} ${(number * 104_729).toString(36)} ${(number * 1_299_709).toString(36)}`;
}

async function scenesOf(talk: Talk): Promise<readonly Scene[]> {
  return talk.story.store.scenes(lounge);
}

/** Gives `/scene start` and presses the button below the preview. */
async function started(talk: Talk, options: Record<string, string> = {}, given: Given = {}): Promise<Answer> {
  const preview = await talk.give("Mira", ["scene", "start"], { ...given, options: { name: "Tea", ...options } });
  const [button] = buttonsOf(preview);
  if (button === undefined) throw new Error(`no button below: ${textIn(preview)}`);
  return talk.give("Mira", button.path, { ...given, options: button.options });
}

test("before a scene starts, the plan and what it would cost are shown to whoever asks, and nothing plays yet", async () => {
  const talk = await talkOf();
  const options = {
    name: "Tea",
    place: "A pier at dusk",
    tone: "dry",
    rules: "No names",
    cast: "bruno, Ada",
    strategy: "list",
    pace: "30s",
    posts: "12",
    hours: "8-22 Europe/Berlin",
    end: "2h",
  };
  const preview = await talk.give("Mira", ["scene", "start"], { options });
  expect(preview).toMatchObject({ kind: "text", shown: "private" });
  expect(textIn(preview).split("\n")).toEqual([
    "**Tea** would play here like this:",
    "- Who plays: Bruno, Ada",
    "- Who speaks next: list: each in turn; one post in 30s, 12 at most",
    "- From 8 to 22 o'clock (Europe/Berlin)",
    "- Ends after 2h",
    "- Setting: A pier at dusk",
    "- Tone: dry",
    "- Rules: No names",
    "- Started by Mira",
    "",
    "It would cost nothing, however many of the 12 posts are said.",
  ]);
  expect(await scenesOf(talk)).toEqual([]);
  const [button] = buttonsOf(preview);
  const answer = await talk.press("Mira", button);
  expect(answer).toMatchObject({ shown: "public" });
  expect(textIn(answer)).toContain("**Tea** plays here from now on; Mira started it.");
  const [scene] = await scenesOf(talk);
  expect(scene?.plan).toMatchObject({
    name: "Tea",
    cast: [personaId("bruno"), personaId("ada")],
    strategy: "list",
    style: "house",
    seconds: 30,
    postLimit: 12,
    hours: { from: 8, to: 22, timeZone: "Europe/Berlin" },
    end: { kind: "after", ms: 7_200_000 },
    world: { setting: "A pier at dusk", tone: "dry", rules: "No names" },
    by: { name: "Mira", locale: null },
  });
  // Pressed once more, it is the same wish.
  await talk.press("Mira", button);
  expect(await scenesOf(talk)).toHaveLength(1);
});

test("only those who may manage the channel start, pause, resume, stop and change scenes; everybody may look", async () => {
  const talk = await talkOf();
  await started(talk);
  for (const name of ["start", "pause", "resume", "stop", "set"]) {
    const answer = await talk.give("Tom", ["scene", name], { options: { name: "Mine", pace: "5" } });
    expect(answer).toMatchObject({ shown: "private" });
    expect(textIn(answer)).toContain("Only those who may manage this channel");
  }
  expect(await scenesOf(talk)).toHaveLength(1);
  expect(await talk.ask("Tom", "scene status")).toContain("**Tea** plays, post 0 of 50");
  expect(await talk.ask("Tom", "scene list")).toContain("- **Tea** plays, post 0 of 50");
});

test("each option that is wrong is told with what was expected, and nothing starts", async () => {
  const talk = await talkOf();
  const wrong: readonly (readonly [string, string, string])[] = [
    ["pace", "4", "seconds between posts from 5 to 86400"],
    ["pace", "often", "seconds between posts from 5 to 86400"],
    ["posts", "0", "a whole number from 1 to 1000"],
    ["posts", "1001", "a whole number from 1 to 1000"],
    ["hours", "8-25", "hours of the day and a time zone"],
    ["hours", "8-8", "hours of the day and a time zone"],
    ["end", "yesterday", "a time such as 2h"],
    ["end", "2020-01-01 12:00", "a time such as 2h"],
    ["end", "2026-02-30 12:00", "a time such as 2h"],
    ["end", "400d", "a time such as 2h"],
    ["strategy", "loudest", "one of microblog, natural, list, pooled"],
    ["cast", "ada, dora", "names of those who live here, such as Ada, Bruno"],
    ["name", "x".repeat(81), "a name of at most 80 characters"],
  ];
  for (const [option, value, expected] of wrong) {
    const told = await talk.ask("Mira", "scene start", { options: { name: "Tea", [option]: value } });
    expect(told).toContain(`/scene start: ${option}: expected ${expected}`);
  }
  expect(await talk.ask("Mira", "scene start")).toContain("/scene start: name: expected a text, got nothing");
  expect(await scenesOf(talk)).toEqual([]);
});

test("a channel has one scene that plays; another takes its place only when it is said so", async () => {
  const talk = await talkOf();
  await started(talk);
  const busy = await started(talk, { name: "Coffee" });
  expect(textIn(busy)).toBe("**Tea** plays here already, and a channel has one scene at a time. /scene stop ends it.");
  const instead = await talk.press("Mira", buttonsOf(busy)[0]);
  expect(textIn(instead)).toContain("**Coffee** plays here");
  const states = new Map((await scenesOf(talk)).map(({ plan, state }) => [plan.name, state.kind]));
  expect(states).toEqual(
    new Map([
      ["Tea", "paused"],
      ["Coffee", "running"],
    ]),
  );
  const back = await talk.give("Mira", ["scene", "resume"], { options: { scene: "Tea" } });
  expect(textIn(back)).toContain("**Coffee** plays here already");
  expect(textIn(await talk.press("Mira", buttonsOf(back)[0]))).toContain("**Tea** goes on");
});

test("several scenes play at once in different channels, and the list names those elsewhere", async () => {
  const talk = await talkOf();
  await talk.bind("cleo", channelScope(barPlace.channel));
  await started(talk);
  await started(talk, { name: "Beer" }, { place: barPlace });
  await talk.story.clock.advance(200_000);
  const inBar = talk.room.got.filter(({ post }) => post.channel === barPlace.channel);
  const inLounge = talk.room.got.filter(({ post }) => post.channel === lounge);
  expect(inBar.length).toBeGreaterThan(2);
  expect(inLounge.length).toBeGreaterThan(2);
  expect(new Set(inBar.map(({ post }) => post.persona))).toEqual(new Set(["cleo"]));
  const list = await talk.ask("Tom", "scene list");
  expect(list).toMatch(
    /^Scenes here:\n- \*\*Tea\*\* plays, post \d+ of 50\nElsewhere on this server:\n- \*\*Beer\*\* plays/u,
  );
});

test("a scene is paused, goes on, is stopped and begins anew", async () => {
  const talk = await talkOf();
  const { clock } = talk.story;
  await started(talk, { pace: "10" });
  await clock.advance(35_000);
  expect(await talk.ask("Mira", "scene pause")).toBe("Mira paused **Tea**. /scene resume lets it go on.");
  const paused = talk.room.got.length;
  expect(paused).toBeGreaterThan(2);
  await clock.advance(600_000);
  expect(talk.room.got).toHaveLength(paused);
  expect(await talk.ask("Mira", "scene pause")).toBe("**Tea** is paused already.");
  expect(await talk.ask("Mira", "scene status")).toContain(`**Tea** paused at post ${paused} of 50: Mira paused it`);
  expect(await talk.ask("Mira", "scene resume")).toBe("**Tea** goes on; Mira let it.");
  await clock.advance(35_000);
  expect(talk.room.got.length).toBeGreaterThan(paused);
  expect(await talk.ask("Mira", "scene stop")).toBe("Mira ended **Tea**. /scene resume lets it begin anew.");
  const stopped = talk.room.got.length;
  await clock.advance(600_000);
  expect(talk.room.got).toHaveLength(stopped);
  expect(await talk.ask("Mira", "scene stop")).toContain("**Tea** has ended already.");
  await talk.ask("Mira", "scene resume");
  await clock.advance(2000);
  expect((await scenesOf(talk))[0]?.posts).toBe(1);
});

test("a scene is changed while it plays", async () => {
  const talk = await talkOf();
  await started(talk, { pace: "60", place: "A pier" });
  expect(await talk.ask("Mira", "scene set")).toContain("expected something to change, got nothing");
  const told = await talk.ask("Mira", "scene set", { options: { pace: "10", posts: "5", place: "none", cast: "ada" } });
  expect(told).toContain("**Tea** is changed, and goes on like this:");
  expect(told).toContain("one post in 10s, 5 at most");
  expect(told).not.toContain("pier");
  await talk.story.clock.advance(120_000);
  expect(new Set(talk.room.got.map(({ post }) => post.persona))).toEqual(new Set(["ada"]));
  expect((await scenesOf(talk))[0]?.state.kind).toBe("finished");
  expect(await talk.ask("Mira", "scene set", { options: { cast: "none" } })).toContain(
    "Who plays: everyone who lives here",
  );
});

test("a scene that rests looks anew when it is changed, and one of a file keeps the style of its file", async () => {
  const talk = await talkOf();
  await started(talk, { hours: "3-4 UTC", pace: "5" });
  await talk.story.clock.advance(2000);
  expect(await talk.ask("Mira", "scene status")).toContain("**Tea** rests at post 0 of 50: it plays from 3 to 4");
  await talk.ask("Mira", "scene set", { options: { hours: "none" } });
  await talk.story.clock.advance(2000);
  expect(talk.room.got).toHaveLength(1);
  await talk.ask("Mira", "scene stop");
  const filed = { ...plan(), id: sceneId("filed"), name: "Filed" };
  await talk.story.store.putScene(filed, lounge, roomPlatform, talk.story.clock.now());
  await talk.ask("Mira", "scene set", { options: { scene: "Filed", pace: "7" } });
  const filedNow = (await scenesOf(talk)).find((each) => each.plan.id === filed.id)?.plan;
  expect(filedNow).toMatchObject({ seconds: 7, strategy: "microblog", style: "house" });
});

test("where nobody lives, where a person said stop, or where its end has passed, no scene plays, and why is told", async () => {
  const empty = await openTalk();
  expect(await empty.ask("Mira", "scene start", { options: { name: "Tea" } })).toContain("Nobody lives here yet");
  const talk = await talkOf();
  await started(talk, { end: "1m" });
  await talk.story.clock.advance(70_000);
  expect(await talk.ask("Mira", "scene status")).toContain("**Tea** has ended: its time is up");
  expect(await talk.ask("Mira", "scene set", { options: { end: "none" } })).toContain("is changed");
  await talk.ask("Mira", "stop");
  expect(await talk.ask("Mira", "scene resume")).toContain("/resume lets them talk again");
  await talk.ask("Mira", "resume");
  expect(await talk.ask("Mira", "scene resume")).toContain("**Tea** goes on");
  await talk.ask("Mira", "scene stop");
  await talk.ask("Mira", "scene set", { options: { end: "09:30" } });
  await talk.story.clock.advance(3_600_000);
  expect(await talk.ask("Mira", "scene resume")).toBe(
    "The time of its end has passed: /scene set gives it another end.",
  );
});

test("who plays and which scene are suggested while people type", async () => {
  const talk = await talkOf("ada", "bruno", "cleo");
  const suggest = async (path: readonly string[], option: string, typed: string): Promise<readonly string[]> => {
    const by = { id: whoIs("Mira"), name: "Mira", canManageChannel: true, canManageWorkspace: false, locale: null };
    const given = { path, options: {}, files: {}, channels: {}, target: null };
    const invocation = { ...given, by, place: loungePlace, workspaceWord: "server", id: "s" };
    const choices = await talk.desk.suggest(invocation, option, typed);
    return choices.map(({ name }) => name);
  };
  expect(await suggest(["scene", "start"], "cast", "b")).toEqual(["Bruno"]);
  expect(await suggest(["scene", "start"], "cast", "bruno,")).toEqual(["bruno, Ada", "bruno, Cleo"]);
  expect(await suggest(["scene", "start"], "cast", "bruno, c")).toEqual(["bruno, Cleo"]);
  await started(talk);
  await talk.ask("Mira", "scene stop");
  await talk.story.clock.advance(1000);
  await started(talk, { name: "Coffee" });
  expect(await suggest(["scene", "resume"], "scene", "")).toEqual(["Coffee", "Tea"]);
  expect(await suggest(["scene", "resume"], "scene", "t")).toEqual(["Tea"]);
});

test("what is done to a scene stands in the history of the place", async () => {
  const talk = await talkOf();
  await started(talk);
  await talk.ask("Mira", "scene set", { options: { pace: "10" } });
  await talk.ask("Mira", "scene pause");
  await talk.ask("Mira", "scene resume");
  await talk.ask("Mira", "scene stop");
  const history = await talk.ask("Mira", "settings history");
  for (const what of ["start", "set", "pause", "resume", "stop"]) expect(history).toContain(`scene ${what} Tea`);
});

test("a German starts a scene in German, and where it ends that is told in German too", async () => {
  const talk = await talkOf();
  const german = { locale: "de" };
  const preview = await talk.give("Mira", ["scene", "start"], {
    ...german,
    options: { name: "Tee", posts: "2", pace: "5" },
  });
  expect(textIn(preview)).toContain("So würde **Tee** hier spielen:");
  expect(buttonsOf(preview).map(({ label }) => label)).toEqual(["Beginnen"]);
  const [button] = buttonsOf(preview);
  const answer = await talk.give("Mira", ["scene", "start"], { ...german, options: button?.options ?? {} });
  expect(textIn(answer)).toContain("Ab jetzt spielt hier **Tee**");
  await talk.story.clock.advance(60_000);
  const lines = await talk.transcript();
  expect(lines.filter((line) => line.includes("„Tee“ ist nach 2 Beiträgen zu Ende"))).toHaveLength(1);
  expect(await talk.ask("Mira", "scene status", german)).toContain("ist zu Ende: 2 Beiträge sind gesagt");
  expect(await talk.ask("Mira", "scene start", { ...german, options: { name: "Tee", pace: "1" } })).toMatch(
    /^\/szene beginnen: tempo: erwartet: Sekunden/u,
  );
});

// What stands in quotation marks is what somebody else said.
const QUOTED = /„[^“]*“|"[^"]*"|`[^`]*`|\*\*[^*]*\*\*/gu;
const ENGLISH = /\b(?:the|is|are|of|this|that|with|you|your|and|what|which|have|has|for|says|who|here|there)\b/iu;

test("whatever a German does with a scene, nothing of the answers is English", async () => {
  const talk = await talkOf();
  const german = { locale: "de" };
  const given: readonly (readonly [string, Readonly<Record<string, string>>?])[] = [
    ["scene status"],
    ["scene stop"],
    ["scene start"],
    ["scene start", { name: "Tee", cast: "dora" }],
    ["scene start", { name: "Tee", end: "gestern" }],
    ["scene set", { hours: "immer" }],
    ["scene list"],
  ];
  const giveAll = async (): Promise<void> => {
    for (const [command, options = {}] of given) {
      const said = await talk.ask("Mira", command, { ...german, options });
      const ours = said.replaceAll(QUOTED, "").replace("It would cost nothing, however many", "");
      expect([command, ours.match(ENGLISH)]).toEqual([command, null]);
    }
  };
  await giveAll();
  await started(talk, { name: "Tee", hours: "3-4 UTC", end: "3h", place: "Am Kai", cast: "ada" }, german);
  await talk.story.clock.advance(10_000);
  await giveAll();
  await talk.ask("Mira", "scene pause", german);
  await giveAll();
  await talk.ask("Mira", "scene stop", german);
  await giveAll();
});

test.each([
  ["its time is up", "die Zeit ist um"],
  ["a person said stop", "jemand hat „stop“ gesagt"],
  ["these are quiet hours", "es sind Ruhestunden"],
  ["paused after 50 posts", "50 Beiträge sind gesagt"],
  ["it plays from 8 to 22 o'clock (UTC)", "sie spielt von 8 bis 22 Uhr (UTC)"],
  ["Mira paused it", "Mira hat sie angehalten"],
  ["Mira stopped it", "Mira hat sie beendet"],
  [
    "a brake holds: 60 unasked posts in this conversation within an hour",
    "das waren 60 Beiträge in einer Stunde dieses Gesprächs, um die niemand gebeten hat",
  ],
  ["the model fails: 401", "das Modell antwortet nicht („401“)"],
  ["the moon is down", "im Haus heißt der Grund „the moon is down“"],
])("why a scene stands as it does, %j, is told in German", (why, told) => {
  expect(whyInGerman(why)).toBe(told);
});
