// The desk itself: stop and resume, privacy, help, and what it does with anything that goes wrong.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Fields } from "../../src/log.ts";
import { silentLog } from "../../src/log.ts";
import type { Invocation } from "../../src/commands/command.ts";
import { scopesOf } from "../../src/domain/binding.ts";
import { messageId } from "../../src/domain/ids.ts";
import { loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { needsCorpora } from "../needs.ts";
import { makeArrival } from "../people.ts";
import type { Counter } from "./counter.ts";
import { buttonsOf, openCounter, threadPlace } from "./counter.ts";

async function says({ store, clock }: Counter, who: string, text: string): Promise<void> {
  const id = messageId(loungePlace.platform, text);
  const author = { id: whoIs(who), kind: "person", name: who } as const;
  await store.recordMessage(makeArrival(text, text, { id, place: loungePlace, author }), 1, null, clock.now());
}

test("anyone stops the talk, where nothing was said yet too; who manages the channel lets it go on", async () => {
  const counter = await openCounter();
  const isStopped = async (): Promise<boolean> => (await counter.rooms.of(loungePlace.channel)).isStopped;
  expect(await counter.ask("Tom", "/stop")).toBe(
    "Tom stopped the talk of personas in this channel. They still answer people; /resume lets them talk again.",
  );
  await says(counter, "Tom", "hello");
  expect(await isStopped()).toBe(true);
  expect(await counter.ask("Tom", "/stop")).toMatch(/^\(.*stopped already/u);
  expect(await counter.ask("Tom", "/resume")).toContain("Only those who may manage this channel");
  expect(await counter.at(threadPlace).ask("Mira", "/resume")).toContain("stopped in the whole channel of this thread");
  expect(await counter.ask("Mira", "/resume")).toBe(
    "Mira lets personas talk in this channel again, as its settings say.",
  );
  expect(await isStopped()).toBe(false);
  expect(await counter.ask("Mira", "/resume")).toBe("(Nothing is stopped in this channel.)");
});

test("people see what is kept of them, have it forgotten after being asked, and opt out and in", async () => {
  const counter = await openCounter();
  expect(await counter.ask("Tom", "/privacy export")).toBe("(Nothing that you said is kept.)");
  await says(counter, "Tom", "nobody lives here to hear this");
  await counter.ask("Mira", "/persona add", { persona: "ada" });
  await says(counter, "Tom", "I like tea");
  await says(counter, "Mira", "me too");
  const given = await counter.answer("Tom", "/privacy export");
  const files = given.kind === "text" ? given.files : [];
  expect(JSON.parse(files[0]?.text ?? "")).toMatchObject([{ text: "I like tea", channel: loungePlace.channel }]);
  const asked = await counter.answer("Tom", "/privacy forget-me");
  expect((await counter.store.registry.said(whoIs("Tom"), 10)).length).toBe(1);
  expect(await counter.press("Tom", buttonsOf(asked)[0])).toMatch(/^\(Forgotten: 1 message\./u);
  expect(await counter.store.registry.said(whoIs("Tom"), 10)).toEqual([]);
  expect((await counter.store.registry.said(whoIs("Mira"), 10)).length).toBe(1);
  expect(await counter.ask("Mira", "/privacy opt-in")).toContain("You had not opted out");
  expect(await counter.ask("Mira", "/privacy opt-out")).toContain("nothing that you say is kept");
  expect(await counter.store.registry.said(whoIs("Mira"), 10)).toEqual([]);
  expect(await counter.ask("Mira", "/privacy opt-out")).toContain("already");
  expect(await counter.ask("Mira", "/privacy opt-in")).toContain("Welcome back");
});

test("what is kept of somebody fits into one file, in any script", async () => {
  const counter = await openCounter();
  await counter.ask("Mira", "/persona add", { persona: "ada" });
  for (let at = 0; at < 90; at += 1) await says(counter, "Tom", `${at} ${"茶".repeat(39_000)}`);
  const given = await counter.answer("Tom", "/privacy export");
  const [file] = given.kind === "text" ? given.files : [];
  expect(given.kind === "text" ? given.text : "").toMatch(/^The first \d+ messages/u);
  expect(Buffer.byteLength(file?.text ?? "")).toBeLessThan(10_000_000);
  // The id of each is as long as its text here.
  expect((JSON.parse(file?.text ?? "") as unknown[]).length).toBeGreaterThan(30);
});

test("help names every command in the catalogue, and what add and remove are about", async () => {
  const { ask, desk } = await openCounter();
  const help = await ask("Tom", "/help");
  for (const { path } of desk.commands) expect(help).toContain(`\`/${path.join(" ")}\``);
  expect(help).toContain("`/persona add` puts a persona here and `/persona remove` takes it from here");
  expect(help.length).toBeLessThan(4000);
});

test("the catalogue keeps to what platforms show: short names, short summaries, one required option for add", async () => {
  const { desk } = await openCounter();
  for (const { path, summary, options } of desk.commands) {
    expect(path.length).toBeLessThanOrEqual(2);
    for (const text of [summary, ...options.map((each) => each.summary)]) expect(text.length).toBeLessThanOrEqual(100);
    for (const name of [...path, ...options.map((option) => option.name)]) expect(name).toMatch(/^[a-z-]{1,32}$/u);
    const firstFree = options.findIndex((option) => !option.isRequired);
    expect(options.slice(firstFree === -1 ? options.length : firstFree).some((option) => option.isRequired)).toBe(
      false,
    );
  }
  const add = desk.commands.find(({ path }) => path.join(" ") === "persona add");
  expect(add?.options.filter((option) => option.isRequired).map((option) => option.name)).toEqual(["persona"]);
});

test("what goes wrong in the house is a sentence to the person and a line in the log", async () => {
  const lines: (readonly [string, Fields | undefined])[] = [];
  const log = { ...silentLog, error: (phrase: string, fields?: Fields) => void lines.push([phrase, fields]) };
  const fail = () => Promise.reject(new TypeError("the disk is full"));
  const rooms = { at: fail, of: fail };
  const { ask } = await openCounter({ log, house: { rooms } });
  expect(await ask("Mira", "/persona list")).toMatch(/^\(That did not work/u);
  expect(lines).toMatchObject([["a command failed", { command: "persona list", why: "the disk is full" }]]);
  expect(await ask("Mira", "/persona vanish")).toContain("There is no command /persona vanish");
});

test("a house that is closing takes no more commands, and says so", async () => {
  const { desk, store, answer } = await openCounter();
  const given: Invocation[] = [];
  const run = desk.run.bind(desk);
  desk.run = (invocation, signal) => {
    given.push(invocation);
    return run(invocation, signal);
  };
  await answer("Mira", "/persona list");
  const [list] = given;
  if (list === undefined) throw new Error("nothing was asked");
  const add: Invocation = { ...list, path: ["persona", "add"], options: { persona: "ada" } };
  expect(await run(add, AbortSignal.abort())).toMatchObject({
    shown: "private",
    text: expect.stringContaining("closing") as string,
  });
  expect(await store.registry.bindings(scopesOf(loungePlace))).toEqual([]);
});

const naughty = needsCorpora("text/naughty-strings.json");

test.skipIf(naughty.skip)("whatever people write into an option, they get one short answer", async () => {
  const strings = JSON.parse(readFileSync(naughty.path(), "utf8")) as readonly string[];
  const { ask, suggest } = await openCounter();
  for (const text of strings) {
    for (const said of [
      await ask("Mira", "/persona add", { persona: text }),
      await ask("Mira", "/settings set", { setting: "language", value: text }),
      await ask(text, "/settings show", { setting: text, persona: text }),
    ]) {
      expect(said).not.toContain("did not work");
      expect(said.length).toBeLessThan(3000);
    }
    expect((await suggest("/persona add", "persona", text)).length).toBeLessThanOrEqual(25);
  }
});
