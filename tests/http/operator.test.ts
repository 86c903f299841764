import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  feedPlatform,
  messageId,
  personaAuthorId,
  terminalPlatform,
  channelId,
  sceneId,
  turnId,
  processId,
  personaId,
} from "../../src/domain/ids.ts";
import { offStage, usualPace } from "../../src/domain/scene.ts";
import { makeArrival, makeTurn, payerOf } from "../people.ts";
import { ask, jsonOf, sendForm } from "./requests.ts";
import { openHouse, trace } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

let house: TestHouse;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const elsewhere = { "X-Forwarded-For": "203.0.113.9" };
const token = { Authorization: "Bearer open sesame" };

test("the simulator's form posts under any name and comes back by 302", async () => {
  expect((await ask(house, "/admin")).text).toMatch(/name="username"[\s\S]*name="message"/);
  const answer = await sendForm(house, "/admin", { username: "The Mayor", message: "Free bread!" });
  expect([answer.status, answer.headers["location"]]).toEqual([302, "/admin"]);
  expect((await ask(house, "/")).text).toContain("Free bread!");
});

test("whoever posted from the simulator's form is told so, once", async () => {
  const answer = await sendForm(house, "/admin", { username: " Mira <b> ", message: "Hi" });
  const cookie = String(answer.headers["set-cookie"]);
  expect(cookie).toMatch(/HttpOnly/);
  const page = await ask(house, "/admin", { headers: { Cookie: cookie.slice(0, cookie.indexOf(";")) } });
  expect(page.text).toContain("Posted as <bdi>Mira &lt;b&gt;</bdi>.");
  expect(String(page.headers["set-cookie"])).toMatch(/^troupe_posted=;.*Max-Age=0/);
  expect((await ask(house, "/admin")).text).not.toContain("Posted as");
});

test("the question whether to clear, loaded anew, leads back to where it was asked", async () => {
  const answer = await ask(house, "/admin/clear");
  expect([answer.status, answer.headers["location"]]).toEqual([302, "/admin"]);
  expect((await ask(house, "/admin/clear", { headers: elsewhere })).status).toBe(401);
});

test("the simulator's form does not speak for the cast, and keeps what was written", async () => {
  const answer = await sendForm(house, "/admin", { username: "ADA", message: "I am <Ada>." });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain("Ada is one of the cast");
  expect(answer.text).toContain("I am &lt;Ada&gt;.");
  expect(await house.store.lastSeq(house.feed.channel)).toBe(0);
});

test("the feed is cleared only by whoever is sure", async () => {
  await house.post("Mira", "old news");
  const asked = await ask(house, "/admin/clear", { method: "POST" });
  expect([asked.status, asked.text]).toEqual([200, expect.stringContaining("Clear the feed?")]);
  expect((await ask(house, "/")).text).toContain("old news");
  const sure = await sendForm(house, "/admin/clear", { sure: "yes" });
  expect(sure.status).toBe(303);
  const page = (await ask(house, "/")).text;
  expect(page).not.toContain("old news");
  expect(page).toContain("Nobody has said anything yet");
});

test("a scene is paused and goes on at the press of a button", async () => {
  await sendForm(house, "/scenes/shipped/pause", {});
  expect((await house.store.scenes(house.feed.channel))[0]?.state.kind).toBe("paused");
  expect((await ask(house, "/")).text).toContain("Go on");
  await sendForm(house, "/scenes/shipped/resume", {});
  expect((await house.store.scenes(house.feed.channel))[0]?.state.kind).toBe("running");
  expect((await sendForm(house, "/scenes/none/pause", {})).status).toBe(404);
  expect((await sendForm(house, "/scenes/shipped/explode", {})).status).toBe(404);
  expect((await sendForm(house, "/scenes/shipped/pause", {}, elsewhere)).status).toBe(401);
});

async function putScene(name: string): Promise<void> {
  const plan = { ...usualPace, id: sceneId(name), name, cast: [], watchedSeconds: null, opening: null };
  await house.store.putScene(plan, house.feed.channel, house.feed.platform, 0);
}

test("each scene has its own button, and one whose file is gone has no line and cannot be played", async () => {
  await putScene("evening");
  const line = { fresh: false, dueAt: null, onlyWhile: null };
  await putScene("gone");
  await house.store.setScene(sceneId("gone"), { ...line, state: offStage }, 0);
  const page = (await ask(house, "/")).text;
  const ids = [...page.matchAll(/ id="(scene-turn-[^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual(["scene-turn-shipped", "scene-turn-evening"]);
  expect(page).not.toContain("its file is gone");
  expect((await sendForm(house, "/scenes/gone/resume", {})).status).toBe(404);
});

test("clearing begins scenes anew, but for those that a person paused", async () => {
  await putScene("evening");
  await sendForm(house, "/scenes/shipped/pause", {});
  await sendForm(house, "/admin/clear", { sure: "yes" });
  const states = (await house.store.scenes(house.feed.channel)).map(({ plan, state }) => [plan.id, state.kind]);
  expect(states).toEqual([
    ["evening", "running"],
    ["shipped", "paused"],
  ]);
});

test("when the day's budget is used up, the page says that scripts speak, and until when", async () => {
  house.state.speaking = { kind: "model", model: "tiny-1", server: "localhost:1" };
  const spend = async (tokensIn: number, costUsd: number | null): Promise<void> => {
    const caps = { usdPerDay: 10, tokensPerDay: 10_000_000 };
    const estimate = { model: "tiny-1", tokensIn, tokensOutMax: 0, costUsd };
    await house.store.reserve(payerOf(makeTurn(messageId(feedPlatform, "1"), "ada")), estimate, caps, Date.now());
  };
  const said = "today's budget of 1.00 USD is used up: scripts speak until midnight UTC (TROUPE_SPEND_PER_DAY)";
  const pageText = async (): Promise<string> => (await ask(house, "/")).text.replaceAll("&#39;", "'");
  await spend(10, 0.9);
  await spend(490_000, null);
  expect(await pageText()).toContain("tiny-1 at localhost:1");
  await spend(10, 0.0999);
  expect(await pageText()).toContain(said);
  house.state.speaking = { kind: "scripted" };
  expect(await pageText()).not.toContain(said);
});

test("a house that may spend nothing says so", async () => {
  const poor = await openHouse({ settings: { spend: { usdPerDay: 0, tokensPerDay: 0 } } });
  poor.state.speaking = { kind: "model", model: "tiny-1", server: "localhost:1" };
  expect((await ask(poor, "/")).text).toContain(
    "budget of 0.00 USD is used up: scripts speak until TROUPE_SPEND_PER_DAY",
  );
  await poor.close();
});

test("a turn tells its reason, its context with counts, the exact messages, who was tried, the time and the cost", async () => {
  const asked = await house.post("Mira", "Ada, who are you?");
  const said = await house.say("ada", "An astronomer.", { trigger: asked });
  const id = said.spoken?.turn ?? "";
  expect((await ask(house, "/")).text).toContain(`href="/turns/${id}"`);
  const json = jsonOf<Record<string, unknown>>(await ask(house, `/api/turns/${id}`));
  expect(json).toMatchObject({
    turn: { id, persona: "ada", trigger: asked, reason: { kind: "named", said: "Ada" } },
    why: "Ada was named: the text says “Ada”.",
    trace,
    ms: 1203,
    cost: { tokensIn: 420, tokensOut: 0, costUsd: 0.00042 },
    posts: [said.id],
  });
  const page = (await ask(house, `/turns/${id}`)).text;
  for (const words of [
    "the text says “Ada”",
    "the newest posts",
    "failed: the server hung up",
    "You are Ada. &lt;b&gt;Not bold&lt;/b&gt;",
    "$0.000420",
    "1.2 s",
    "An astronomer.",
  ]) {
    expect(page).toContain(words);
  }
});

test("a decision tells who answers and who stays silent, and why", async () => {
  const asked = await house.post("Mira", "Ada?");
  await house.say("ada", "Yes.", { trigger: asked });
  expect((await ask(house, "/")).text).toContain(`/decisions/${encodeURIComponent(asked)}`);
  const page = (await ask(house, `/decisions/${encodeURIComponent(asked)}`)).text;
  expect(page).toContain("Bruno stayed silent: somebody else was named.");
  const json = jsonOf<{ turns: unknown[]; silences: unknown[] }>(
    await ask(house, `/api/decisions/${encodeURIComponent(asked)}`),
  );
  expect([json.turns.length, json.silences.length]).toEqual([1, 2]);
});

test("a scene's own beat has a decision too", async () => {
  const said = await house.say("ada", "Good evening.");
  const turn = jsonOf<{ turn: { trigger: string } }>(await ask(house, `/api/turns/${said.spoken?.turn}`)).turn;
  expect((await ask(house, `/decisions/${encodeURIComponent(turn.trigger)}`)).text).toContain("the scene’s own beat");
});

test("a turn that is not there gets one sentence", async () => {
  const answer = await ask(house, "/api/turns/none");
  expect(answer.status).toBe(404);
  expect(jsonOf<{ error: { message: string } }>(answer).error.message).toContain("There is no such turn");
});

test("a turn of another platform takes a sign-in, at this machine too", async () => {
  const now = Date.now();
  const channel = channelId(terminalPlatform, "ada");
  const trigger = messageId(terminalPlatform, "1");
  const place = {
    platform: terminalPlatform,
    channel,
    parent: null,
    workspace: null,
    unnamed: "answered" as const,
    nsfw: false,
  };
  await house.store.recordMessage(makeArrival("1", "secret", { id: trigger, place }), 1, null, now);
  const opened = await house.store.openChannel(channel, processId("other"), now);
  if (opened === null) throw new Error("held");
  const persona = personaId("ada");
  const id = turnId(trigger, persona);
  const turn = {
    id,
    trigger,
    channel,
    persona,
    reason: { kind: "chosen", among: 1, share: 1 } as const,
    askedBy: personaAuthorId(persona),
    replyTo: trigger,
    conversation: trigger,
    depth: 1,
    unasked: false,
    scene: null,
  };
  await house.store.recordDecisions(
    opened.lease,
    { throughSeq: 1, decisions: [{ trigger, turns: [turn], silences: [] }], folds: [], tick: null },
    now,
  );
  for (const path of [`/api/turns/${id}`, `/turns/${id}`, `/api/decisions/${encodeURIComponent(trigger)}`]) {
    expect([path, (await ask(house, path)).status]).toEqual([path, 401]);
    expect([path, (await ask(house, path, { headers: token })).status]).toEqual([path, 200]);
  }
  expect((await ask(house, `/thread/${encodeURIComponent(trigger)}`, { headers: token })).status).toBe(404);
});

test("the whole feed is written out, a post a line, oldest first", async () => {
  for (let i = 1; i <= 3; i += 1) await house.post("Mira", `line ${i}\nwith a break`);
  const answer = await ask(house, "/export.jsonl");
  expect(answer.headers["content-type"]).toContain("application/x-ndjson");
  const posts = answer.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string });
  expect(posts.map(({ text }) => text)).toEqual([
    "line 1\nwith a break",
    "line 2\nwith a break",
    "line 3\nwith a break",
  ]);
  await sendForm(house, "/admin/clear", { sure: "yes" });
  expect((await ask(house, "/export.jsonl")).text).toBe("");
});

test("more posts than fit in one reading are all written out, each once", { timeout: 30_000 }, async () => {
  for (let i = 1; i <= 1203; i += 1) await house.post("Mira", String(i));
  const lines = (await ask(house, "/export.jsonl")).text.trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual(
    Array.from({ length: 1203 }, (_, i) => String(i + 1)),
  );
});

test("health says starting, ok, and nothing secret", async () => {
  house.state.ready = false;
  const starting = await ask(house, "/healthz");
  expect([starting.status, jsonOf(starting)]).toEqual([503, { status: "starting" }]);
  house.state.ready = true;
  const ok = await ask(house, "/healthz");
  expect([ok.status, jsonOf(ok)]).toEqual([200, { status: "ok", personas: 3, pages: 0 }]);
});

test("figures are there for Prometheus, the process's and the house's", async () => {
  for (let i = 0; i < 2; i += 1) {
    const { status, text, headers } = await ask(house, "/metrics");
    expect([status, headers["content-type"]]).toEqual([200, expect.stringContaining("text/plain")]);
    expect(text).toContain('troupe_turns_total{outcome="replied"} 3');
    expect(text).toContain("# TYPE troupe_pages_open gauge");
    expect(text).toContain("process_resident_memory_bytes");
  }
});

test("a busy port is one sentence that says which and what to do", async () => {
  const port = Number(new URL(house.url).port);
  await expect(openHouse({ settings: { port } })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program: choose another with --port or PORT, or stop that program.`,
  );
  await expect(openHouse({ settings: { host: "203.0.113.7" } })).rejects.toThrow(
    /This machine has no address 203\.0\.113\.7/,
  );
});

test("stopping waits for nobody who says nothing", async () => {
  const port = Number(new URL(house.url).port);
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.resume();
  socket.write("POST /posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const from = Date.now();
  await house.server.close(300);
  await closed;
  expect(Date.now() - from).toBeLessThan(2000);
});
