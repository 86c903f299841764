// The page of the real program with the shipped cast: it is posted in, and a scene is started, stopped and stays stopped. The documentation's pictures are made here.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { newFolder } from "../folder.ts";
import { killed, startIn } from "../program.ts";
import { browserTest, useBrowser } from "./browser.ts";

const browsing = useBrowser();
const posts = (page: Page) => page.locator("#posts > li");

/** The docs show these where TROUPE_PICTURES names their folder; elsewhere they are looked at by nobody. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["TROUPE_PICTURES"] ?? newFolder();
  await page.mouse.move(0, 0);
  await page.waitForFunction("[...document.images].every((one) => one.complete && one.naturalWidth > 0)");
  await page.screenshot({ path: join(folder, name), animations: "disabled" });
}

browserTest(
  "on the page of the real house one talks with the cast, and starts and stops a scene for good",
  async () => {
    const folder = newFolder();
    const first = await startIn(folder, { TROUPE_SEED: "lamp" });
    const page = await browsing.open(first.url);
    await posts(page).nth(3).waitFor({ timeout: 30_000 });
    await page.getByLabel("Your name").fill("Robin");
    await page.getByLabel("Your post").fill("Ada, what are you up to?");
    await page.keyboard.press("Control+Enter");
    await posts(page)
      .filter({ has: page.locator(".quote", { hasText: "Robin" }) })
      .first()
      .waitFor();
    await picture(page, "feed.png");

    await page.getByRole("button", { name: "Start a scene…" }).click();
    const sheet = page.getByRole("dialog", { name: "Start a scene" });
    await sheet.getByLabel("Name").fill("Night on the pier");
    for (const name of ["Ada", "Jory"]) await sheet.getByRole("checkbox", { name }).check();
    await sheet.getByLabel("Setting").fill("The pier of Nearly at two in the morning. The ferry is late again.");
    await sheet.getByLabel("Tone").fill("Quiet and dry.");
    await sheet.getByLabel("Time between posts").fill("5s");
    await picture(page, "feed-scene.png");
    await sheet.getByRole("button", { name: "See what it costs" }).click();
    await page.getByRole("dialog", { name: "Start “Night on the pier”?" }).waitFor();
    await page.getByRole("button", { name: "Pause “Nearly” and start" }).click();
    const card = page.locator("#house [data-scene]").filter({ hasText: "Night on the pier" });
    await card.getByText(/Playing, post [12] of 50/u).waitFor({ timeout: 15_000 });
    await page.getByText("Other scenes (1)").waitFor();

    await card.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("button", { name: "Stop the scene" }).click();
    await card.getByText("The operator stopped it").waitFor();
    await killed(first);
    const second = await startIn(folder, { TROUPE_SEED: "lamp" });
    await page.goto(second.url);
    await page.getByText("The operator stopped it").waitFor();
    await page.getByText("Other scenes (1)").click();
    await page.getByText(/The operator paused it at post \d+ of 50/u).waitFor();
    expect(await page.getByText("Playing").count()).toBe(0);
    expect(browsing.faults.filter((fault) => !fault.includes("ERR_"))).toEqual([]);
  },
);
