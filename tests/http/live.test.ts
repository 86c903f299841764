import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deafEvents, makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ask, LiveLine, sendForm } from "./requests.ts";
import { openHouse, usualCast } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

let house: TestHouse;
const lines: LiveLine[] = [];
beforeEach(async () => {
  house = await openHouse();
});
afterEach(async () => {
  for (const line of lines.splice(0)) line.close();
  await house.close();
});

async function listen(path = "/events", headers: Readonly<Record<string, string>> = {}): Promise<LiveLine> {
  const line = await LiveLine.open(house, path, headers);
  lines.push(line);
  await line.next("hello");
  return line;
}

test("every open page hears each post once, with its place as the id", async () => {
  const pages = await Promise.all([listen(), listen(), listen()]);
  await house.post("Mira", "one");
  await house.say("ada", "two");
  for (const page of pages) {
    const [one, two] = [await page.next("post"), await page.next("post")];
    expect([one?.id, one?.data]).toEqual(["1", expect.stringContaining("one")]);
    expect([two?.id, two?.data]).toEqual(["2", expect.stringContaining("two")]);
  }
});

test("a page that comes back hears what it missed, oldest first, and nothing twice", async () => {
  for (const text of ["one", "two", "three", "four"]) await house.post("Mira", text);
  const page = await listen("/events?since=1", { "Last-Event-ID": "2" });
  await house.post("Mira", "five");
  const heard = [await page.next("post"), await page.next("post"), await page.next("post")];
  expect(heard.map((event) => event?.id)).toEqual(["3", "4", "5"]);
});

test("a page just loaded hears what was said while it loaded", async () => {
  await house.post("Mira", "one");
  const html = (await ask(house, "/")).text;
  await house.post("Mira", "two");
  const seq = /data-seq="(\d+)"\s+aria-label="Posts"/.exec(html)?.[1];
  const page = await listen(`/events?since=${seq}`);
  expect((await page.next("post"))?.data).toContain("two");
});

test("a page that missed more than a hundred posts, or whose posts are gone, is told to read anew", async () => {
  for (let i = 0; i < 102; i += 1) await house.post("Mira", `post ${i}`);
  expect((await (await listen("/events?since=1")).next("anew", "post"))?.event).toBe("anew");
  expect((await (await listen("/events?since=999")).next("anew", "post"))?.event).toBe("anew");
});

test("clearing the feed tells every open page, and what is said next arrives", async () => {
  await house.post("Mira", "old");
  const page = await listen();
  await sendForm(house, "/admin/clear", { sure: "yes" });
  expect((await page.next("anew", "post"))?.event).toBe("anew");
  await house.post("Mira", "new");
  expect((await page.next("post"))?.data).toContain("new");
});

test("a made-up Last-Event-ID is no harm", async () => {
  for (const id of ["-1", "x", "1e9", "9".repeat(40), "1; DROP TABLE"]) {
    const page = await listen("/events", { "Last-Event-ID": id });
    expect((await page.next("house"))?.data).toContain("scripted brains");
  }
});

test("text in the live line is never markup and cannot forge an event", async () => {
  const page = await listen();
  await house.post("Mira", "a\n\nevent: anew\ndata: x\n\n<script>alert(1)</script>\r\rid: 99");
  const event = await page.next("post", "anew");
  expect(event?.event).toBe("post");
  expect(event?.data).toContain("&lt;script&gt;");
  expect(event?.data).not.toContain("<script>");
  await house.post("Mira", "next");
  expect((await page.next("post", "anew"))?.id).toBe("2");
});

test("pages hear who is writing", async () => {
  const page = await listen();
  const [ada] = usualCast;
  if (ada === undefined) throw new Error("no cast");
  await house.feed.typing(house.feed.channel, ada);
  expect(JSON.parse((await page.next("typing"))?.data ?? "")).toEqual({ handle: "ada", name: "Ada" });
});

test("pages hear when the scene pauses, the cast changes, and the model fails", async () => {
  const page = await listen();
  await page.next("house");
  await page.next("cast");
  await sendForm(house, "/scenes/shipped/pause", {});
  expect((await page.next("house"))?.data).toContain("Go on");
  await sendForm(house, "/scenes/shipped/resume", {});
  expect((await page.next("house"))?.data).toContain("Pause");
  house.recast([...usualCast, makePersona("zoe", { name: "<i>Zoe</i>" })]);
  expect((await page.next("cast"))?.data).toContain("&lt;i&gt;Zoe&lt;/i&gt;");
  house.state.speaking = { kind: "failing", model: "tiny-1", server: "localhost:1", why: "the key is wrong" };
  expect((await page.next("house"))?.data).toContain("tiny-1 at localhost:1 does not answer: the key is wrong");
});

test("what another process on the same store says, or clears, reaches the pages of this one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "troupe-"));
  // It stands still: the pages do not wait for their next look around.
  const clock = new VirtualClock(Date.now());
  const databaseFile = join(folder, "troupe.db");
  const [here, there] = [await openHouse({ databaseFile, clock }), await openHouse({ databaseFile })];
  const page = await LiveLine.open(here);
  await page.next("cast");
  await there.post("Mira", "from over there");
  expect((await page.next("post"))?.data).toContain("from over there");
  await there.store.clearChannel(there.feed.channel, Date.now());
  await there.post("Mira", "all new");
  expect((await page.next("post", "anew"))?.event).toBe("anew");
  page.close();
  await Promise.all([here.close(), there.close()]);
  rmSync(folder, { recursive: true });
});

test("a visitor's page is never sent what is the operator's", async () => {
  house.state.complaints = [{ where: "personas/ada.yaml", line: 1, field: null, expected: "x", got: "y" }];
  const visitor = await listen("/events", { "X-Forwarded-For": "203.0.113.9" });
  expect((await visitor.next("house"))?.data).not.toMatch(/mistake|Pause/);
  const local = await listen();
  expect((await local.next("house"))?.data).toMatch(/mistake/);
});

test("somebody watches as long as a page is open, and no longer", async () => {
  const clock = new VirtualClock();
  const watched = await openHouse({ clock });
  const seen: number[] = [];
  await watched.feed.close();
  await watched.feed.listen({
    ...deafEvents,
    message: async () => ({ fresh: true }),
    watched: async () => void seen.push(clock.now()),
  });
  const line = await LiveLine.open(watched);
  await line.next("cast");
  await clock.advance(60_000);
  const whileOpen = seen.length;
  expect(whileOpen).toBeGreaterThanOrEqual(5);
  expect(whileOpen).toBeLessThanOrEqual(8);
  line.close();
  while ((await ask(watched, "/healthz")).text.includes('"pages":1')) await clock.advance(1);
  await clock.advance(60_000);
  expect(seen.length).toBe(whileOpen);
  await watched.close();
});

test("one address cannot take all places", async () => {
  for (let i = 0; i < 30; i += 1) await listen();
  expect((await ask(house, "/events")).status).toBe(503);
  expect(
    (await ask(house, "/events", { headers: { "X-Forwarded-For": "203.0.113.9", Host: "127.0.0.1" }, method: "HEAD" }))
      .status,
  ).not.toBe(503);
});

test("stopping ends every live line at once", async () => {
  const pages = await Promise.all(Array.from({ length: 5 }, () => listen()));
  const from = Date.now();
  await house.server.close(4000);
  for (const page of pages) expect(await page.next("post")).toBeNull();
  expect(Date.now() - from).toBeLessThan(1500);
});
