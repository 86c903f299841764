import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect } from "vitest";
import { sceneId } from "../../src/domain/ids.ts";
import { contrastOf } from "../../src/http/colours.ts";
import { makePersona } from "../people.ts";
import type { Focus, TextColours } from "./browser.ts";
import { browserTest, FOCUSED, INSPECT, sizes, useBrowser } from "./browser.ts";
import { openHouse, usualCast } from "./web-house.ts";
import type { TestHouse } from "./web-house.ts";

const browsing = useBrowser();
let house: TestHouse;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const openPage = (path = "/", more: Parameters<typeof browsing.open>[1] = {}): Promise<Page> =>
  browsing.open(house.url + path, more);
const card = (page: Page, name: string) => page.locator("#house [data-scene]").filter({ hasText: name });
const standing = async (): Promise<readonly string[]> =>
  (await house.store.scenes(house.feed.channel)).map(({ plan, state }) => `${plan.name}: ${state.kind}`).toSorted();
// A refused form is answered by 422, which Chromium notes too.
const faults = (): readonly string[] => browsing.faults.filter((fault) => !fault.includes("status of 4"));

browserTest("a scene is started over the feed, mistakes are told in place, and every open page shows it", async () => {
  const [mine, other] = [await openPage(), await openPage()];
  await mine.getByRole("button", { name: "Start a scene…" }).click();
  const sheet = mine.getByRole("dialog", { name: "Start a scene" });
  await sheet.getByLabel("Setting").fill("A pier in the fog.");
  await sheet.getByLabel("Time between posts").fill("fast");
  await sheet.getByRole("checkbox", { name: "Bruno" }).check();
  await sheet.getByRole("button", { name: "See what it costs" }).click();
  await sheet.getByRole("alert").getByText("2 fields have to be mended.").waitFor();
  expect(await mine.evaluate<string>(FOCUSED)).toBe("scene-name");
  expect(await sheet.getByLabel("Setting").inputValue()).toBe("A pier in the fog.");
  expect(await sheet.getByRole("checkbox", { name: "Bruno" }).isChecked()).toBe(true);
  await sheet.getByText("Time between posts: expected seconds").waitFor();
  await sheet.getByLabel("Name").fill("Tea on the pier");
  await sheet.getByLabel("Time between posts").fill("90s");
  await mine.keyboard.press("Enter");
  const look = mine.getByRole("dialog", { name: "Start “Tea on the pier”?" });
  await look.getByText("About $0.02 for 50 posts.").waitFor();
  await look.getByText("“The town talks” is paused for it").waitFor();
  await look.getByRole("button", { name: "Pause “The town talks” and start" }).click();
  for (const page of [mine, other]) {
    await card(page, "Tea on the pier").getByText("Playing, post 0 of 50").waitFor();
    expect(await card(page, "Tea on the pier").getByRole("img", { name: "Bruno" }).count()).toBe(1);
  }
  expect(await mine.getByRole("dialog").count()).toBe(0);
  await expect.poll(() => mine.evaluate<string>(FOCUSED)).toBe("scene-new");
  expect(await standing()).toEqual(["Tea on the pier: running", "The town talks: paused"]);
  expect(faults()).toEqual([]);
});

browserTest("with the keyboard alone a scene is begun, put away, taken up again and started", async () => {
  // Without motion a ring is there at once.
  const page = await openPage("/", { reducedMotion: "reduce" });
  const open = page.getByRole("button", { name: "Start a scene…" });
  await open.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("heading", { name: "Start a scene" }).waitFor();
  const seen: string[] = [];
  for (let i = 0; i < 15; i += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<Focus>(`${INSPECT}; inspect.focus()`);
    seen.push(at.isShown ? at.name : `${at.name} shows no focus`);
  }
  expect(seen).toEqual([
    "scene-name",
    "scene-cast-ada",
    "scene-cast-bruno",
    "scene-cast-mirabel",
    "scene-setting",
    "scene-tone",
    "scene-rules",
    expect.any(String),
    "scene-pace",
    "scene-posts",
    "scene-replies",
    "scene-hours",
    "scene-end",
    "Cancel",
    "See what it costs",
  ]);
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("Nachts am Kai");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe("scene-new");
  // Neither haste nor a scene that was paused meanwhile loses what was typed.
  await page.keyboard.press("Enter");
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Nachts am Kai");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await open.press("Enter");
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Nachts am Kai");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Start “Nachts am Kai”?" }).waitFor();
  await page.keyboard.press("Enter");
  await card(page, "Nachts am Kai").waitFor();
  expect(await standing()).toEqual(["Nachts am Kai: running", "The town talks: paused"]);
  // What was started is not offered once more.
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("");
  expect(faults()).toEqual([]);
});

browserTest("pausing keeps the keyboard on its button, and stopping asks once", async () => {
  const page = await openPage();
  const turn = card(page, "The town talks").locator("#scene-turn-shipped");
  await turn.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Go on" }).waitFor();
  expect(await page.evaluate<string>(FOCUSED)).toBe("scene-turn-shipped");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  expect(await page.evaluate<string>(FOCUSED)).toBe("scene-turn-shipped");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Stop “The town talks”?" });
  await sheet.waitFor();
  expect((await page.evaluate<Focus>(`${INSPECT}; inspect.focus()`)).name).toBe("Keep it");
  // What the strip says meanwhile does not close the question.
  await house.say("ada", "Good evening.");
  await card(page, "The town talks").getByText("post 1 of 50").waitFor();
  await page.keyboard.press("Enter");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe("scene-stop-shipped");
  expect(await standing()).toEqual(["The town talks: running"]);
  await page.keyboard.press("Enter");
  await sheet.getByRole("button", { name: "Stop the scene" }).click();
  await card(page, "The town talks").getByText("The operator stopped it").waitFor();
  expect(await page.evaluate<string>(FOCUSED)).toBe("scene-turn-shipped");
  expect(await page.getByRole("button", { name: "Stop…" }).count()).toBe(0);
  await page.keyboard.press("Enter");
  await card(page, "The town talks").getByText("Playing").waitFor();
  expect(faults()).toEqual([]);
});

browserTest("a scene that cannot go on says why over the feed, and what can be done", async () => {
  const page = await openPage();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Start a scene…" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Tea");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await card(page, "Tea").waitFor();
  await page.getByText("Other scenes (1)").click();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("dialog").getByText("“Tea” plays now, and the feed has one scene at a time.").waitFor();
  await page.getByRole("button", { name: "Pause “Tea”, play “The town talks”" }).click();
  await card(page, "The town talks").getByText("Playing").waitFor();
  expect(await standing()).toEqual(["Tea: paused", "The town talks: running"]);
  // What was unfolded stays so when the strip is written anew.
  expect(await page.getByRole("button", { name: "Go on" }).isVisible()).toBe(true);
  expect(faults()).toEqual([]);
});

browserTest("when the next post comes is counted down", async () => {
  const change = { state: { kind: "running" }, fresh: false, onlyWhile: null } as const;
  const page = await openPage();
  await house.store.setScene(sceneId("shipped"), { ...change, dueAt: Date.now() + 30_000 }, Date.now());
  await page.getByText(/next in (?:30|29|28) s/u).waitFor();
  await page.getByText(/next in (?:27|26|25) s/u).waitFor();
  await house.store.setScene(sceneId("shipped"), { ...change, dueAt: Date.now() + 7_200_000 }, Date.now());
  await page.getByText("next in 2 h").waitFor();
});

browserTest("without scripts a scene is started, paused, resumed and stopped", async () => {
  const page = await openPage("/", { javaScriptEnabled: false });
  await page.getByRole("button", { name: "Start a scene…" }).click();
  await page.getByRole("button", { name: "See what it costs" }).click();
  await page.getByText("Name: expected a name").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Tea");
  await page.getByRole("checkbox", { name: "Ada" }).check();
  await page.getByRole("button", { name: "See what it costs" }).click();
  await page.getByRole("button", { name: "Change it" }).click();
  expect(await page.getByRole("checkbox", { name: "Ada" }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "See what it costs" }).click();
  await page.getByRole("button", { name: "Pause “The town talks” and start" }).click();
  await card(page, "Tea").getByRole("button", { name: "Pause" }).click();
  await card(page, "Tea").getByText("The operator paused it").waitFor();
  await card(page, "Tea").getByRole("button", { name: "Go on" }).click();
  await card(page, "Tea").getByRole("button", { name: "Stop…" }).click();
  await page.getByRole("button", { name: "Stop the scene" }).click();
  await card(page, "Tea").getByText("The operator stopped it").waitFor();
  expect(await standing()).toEqual(["Tea: finished", "The town talks: paused"]);
});

const long = "Maximiliana von und zu Wolkenstein-Hohenfels";
for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    browserTest(`the pages of a scene fit a ${size} in ${colorScheme}, and can be read and named`, async () => {
      house.recast([
        ...usualCast,
        makePersona("long", { name: long }),
        makePersona("rtl", { name: "عبد الرحمن بن محمد" }),
      ]);
      const page = await openPage("/scenes/new", { viewport, colorScheme });
      const check = async (where: string): Promise<void> => {
        for (const fontSize of ["200%", "100%"]) {
          await page.evaluate(`document.documentElement.style.fontSize = '${fontSize}'`);
          const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          expect([where, fontSize, (await page.evaluate<number>(sideways)) <= 0]).toEqual([where, fontSize, true]);
        }
        expect([
          where,
          (await page.evaluate<string[]>(`${INSPECT}; inspect.unlabelled()`)).filter((one) => !one.includes("style=")),
        ]).toEqual([where, []]);
        const pairs = await page.evaluate<TextColours[]>(`${INSPECT}; inspect.textColours()`);
        expect([where, pairs.filter(({ ink, ground }) => contrastOf(ink, ground) < 4.5)]).toEqual([where, []]);
      };
      await check("the form");
      await page.getByLabel("Time between posts").fill("W".repeat(200));
      await page.getByRole("button", { name: "See what it costs" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByLabel("Name", { exact: true }).focus();
      const focus = `${INSPECT}; inspect.focus()`;
      await expect.poll(async () => (await page.evaluate<Focus>(focus)).isShown).toBe(true);
      await check("the form with mistakes");
      await page.getByLabel("Time between posts").fill("60");
      await page.getByLabel("Name", { exact: true }).fill("W".repeat(80));
      await page.getByLabel("Setting").fill(`${"W".repeat(300)}\n\u202Eabc`);
      for (const name of [long, "Ada"]) await page.getByRole("checkbox", { name }).check();
      await page.getByRole("button", { name: "See what it costs" }).click();
      await page.getByRole("heading", { name: "Start “W" }).waitFor();
      await check("the last look");
      await page.getByRole("button", { name: "Pause “The town talks” and start" }).click();
      await page.getByText("Playing").waitFor();
      await page.getByText("Other scenes (1)").click();
      await check("the feed");
      await page.goto(`${house.url}/scenes/shipped/stop`);
      await check("the question");
      expect(faults()).toEqual([]);
    });
  }
}
