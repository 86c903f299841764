// What people can do about a persona's post by hand: ask why, change it, look at what it said before, delete it.
import { expect, test } from "vitest";
import { Limited, Refused } from "../../src/adapters/adapter.ts";
import type { Answer } from "../../src/commands/command.ts";
import { channelScope } from "../../src/domain/ids.ts";
import { loungePlace } from "../fakes/room-adapter.ts";
import { buttonsOf } from "./counter.ts";
import { openTalk, textIn } from "./talk.ts";

/** Ada has answered Tom in the lounge; Mira manages the channel. */
async function openAnswered() {
  const talk = await openTalk();
  await talk.bind("ada");
  await talk.says("Tom", "Ada, hello");
  const [post] = talk.room.got;
  if (post === undefined) throw new Error("Ada said nothing");
  const { store } = talk.story;
  const about = (who: string, name: string, options: Readonly<Record<string, string>> = {}): Promise<string> =>
    talk.ask(who, `post ${name}`, { options, target: post.id });
  const fail = (error: Error): void => {
    talk.room.troubles.push({ on: "edit", error, when: "before" });
  };
  const text = async () => (await store.message(post.id))?.text ?? null;
  return { ...talk, about, text, fail, store, post };
}

test("who asked for a post may know why it was said, and so may a moderator; whose it is may know anyone", async () => {
  const { about } = await openAnswered();
  const why = "Ada was named: the text says “Ada”.\nIt answers Tom.\nIt came from own.";
  expect(await about("Tom", "why")).toBe(why);
  expect(await about("Mira", "why")).toBe(why);
  expect(await about("Zoe", "why")).toBe("Only those who may manage this channel can do this: /post why");
  expect(await about("Zoe", "about")).toContain("**Ada** is a persona (ada) and an AI: no person wrote this.");
  expect(await about("Zoe", "about")).toContain("Mira put it in this channel.");
});

test("a post is changed on the platform and in memory, and what it said before is a button away", async () => {
  const { about, give, press, text, room, post } = await openAnswered();
  const form = await give("Tom", ["post", "edit"], { target: post.id });
  // No more can be written than the platform takes in one post.
  expect(form.kind === "form" && form.fields[0]).toMatchObject({ value: "Ada here.", charsMax: 2000 });
  const options = { ...(form.kind === "form" ? form.options : {}), text: "Hello, Tom." };
  const changed = await give("Tom", ["post", "edited"], { options });
  expect(textIn(changed)).toBe("It says version 2/2 now.");
  expect(await text()).toBe("Hello, Tom.");
  expect(labels(changed)).toEqual(["◀"]);
  const back = await press("Tom", buttonsOf(changed)[0]);
  expect(textIn(back)).toBe("It says version 1/2 now.");
  expect(await text()).toBe("Ada here.");
  expect(labels(back)).toEqual(["▶"]);
  expect(room.deeds).toEqual(["say: Ada here.", "edit: Hello, Tom.", "edit: Ada here."]);
  expect(await about("Tom", "edited", { text: "Ada here." })).toBe("It says so already.");
  expect(await about("Tom", "why")).toMatch(/\nIt says version 1\/2 now\.\nIt came from own\.$/u);
  expect(await about("Zoe", "about")).toContain("an AI: no person wrote this.");
  await press("Tom", buttonsOf(back)[0]);
  expect(await about("Zoe", "about")).toContain("an AI.\nIts text was changed by hand");
  expect(await about("Tom", "why")).toMatch(
    /\nIt says version 2\/2 now\.\nIts text was changed by hand: what stands there now came from a person\.$/u,
  );
});

test("what is done by hand stands behind one entry on the post, with the versions where there are any", async () => {
  const { give, press, post, about } = await openAnswered();
  const panel = await give("Tom", ["post", "change"], { target: post.id });
  expect(labels(panel)).toEqual(["Edit", "Delete"]);
  expect(textIn(await press("Tom", buttonsOf(panel)[0]))).toBe("form: What Ada said");
  await about("Tom", "edited", { text: "Hello, Tom." });
  expect(labels(await give("Tom", ["post", "change"], { target: post.id }))).toEqual(["Edit", "Delete", "◀"]);
  expect(await about("Zoe", "change")).toContain("Only those who may manage this channel");
  expect(textIn(await press("Tom", buttonsOf(panel)[1]))).toBe("What Ada said is gone, from memory too.");
});

test("a post is deleted on the platform and from memory, and who did it stands in the list", async () => {
  const { about, text, room, store } = await openAnswered();
  expect(await about("Mira", "delete")).toBe("What Ada said is gone, from memory too.");
  expect(room.deeds).toEqual(["say: Ada here.", "remove"]);
  expect(await text()).toBeNull();
  const [entry] = await store.registry.audit([channelScope(loungePlace.channel)], 1);
  expect(entry).toMatchObject({ what: "post delete", subject: "ada", before: null, after: null, by: { name: "Mira" } });
  expect(await about("Mira", "delete")).toBe("That is no post of a persona that the house remembers.");
});

test("nobody else changes or deletes a post, by whatever button", async () => {
  const { about, text, room } = await openAnswered();
  for (const name of ["edit", "edited", "version", "delete", "regenerate"]) {
    expect(await about("Zoe", name, { text: "Mine now.", number: "1" })).toContain(
      "Only those who may manage this channel",
    );
  }
  expect(room.deeds).toEqual(["say: Ada here."]);
  expect(await text()).toBe("Ada here.");
});

test("only a persona's post of this very channel is meant; without a choice the newest", async () => {
  const { ask, post, says } = await openAnswered();
  const question = await says("Tom", "nice weather");
  const none = "That is no post of a persona that the house remembers.";
  expect(await ask("Mira", "post delete", { target: question })).toBe(none);
  const place = { ...loungePlace, channel: "room:cellar" as never };
  expect(await ask("Mira", "post delete", { target: post.id, place })).toBe(none);
  expect(await ask("Mira", "post edited", { options: { post: post.id, text: "x" }, place })).toBe(none);
  expect(await ask("Mira", "post regenerate", { target: post.id, place })).toBe(none);
  expect(await ask("Tom", "post why")).toContain("Ada was named");
});

test("what the platform refuses stays as it was, and the person is told", async () => {
  const { about, text, fail } = await openAnswered();
  fail(new Refused("the bot may not do that"));
  expect(await about("Tom", "edited", { text: "New." })).toBe("It could not be done: the bot may not do that.");
  fail(new Limited("too fast", 1));
  expect(await about("Tom", "edited", { text: "New." })).toContain("please try again in a moment");
  expect(await text()).toBe("Ada here.");
  expect(await about("Tom", "edited", { text: "x".repeat(3_000) })).toBe(
    "/post edit: text: expected at most 2000 characters, got 3000 of them",
  );
  expect(await about("Tom", "edited", { text: "\u0000 " })).toBe("/post edit: text: expected a text, got nothing");
});

test("few enough are offered on a post itself for platforms that take five", async () => {
  const { desk } = await openTalk();
  const on = desk.commands.filter((shape) => shape.on === "message");
  expect(on.map(({ label }) => label)).toEqual(["Regenerate", "Continue", "Why?", "About", "Edit or delete"]);
});

function labels(answer: Answer): readonly string[] {
  return buttonsOf(answer).map(({ label }) => label);
}
