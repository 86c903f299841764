import { afterAll, beforeAll, expect, test } from "vitest";
import { hostName, judge, limitKey } from "../../src/http/access.ts";
import type { Caller } from "../../src/http/access.ts";
import { ask, jsonOf, sendForm } from "./requests.ts";
import { openHouse } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

let house: TestHouse;
let port = "";
beforeAll(async () => {
  house = await openHouse({ settings: { publicUrl: "https://troupe.example" } });
  port = new URL(house.url).port;
});
afterAll(() => house.close());

const caller: Caller = {
  method: "GET",
  host: "localhost:8337",
  origin: null,
  fetchSite: null,
  fetchMode: null,
  fetchDest: null,
  address: "127.0.0.1",
  isForwarded: false,
};

test.each([["localhost:8337"], ["LOCALHOST"], ["127.0.0.1:1"], ["[::1]:8337"]])(
  "somebody at this machine by the name %s is local",
  (host) => {
    expect(judge({ ...caller, host }, null)).toEqual({ kind: "allowed", isLocal: true });
  },
);

test.each([["192.168.1.7:8337"], ["[fe80::1]"], ["0.0.0.0:8337"]])(
  "the address %s is let in, but not as local",
  (host) => {
    expect(judge({ ...caller, host }, null)).toEqual({ kind: "allowed", isLocal: false });
  },
);

test.each([
  ["evil.example"],
  ["localhost.evil.example"],
  ["127.0.0.1.evil.example"],
  ["evil.example:8337"],
  [""],
  ["localhost/@evil"],
  ["a b"],
])("the host name %j is refused, whoever asks", (host) => {
  expect(judge({ ...caller, host }, null)).toMatchObject({ kind: "refused" });
});

test("the public address is let in by its name, and by no other", () => {
  expect(judge({ ...caller, host: "troupe.example" }, "https://troupe.example/")).toEqual({
    kind: "allowed",
    isLocal: false,
  });
  expect(judge({ ...caller, host: "www.troupe.example" }, "https://troupe.example/")).toMatchObject({
    kind: "refused",
  });
});

test("what a proxy passed on, or another machine sent, is not local", () => {
  expect(judge({ ...caller, isForwarded: true }, null)).toEqual({ kind: "allowed", isLocal: false });
  expect(judge({ ...caller, address: "10.0.0.9" }, null)).toEqual({ kind: "allowed", isLocal: false });
  expect(judge({ ...caller, address: "::ffff:127.0.0.1" }, null)).toEqual({ kind: "allowed", isLocal: true });
});

test("a person who follows a link from elsewhere comes in, a script of a page elsewhere does not", () => {
  const visit = { ...caller, fetchSite: "cross-site", fetchMode: "navigate", fetchDest: "document" };
  expect(judge(visit, null)).toMatchObject({ kind: "allowed" });
  expect(judge({ ...visit, fetchMode: "cors", fetchDest: "empty" }, null)).toMatchObject({ kind: "refused" });
  expect(judge({ ...visit, method: "POST" }, null)).toMatchObject({ kind: "refused" });
  expect(judge({ ...visit, fetchDest: "iframe" }, null)).toMatchObject({ kind: "refused" });
});

test("hosts are read strictly", () => {
  expect(hostName("[::1]:80")).toBe("::1");
  expect(hostName("Example.COM:80")).toBe("example.com");
  for (const wrong of ["a@b", "a/b", "a:b", "[::1", "a?b", "a#b", "a\\b"]) expect(hostName(wrong)).toBeNull();
});

test("one IPv6 household shares one count", () => {
  expect(limitKey("2001:db8:1:2:aaaa::1")).toBe(limitKey("2001:db8:1:2:bbbb::2"));
  expect(limitKey("2001:db8:1:2::1")).not.toBe(limitKey("2001:db8:1:3::1"));
  expect(limitKey("::1")).toBe("0:0:0:0");
  expect(limitKey("10.1.2.3")).toBe("10.1.2.3");
});

test.each([["/"], ["/feed.json"], ["/admin"], ["/healthz"], ["/nowhere"], ["/static/troupe.css"]])(
  "a foreign host name gets one sentence at %s",
  async (path) => {
    const answer = await ask(house, path, { headers: { Host: "evil.example" } });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("does not go by that host name");
    expect(answer.text).not.toContain("data-seq");
  },
);

test.each([
  ["a foreign origin", { Origin: "http://evil.example" }],
  ["the null origin", { Origin: "null" }],
  ["another port's origin", { Origin: "http://127.0.0.1:1" }],
  ["a cross-site request", { "Sec-Fetch-Site": "cross-site" }],
  ["a same-site request", { "Sec-Fetch-Site": "same-site" }],
])("nothing is posted or changed by %s", async (_what, headers) => {
  for (const path of ["/posts", "/admin", "/admin/clear", "/scenes/shipped/pause", "/sign-in"]) {
    const answer = await sendForm(
      house,
      path,
      { name: "Mira", text: "Hi", username: "Mira", message: "Hi", sure: "yes", token: "open sesame" },
      headers,
    );
    expect([path, answer.status]).toEqual([path, 403]);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  }
  expect(await house.store.lastSeq(house.feed.channel)).toBe(0);
});

test("what only local people may read is not read for a page from elsewhere", async () => {
  for (const headers of [{ Origin: "http://evil.example" }, { "Sec-Fetch-Site": "cross-site" }]) {
    expect((await ask(house, "/api/turns/none", { headers })).status).toBe(403);
    expect((await ask(house, "/admin", { headers })).status).toBe(403);
  }
});

test("our own page, and a program that sends neither header, may post", async () => {
  const own = { Origin: `http://127.0.0.1:${port}`, "Sec-Fetch-Site": "same-origin" };
  expect((await sendForm(house, "/posts", { name: "Mira", text: "by form", key: "a" }, own)).status).toBe(303);
  expect((await sendForm(house, "/posts", { name: "Mira", text: "by program", key: "b" })).status).toBe(303);
  const outside = { Host: "troupe.example", Origin: "https://troupe.example", "X-Forwarded-For": "203.0.113.9" };
  expect((await sendForm(house, "/posts", { name: "Mira", text: "from outside", key: "c" }, outside)).status).toBe(303);
});

const OPERATORS = [
  "/admin",
  "/export.jsonl",
  "/metrics",
  "/api/turns/none",
  "/turns/none",
  "/api/decisions/none",
  "/decisions/none",
];

test.each([
  ["through a proxy", { "X-Forwarded-For": "203.0.113.9" }],
  ["by the public name", { Host: "troupe.example" }],
  ["by an address", { Host: "192.0.2.1" }],
  ["with a wrong token", { Host: "192.0.2.1", Authorization: "Bearer open sesam" }],
  ["with an empty token", { Host: "192.0.2.1", Authorization: "Bearer " }],
  ["with a made-up session", { Host: "192.0.2.1", Cookie: "troupe_session=99999999999999.AAAA" }],
])("what is the operator's takes a sign-in %s", async (_what, headers) => {
  for (const path of OPERATORS) {
    const answer = await ask(house, path, { headers });
    expect([path, answer.status]).toEqual([path, 401]);
  }
  expect((await ask(house, "/admin", { headers: { ...headers, Accept: "text/html" } })).headers["location"]).toBe(
    "/sign-in?to=%2Fadmin",
  );
  for (const path of ["/", "/feed.json", "/healthz", "/avatars/ada.svg", "/colours.css", "/static/troupe.css"]) {
    expect([path, (await ask(house, path, { headers })).status]).toEqual([path, 200]);
  }
});

test("the token opens everything, as a header or as a session that ends", async () => {
  const elsewhere = { Host: "troupe.example", "X-Forwarded-For": "203.0.113.9" };
  expect((await ask(house, "/admin", { headers: { ...elsewhere, Authorization: "Bearer open sesame" } })).status).toBe(
    200,
  );
  const refused = await sendForm(house, "/sign-in", { token: "wrong", to: "/admin" }, elsewhere);
  expect(refused.status).toBe(401);
  expect(refused.text).toContain("That is not the token.");
  const signedIn = await sendForm(house, "/sign-in", { token: "open sesame", to: "/admin" }, elsewhere);
  expect([signedIn.status, signedIn.headers["location"]]).toEqual([303, "/admin"]);
  const cookie = String(signedIn.headers["set-cookie"]);
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  expect(cookie).toMatch(/Secure/);
  const session = cookie.slice(0, cookie.indexOf(";"));
  expect((await ask(house, "/admin", { headers: { ...elsewhere, Cookie: session } })).status).toBe(200);
  const bent = session.replace(/=(\d)/, (_all, digit: string) => `=${(Number(digit) + 1) % 10}`);
  expect((await ask(house, "/admin", { headers: { ...elsewhere, Cookie: bent } })).status).toBe(401);
});

test("signing in never leads away from the house", async () => {
  for (const to of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c"]) {
    const answer = await sendForm(house, "/sign-in", { token: "open sesame", to });
    expect([to, answer.headers["location"]]).toEqual([to, "/"]);
  }
});

test("guessing tokens, and posting without end from elsewhere, is slowed down", async () => {
  const headers = { "X-Forwarded-For": "203.0.113.77", Host: "192.0.2.1" };
  const guesses = await Promise.all(
    Array.from({ length: 12 }, () => sendForm(house, "/sign-in", { token: "guess" }, headers)),
  );
  expect(guesses.filter(({ status }) => status === 429).length).toBe(2);
  const posts = await Promise.all(
    Array.from({ length: 14 }, (_, i) => sendForm(house, "/posts", { name: "Flood", text: `${i}` }, headers)),
  );
  const slowed = posts.filter(({ status }) => status === 429);
  expect(slowed.length).toBe(2);
  expect(Number(slowed[0]?.headers["retry-after"])).toBeGreaterThan(0);
  expect(
    (
      await sendForm(
        house,
        "/posts",
        { name: "Somebody else", text: "Hi" },
        { ...headers, "X-Forwarded-For": "203.0.113.78" },
      )
    ).status,
  ).toBe(303);
});

test("every answer carries the strict policy, the wrong ones too", async () => {
  const asks = [
    ask(house, "/"),
    ask(house, "/nowhere"),
    ask(house, "/feed.json?limit=x"),
    ask(house, "/", { headers: { Host: "evil.example" } }),
  ];
  for (const answer of await Promise.all(asks)) {
    expect(answer.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:/,
    );
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.headers["referrer-policy"]).toBe("same-origin");
  }
});

test("headers that mean something only over a trusted connection are sent only there", async () => {
  const isolated = async (host: string): Promise<boolean> => {
    const { headers } = await ask(house, "/", { headers: { Host: host } });
    expect(headers["origin-agent-cluster"]).toBe(
      headers["cross-origin-opener-policy"] === undefined ? undefined : "?1",
    );
    return headers["cross-origin-opener-policy"] === "same-origin";
  };
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "troupe.example"]) {
    expect([host, await isolated(host)]).toEqual([host, true]);
  }
  for (const host of [`192.0.2.1:${port}`, "192.0.2.1"]) expect([host, await isolated(host)]).toEqual([host, false]);
});

test("who signed in can sign out, and nobody else is offered it", async () => {
  const elsewhere = { Host: "troupe.example", "X-Forwarded-For": "203.0.113.9", Accept: "text/html" };
  const page = (await ask(house, "/sign-in", { headers: elsewhere })).text;
  expect(page).not.toContain("Sign out");
  expect(page).toContain("admin-token");
  expect((await ask(house, "/")).text).not.toContain("Sign out");
  const signedIn = await sendForm(house, "/sign-in", { token: "open sesame" }, elsewhere);
  const cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
  expect((await ask(house, "/", { headers: { ...elsewhere, Cookie: cookie } })).text).toContain("Sign out");
  const signedOut = await sendForm(house, "/sign-out", {}, { ...elsewhere, Cookie: cookie });
  expect(String(signedOut.headers["set-cookie"])).toMatch(/^troupe_session=;.*Max-Age=0/);
});

test("faults are JSON for programs and a page for people", async () => {
  const json = await ask(house, "/nowhere", { headers: { Accept: "application/json" } });
  expect(jsonOf<{ error: { message: string } }>(json).error.message).toBe("There is no such page.");
  const page = await ask(house, "/nowhere", { headers: { Accept: "text/html" } });
  expect(page.text).toContain("<!doctype html>");
  expect(page.status).toBe(404);
});
