// Every line of the house cast, held to what makes a feed worth reading: it can be taken up, it is short, it is said once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { areNearlyIdentical, fingerprintOf } from "../../src/domain/likeness.ts";
import type { Member } from "../../src/personas/personas.ts";
import type { Script, ScriptLine } from "./brains.ts";
import { askBrain, commonScript, houseCast, labelsOf, readScript } from "./brains.ts";

// A microblog post, as the scene's rules promise it; a name may be up to 20 characters.
const POST_CHARS_MAX = 240;
const NAME = "Bartholomew Quillfen";

// Distinct lines that the whole cast needs so that 500 posts repeat nothing within 50.
const LINES_MIN = 1_200;
const EVENTS_MIN = 20;
const MUSINGS_MIN = 12;
const REPLIES_PER_SUBJECT_MIN = 5;

// A thing of the town, as a trace shows it; a neighbour's name alone would do for an answer, but not for a thread.
const SUBJECT = /^cast: \[\*\] @/;

// A drawing by hand in a few flat shapes: more would be something else.
const FACE_BYTES_MAX = 4_096;

const HANDLES = ["ada", "bruno", "jory", "mabel", "ottoline", "pilchard"] as const;

const common = readScript(commonScript);
const scripts: ReadonlyMap<string, Script> = new Map(
  HANDLES.map((handle) => [handle, readScript(`${handle}/brain.rive`)]),
);
const spoken = [...scripts].flatMap(([handle, script]) => script.lines.map((line) => ({ ...line, handle })));
const posts = spoken.filter((line) => line.topic === "stage" || line.topic === "subjects");

let cast: readonly Member[] = [];
beforeAll(async () => {
  cast = await houseCast();
});

function placeOf(line: ScriptLine): string {
  return `${line.file}:${line.lineNumber}: ${line.text}`;
}

/** The line as it is posted, in answer to somebody called `name`. */
function posted(line: ScriptLine, name: string): string {
  return line.text
    .replaceAll(/<set [^>]*=(?:<formal>)?>/g, "")
    .replaceAll(/\{formal\}<star>\{\/formal\}|<(?:star|person|sentence|formal)>/g, "an oar")
    .replaceAll(/<(?:get|bot) \w+>/g, name);
}

test("the cast is the six of them, Ada among them under her own handle", () => {
  expect(cast.map((member) => member.persona.id).toSorted()).toEqual([...HANDLES]);
  expect(cast.find((member) => member.persona.name === "Ada")?.persona.id).toBe("ada");
});

test("each of them has a face of its own, and the drawing beside it carries nothing but shapes", () => {
  const faces = new Set<string>();
  for (const member of cast) {
    const { avatar, folder } = member.persona;
    if (avatar.kind !== "file") throw new Error(`${member.persona.name} has no picture`);
    faces.add(readFileSync(avatar.path).toString("base64"));
    const drawing = readFileSync(join(folder, "avatar.svg"), "utf8");
    expect(drawing.length, member.persona.name).toBeLessThanOrEqual(FACE_BYTES_MAX);
    expect(drawing, member.persona.name).not.toMatch(/<script|<style|<image|<use|href|\son\w+=|url\(/i);
  }
  expect(faces.size).toBe(HANDLES.length);
});

test("every answer that the shared file leads to stands in every brain", () => {
  const own = new Set(common.lines.map((line) => line.trigger));
  const labels = new Set([...labelsOf(common).values()].filter((label) => !own.has(label)));
  expect(labels.size).toBeGreaterThan(100);
  for (const [handle, script] of scripts) {
    const answered = new Set(script.triggers.map((each) => each.trigger.split(" ")[0]));
    const missing = [...labels].filter((label) => !answered.has(label));
    expect(missing, handle).toEqual([]);
    // A label that nothing leads to would never be said.
    const known = new Set([...labels, "*", "event", "musing"]);
    const dead = [...answered].filter((label) => !known.has(label ?? ""));
    expect(dead, handle).toEqual([]);
  }
});

test("all of them hear alike: what wakes an answer stands in the shared file alone", () => {
  for (const [handle, script] of scripts) {
    const ears = script.triggers.filter((each) => /[*([#_]/.test(each.trigger.replace(/^say\w+ \*$/, "")));
    expect(
      ears.filter((each) => each.trigger !== "*").map((each) => each.trigger),
      handle,
    ).toEqual([]);
    const catching = new Set(script.triggers.filter((each) => each.trigger === "*").map((each) => each.topic));
    expect([...catching], handle).toEqual(["stage", "cast", "random"]);
  }
});

describe.each(HANDLES)("%s", (handle) => {
  const own = posts.filter((line) => line.handle === handle);

  test("has events, musings and replies enough", () => {
    expect(own.filter((line) => line.trigger === "event").length).toBeGreaterThanOrEqual(EVENTS_MIN);
    expect(own.filter((line) => line.trigger === "musing").length).toBeGreaterThanOrEqual(MUSINGS_MIN);
    const names = new Set(HANDLES.map((each) => `on${each}`));
    const replies = own.filter((line) => line.topic === "subjects");
    const bySubject = Map.groupBy(replies, (line) => line.trigger);
    for (const [subject, lines] of bySubject) {
      // Of a neighbour there is less to say than of the goat.
      const needed = names.has(subject) ? 3 : REPLIES_PER_SUBJECT_MIN;
      if (subject !== `on${handle}`) expect(lines.length, subject).toBeGreaterThanOrEqual(needed);
    }
  });

  test("posts nothing that the others could not take up", async () => {
    // All of them hear alike, as the test above shows, so one of the others stands for each.
    const other = cast.find((member) => member.persona.id !== handle);
    if (other === undefined) throw new Error("nobody else is there");
    const name = handle === "ada" ? "Bruno" : "Ada";
    const deaf: string[] = [];
    for (const line of own) {
      const said = await askBrain(other, "reply", { name: handle, text: posted(line, name) }, line.text);
      if (!SUBJECT.test(said.matched) || said.text === "") deaf.push(placeOf(line));
    }
    expect(deaf).toEqual([]);
  }, 120_000);
});

test("no line is longer than a post, even with a long name in it", () => {
  const long = spoken.filter((line) => Array.from(posted(line, NAME)).length > POST_CHARS_MAX);
  expect(long.map(placeOf)).toEqual([]);
});

test("no line holds a sign that could be taken for machinery, or leaves a gap", () => {
  const wrong = [...spoken, ...common.lines].filter((line) => {
    const text = posted(line, "Mira");
    return /ERR:|[<>{}[\]@#\\_|^`~]|undefined|https?:|\s\s|\s[,.;:!?]|^\s|\s$/.test(text);
  });
  expect(wrong.map(placeOf)).toEqual([]);
});

test("no line is said by two, or twice in nearly the same words", () => {
  const prints = spoken.map((line) => ({ line, print: fingerprintOf(posted(line, "Mira")) }));
  const twins: string[] = [];
  for (const [at, one] of prints.entries()) {
    for (const other of prints.slice(at + 1)) {
      if (areNearlyIdentical(one.print, other.print)) twins.push(`${placeOf(one.line)} = ${placeOf(other.line)}`);
    }
  }
  expect(twins).toEqual([]);
  expect(prints.length).toBeGreaterThan(LINES_MIN);
});

test("no reply to one of the cast speaks of it as of somebody else", () => {
  const names = /\b(?:Ada|Bruno|Jory|Mabel|Ottoline|Pilchard)\b/g;
  const about = new Set(HANDLES.map((handle) => `on${handle}`));
  const clumsy = spoken.filter((line) => {
    // What is said of a neighbour answers people, who have other names.
    if (line.topic !== "subjects" || about.has(line.trigger) || !line.text.includes("<get name>")) return false;
    return (line.text.match(names) ?? []).some((name) => name.toLowerCase() !== line.handle);
  });
  expect(clumsy.map(placeOf)).toEqual([]);
});

test("nobody claims to be human", () => {
  const claims = spoken.filter((line) => /\bI am (?:a )?(?:real |human|person)|\bI'm human/i.test(line.text));
  expect(claims.map(placeOf)).toEqual([]);
});
