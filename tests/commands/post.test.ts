// What people can do about a persona's post: ask why, change it, look at what it said before, delete it.
import { expect, test } from "vitest";
import type { Adapter, Said } from "../../src/adapters/adapter.ts";
import { Limited, Refused } from "../../src/adapters/adapter.ts";
import type { Actor, Answer, Button } from "../../src/commands/command.ts";
import { openDesk } from "../../src/commands/desk.ts";
import { postCommands } from "../../src/commands/post.ts";
import type { MessageId, PlatformName } from "../../src/domain/ids.ts";
import { channelScope } from "../../src/domain/ids.ts";
import { Remaking } from "../../src/engine/remaking.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { silentLog } from "../../src/log.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import { loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { openRoom } from "../stories/room.ts";

/** Ada has answered Tom in the lounge; Mira manages the channel. */
async function openTalk() {
  const { says, bind, room, story } = await openRoom();
  await bind("ada");
  await says("Tom", "Ada, hello");
  const { store, personas, clock } = story;
  const done: string[] = [];
  const trouble: { fault: Error | null } = { fault: null };
  const act = async (what: string, { message }: Said): Promise<void> => {
    if (trouble.fault !== null) throw trouble.fault;
    done.push(`${what} ${message === room.got[0]?.id ? "her post" : message}`);
  };
  const adapter: Adapter = Object.assign(Object.create(room) as Adapter, {
    edit: (said: Said, _as: unknown, text: string) => act(`says "${text}":`, said),
    remove: (said: Said) => act("removed", said),
  });
  const adapters = new Map<PlatformName, Adapter>([[room.platform, adapter]]);
  const { registry } = store;
  const rooms = new Rooms({ registry, personas, adapters, everyone: () => personas.all() });
  const remaking = new Remaking({ store, personas, adapters, rooms, countTokens, clock });
  const house = { store, personas, rooms, clock, log: silentLog, admins: new Set<Actor["id"]>() };
  const desk = openDesk(house, postCommands({ store, remaking }));
  const [post] = room.got;
  if (post === undefined) throw new Error("Ada said nothing");
  let count = 0;
  const give = (
    who: string,
    path: readonly string[],
    options: Readonly<Record<string, string>> = {},
    target: MessageId | null = post.id,
    place = loungePlace,
  ): Promise<Answer> => {
    const by = { id: whoIs(who), name: who, canManageChannel: who === "Mira", canManageWorkspace: false, locale: null };
    const invocation = {
      path,
      options,
      files: {},
      channels: {},
      target,
      by,
      place,
      workspaceWord: "server",
      id: `i${(count += 1)}`,
    };
    return desk.run(invocation, new AbortController().signal);
  };
  const ask = async (
    who: string,
    name: string,
    ...rest: [options?: Record<string, string>, target?: MessageId | null]
  ) => textIn(await give(who, ["post", name], ...rest));
  const press = (who: string, button: Button | undefined): Promise<Answer> =>
    give(who, button?.path ?? [], button?.options, null);
  const text = async () => (await store.message(post.id))?.text ?? null;
  return { ask, give, press, text, done, trouble, store, post, says };
}

function textIn(answer: Answer): string {
  return answer.kind === "form" ? `form: ${answer.title}` : answer.text;
}

test("who asked for a post may know why it was said, and so may a moderator; whose it is may know anyone", async () => {
  const { ask } = await openTalk();
  const why = "Ada was named: the text says “Ada”.\nIt answers Tom.\nIt came from own.";
  expect(await ask("Tom", "why")).toBe(why);
  expect(await ask("Mira", "why")).toBe(why);
  expect(await ask("Zoe", "why")).toBe("Only those who may manage this channel can do this: /post why");
  expect(await ask("Zoe", "about")).toContain("**Ada** is a persona (ada) and an AI: no person wrote this.");
  expect(await ask("Zoe", "about")).toContain("Mira put it in this channel.");
});

test("a post is changed on the platform and in memory, and what it said before is a button away", async () => {
  const { ask, give, press, text, done } = await openTalk();
  const form = await give("Tom", ["post", "edit"]);
  expect(form.kind === "form" && form.fields[0]?.value).toBe("Ada here.");
  const changed = await give(
    "Tom",
    ["post", "edited"],
    { ...(form.kind === "form" ? form.options : {}), text: "Hello, Tom." },
    null,
  );
  expect(textIn(changed)).toBe("It says version 2/2 now.");
  expect(await text()).toBe("Hello, Tom.");
  const buttons = changed.kind === "text" ? changed.buttons : [];
  expect(buttons.map(({ label }) => label)).toEqual(["◀"]);
  const back = await press("Tom", buttons[0]);
  expect(textIn(back)).toBe("It says version 1/2 now.");
  expect(await text()).toBe("Ada here.");
  expect(back.kind === "text" && back.buttons.map(({ label }) => label)).toEqual(["▶"]);
  expect(done).toEqual(['says "Hello, Tom.": her post', 'says "Ada here.": her post']);
  expect(await ask("Tom", "edited", { text: "Ada here." })).toBe("It says so already.");
});

test("a post is deleted on the platform and from memory, and who did it stands in the list", async () => {
  const { ask, text, done, store } = await openTalk();
  expect(await ask("Mira", "delete")).toBe("What Ada said is gone, from memory too.");
  expect(done).toEqual(["removed her post"]);
  expect(await text()).toBeNull();
  const [entry] = await store.registry.audit([channelScope(loungePlace.channel)], 1);
  expect(entry).toMatchObject({ what: "post delete", subject: "ada", before: null, after: null, by: { name: "Mira" } });
  expect(await ask("Mira", "delete")).toBe("That is no post of a persona that the house remembers.");
});

test("nobody else changes or deletes a post, by whatever button", async () => {
  const { ask, text, done } = await openTalk();
  for (const name of ["edit", "edited", "version", "delete"]) {
    expect(await ask("Zoe", name, { text: "Mine now.", number: "1" })).toContain(
      "Only those who may manage this channel",
    );
  }
  expect(done).toEqual([]);
  expect(await text()).toBe("Ada here.");
});

test("only a persona's post of this very channel is meant; without a choice the newest", async () => {
  const { ask, give, post, says } = await openTalk();
  const question = await says("Tom", "nice weather");
  const none = "That is no post of a persona that the house remembers.";
  expect(await ask("Mira", "delete", {}, question)).toBe(none);
  const elsewhere = { ...loungePlace, channel: "room:cellar" as never };
  expect(textIn(await give("Mira", ["post", "delete"], {}, post.id, elsewhere))).toBe(none);
  expect(textIn(await give("Mira", ["post", "edited"], { post: post.id, text: "x" }, null, elsewhere))).toBe(none);
  expect(await ask("Tom", "why", {}, null)).toContain("Ada was named");
});

test("what the platform refuses stays as it was, and the person is told", async () => {
  const { ask, text, trouble } = await openTalk();
  trouble.fault = new Refused("the bot may not do that");
  expect(await ask("Tom", "edited", { text: "New." })).toBe("It could not be done: the bot may not do that.");
  expect(await ask("Tom", "delete")).toBe("It could not be done: the bot may not do that.");
  trouble.fault = new Limited("too fast", 1);
  expect(await ask("Tom", "delete")).toContain("please try again in a moment");
  expect(await text()).toBe("Ada here.");
  expect(await ask("Tom", "edited", { text: "x".repeat(3_000) })).toBe(
    "this post: expected a text of 1 to 2000 characters, got 3000 of them",
  );
  expect(await ask("Tom", "edited", { text: "\u0000 " })).toContain(
    "expected a text of 1 to 2000 characters, got none",
  );
});

test("few enough are offered on a post itself for platforms that take five", async () => {
  const on = postCommands({} as never).filter(({ shape }) => shape.on === "message");
  expect(on.map(({ shape }) => shape.label)).toEqual(["Why?", "About", "Edit", "Delete"]);
});
