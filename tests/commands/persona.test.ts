// Putting personas into a place, and taking them from there.
import { expect, test } from "vitest";
import { channelScope, messageId, personaId } from "../../src/domain/ids.ts";
import { directPlace, loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { makeArrival } from "../people.ts";
import { buttonsOf, openCounter, threadPlace } from "./counter.ts";

test("a persona is put here and taken from here, and everyone sees it", async () => {
  const { ask } = await openCounter();
  expect(await ask("Mira", "/persona add", { persona: "ada" })).toBe(
    "**Ada** lives in this channel now and answers only when named. How should Ada take part?",
  );
  expect(await ask("Mira", "/persona add", { persona: "Ада" })).toContain("**Ada** lived in this channel already");
  expect(await ask("Tom", "/persona list")).toMatch(
    /^\(Who lives here:\n- 🗼 \*\*Ada\*\*: answers only when named; in this channel by Mira\nWho could be added: /u,
  );
  expect(await ask("Mira", "/persona remove", { persona: "ADA" })).toBe(
    "**Ada** no longer lives in this channel. The character itself stays: /persona add brings it back.",
  );
  expect(await ask("Tom", "/persona list")).toContain("Nobody lives here yet");
  expect(await ask("Mira", "/persona remove", { persona: "ada" })).toBe("(Ada does not live in this channel.)");
});

test("how a persona takes part is chosen by a button below the answer, by those who may", async () => {
  const counter = await openCounter();
  const buttons = buttonsOf(await counter.answer("Mira", "/persona add", { persona: "ada" }));
  expect(buttons.map((each) => each.label)).toEqual(["Only when named", "Now and then", "Lively"]);
  expect(await counter.press("Tom", buttons[2])).toMatch(/^\(Only those who may manage this channel/u);
  expect(await counter.press("Mira", buttons[1])).toBe(
    "**Ada** lives in this channel and joins in now and then (Mira said so).",
  );
  await counter.press("Mira", buttons[2]);
  expect(await counter.ask("Tom", "/persona show", { persona: "ada" })).toContain("Here Ada joins in readily.");
  const rows = await counter.store.registry.settings([channelScope(loungePlace.channel)]);
  expect(rows.map(({ persona, name, value }) => `${persona} ${name} ${value}`).toSorted()).toEqual([
    "ada strategy natural",
    "ada talkativeness 0.5",
  ]);
});

test("only those who may manage the channel put a persona there, and only those who manage the server all over it", async () => {
  const { ask } = await openCounter({ admins: [whoIs("Root")] });
  expect(await ask("Tom", "/persona add", { persona: "ada" })).toBe(
    "(Only those who may manage this channel can do this: /persona add)",
  );
  expect(await ask("Mira", "/persona add", { persona: "ada", where: "server" })).toBe(
    "(Only those who may manage this server can do this: /persona add)",
  );
  expect(await ask("Olga", "/persona add", { persona: "ada", where: "server" })).toContain("lives in this server now");
  expect(await ask("Root", "/persona add", { persona: "bruno" })).toContain("lives in this channel now");
  expect(await ask("Tom", "/persona remove", { persona: "bruno" })).toContain("Only those who may manage");
});

test("whoever is put all over the server, or into a channel, and does not talk in this place is said not to", async () => {
  const counter = await openCounter();
  await counter.ask("Olga", "/persona add", { persona: "ada" });
  const not = "Not in this channel, though: personas of its own live there (Ada), and only they talk.";
  expect(await counter.ask("Olga", "/persona add", { persona: "bruno", where: "server" })).toContain(not);
  const shown = await counter.ask("Tom", "/persona show", { persona: "bruno" });
  expect(shown).toContain(not);
  expect(shown).not.toContain("Here Bruno");
  expect(await counter.ask("Olga", "/persona add", { persona: "bruno" })).not.toContain("though");
  expect(await counter.ask("Tom", "/persona show", { persona: "bruno" })).toContain(
    "Here Bruno answers only when named.",
  );
});

test("in a thread the channel is meant unless the thread is said, and the nearest personas talk", async () => {
  const counter = await openCounter();
  const thread = counter.at(threadPlace);
  expect(await thread.ask("Mira", "/persona add", { persona: "ada" })).toContain("lives in this channel now");
  expect(await thread.ask("Mira", "/persona add", { persona: "bruno", where: "thread" })).toContain(
    "Those of this channel (Ada) no longer talk in this thread, which has personas of its own from now on.",
  );
  expect(await thread.ask("Mira", "/persona list")).toContain("in this thread by Mira");
  expect(await counter.ask("Mira", "/persona list")).toContain("**Ada**: answers only when named");
  expect(await counter.ask("Mira", "/persona add", { persona: "ada", where: "thread" })).toBe(
    "(/persona add: where: expected a thread to be in, got none here)",
  );
  expect(await thread.ask("Mira", "/persona remove", { persona: "bruno" })).toContain("no longer lives in this thread");
});

test("who lives here through the server is taken from there, not from here", async () => {
  const { ask } = await openCounter();
  await ask("Olga", "/persona add", { persona: "ada", where: "server" });
  expect(await ask("Mira", "/persona remove", { persona: "ada" })).toBe(
    "(Ada does not live in this channel, but in this server: say so with `where`.)",
  );
  expect(await ask("Olga", "/persona remove", { persona: "ada", where: "workspace" })).toContain(
    "no longer lives in this server",
  );
});

test("in a direct message people have every right over their own talk", async () => {
  const direct = (await openCounter()).at(directPlace);
  expect(await direct.ask("Tom", "/persona add", { persona: "ada" })).toContain("lives in this conversation now");
  expect(await direct.ask("Tom", "/settings set", { setting: "language", value: "de" })).toContain(
    "is `de` in this conversation",
  );
  expect(await direct.ask("Tom", "/persona add", { persona: "ada", where: "server" })).toBe(
    "(/persona add: where: expected channel, got server, and this is none)",
  );
});

test("the desk and the rooms mean the same: who was added is the cast", async () => {
  const { ask, store, rooms, clock } = await openCounter();
  await ask("Mira", "/persona add", { persona: "ada" });
  const id = messageId(loungePlace.platform, "1");
  const author = { id: whoIs("Tom"), kind: "person", name: "Tom" } as const;
  await store.recordMessage(makeArrival("1", "hello", { id, place: loungePlace, author }), 1, null, clock.now());
  const room = await rooms.of(loungePlace.channel);
  expect(room.cast.map(({ persona }) => persona.id)).toEqual([personaId("ada")]);
});

test("suggestions name personas by any of their names, those who can be meant first, at most 25", async () => {
  const { ask, suggest } = await openCounter();
  expect(await suggest("/persona add", "persona", "эй")).toEqual(["ada"]);
  expect((await suggest("/persona add", "persona", "")).length).toBeLessThanOrEqual(25);
  expect(await suggest("/persona remove", "persona", "")).toEqual([]);
  await ask("Mira", "/persona add", { persona: "bruno" });
  expect(await suggest("/persona remove", "persona", "")).toEqual(["bruno"]);
  expect((await suggest("/persona show", "persona", ""))[0]).toBe("bruno");
  expect(await suggest("/persona add", "nonsense", "")).toEqual([]);
  expect(await suggest("/nonsense", "persona", "")).toEqual([]);
});
