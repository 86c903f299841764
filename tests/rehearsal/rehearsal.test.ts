// Rehearsals: the same to the byte for the same seed, honest about brakes and cost, clear about mistakes.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import { ContextBuilder } from "../../src/engine/context.ts";
import { silentLog } from "../../src/log.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import { openPersonas } from "../../src/personas/open.ts";
import type { Figures } from "../../src/rehearsal/figures.ts";
import type { Dollars, Forecast } from "../../src/rehearsal/forecast.ts";
import type { Happening } from "../../src/rehearsal/transcript.ts";
import type { Rehearsal } from "../../src/rehearse.ts";
import { rehearse } from "../../src/rehearse.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import { solverKind } from "../stories/house.ts";
import { newFolder, rehearsed } from "./program.ts";

const usual: Rehearsal = {
  hours: 24,
  seed: "7",
  posts: null,
  scene: null,
  world: null,
  audience: "nobody",
  form: "text",
};

interface Played {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
}

/** A rehearsal in this process. */
async function play(personas: string, asked: Partial<Rehearsal> = {}, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const warnings: string[] = [];
  const prints = {
    print: (line: string) => lines.push(line),
    warn: (line: string) => warnings.push(line),
    signal: new AbortController().signal,
  };
  await rehearse(readConfig({ TROUPE_PERSONAS: personas, ...env }, {}), { ...usual, ...asked }, prints);
  return { lines, warnings } satisfies Played;
}

type Post = Extract<Happening, { readonly kind: "post" }>;

/** What a rehearsal tells programs. */
async function figuresOf(personas: string, asked: Partial<Rehearsal> = {}, env: Record<string, string> = {}) {
  const { lines } = await play(personas, { ...asked, form: "json" }, env);
  const figures = JSON.parse(lines.join("\n")) as Figures & { readonly happenings: readonly Happening[] };
  return { ...figures, said: figures.happenings.filter((each): each is Post => each.kind === "post") };
}

/** The forecast of a rehearsal in which one model with a price speaks. */
function onlyOne({ forecasts }: Pick<Figures, "forecasts">): Forecast & { readonly usd: Dollars } {
  const [forecast, ...others] = forecasts;
  if (forecast === undefined || others.length > 0) throw new Error(`${forecasts.length} forecasts`);
  const { usd } = forecast;
  if (usd === null) throw new Error("no price");
  return { ...forecast, usd };
}

const scene = (more: string): string => `version: 1\nname: Pier\n${more}`;

/** Two who speak by a model alone, at a dollar a million tokens in and two a million out. */
const priced = (more: string): string =>
  newFolder({
    "scene.yaml": scene(more),
    "mira.yaml": persona("Mira", "An astronomer who counts distant lanterns."),
    "noor.yaml": persona("Noor", "A ferry captain with seventeen umbrellas."),
  });

const persona = (name: string, description: string): string =>
  `version: 1\nname: ${name}\ndescription: ${description}\nsolvers:\n  - openai: { base_url: "http://127.0.0.1:9/v1", model: m, max_tokens: 100, price: { input: 1, output: 2 } }\n`;

test("the same seed gives the same bytes in another process, time zone, language and folder; another seed does not", async () => {
  const args = ["--posts", "120", "--hours", "2"];
  const here = { args, env: { TZ: "Pacific/Auckland", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" } };
  const there = { args, env: { TZ: "America/St_Johns", LANG: "C", LC_ALL: "C", TROUPE_LOG: "debug" } };
  const [one, other, seeded] = await Promise.all([
    rehearsed(here),
    rehearsed(there),
    rehearsed({ args: [...args, "--seed", "8"] }),
  ]);
  expect(one).toMatchObject({ err: "", code: 0 });
  expect(one.out).toMatch(/^Nearly: a rehearsal of 2 hours, seed 7; nobody joins in, no page is open$/mu);
  expect(one.out.match(/^\d\d:\d\d:\d\d \p{L}+(?: → \p{L}+)?: /gmu)?.length).toBeGreaterThanOrEqual(110);
  expect(other.out).toBe(one.out);
  expect(seeded.out).not.toBe(one.out);
  const transcripts = [one, seeded].map(({ out }) => out.split("\n").slice(1, 20).join("\n"));
  expect(transcripts[0]).not.toBe(transcripts[1]);
});

test("the shipped scene stops at its own limit, says so, and leaves nothing behind", async () => {
  const folder = newFolder({});
  const { out, code, err } = await rehearsed({ args: [], folder });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("(Nearly stops: paused after 50 posts)");
  expect(out).toMatch(/^00:4\d:\d\d \(nothing more until a person resumes it, for 23:\d\d:\d\d; --posts/mu);
  expect(out).toContain("Who spoke: 50 posts");
  expect(out).toContain("none would have held anything back");
  expect(readdirSync(folder)).toEqual([]);
});

test("a longer limit plays the whole time, and no wall-clock time is in it", async () => {
  const { lines } = await play(join(import.meta.dirname, "../../personas"), { posts: 1000, hours: 1.5 });
  expect(lines).toContain("01:30:00 (the time is up)");
  expect(lines.join("\n")).not.toContain(new Date().toISOString().slice(0, 10));
});

test("a scene that loops shows which brakes hold it back, and when first", async () => {
  const folder = priced("seconds: 1\nreply_chance: 1\nthread_max: 1000\npost_limit: 1000\n");
  const { brakes, posts, said } = await figuresOf(folder, { hours: 0.1 });
  expect(brakes.map((brake) => brake.why)).toEqual([
    "20 unasked posts in this channel within a minute",
    "60 unasked posts in this conversation within an hour",
  ]);
  const [minute, hour] = brakes;
  const at = (post: number): number => said[post - 1]?.at ?? Number.NaN;
  expect(posts).toBe(60);
  // What would have been the twenty-first post of the first minute is the first that is held back.
  expect(minute?.firstAt).toBeGreaterThan(at(20));
  expect(minute?.firstAt).toBeLessThanOrEqual(at(20) + 1000);
  expect(minute?.times).toBeGreaterThan(5);
  expect(hour?.firstAt).toBeGreaterThan(at(60));
  const { lines } = await play(folder, { hours: 0.1 });
  expect(lines.join("\n")).toMatch(
    /^ {2}20 unasked posts in this channel within a minute: held back \d+ turns, first at 00:00:\d\d$/mu,
  );
});

test("brakes that the house set otherwise hold otherwise", async () => {
  const folder = priced("seconds: 1\nreply_chance: 1\nthread_max: 1000\npost_limit: 1000\n");
  const { brakes } = await figuresOf(folder, { hours: 0.02 }, { TROUPE_BRAKE_PER_MINUTE: "5" });
  expect(brakes[0]).toMatchObject({ why: "5 unasked posts in this channel within a minute", what: "turn" });
});

test("the first post of a priced model costs what a count of its prompt by hand comes to", async () => {
  const folder = priced("setting: A long pier at dusk.\n");
  const { forecasts, said } = await figuresOf(folder, { hours: 0.005 });
  const [post, ...others] = said;
  if (post === undefined || others.length > 0) throw new Error(`${said.length} posts`);
  const kinds = [solverKind("openai", { say: async () => "" }), failureKind()];
  const folders = [{ path: folder, kind: "house" }] as const;
  const options = { folders, scene: null, kinds, clock: systemClock, log: silentLog, watch: "read-once" } as const;
  const personas = await openPersonas(options);
  const speaker = personas.get(post.persona);
  if (speaker === null) throw new Error("nobody spoke");
  const asked = {
    persona: speaker.persona,
    act: "post",
    trigger: null,
    recent: [],
    language: null,
    scene: null,
  } as const;
  const { messages } = new ContextBuilder(countTokens).build({ ...asked, tokenBudget: 6000 });
  const tokensIn = messages.reduce((sum, message) => sum + countTokens(message.content) + 4, 0);
  const tokensOut = countTokens(post.text);
  const usd = (tokensIn * 1 + tokensOut * 2) / 1e6;
  const forecast = onlyOne({ forecasts });
  expect(forecast).toMatchObject({ model: "m", host: "127.0.0.1:9", calls: 1, standIns: 1, tokensIn, tokensOut });
  const { all, each, most } = forecast.usd;
  expect(all).toBeCloseTo(usd, 12);
  expect(each).toEqual({ least: all, median: all, most: all });
  // At most: a bound of the prompt by its bytes, and every token that the answer may have.
  expect(most).toBeGreaterThan((tokensIn + 100 * 2) / 1e6);
  await personas.close();
});

test("a forecast is the sum of its calls, and its least, median and most are among them", async () => {
  const folder = priced("seconds: 30\npost_limit: 21\n");
  const { usd, tokensIn, tokensOut, calls, tokensMost } = onlyOne(await figuresOf(folder));
  expect(calls).toBe(21);
  expect(usd.all).toBeCloseTo((tokensIn + tokensOut * 2) / 1e6, 12);
  expect(usd.each.least * 21).toBeLessThan(usd.all);
  expect(usd.each.most * 21).toBeGreaterThan(usd.all);
  expect(usd.each.least).toBeLessThanOrEqual(usd.each.median);
  expect(usd.each.median).toBeLessThanOrEqual(usd.each.most);
  expect(usd.most).toBeGreaterThan(usd.all);
  expect(tokensMost).toBeGreaterThan(tokensIn + tokensOut);
});

test("the shipped cast is priced as the model that is set, with or without a key", async () => {
  const shipped = join(import.meta.dirname, "../../personas");
  const { forecasts } = await figuresOf(shipped, { hours: 0.05 });
  const { model, host, usd, tokensIn, tokensOut, standIns } = onlyOne({ forecasts });
  expect({ model, host, standIns }).toEqual({ model: "gpt-4.1-mini", host: "api.openai.com", standIns: 0 });
  // OpenAI's prices of that model, in USD per million tokens.
  expect(usd.all).toBeCloseTo((tokensIn * 0.4 + tokensOut * 1.6) / 1e6, 12);
  expect(await figuresOf(shipped, { hours: 0.05 }, { OPENAI_API_KEY: "sk-real" })).toMatchObject({ forecasts });
  const dearer = onlyOne(await figuresOf(shipped, { hours: 0.05 }, { OPENAI_MODEL: "gpt-4.1" }));
  expect(dearer.usd.all).toBeCloseTo((tokensIn * 2 + tokensOut * 8) / 1e6, 12);
});

test("a model without a known price is counted in tokens, and that is said", async () => {
  const shipped = join(import.meta.dirname, "../../personas");
  const env = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_MODEL: "llama3.2" };
  const text = (await play(shipped, { hours: 0.02 }, env)).lines.join("\n");
  expect(text).toContain("llama3.2 at 127.0.0.1:9: 10 calls, ");
  expect(text).toMatch(/no price is known for it: at most [\d,]+ tokens/u);
  expect(text).not.toContain("USD,");
});

test("where the day's budget ends, that is told with its time, and scripts go on without a call", async () => {
  const shipped = join(import.meta.dirname, "../../personas");
  const env = { TROUPE_SPEND_PER_DAY: "0.01" };
  const { brakes, forecasts, posts } = await figuresOf(shipped, { hours: 0.5 }, env);
  const forecast = onlyOne({ forecasts });
  expect(brakes).toHaveLength(1);
  expect(brakes[0]).toMatchObject({ why: "the day's budget is used up (TROUPE_SPEND_PER_DAY)", what: "call" });
  expect(brakes[0]?.firstAt).toBeGreaterThan(0);
  expect(forecast.usd.all).toBeLessThanOrEqual(0.01);
  expect(posts).toBe(forecast.calls + (brakes[0]?.times ?? 0));
});

test("who has no script but a model gets a stand-in that says so", async () => {
  const { lines } = await play(priced("seconds: 30\npost_limit: 6\n"));
  const posts = lines.filter((line) => /^\d\d:\d\d:\d\d (?:Mira|Noor)/u.test(line));
  expect(posts).toHaveLength(6);
  for (const line of posts) expect(line).toMatch(/: \[stand-in: [\p{L} ]+\]$/u);
  expect(lines.join("\n")).toContain("for 6 calls no script had any words: a stand-in spoke, and counts");
});

test("figures say who spoke how often and to whom", async () => {
  const { speakers, posts, said } = await figuresOf(priced("seconds: 30\npost_limit: 20\n"));
  expect(speakers).toHaveLength(2);
  expect(speakers.reduce((sum, each) => sum + each.posts, 0)).toBe(posts);
  for (const { name, posts: count, anew, to } of speakers) {
    const own = said.filter((each) => each.name === name);
    expect(own).toHaveLength(count);
    expect(own.filter((each) => each.to === null)).toHaveLength(anew);
    expect(to).toEqual(
      to.map(({ name: whom }) => ({ name: whom, posts: own.filter((each) => each.to === whom).length })),
    );
    expect(anew + to.reduce((sum, each) => sum + each.posts, 0)).toBe(count);
  }
});

test("with a page open the scene goes at its pace for watchers", async () => {
  const folder = priced("seconds: 60\nwatched_seconds: [8, 15]\npost_limit: 1000\n");
  const [alone, watched] = await Promise.all([
    figuresOf(folder, { hours: 0.5 }),
    figuresOf(folder, { hours: 0.5, audience: "watching" }),
  ]);
  expect(alone.posts).toBeLessThan(40);
  expect(watched.posts).toBeGreaterThan(110);
});

test("mistakes in options and scene files are sentences with file, line, field, what was expected and what is there", async () => {
  const folder = newFolder({ "bad.yaml": "version: 1\nname: Pier\nseconds: often\n" });
  const [options, file, missing] = await Promise.all([
    rehearsed({ args: ["--hours", "0", "--posts", "many"] }),
    rehearsed({ args: ["--scene", "bad.yaml"], folder }),
    rehearsed({ args: ["--scene", "none.yaml"], folder }),
  ]);
  expect(options).toEqual({
    out: "",
    err: '--hours: expected a number of hours above 0, at most 744, got "0"\n--posts: expected a whole number from 1 to 1000000, got "many"\n',
    code: 1,
  });
  expect(file).toEqual({
    out: "",
    err: 'bad.yaml:3: seconds: expected a number from 1 to 86400, got "often"\n',
    code: 1,
  });
  expect(missing).toEqual({ out: "", err: "none.yaml: expected a scene file, got nothing there\n", code: 1 });
});

test("a house without a scene says what to do, and one whose scene is wrong says what is wrong", async () => {
  const none = newFolder({ "mira.yaml": "version: 1\n" });
  await expect(play(none)).rejects.toThrow("there is no scene to rehearse: put a scene.yaml beside the personas");
  const wrong = newFolder({ "mira.yaml": "version: 1\n", "scene.yaml": "version: 1\nseconds: often\n" });
  await expect(play(wrong)).rejects.toThrow(/scene\.yaml:2: seconds: expected a number/u);
});

test("whoever reads no further, such as head, ends it without a word", async () => {
  const heard = (text: string) => (text.includes("00:05:") ? ("enough" as const) : null);
  const { err, code } = await rehearsed({ args: ["--posts", "100000", "--hours", "744"], heard });
  expect({ err, code }).toEqual({ err: "", code: 0 });
});

test("Ctrl-C breaks it off: the figures of what was played, and a code that says so", async () => {
  const heard = (text: string) => (text.includes("00:30:") && !text.includes("Who spoke") ? ("SIGINT" as const) : null);
  const { out, err, code } = await rehearsed({ args: ["--posts", "100000", "--hours", "744"], heard });
  expect({ err, code }).toEqual({ err: "", code: 130 });
  expect(out).toMatch(/^\d\d:\d\d:\d\d \(broken off by hand\)$/mu);
  expect(out).toContain("Who spoke: ");
});
