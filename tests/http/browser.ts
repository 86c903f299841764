// Real Chromium for tests of pages: what it complained of is noted, and every page is closed after its test.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { needsProgram } from "../needs.ts";

const program = needsProgram("chromium");

/** An address of another machine (RFC 5737, for documentation), which the browser is told to look for here. */
export const ELSEWHERE = "192.0.2.1";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`,
];

/** To be said before a call of `inspect`. Scripts for the page are text: the types of browsers are not those of this process. */
export const INSPECT = readFileSync(join(import.meta.dirname, "inspect-page.js"), "utf8");

export const FOCUSED = "document.activeElement.id";

export const sizes = { phone: { width: 360, height: 780 }, desk: { width: 1280, height: 900 } };

/** Where the keyboard is. */
export interface Focus {
  readonly name: string;
  readonly isShown: boolean;
  readonly isBody: boolean;
}

/** The colours of a piece of text, as #rrggbb. */
export interface TextColours {
  readonly text: string;
  readonly ink: string;
  readonly ground: string;
}

/** A browser for the tests of one file. */
export interface Browsing {
  /** Every complaint of the browser in this test, refusals by the content policy among them. */
  readonly faults: readonly string[];
  open(url: string, more?: BrowserContextOptions): Promise<Page>;
}

/** To be called before the file's own hooks, so that its pages close before what they show. */
export function useBrowser(): Browsing {
  let browser: Browser;
  const faults: string[] = [];
  beforeAll(async () => {
    if (!program.skip) browser = await chromium.launch({ executablePath: program.path(), headless: true, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    if (!program.skip) await browser.close();
  });
  beforeEach(() => {
    faults.length = 0;
  });
  afterEach(async () => {
    if (!program.skip) for (const context of browser.contexts()) await context.close();
  });
  return {
    faults,
    async open(url, more = {}) {
      const context = await browser.newContext({ viewport: sizes.desk, ...more });
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(url);
      return page;
    },
  };
}

/** A test that needs the browser. */
export function browserTest(name: string, run: () => Promise<void>): void {
  test.skipIf(program.skip)(name, { timeout: 60_000 }, run);
}
