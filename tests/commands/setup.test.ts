// Setting a channel up in three choices: where, who, and how it takes part.
import { expect, test } from "vitest";
import { channelScope } from "../../src/domain/ids.ts";
import { directPlace, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { barPlace, buttonsOf, menusOf, openCounter } from "./counter.ts";

test("a channel, a persona and how it takes part are chosen one after the other, and then it lives there", async () => {
  const counter = await openCounter();
  const first = await counter.answer("Mira", "/setup");
  expect(first).toMatchObject({ shown: "private", as: "new" });
  expect(menusOf(first)).toMatchObject([{ option: "channel", choices: "channels", path: ["setup"], options: {} }]);
  const second = await counter.answer("Mira", "/setup", { channel: "bar" });
  expect(second).toMatchObject({ shown: "private", as: "replace" });
  const [who] = menusOf(second);
  expect(who).toMatchObject({ option: "persona", options: { channel: "bar" } });
  expect(who?.choices).toContainEqual({ name: expect.stringMatching(/^Ada · /u) as string, value: "ada" });
  const third = await counter.answer("Mira", "/setup", { channel: "bar", persona: "ada" });
  expect(buttonsOf(third).map(({ label }) => label)).toEqual(["Only when named", "Now and then", "Lively"]);
  const done = await counter.press("Mira", buttonsOf(third)[2]);
  expect(done).toBe(
    "(Done: **Ada** lives in #bar and joins in readily. Say the name there, and it answers. /settings show says what else can be set. Ada says hello there.)",
  );
  expect(await counter.at(barPlace).ask("Tom", "/persona list")).toContain(
    "**Ada**: joins in readily; in this channel by Mira",
  );
  expect(await counter.ask("Tom", "/persona list")).toContain("Nobody lives here yet");
});

test("who is new there says hello, once; who lived there already is set anew in silence", async () => {
  const counter = await openCounter();
  const all = { channel: "bar", persona: "bruno", how: "named" };
  expect(await counter.ask("Mira", "/setup", all)).toContain("Bruno says hello there");
  expect(counter.hellos).toMatchObject([
    { persona: "bruno", place: barPlace, by: { id: whoIs("Mira"), name: "Mira" } },
  ]);
  expect(await counter.ask("Mira", "/setup", { ...all, how: "sometimes" })).toBe(
    "(Done: **Bruno** lives in #bar and joins in now and then. Say the name there, and it answers. /settings show says what else can be set.)",
  );
  expect(counter.hellos.length).toBe(1);
});

test("what is given with the command is not asked again", async () => {
  const counter = await openCounter();
  const first = await counter.answer("Mira", "/setup", { persona: "ada", how: "named" });
  expect(menusOf(first)[0]?.options).toEqual({ persona: "ada", how: "named" });
  const second = await counter.answer("Mira", "/setup", { channel: "bar", how: "named" });
  expect(menusOf(second)[0]?.options).toEqual({ channel: "bar", how: "named" });
});

test("at each step it takes the right to manage the channel that is set up", async () => {
  const counter = await openCounter({ admins: [whoIs("Root")] });
  expect(await counter.ask("Tom", "/setup")).toBe("(Only those who may manage this channel can do this: /setup)");
  const all = { channel: "bar", persona: "ada", how: "lively" };
  const steps = [{ channel: "bar" }, { channel: "bar", persona: "ada" }, all];
  for (const step of steps) {
    expect(await counter.ask("Max", "/setup", step)).toBe("(Only those who may manage #bar can do this: /setup)");
  }
  expect(await counter.store.registry.bindings([channelScope(barPlace.channel)])).toEqual([]);
  expect(await counter.ask("Root", "/setup", all)).toContain("**Ada** lives in #bar");
});

test("a channel that is gone, a persona that nobody knows and a part that does not exist are told in one sentence", async () => {
  const { ask } = await openCounter();
  expect(await ask("Mira", "/setup", { channel: "cellar" })).toBe(
    "(/setup: channel: expected a channel that is still there and that the bot sees, got another one)",
  );
  expect(await ask("Mira", "/setup", { channel: "bar", persona: "nobody" })).toContain(
    "persona: expected a persona such as",
  );
  expect(await ask("Mira", "/setup", { channel: "bar", persona: "ada", how: "loud" })).toContain(
    'how: expected one of named, sometimes, lively, got "loud"',
  );
});

test("in a channel for adults it is told that nobody speaks there yet, and nobody says hello", async () => {
  const counter = await openCounter();
  const all = { channel: "bar", persona: "ada", how: "named" };
  const said = await counter.at({ ...loungePlace, nsfw: true }).ask("Mira", "/setup", all);
  expect(said).toContain("**Ada** lives in #bar");
  expect(said).toContain("a channel for adults");
  expect(counter.hellos).toEqual([]);
});

test("in a direct message there is nothing to choose but who and how", async () => {
  const direct = (await openCounter()).at(directPlace);
  const first = await direct.answer("Tom", "/setup");
  expect(menusOf(first)).toMatchObject([{ option: "persona" }]);
  expect(await direct.ask("Tom", "/setup", { persona: "ada", how: "named" })).toContain(
    "**Ada** lives in this conversation",
  );
});

test("whoever lived there through the server is told to talk there no longer", async () => {
  const counter = await openCounter();
  await counter.ask("Olga", "/persona add", { persona: "ada", where: "server" });
  const all = { channel: "bar", persona: "bruno", how: "named" };
  expect(await counter.ask("Mira", "/setup", all)).toContain(
    "Those of this server (Ada) no longer talk in #bar, which has personas of its own from now on.",
  );
});

test("the welcome names the way in, with a button that opens it", async () => {
  const { desk } = await openCounter();
  const { welcome } = desk.notices(null);
  expect(welcome).toMatchObject({ shown: "public", buttons: [{ label: "Set up", path: ["setup"], options: {} }] });
  expect(desk.commands.map(({ path }) => path.join(" "))).toContain("setup");
  expect(loungePlace.workspace).not.toBeNull();
  expect(desk.notices("de").welcome.buttons).toMatchObject([{ label: "Einrichten" }]);
});
