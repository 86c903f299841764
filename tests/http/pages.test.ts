import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, expect } from "vitest";
import { contrastOf } from "../../src/http/colours.ts";
import { makePersona } from "../people.ts";
import type { Focus, TextColours } from "./browser.ts";
import { browserTest, ELSEWHERE, FOCUSED, INSPECT, sizes, useBrowser } from "./browser.ts";
import { openHouse, usualCast } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

const isDecoded = (face: unknown): Promise<boolean> => {
  const picture = face as { decode(): Promise<void>; readonly naturalWidth: number };
  return picture.decode().then(() => picture.naturalWidth > 0);
};

const browsing = useBrowser();
const { faults } = browsing;
let house: TestHouse;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const openPage = (path = "/", more: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> =>
  browsing.open(house.url + path, more);
const posts = (page: Page) => page.locator("#posts > li");

browserTest(
  "what one posts appears on every open page without loading it anew, and the name is remembered",
  async () => {
    const [mine, other] = [await openPage(), await openPage()];
    await mine.getByLabel("Your name").fill("Mira");
    await mine.getByLabel("Your post").fill("Hello\n<b>everybody</b>");
    await mine.getByRole("button", { name: "Post", exact: true }).click();
    for (const page of [mine, other]) {
      await posts(page).first().waitFor();
      expect(await posts(page).first().locator(".text").innerText()).toBe("Hello\n<b>everybody</b>");
    }
    expect(await mine.getByLabel("Your post").inputValue()).toBe("");
    expect(await mine.locator("#empty").isHidden()).toBe(true);
    await mine.reload();
    expect(await mine.getByLabel("Your name").inputValue()).toBe("Mira");
    expect(faults).toEqual([]);
  },
);

browserTest("after each post the keyboard is in the box again, however it was sent", async () => {
  const page = await openPage();
  const [name, text] = [page.getByLabel("Your name"), page.getByLabel("Your post")];
  await name.fill("Mira");
  const ways: [string, () => Promise<void>][] = [
    ["by Ctrl and Enter", () => page.keyboard.press("Control+Enter")],
    ["by Enter in the name's field", () => name.press("Enter")],
    ["by the button", () => page.getByRole("button", { name: "Post", exact: true }).click()],
  ];
  for (const [how, send] of ways) {
    await text.fill(how);
    await send();
    await posts(page).filter({ hasText: how }).waitFor();
    expect([how, await page.evaluate<string>(FOCUSED)]).toEqual([how, "say-text"]);
  }
  await page.keyboard.type("and on");
  expect(await text.inputValue()).toBe("and on");
  expect(faults).toEqual([]);
});

browserTest("from another machine, over plain HTTP, the page works and the browser has nothing to say", async () => {
  const page = await openPage("/healthz");
  const { port } = new URL(house.url);
  await page.goto(`http://${ELSEWHERE}:${port}/sign-in?to=/admin`);
  await page.getByLabel("Token").fill("open sesame");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Admin" }).waitFor();
  await page.goto(`http://${ELSEWHERE}:${port}/`);
  await page.getByLabel("Your name").fill("Mira");
  await page.getByLabel("Your post").fill("From afar");
  await page.keyboard.press("Control+Enter");
  await posts(page).filter({ hasText: "From afar" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
  expect(faults).toEqual([]);
});

browserTest("on a phone, long names of the cast end in an ellipsis, and who was asked is read whole", async () => {
  house.recast([...usualCast, makePersona("long", { name: "Maximiliana Wolkenstein" })]);
  const said = await house.say("ada", "Good evening.");
  const page = await openPage("/", { viewport: sizes.phone });
  const who = page.locator('#cast [data-mention="long"] .who');
  const [inner, outer] = [await who.boundingBox(), await page.locator('#cast [data-mention="long"]').boundingBox()];
  expect(inner?.width).toBeLessThanOrEqual(outer?.width ?? 0);
  expect(await who.locator("..").getAttribute("title")).toContain("Maximiliana Wolkenstein");
  await page.goto(`${house.url}/turns/${said.spoken?.turn}`);
  const cells = await page.locator(".attempts td, .attempts tbody th").all();
  expect(cells.length).toBe(12);
  for (const cell of cells) {
    const box = await cell.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(sizes.phone.width);
  }
});

browserTest("a persona's answer arrives live, quoted and linked, and says why", async () => {
  const page = await openPage();
  const asked = await house.post("Mira", "Ada, is it a lamp?");
  await posts(page).first().waitFor();
  await house.feed.typing(house.feed.channel, usualCast[0] ?? makePersona("ada"));
  await page.getByText("Ada is writing").waitFor();
  await house.say("ada", "It has rings.", { trigger: asked });
  const answer = posts(page).filter({ hasText: "It has rings." });
  await answer.waitFor();
  expect(await page.getByText("Ada is writing").count()).toBe(0);
  expect(await answer.locator(".quote").innerText()).toContain("Ada, is it a lamp?");
  expect(await answer.locator("img.face").evaluate(isDecoded)).toBe(true);
  await answer.getByRole("link", { name: "Why?" }).click();
  await page.getByText("the text says “Ada”").waitFor();
  await page.getByText("You are Ada. <b>Not bold</b>").waitFor();
  await page.goBack();
  await answer.locator(".quote a").click();
  await page.getByRole("heading", { name: "A thread of 2 posts" }).waitFor();
  expect(await posts(page).locator(".text").allInnerTexts()).toEqual(["Ada, is it a lamp?", "It has rings."]);
  expect(faults).toEqual([]);
});

browserTest("one replies under the post with the keyboard alone, and Escape takes it back", async () => {
  const said = await house.say("ada", "Good evening.");
  const page = await openPage();
  await page.getByLabel("Your name").fill("Mira");
  const reply = page.getByRole("link", { name: "Reply to Ada" });
  await reply.focus();
  await page.keyboard.press("Enter");
  expect(await page.evaluate<string>(FOCUSED)).toBe("say-text");
  await page.keyboard.press("Escape");
  expect((await page.evaluate<Focus>(`${INSPECT}; inspect.focus()`)).name === "Reply to Ada").toBe(true);
  await page.keyboard.press("Enter");
  await page.keyboard.type("Good evening to you.");
  await page.keyboard.press("Control+Enter");
  await posts(page).filter({ hasText: "Good evening to you." }).waitFor();
  expect((await house.store.recentMessages(house.feed.channel, null, 1))[0]?.replyTo).toBe(said.id);
  expect(await page.getByLabel("Your post").inputValue()).toBe("");
  expect(faults).toEqual([]);
});

browserTest("the keyboard alone reaches everything, and one sees where it is", async () => {
  await house.say("ada", "Good evening.");
  // Without motion a ring is there at once.
  const page = await openPage("/", { reducedMotion: "reduce" });
  const seen: string[] = [];
  await page.keyboard.press("Tab");
  expect(await page.evaluate<string>("document.activeElement.className")).toBe("skip");
  for (let i = 0; i < 40; i += 1) {
    const at = await page.evaluate<Focus>(`${INSPECT}; inspect.focus()`);
    if (at.isBody) break;
    expect(at.isShown ? at.name : `${at.name} shows no focus`).toBe(at.name);
    seen.push(at.name);
    await page.keyboard.press("Tab");
  }
  for (const wanted of ["Pause", "Post", "Reply to Ada", "Thread", "Why?", "Admin"]) expect(seen).toContain(wanted);
});

browserTest("typing an @ offers the cast, and a click on a name mentions it", async () => {
  const page = await openPage();
  const box = page.getByLabel("Your post");
  await box.pressSequentially("Hi @mi");
  await page.getByRole("option", { name: /Mirabel/ }).waitFor();
  await page.keyboard.press("Enter");
  expect(await box.inputValue()).toBe("Hi @mirabel ");
  await page.locator('#cast [data-mention="bruno"]').click();
  expect(await box.inputValue()).toBe("Hi @mirabel @bruno ");
  await box.pressSequentially("@a");
  await page.getByRole("option", { name: /Ada/ }).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("option").count()).toBe(0);
  expect(await box.inputValue()).toBe("Hi @mirabel @bruno @a");
});

browserTest("what cannot be posted is said in place, and the text stays", async () => {
  const page = await openPage();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Your post").fill("It is me.");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("alert").getByText("Ada is one of the cast").waitFor();
  expect(await page.evaluate<string>(FOCUSED)).toBe("say-name");
  expect(await page.getByLabel("Your post").inputValue()).toBe("It is me.");
  await page.getByLabel("Your name").fill("Mira");
  await page.getByLabel("Your post").fill("x".repeat(4100));
  await page.getByText("100 characters too many").waitFor();
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("alert").getByText("4,100 characters; 4,000 fit").waitFor();
  expect((await page.getByLabel("Your post").inputValue()).length).toBe(4100);
});

browserTest("older posts come as one scrolls, each once, and new ones wait for whoever reads", async () => {
  for (let i = 1; i <= 70; i += 1) await house.post("Mira", `post number ${i}.`);
  const page = await openPage();
  expect(await posts(page).count()).toBe(30);
  for (let i = 0; i < 4; i += 1) {
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await posts(page)
      .nth(Math.min(70, 60 + i * 10) - 1)
      .waitFor();
  }
  const texts = await posts(page).locator(".text").allInnerTexts();
  expect(texts).toEqual(Array.from({ length: 70 }, (_, i) => `post number ${70 - i}.`));
  const top = await page.evaluate<number>("scrollY");
  await house.post("Mira", "while you read");
  await page.getByRole("button", { name: "1 new post" }).waitFor();
  expect(await page.evaluate<number>("scrollY")).toBe(top);
  expect(await posts(page).count()).toBe(70);
  await page.getByRole("button", { name: "1 new post" }).click();
  expect(await posts(page).first().locator(".text").innerText()).toBe("while you read");
  expect(await page.evaluate<number>("scrollY")).toBe(0);
  expect(faults).toEqual([]);
});

browserTest("without scripts one reads, posts, replies, mentions and turns pages", async () => {
  for (let i = 1; i <= 31; i += 1) await house.say("ada", `post number ${i}.`);
  const page = await openPage("/", { javaScriptEnabled: false });
  await page.getByRole("link", { name: "Older posts" }).click();
  expect(await posts(page).locator(".text").allInnerTexts()).toEqual(["post number 1."]);
  await page.getByRole("link", { name: "Reply to Ada" }).click();
  expect(await page.locator(".replying").innerText()).toContain("post number 1.");
  await page.getByLabel("Your name").fill("Mira");
  await page.getByLabel("Your post").fill("My reply");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("heading", { name: "A thread of 2 posts" }).waitFor();
  await page.getByRole("link", { name: "Back to the feed" }).click();
  await page.locator('#cast [data-mention="bruno"]').click();
  expect(await page.getByLabel("Your post").inputValue()).toBe("@bruno ");
  await page.getByLabel("Your name").fill("Bruno");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("alert").getByText("Bruno is one of the cast").waitFor();
  expect(await page.getByLabel("Your post").inputValue()).toBe("@bruno");
});

browserTest("the scene is paused and goes on from the page, and clearing empties every open page", async () => {
  await house.say("ada", "Good evening.");
  const page = await openPage();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  const admin = await openPage("/admin");
  await admin.getByLabel("Name", { exact: true }).fill("The Mayor");
  await admin.getByLabel("Message").fill("Free bread!");
  await admin.getByRole("button", { name: "Post" }).click();
  await admin.getByRole("status").getByText("Posted as The Mayor.").waitFor();
  await posts(page).filter({ hasText: "Free bread!" }).waitFor();
  await admin.reload();
  expect(await admin.getByText("Posted as").count()).toBe(0);
  await admin.getByRole("button", { name: "Clear the feed…" }).click();
  await admin.getByRole("button", { name: "Clear the feed and start anew" }).click();
  await page.getByText("Nobody has said anything yet").waitFor();
  expect(await posts(page).count()).toBe(0);
  await house.post("Mira", "A new beginning");
  await posts(page).filter({ hasText: "A new beginning" }).waitFor();
  expect(faults).toEqual([]);
});

browserTest("a page that lost its line comes back and shows what it missed", async () => {
  const page = await openPage();
  await house.post("Mira", "before");
  await posts(page).filter({ hasText: "before" }).waitFor();
  await page.context().setOffline(true);
  await page.evaluate('dispatchEvent(new Event("pagehide"))');
  await house.post("Mira", "meanwhile");
  await page.context().setOffline(false);
  await page.evaluate('dispatchEvent(new Event("pageshow"))');
  await posts(page).filter({ hasText: "meanwhile" }).waitFor();
  expect(await posts(page).count()).toBe(2);
});

const ugly = `W${"i".repeat(300)} ${"Z\u0310\u0318\u0332".repeat(30)} \u202Eabc https://example.org/${"a".repeat(200)}`;
for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    browserTest(`every page fits a ${size} in ${colorScheme}, with names and texts that can be read`, async () => {
      const asked = await house.post("x".repeat(50), ugly);
      const said = await house.say("ada", ugly.slice(0, 600), { trigger: asked });
      await house.say("mirabel", "Short.");
      for (const path of [
        "/",
        `/thread/${said.id}`,
        `/turns/${said.spoken?.turn}`,
        `/decisions/${asked}`,
        "/admin",
        "/sign-in",
        "/nowhere",
      ]) {
        const page = await openPage(path, { viewport, colorScheme });
        expect([
          path,
          await page.evaluate<boolean>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        ]).toEqual([path, true]);
        expect([path, await page.evaluate<string[]>(`${INSPECT}; inspect.unlabelled()`)]).toEqual([path, []]);
        const pairs = await page.evaluate<TextColours[]>(`${INSPECT}; inspect.textColours()`);
        expect(pairs.length).toBeGreaterThan(0);
        const weak = pairs.filter(({ ink, ground }) => contrastOf(ink, ground) < 4.5);
        expect([path, weak]).toEqual([path, []]);
        await page.close();
      }
      expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
    });
  }
}

browserTest("with text twice as large, as with the page zoomed to twice its size, nothing leaves a phone", async () => {
  house.recast([...usualCast, makePersona("long", { name: "Maximiliana von und zu Wolkenstein-Hohenfels" })]);
  const asked = await house.post("x".repeat(50), ugly);
  const said = await house.say("long", ugly.slice(0, 600), { trigger: asked });
  const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  for (const path of ["/", `/turns/${said.spoken?.turn}`, `/decisions/${asked}`, "/admin", "/sign-in"]) {
    const page = await openPage(path, { viewport: sizes.phone });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect([path, (await page.evaluate<number>(sideways)) <= 0]).toEqual([path, true]);
    await page.close();
  }
});

browserTest("every page has one heading of the first level, which a screen reader begins with", async () => {
  const said = await house.say("ada", "Good evening.");
  for (const path of ["/", `/thread/${said.id}`, `/turns/${said.spoken?.turn}`, "/admin", "/sign-in", "/nowhere"]) {
    const page = await openPage(path);
    expect([path, await page.getByRole("heading", { level: 1 }).count()]).toEqual([path, 1]);
    await page.close();
  }
});

browserTest("a name that reads from the right is cut at its end where the cast is narrow", async () => {
  house.recast([makePersona("long", { name: "عبد الرحمن بن محمد بن سليمان" })]);
  const page = await openPage("/", { viewport: sizes.phone });
  const offsets = await page.evaluate<number[]>(`(() => {
    const who = document.querySelector("#cast .who");
    const range = document.createRange();
    const text = who.querySelector("bdi").firstChild;
    range.setStart(text, 0);
    range.setEnd(text, 1);
    const [first, box] = [range.getBoundingClientRect(), who.getBoundingClientRect()];
    return [first.left - box.left, box.right - first.right];
  })()`);
  for (const inside of offsets) expect(inside).toBeGreaterThanOrEqual(-1);
});
