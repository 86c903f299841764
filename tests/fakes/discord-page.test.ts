// The page of the stand-in for Discord, in a browser, with the real house beside it: what somebody without Discord can try.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { contrastOf } from "../../src/http/colours.ts";
import { needsProgram } from "../needs.ts";
import type { FakeDiscord } from "./discord/fake.ts";
import { startHouseOn } from "../adapters/discord/whole-house.ts";
import { newFolder } from "../folder.ts";
import { standInForDiscord } from "./discord/page-stage.ts";

const program = needsProgram("chromium");
const browserTest = test.skipIf(program.skip);
const INSPECT = readFileSync(join(import.meta.dirname, "../http/inspect-page.js"), "utf8");

// A house, a browser and several pages: seconds, on a busy machine more.
const A_FEW_PAGES = { timeout: 60_000 };
const ON_A_BUSY_MACHINE = { timeout: 20_000 };

let browser: Browser;
beforeAll(async () => {
  if (program.skip) return;
  browser = await chromium.launch({
    executablePath: program.path(),
    headless: true,
    args: ["--no-sandbox", "--disable-gpu"],
  });
}, 60_000);
afterAll(async () => {
  if (!program.skip) await browser.close();
});

/** The stand-in with the shipped house on it, and its page; fails when the browser complained of anything. */
async function open(): Promise<{ readonly fake: FakeDiscord; readonly page: Page }> {
  const standIn = await standInForDiscord({ port: 0, pagePort: 0 });
  onTestFinished(() => standIn.close());
  const { fake } = standIn;
  const house = await startHouseOn(fake, { env: { TROUPE_SEED: "by hand" } });
  onTestFinished(() => house.close(5_000));
  const context = await browser.newContext({ viewport: { width: 940, height: 560 }, locale: "en-GB" });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(standIn.page.url);
  return { fake, page };
}

const messages = (page: Page): Locator => page.locator("#messages > li");
const newest = (page: Page, text: RegExp | string): Locator => messages(page).filter({ hasText: text }).last();

/** Docs show these where TROUPE_PICTURES names their folder; elsewhere they are looked at by nobody. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["TROUPE_PICTURES"] ?? newFolder();
  await page.mouse.move(0, 0);
  // A face is fetched after its message stands there.
  await page.waitForFunction("[...document.images].every((one) => one.complete && one.naturalWidth > 0)");
  await page.screenshot({ path: join(folder, name) });
}

async function pressEnterOn(page: Page, text: string): Promise<void> {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

browserTest(
  "somebody without Discord invites the bot, sets a persona up in three choices, and is answered by it",
  A_FEW_PAGES,
  async () => {
    const { page } = await open();
    await page.getByText("A stand-in for Discord, for trying things out").waitFor();
    await page.getByRole("button", { name: "Invite the bot" }).click();
    await page.getByRole("button", { name: "Set up" }).click();
    const where = newest(page, "Only you can see this");
    await where.locator("select").waitFor();
    await picture(page, "discord-setup-1.png");
    await where.locator("select").selectOption({ label: "#tavern" });
    const who = newest(page, "2 of 3");
    await who.locator("select").selectOption("ada");
    const how = newest(page, "3 of 3");
    await how.getByRole("button", { name: "Only when named" }).waitFor();
    await picture(page, "discord-setup-2.png");
    await how.getByRole("button", { name: "Only when named" }).click();
    await newest(page, "Done").waitFor();

    await page.getByRole("button", { name: "# tavern" }).click();
    // A command with suggestions, as Olga.
    await pressEnterOn(page, "/persona add");
    await page.locator("#options .choices li", { hasText: "Bruno" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await newest(page, "Bruno").waitFor();
    await page.locator("#person").selectOption({ label: "Mira, a member" });
    const spoke = (...whos: readonly string[]): Promise<void> =>
      expect
        .poll(async () => (await messages(page).locator(".who").allInnerTexts()).slice(-whos.length), ON_A_BUSY_MACHINE)
        .toEqual(whos);
    await pressEnterOn(page, "Ada, who are you?");
    await spoke("Mira", "Ada");
    await pressEnterOn(page, "Bruno, what is in the oven?");
    await spoke("Mira", "Ada", "Mira", "Bruno");
    await picture(page, "discord-setup-3.png");
    // Only Olga saw what only Olga may see.
    expect(await page.getByText("Only you can see this").count()).toBe(0);
  },
);

browserTest(
  "a form is filled in, a post's menu is used, and every word can be read in light and dark",
  A_FEW_PAGES,
  async () => {
    const { fake, page } = await open();
    await page.getByRole("button", { name: "Invite the bot" }).click();
    await page.getByRole("button", { name: "Set up" }).waitFor();
    await pressEnterOn(page, "/persona create");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByPlaceholder("Keeps the tea house at the end of the pier").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Nell");
    await page.getByRole("button", { name: "Submit" }).click();
    await newest(page, "Nell").waitFor();
    await pressEnterOn(page, "@Troupe hello?");
    const post = page.locator("#messages > li:has(.app)", { hasText: "Ada" }).last();
    await post.hover();
    await post.getByRole("button", { name: "About" }).click();
    await newest(page, "Only you can see this").filter({ hasText: "Ada" }).waitFor();
    expect(fake.stored().some(({ text }) => text.startsWith(fake.mentionBot))).toBe(true);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const pairs = await page.evaluate<{ text: string; ink: string; ground: string }[]>(
        `${INSPECT}; inspect.textColours()`,
      );
      expect(pairs.length).toBeGreaterThan(5);
      expect(pairs.filter(({ ink, ground }) => contrastOf(ink, ground) < 4.5)).toEqual([]);
    }
  },
);

test("the page takes nothing from another site, and is not there under another name", async () => {
  const standIn = await standInForDiscord({ port: 0, pagePort: 0 });
  onTestFinished(() => standIn.close());
  const form = await fetch(`${standIn.page.url}do`, { method: "POST", body: new URLSearchParams({ kind: "invite" }) });
  expect(form.status).toBe(415);
  const { port } = new URL(standIn.page.url);
  const { request } = await import("node:http");
  const status = await new Promise((resolve) => {
    request({ port, host: "127.0.0.1", headers: { host: `evil.example:${port}` } }, (response) => {
      resolve(response.resume().statusCode);
    }).end();
  });
  expect(status).toBe(403);
});
