import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cleanText } from "../../src/domain/message.ts";
import { HouseFault } from "../../src/errors.ts";
import { BODY_BYTES_MAX } from "../../src/http/limits.ts";
import { tidyName } from "../../src/adapters/feed/names.ts";
import { needsCorpora } from "../needs.ts";
import { deafEvents, makePersona } from "../people.ts";
import { ask, jsonOf, sendForm } from "./requests.ts";
import { openHouse } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

let house: TestHouse;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

interface Post {
  id: string;
  author: { name: string; handle: string; kind: string };
  text: string;
  replyTo: string | null;
  createdAt: string;
}
interface Feed {
  posts: Post[];
  next: string | null;
}

const feedJson = async (query = ""): Promise<Feed> => jsonOf<Feed>(await ask(house, `/feed.json${query}`));

function sendJson(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return ask(house, path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

test("the JSON feed tells who said what, to whom and when, newest first", async () => {
  const asked = await house.post("Mira Lindqvist", "Ada, is it a lamp?");
  const answer = await house.say("ada", "It has rings.", { trigger: asked });
  const { posts, next } = await feedJson();
  expect(next).toBeNull();
  expect(posts).toEqual([
    {
      id: answer.id,
      author: { name: "Ada", handle: "ada", kind: "persona" },
      text: "It has rings.",
      replyTo: asked,
      createdAt: new Date(answer.createdAt).toISOString(),
    },
    {
      id: asked,
      author: { name: "Mira Lindqvist", handle: "mira lindqvist", kind: "person" },
      text: "Ada, is it a lamp?",
      replyTo: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ]);
});

test("the JSON feed is paged by ids, downwards and upwards, each post once", async () => {
  const ids: string[] = [];
  for (let i = 1; i <= 7; i += 1) ids.push(await house.post("Mira", `post ${i}`));
  const down: string[] = [];
  for (let query: string | null = "?limit=3"; query !== null;) {
    const { posts, next }: Feed = await feedJson(query);
    down.push(...posts.map(({ id }) => id));
    query = next === null ? null : `?limit=3&before=${encodeURIComponent(next)}`;
  }
  expect(down).toEqual(ids.toReversed());
  const up: string[] = [];
  for (let query: string | null = `?limit=3&after=${ids[0]}`; query !== null;) {
    const { posts, next }: Feed = await feedJson(query);
    up.push(...posts.map(({ id }) => id).toReversed());
    query = next === null ? null : `?limit=3&after=${next}`;
  }
  expect(up).toEqual(ids.slice(1));
});

test.each([
  ["?limit=0", "limit: expected a whole number from 1 to 100"],
  ["?limit=101", "limit: expected a whole number from 1 to 100"],
  ["?limit=ten", 'got "ten"'],
  ["?limit=-1", "limit"],
  ["?limit=", "limit"],
  ["?before=nobody", 'before: expected the id of a post, got "nobody"'],
  ["?after=%00%F0%9F", "after: expected the id of a post"],
])("%s is refused with one clear sentence", async (query, words) => {
  const answer = await ask(house, `/feed.json${query}`);
  expect(answer.status).toBe(400);
  expect(jsonOf<{ error: { message: string } }>(answer).error.message).toContain(words);
});

test("a form posts without scripts, and the page shows the post in its place", async () => {
  const answer = await sendForm(house, "/posts", {
    name: "Mira",
    text: "First line\r\nSecond line",
    replyTo: "",
    key: "k",
  });
  expect([answer.status, answer.headers["location"]]).toEqual([303, "/"]);
  const page = await ask(house, "/");
  expect(page.text).toContain("First line\nSecond line");
  expect(page.text).toMatch(/<time[^>]*datetime="\d{4}-/);
});

test("the same form sent twice at once is one post", async () => {
  const form = { name: "Mira", text: "Once", replyTo: "", key: "the-key" };
  const answers = await Promise.all([1, 2, 3].map(() => sendForm(house, "/posts", form)));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect((await feedJson()).posts.length).toBe(1);
});

test("a reply is quoted above the post and linked to its thread", async () => {
  const asked = await house.post("Mira", "Is it <em>true</em>?");
  const answer = await house.say("ada", "Yes.", { trigger: asked });
  const sent = await sendForm(house, "/posts", { name: "Mira", text: "Good.", replyTo: answer.id, key: "k" });
  expect(sent.status).toBe(303);
  const thread = await ask(house, String(sent.headers["location"]));
  expect(thread.text.match(/<li\s+class="post/g)?.length).toBe(3);
  expect(thread.text).toContain(`<a href="/thread/${encodeURIComponent(asked)}"`);
  expect(thread.text).toContain("Is it &lt;em&gt;true&lt;/em&gt;?");
  const { posts } = await feedJson("?limit=1");
  expect(posts[0]?.replyTo).toBe(answer.id);
});

test.each([
  ["no text", { name: "Mira", text: "  \u0000 " }, "There is nothing in the box yet"],
  ["no name", { name: "", text: "Hi" }, "Say who you are"],
  ["a name of the cast", { name: "Аda", text: "Hi" }, "Ada is one of the cast"],
  ["a name without end", { name: "x".repeat(60), text: "Hi" }, "60 characters; 50 fit"],
  ["a text too long", { name: "Mira", text: "é".repeat(5000) }, "5,000 characters; 4,000 fit"],
  ["a reply to nothing", { name: "Mira", text: "Hi", replyTo: "feed:none" }, "The post that you reply to is gone"],
])("%s is told in place, with the text kept in the box", async (_what, form, words) => {
  const page = await sendForm(house, "/posts", form);
  expect(page.status).toBe(422);
  expect(page.text).toContain(words);
  expect(page.text).toContain(cleanText(form.text).slice(0, 20));
  const json = await sendJson("/posts", form);
  expect(json.status).toBe(422);
  expect(jsonOf<{ error: { message: string } }>(json).error.message).toContain(words);
  expect((await feedJson()).posts).toEqual([]);
});

test("a program posts JSON and is told the id", async () => {
  const answer = await sendJson("/posts", { name: "Mira", text: "Hi", replyTo: null });
  expect(answer.status).toBe(201);
  const { posts } = await feedJson();
  expect(jsonOf<{ id: string }>(answer).id).toBe(posts[0]?.id);
});

test.each([
  ["{", 400, "not JSON"],
  ["[]", 400, "not a JSON object"],
  ["null", 400, "not a JSON object"],
  ['{"name":{"$gt":""},"text":"Hi"}', 400, "name: expected text, got object"],
])("the body %s is refused in one sentence", async (body, status, words) => {
  const answer = await sendJson("/posts", body);
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
});

test("a body of another kind is refused in one sentence", async () => {
  const answer = await ask(house, "/posts", { method: "POST", headers: { "Content-Type": "text/xml" }, body: "<a/>" });
  expect([answer.status, answer.text]).toEqual([415, expect.stringContaining("Send a form")]);
});

test("a post of 10 MB gets one sentence, whole or in pieces, and the house lives on", async () => {
  await house.post("Mira", "before");
  const big = "x".repeat(10 * 1024 * 1024);
  const form = await fetch(`${house.url}/posts`, {
    method: "POST",
    body: new URLSearchParams({ name: "Mira", text: big }),
  });
  expect([form.status, await form.text()]).toEqual([413, expect.stringContaining("That is too long")]);
  const pieces = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 10; i += 1) controller.enqueue(new TextEncoder().encode(big.slice(0, 1024 * 1024)));
      controller.close();
    },
  });
  const init = { method: "POST", body: pieces, duplex: "half", headers: { "Content-Type": "application/json" } };
  const streamed = await fetch(`${house.url}/posts`, init as RequestInit);
  expect(streamed.status).toBe(413);
  expect((await feedJson()).posts.map(({ text }) => text)).toEqual(["before"]);
});

// As a program sends it that does not say how long its body is; null: no body and no word of it.
async function sendUnmeasured(path: string, type: string | null, body: string | null) {
  const port = Number(new URL(house.url).port);
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n`;
  const kind = type === null ? "" : `Content-Type: ${type}\r\n`;
  const half = Math.ceil((body ?? "").length / 2);
  const chunks = body === null ? [] : [body.slice(0, half), body.slice(half)].filter((chunk) => chunk !== "");
  const sent = chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join("");
  const socket = connect(port, "127.0.0.1");
  socket.write(
    body === null ? `${head}${kind}\r\n` : `${head}${kind}Transfer-Encoding: chunked\r\n\r\n${sent}0\r\n\r\n`,
  );
  let text = "";
  for await (const part of socket) text += String(part);
  return { status: Number(text.slice(9, 12)), text };
}

test("a request that does not say its length is read like any other", async () => {
  const form = "application/x-www-form-urlencoded";
  const json = await sendUnmeasured(
    "/posts",
    "application/json",
    JSON.stringify({ name: "Mira", text: "in two pieces" }),
  );
  expect(json.status).toBe(201);
  expect((await sendUnmeasured("/posts", form, "name=Mira&text=a+form")).status).toBe(303);
  expect((await feedJson()).posts.map(({ text }) => text)).toEqual(["a form", "in two pieces"]);
  expect((await sendUnmeasured("/nowhere", form, "a=b")).status).toBe(404);
  expect((await sendUnmeasured("/admin/clear", form, "sure=yes")).status).toBe(303);
  expect((await feedJson()).posts).toEqual([]);
});

test("a request without a body need not say so", async () => {
  const paths = ["/scenes/shipped/pause", "/admin/clear", "/sign-out", "/nowhere", "/posts"];
  const answers = await Promise.all(paths.map((path) => sendUnmeasured(path, null, null)));
  expect(answers.map(({ status }) => status)).toEqual([303, 200, 303, 404, 415]);
  expect((await house.store.scenes(house.feed.channel))[0]?.state.kind).toBe("paused");
});

test.each(["/posts", "/sign-out", "/nowhere"])(
  "%s takes no body beyond the limit that does not say its length",
  async (path) => {
    const fits = await sendUnmeasured(path, "text/plain", "x".repeat(BODY_BYTES_MAX));
    const over = await sendUnmeasured(path, "text/plain", "x".repeat(BODY_BYTES_MAX + 1));
    expect([fits.status === 413, over.status]).toEqual([false, 413]);
    expect(over.text).toContain("That is too long");
  },
);

test("what keeps the house from keeping a post is told to whoever can mend it", async () => {
  await house.feed.close();
  await house.feed.listen({
    ...deafEvents,
    message: async () => {
      throw new HouseFault("the database /home/troupe.db cannot grow, the disk is full: make room, then start again");
    },
    watched: async () => {},
  });
  const answer = await sendJson("/posts", { name: "Mira", text: "Hi" });
  const { error } = jsonOf<{ error: { message: string } }>(answer);
  expect([answer.status, error.message]).toEqual([
    503,
    "The database /home/troupe.db cannot grow, the disk is full: make room, then start again.",
  ]);
  const visitor = await sendJson("/posts", { name: "Mira", text: "Hi" }, { "X-Forwarded-For": "203.0.113.9" });
  expect([visitor.status, visitor.text]).toEqual([503, expect.not.stringContaining("/home")]);
});

test("requests that are no HTTP, or have no readable host, do not disturb the house", async () => {
  const port = Number(new URL(house.url).port);
  for (const bytes of [
    "\u0000\u0001\u0002\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
  ]) {
    const status = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
      let text = "";
      socket.on("data", (part) => (text += part.toString()));
      socket.on("close", () => resolve(text.slice(9, 12)));
      socket.on("error", () => resolve(text.slice(9, 12)));
    });
    expect(["400", "403"]).toContain(status);
  }
  expect((await ask(house, "/healthz")).status).toBe(200);
});

const naughty = needsCorpora("text/naughty-strings.json");
test.skipIf(naughty.skip)(
  "515 naughty strings, as texts, names, ids and queries, are stored as they are and never become markup",
  { timeout: 120_000 },
  async () => {
    const strings = JSON.parse(readFileSync(naughty.path(), "utf8")) as string[];
    const expected: string[] = [];
    await house.close();
    const limits = { postsPerMinute: 1e6, postsPerMinuteLocal: 1e6, signInsPerMinute: 1e6 };
    house = await openHouse({ settings: { limits } });
    const before = tagsOf((await ask(house, "/")).text);
    const send = async (body: object): Promise<number> => {
      const headers = { "Content-Type": "application/json", Accept: "application/json" };
      const answer = await fetch(`${house.url}/posts`, { method: "POST", headers, body: JSON.stringify(body) });
      await answer.text();
      return answer.status;
    };
    const look = async (path: string): Promise<void> => {
      const answer = await fetch(house.url + path, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(text).not.toMatch(/<script(?! type="module" src="\/static\/)/i);
      for (const tag of tagsOf(text)) if (!before.has(tag)) expect(ALLOWED_TAGS).toContain(tag);
    };
    for (const [index, text] of strings.entries()) {
      const status = await send({ name: `Nr ${index}`, text, key: String(index) });
      expect([text, status]).toEqual([text, cleanText(text) === "" ? 422 : 201]);
      if (status === 201) expected.push(cleanText(text));
      expect([201, 422]).toContain(await send({ name: text, text: `named ${index}`, key: String(index) }));
      expect([201, 422]).toContain(await send({ name: "Mira", text: "x", replyTo: text, key: text }));
      const query = encodeURIComponent(text.toWellFormed());
      const paths = [
        "/?before=",
        "/?reply=",
        "/?to=",
        "/thread/",
        "/avatars/",
        "/sign-in?to=",
        "/decisions/",
        "/turns/",
      ];
      await look(`${paths[index % paths.length]}${query}`);
      // A page shows thirty posts, and each string makes three at most.
      if (index % 8 === 0) await look("/");
    }
    const stored: Post[] = [];
    for (let query: string | null = "?limit=100"; query !== null;) {
      const { posts, next }: Feed = await feedJson(query);
      stored.push(...posts);
      query = next === null ? null : `?limit=100&before=${encodeURIComponent(next)}`;
    }
    const texts = stored.filter(({ author }) => /^Nr \d+$/.test(author.name)).map(({ text }) => text);
    expect(texts.toReversed()).toEqual(expected);
    const named = stored.filter(({ text }) => text.startsWith("named "));
    expect(named.length).toBeGreaterThan(250);
    for (const { author, text } of named) {
      expect(author.name).toBe(tidyName(cleanText(strings[Number(text.slice("named ".length))] ?? "")));
    }
  },
);

// Every tag and attribute of posts is ours.
const ALLOWED_TAGS = [
  "h1",
  "a",
  "article",
  "b",
  "bdi",
  "blockquote",
  "circle",
  "footer",
  "header",
  "img",
  "li",
  "p",
  "q",
  "span",
  "svg",
  "text",
  "time",
];

function tagsOf(page: string): Set<string> {
  return new Set([...page.matchAll(/<([a-z][a-z0-9-]*)/gi)].map(([, tag]) => (tag ?? "").toLowerCase()));
}

test("a text full of markup is shown letter by letter, and only web addresses become links", async () => {
  await house.post(
    "<b>M</b>",
    `<img src=x onerror=alert(1)> "quoted" & javascript:alert(1) https://example.org/a?b=1&c=2. (see https://example.org/x) http:// @ada @nobody`,
  );
  const { text } = await ask(house, "/");
  expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(text).not.toMatch(/<img src=x/);
  expect(text).not.toContain('href="javascript');
  expect(text).toContain(
    '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer ugc" target="_blank"',
  );
  expect(text).toContain('<a href="https://example.org/x" rel=');
  expect(text).toContain('<span class="mention c-ada">@ada</span> @nobody');
});

test("a page shows thirty posts and the way to older ones", async () => {
  for (let i = 1; i <= 32; i += 1) await house.post("Mira", `post number ${i}.`);
  const first = await ask(house, "/");
  expect(first.text).toContain("post number 32.");
  expect(first.text).not.toContain("post number 2.");
  const older = /href="(\/\?before=[^"]+)"/.exec(first.text)?.[1] ?? "";
  const second = await ask(house, older);
  expect(second.text).toContain("post number 2.");
  expect(second.text).not.toContain("post number 3.");
  expect(second.text).not.toContain("/?before=");
  expect(second.text).toContain("To the newest posts");
});

test("a thread that is not there says so", async () => {
  const answer = await ask(house, "/thread/feed%3Anone", { headers: { Accept: "text/html" } });
  expect([answer.status, answer.text]).toEqual([404, expect.stringContaining("There is no such post")]);
});

test("a script's line does not pass as the model's", async () => {
  await house.say("ada", "By script.");
  expect((await ask(house, "/")).text).not.toContain('class="badge"');
  house.state.speaking = { kind: "model", model: "tiny-1", server: "127.0.0.1:1234" };
  await house.say("bruno", "By model.", { model: "tiny-1" });
  const { text } = await ask(house, "/");
  expect(text.match(/class="badge"/g)?.length).toBe(1);
  expect(text).toContain("tiny-1 at 127.0.0.1:1234");
});

test("what is not public is not shown to visitors: no mistakes in files, no buttons of the scene", async () => {
  house.state.complaints = [{ where: "personas/ada.yaml", line: 3, field: "name", expected: "text", got: "nothing" }];
  const local = await ask(house, "/");
  expect(local.text).toContain("1 mistake");
  expect(local.text).toContain("/scenes/shipped/pause");
  const visitor = await ask(house, "/", { headers: { "X-Forwarded-For": "203.0.113.9" } });
  expect(visitor.text).not.toContain("mistake");
  expect(visitor.text).not.toContain("/scenes/");
  expect(visitor.text).not.toContain("personas/ada.yaml");
});

test("faces and files are kept by browsers, and asked for again when they change", async () => {
  const page = await ask(house, "/");
  const face = /src="(\/avatars\/ada[^"]+)"/.exec(page.text)?.[1] ?? "";
  const picture = await ask(house, face);
  expect(picture.headers["content-type"]).toBe("image/svg+xml");
  expect(picture.headers["cache-control"]).toContain("immutable");
  expect(picture.headers["content-security-policy"]).toContain("sandbox");
  expect(picture.text).toMatch(/^<svg /);
  const tag = String(picture.headers["etag"]);
  expect((await ask(house, face, { headers: { "If-None-Match": tag } })).status).toBe(304);
  for (const [path] of page.text.matchAll(/\/static\/[^"]+/g)) {
    const file = await ask(house, path);
    expect([path, file.status, file.headers["cache-control"]]).toEqual([
      path,
      200,
      expect.stringContaining("immutable"),
    ]);
  }
  expect((await ask(house, "/static/feed.js")).headers["cache-control"]).toBe("no-cache");
  for (const path of ["/static/..%2fserver.ts", "/static/%2e%2e/server.ts", "/avatars/nobody.svg"]) {
    expect((await ask(house, path)).status).toBe(404);
  }
});

test("the cast is described in a line, and what a world's user is told of themselves is shown to nobody", async () => {
  const secret = "Drinks too much since the divorce. ".repeat(9);
  const world = { name: "w", setting: "", tone: "", rules: "", form: "microblog" } as const;
  house.recast([
    makePersona("mira", { description: "Looks up at night. ".repeat(30) }),
    makePersona("dario", { description: secret, world }),
  ]);
  const page = (await ask(house, "/")).text;
  const line = /<span class="line-of">([^<]*)<\/span>/u.exec(page)?.[1] ?? "";
  expect(line).toMatch(/^Looks up at night\. .*…$/u);
  expect(line.length).toBeLessThanOrEqual(160);
  expect(page).toContain("@dario");
  expect(page).not.toContain("divorce");
});
